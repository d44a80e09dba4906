// A list of types, and a loop over it.
#pragma once

#include <cstddef>

namespace mlsec::inline base {

template <class... T>
struct TypeList {
  static constexpr std::size_t size = sizeof...(T);
};

namespace detail {
template <class... A, class... B>
TypeList<A..., B...> join(TypeList<A...>, TypeList<B...>);
}  // namespace detail

/// The types of one list, then those of another.
template <class A, class B>
using Joined = decltype(detail::join(A(), B()));

/// visit.template operator()<T>() for each T in order.
template <class... T, class Visit>
constexpr void for_each_type(TypeList<T...>, Visit&& visit) {
  (visit.template operator()<T>(), ...);
}

}  // namespace mlsec::inline base
