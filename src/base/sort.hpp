// Sorting where speed does not matter.
#pragma once

#include <algorithm>
#include <functional>

namespace mlsec::inline base {

/// By heap sort: std::sort is 4 KB of WebAssembly for every type it meets.
template <class Range, class Less = std::less<>>
void sort(Range& range, Less less = {}) {
  std::make_heap(range.begin(), range.end(), less);
  std::sort_heap(range.begin(), range.end(), less);
}

}  // namespace mlsec::inline base
