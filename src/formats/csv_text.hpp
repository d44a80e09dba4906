// The text of CSV files (RFC 4180): lines of cells, and the numbers in cells.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mlsec::formats::csv {

/// Reads line after line. A cell in quotes may hold delimiters, line breaks and, doubled, quotes. Lines end with CR LF,
/// LF or CR; empty ones are passed over.
class LineReader {
 public:
  /// `field` is the public name of the file, for errors.
  LineReader(std::string_view text, char delimiter, std::string_view field)
      : text_(text), delimiter_(delimiter), field_(field) {}

  /// Puts the next line's cells into `cells`; false at the end of the text. Broken quotes are malformed.
  Result<bool> next(std::vector<std::string>& cells);

  /// The number in the file of the line that next() has read, from 1.
  std::size_t line() const { return line_; }

 private:
  bool take_line_break();
  Result<void> take_cell(std::string& cell);

  std::string_view text_;
  char delimiter_;
  std::string_view field_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;       // of the line read last
  std::size_t next_line_ = 1;  // of what comes at at_
};

/// A decimal number as programs of any locale write it, with a point: "12", "-0.5", "+1.5E-7", ".5". Spaces around it
/// do not count. Nothing for anything else, infinity and NaN included.
std::optional<double> to_number(std::string_view cell);

}  // namespace mlsec::formats::csv
