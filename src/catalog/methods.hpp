// The attacks that a program can run: a table. Which of the two tables a program has says what it is linked with
// (src/CMakeLists.txt).
#pragma once

#include <array>
#include <memory>
#include <span>

#include "attacks/program.hpp"
#include "base/type_list.hpp"

namespace mlsec::catalog {

/// What is known of an attack by type: decoding itself is the same for all, which keeps it out of their price.
struct Method {
  std::string_view id;
  /// Both null for an attack that this program does not have.
  std::unique_ptr<attacks::Program> (*make)() = nullptr;
  const detail::Layout& (*layout)() = nullptr;
};

/// Every attack there is, also those that this program does not have.
std::span<const Method> methods();

template <class Attack>
std::unique_ptr<attacks::Program> make_program() {
  return std::unique_ptr<attacks::Program>(new attacks::ProgramOf<Attack>());
}

template <class Attack>
constexpr Method method_of() {
  return {Attack::id, &make_program<Attack>, &detail::layout_of<typename Attack::Options>};
}

/// Of the attacks of both lists, those of the first can be run.
template <class... Here, class... Elsewhere>
constexpr auto methods_of(TypeList<Here...>, TypeList<Elsewhere...>) {
  return std::array<Method, sizeof...(Here) + sizeof...(Elsewhere)>{method_of<Here>()..., Method{Elsewhere::id}...};
}

}  // namespace mlsec::catalog
