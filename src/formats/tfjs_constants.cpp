#include "formats/tfjs_constants.hpp"

#include <algorithm>
#include <cmath>

namespace mlsec::formats::tfjs {

namespace {

using nn::Constant;

/// The extents to which both are broadcast, aligned at the last axis.
std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  Shape result = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  for (std::size_t back = 1; back <= shorter.rank(); ++back) {
    std::int64_t& extent = result[result.rank() - back];
    const std::int64_t other = shorter[shorter.rank() - back];
    if (extent != other && extent != 1 && other != 1) return std::nullopt;
    if (extent == 1) extent = other;
  }
  return result;
}

/// How far apart places along each axis of the result are in an operand.
Integers strides_in(const Shape& operand, const Shape& result) {
  Integers strides(result.rank(), 0);
  std::int64_t stride = 1;
  for (std::size_t back = 1; back <= operand.rank(); ++back) {
    const std::int64_t extent = operand[operand.rank() - back];
    if (extent != 1) strides[result.rank() - back] = stride;
    stride *= extent;
  }
  return strides;
}

/// Two places that go through a shape in its order.
template <class Visit>
void for_each_place(const Shape& shape, const Integers& a, const Integers& b, Visit visit) {
  Integers at(shape.rank(), 0);
  std::int64_t in_a = 0, in_b = 0;
  for (std::size_t i = shape.count(); i-- > 0;) {
    visit(static_cast<std::size_t>(in_a), static_cast<std::size_t>(in_b));
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
      in_a += a[axis];
      in_b += b[axis];
      if (++at[axis] < shape[axis]) break;
      in_a -= a[axis] * shape[axis];
      in_b -= b[axis] * shape[axis];
      at[axis] = 0;
    }
  }
}

struct Combination {
  std::string_view name;
  double (*of)(double a, double b);
};
constexpr Combination combinations[] = {{"Add", [](double a, double b) { return a + b; }},
                                        {"Sub", [](double a, double b) { return a - b; }},
                                        {"Mul", [](double a, double b) { return a * b; }},
                                        {"Div", [](double a, double b) { return a / b; }},
                                        {"FloorDiv", [](double a, double b) { return std::floor(a / b); }},
                                        {"Max", [](double a, double b) { return a > b ? a : b; }},
                                        {"Min", [](double a, double b) { return a < b ? a : b; }}};

struct Map {
  std::string_view name;
  double (*of)(double x);
  bool keeps_whole;  // whether it makes a whole number of one
};
constexpr Map maps[] = {{"Neg", [](double x) { return -x; }, true},
                        {"Square", [](double x) { return x * x; }, true},
                        {"Relu", [](double x) { return x > 0 ? x : 0; }, true},
                        {"Sqrt", [](double x) { return std::sqrt(x); }, false},
                        {"Rsqrt", [](double x) { return 1 / std::sqrt(x); }, false},
                        {"Exp", [](double x) { return std::exp(x); }, false},
                        {"Log", [](double x) { return std::log(x); }, false}};

template <class Entry, std::size_t count>
const Entry* entry_of(const Entry (&table)[count], std::string_view name) {
  for (const Entry& entry : table)
    if (entry.name == name) return &entry;
  return nullptr;
}

double number_at(const Constant& x, std::size_t place) {
  return is_integral(x) ? static_cast<double>(x.integers[place]) : double{x.floats[place]};
}

/// Appends a number; false where it does not fit.
bool append(Constant& to, bool integral, double number) {
  if (integral) {
    if (!(std::fabs(number) <= 0x1p53)) return false;
    to.integers.push_back(static_cast<std::int64_t>(number));
  } else {
    to.floats.push_back(static_cast<float>(number));
    if (!std::isfinite(to.floats.back())) return false;
  }
  return true;
}

bool has_open(const Constant& x) {
  return std::find(x.integers.begin(), x.integers.end(), open_extent) != x.integers.end();
}

}  // namespace

std::optional<Constant> combined(std::string_view operation, const Constant& a, const Constant& b, std::size_t most) {
  const auto shape = broadcast(a.shape, b.shape);
  const Combination* combination = entry_of(combinations, operation);
  if (!shape || !combination || shape->count() > most || has_open(a) || has_open(b)) return std::nullopt;
  const bool integral = is_integral(a) && is_integral(b);
  Constant result{*shape, {}, {}};
  bool fits = true;
  for_each_place(*shape, strides_in(a.shape, *shape), strides_in(b.shape, *shape),
                 [&](std::size_t in_a, std::size_t in_b) {
                   fits = fits && append(result, integral, combination->of(number_at(a, in_a), number_at(b, in_b)));
                 });
  return fits ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<Constant> mapped(std::string_view operation, const Constant& x) {
  const Map* map = entry_of(maps, operation);
  const bool integral = is_integral(x);
  if (!map || has_open(x) || (integral && !map->keeps_whole)) return std::nullopt;
  Constant result{x.shape, {}, {}};
  for (std::size_t i = 0; i < x.shape.count(); ++i)
    if (!append(result, integral, map->of(number_at(x, i)))) return std::nullopt;
  return result;
}

Constant taken(const Constant& x, const std::vector<Integers>& places) {
  Constant result{x.shape, {}, {}};
  Integers strides(x.shape.rank(), 1);
  for (std::size_t axis = x.shape.rank(); axis-- > 1;) strides[axis - 1] = strides[axis] * x.shape[axis];
  for (std::size_t axis = 0; axis < places.size(); ++axis)
    result.shape[axis] = static_cast<std::int64_t>(places[axis].size());
  Integers at(x.shape.rank(), 0);
  for (std::size_t i = result.shape.count(); i-- > 0;) {
    std::int64_t place = 0;
    for (std::size_t axis = 0; axis < at.size(); ++axis)
      place += places[axis][static_cast<std::size_t>(at[axis])] * strides[axis];
    const auto from = static_cast<std::size_t>(place);
    if (is_integral(x))
      result.integers.push_back(x.integers[from]);
    else
      result.floats.push_back(x.floats[from]);
    for (std::size_t axis = at.size(); axis-- > 0;) {
      if (++at[axis] < result.shape[axis]) break;
      at[axis] = 0;
    }
  }
  return result;
}

std::optional<Constant> joined(const std::vector<const Constant*>& parts, std::size_t axis) {
  if (parts.empty() || axis >= parts[0]->shape.rank()) return std::nullopt;
  Constant result{parts[0]->shape, {}, {}};
  result.shape[axis] = 0;
  std::size_t outer = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= static_cast<std::size_t>(result.shape[i]);
  for (const Constant* part : parts) {
    Shape others = part->shape;
    if (others.rank() != result.shape.rank() || is_integral(*part) != is_integral(*parts[0])) return std::nullopt;
    others[axis] = result.shape[axis];
    if (!(others == result.shape)) return std::nullopt;
    result.shape[axis] += part->shape[axis];
  }
  for (std::size_t row = 0; row < outer; ++row)
    for (const Constant* part : parts) {
      const std::size_t width = part->shape.count() / outer;
      for (std::size_t i = row * width; i < (row + 1) * width; ++i)
        if (is_integral(*part))
          result.integers.push_back(part->integers[i]);
        else
          result.floats.push_back(part->floats[i]);
    }
  return result;
}

std::optional<Constant> as_floats(const Constant& x) {
  if (!is_integral(x)) return x;
  if (has_open(x)) return std::nullopt;
  Constant result{x.shape, {}, {}};
  for (std::int64_t integer : x.integers) result.floats.push_back(static_cast<float>(integer));
  return result;
}

std::optional<Constant> as_integers(const Constant& x) {
  if (is_integral(x)) return x;
  Constant result{x.shape, {}, {}};
  for (float number : x.floats)
    if (!append(result, true, std::trunc(double{number}))) return std::nullopt;
  return result;
}

}  // namespace mlsec::formats::tfjs
