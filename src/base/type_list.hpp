// A list of types, and a loop over it.
#pragma once

#include <cstddef>

namespace mlsec::inline base {

template <class... T>
struct TypeList {
  static constexpr std::size_t size = sizeof...(T);
};

/// visit.template operator()<T>() for each T in order.
template <class... T, class Visit>
constexpr void for_each_type(TypeList<T...>, Visit&& visit) {
  (visit.template operator()<T>(), ...);
}

}  // namespace mlsec::inline base
