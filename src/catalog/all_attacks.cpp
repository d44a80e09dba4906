// The table of all attacks.
#include "catalog/attacks.hpp"
#include "catalog/methods.hpp"

namespace mlsec::catalog {

std::span<const Method> methods() {
  static constexpr auto table = methods_of(Attacks{}, TypeList<>{});
  return table;
}

}  // namespace mlsec::catalog
