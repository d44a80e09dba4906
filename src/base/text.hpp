// Text out of pieces, numbers as text and back.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace mlsec::inline base {

/// Up to 7 significant digits: "0.3", "1000000", "1e-9". With 9 a float reads back as itself.
std::string to_text(double number, int significant_digits = 7);

/// What to_text writes, and other plain decimals; nothing for anything else.
std::optional<double> to_number(std::string_view text);

/// One piece of a sentence: text or a number.
class Piece {
 public:
  Piece(const char* text) : text_(text) {}
  Piece(std::string_view text) : text_(text) {}
  Piece(const std::string& text) : text_(text) {}
  template <std::integral T>
  Piece(T number) : number_(static_cast<double>(number)), is_number_(true) {}
  Piece(double number) : number_(number), is_number_(true) {}

  void append_to(std::string& out) const;

 private:
  std::string_view text_;
  double number_ = 0;
  bool is_number_ = false;
};

/// "relu, tanh": one more name at the end of a list.
void append_name(std::string& list, std::string_view name);

/// The pieces one after another. Much smaller code than a chain of + with its temporaries. Integers are whole to 2^53.
std::string sentence(std::initializer_list<Piece> pieces);

}  // namespace mlsec::inline base
