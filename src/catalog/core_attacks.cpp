// The table of the core: what is in the pack it knows by name only.
#include "catalog/attacks.hpp"
#include "catalog/methods.hpp"

namespace mlsec::catalog {

std::span<const Method> methods() {
  static constexpr auto table = methods_of(CoreAttacks{}, FurtherAttacks{});
  return table;
}

}  // namespace mlsec::catalog
