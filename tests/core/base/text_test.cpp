#include "base/text.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "base/random.hpp"

namespace mlsec {
namespace {

using Limits = std::numeric_limits<double>;

/// Doubles of either sign and every magnitude.
double any_number(Random& random) {
  const double mantissa = 1 + double{random.uniform()} + double{random.uniform()} * 0x1p-24;
  return std::ldexp(random.below(2) == 0 ? mantissa : -mantissa, static_cast<int>(random.below(2040)) - 1020);
}

}  // namespace

TEST_CASE("numbers are written with up to seven digits and no more than they need") {
  CHECK(to_text(0) == "0");
  CHECK(to_text(-0.0) == "0");
  CHECK(to_text(1) == "1");
  CHECK(to_text(-1.5) == "-1.5");
  CHECK(to_text(0.3) == "0.3");
  CHECK(to_text(double{0.1f}) == "0.1");
  CHECK(to_text(1.0 / 3) == "0.3333333");
  CHECK(to_text(2.0 / 3) == "0.6666667");
  CHECK(to_text(1000000) == "1000000");
  CHECK(to_text(123456789) == "123456800");
  CHECK(to_text(999999.97) == "1000000");
  CHECK(to_text(9.9999999) == "10");
  CHECK(to_text(0.00001) == "0.00001");
  CHECK(to_text(0.0000123) == "0.0000123");
}

TEST_CASE("very large and very small numbers are written with an exponent") {
  CHECK(to_text(1e-6) == "1e-6");
  CHECK(to_text(1e-9) == "1e-9");
  CHECK(to_text(-1.25e-7) == "-1.25e-7");
  CHECK(to_text(1e15) == "1000000000000000");
  CHECK(to_text(1e16) == "1e16");
  CHECK(to_text(1.5e300) == "1.5e300");
  CHECK(to_text(Limits::max()) == "1.797693e308");
  CHECK(to_text(1e-305) == "1e-305");
  CHECK(to_text(Limits::denorm_min()) == "4.940656e-324");
}

TEST_CASE("nine digits carry a float exactly") {
  Random random(2, 0, Purpose::test);
  int wrong = 0;
  for (int i = 0; i < 3000; ++i) {
    const float number = std::ldexp(random.uniform(-1, 1), static_cast<int>(random.below(240)) - 120);
    const auto read = to_number(to_text(double{number}, 9));
    wrong += !read || static_cast<float>(*read) != number;
  }
  CHECK(wrong == 0);
  CHECK(to_text(double{-2.1179039f}, 9) == "-2.11790395");
}

TEST_CASE("what is no number is written as a word") {
  CHECK(to_text(Limits::quiet_NaN()) == "NaN");
  CHECK(to_text(Limits::infinity()) == "infinity");
  CHECK(to_text(-Limits::infinity()) == "-infinity");
}

TEST_CASE("a written number reads back as itself to seven digits, and is then written alike") {
  Random random(1, 0, Purpose::test);
  int wrong = 0;
  for (int i = 0; i < 3000; ++i) {
    const double number = any_number(random);
    const std::string text = to_text(number);
    const auto read = to_number(text);
    if (!read || std::fabs(*read - number) > 5.01e-7 * std::fabs(number) || to_text(*read) != text) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("numbers with few digits read back exactly") {
  int wrong = 0;
  for (int whole = -2000; whole <= 2000; ++whole)
    for (double scale : {1.0, 10.0, 1000.0, 1e6}) {
      const double number = whole / scale;
      if (to_number(to_text(number)) != number) ++wrong;
    }
  CHECK(wrong == 0);
}

TEST_CASE("plain decimals are read") {
  CHECK(to_number("0") == 0);
  CHECK(to_number("-12") == -12);
  CHECK(to_number("007") == 7);
  CHECK(to_number(".5") == 0.5);
  CHECK(to_number("5.") == 5);
  CHECK(to_number("-2.25e2") == -225);
  CHECK(to_number("1e-3") == 0.001);
  CHECK(to_number("1e300") == doctest::Approx(1e300));
  CHECK(to_number("1e-320") == 1e-320);
}

TEST_CASE("anything else is not read as a number") {
  for (const char* text :
       {"",   "-",   ".",     "-.",   "e5",    "1e",    "1e-", "--1",      "+1",  " 1",
        "1 ", "1,5", "1.2.3", "0x10", "1e5.0", "1e999", "NaN", "infinity", "one", "1234567890123456789012345678901"}) {
    CAPTURE(text);
    CHECK(!to_number(text));
  }
}

TEST_CASE("a sentence is its pieces, whole numbers in full") {
  const std::string name = "epsilon";
  CHECK(sentence({}).empty());
  CHECK(sentence({name, " must be ", 1, " ... ", 2.5, ", not ", std::string_view("none"), "."}) ==
        "epsilon must be 1 ... 2.5, not none.");
  CHECK(sentence({std::size_t{123456789}, "|", std::int64_t{-9007199254740991}, "|", 9007199254740991.0}) ==
        "123456789|-9007199254740991|9007199254740991");
  CHECK(sentence({1e20, "|", -0.1, "|", Limits::infinity()}) == "1e20|-0.1|infinity");
}

}  // namespace mlsec
