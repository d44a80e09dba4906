// One column of a table while its cells come in.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mlsec::formats::csv {

/// A place in the file, for errors.
struct Place {
  std::string_view field;
  std::size_t line;
  std::string_view column;
};

/// An Error about a cell: `csv: line 17, column 'age': "x" is no number.` with the field csv[17].age.
Error refuse_cell(ErrorCode code, const Place& place, std::string_view predicate);

class Column {
 public:
  enum class Kind { undecided, number, category };

  explicit Column(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  Kind kind() const { return kind_; }
  void hold_categories() { kind_ = Kind::category; }

  /// The first cell decides what an undecided column holds.
  Result<void> add(const std::string& cell, const Place& place, std::size_t most_categories, std::size_t longest);

  /// Of a numeric column, a number a row.
  const std::vector<float>& numbers() const { return numbers_; }

  /// Of a column of categories: their names, sorted, and the index among them for each row.
  std::vector<std::string> categories() const;
  std::vector<int> indices() const;

 private:
  std::string name_;
  Kind kind_ = Kind::undecided;
  std::vector<float> numbers_;
  std::map<std::string, int, std::less<>> codes_;  // numbered as they first came
  std::vector<int> coded_;
};

}  // namespace mlsec::formats::csv
