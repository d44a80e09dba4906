// Tables as CSV files (RFC 4180), as features and labels.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/schema.hpp"

namespace mlsec::formats {

enum class Delimiter { comma, semicolon, tab };
constexpr std::array<std::string_view, 3> enum_names(Delimiter) { return {",", ";", "\t"}; }

/// What the target column is to be: the index of a class, or the number itself.
enum class TargetKind { class_index, number };
constexpr std::array<std::string_view, 2> enum_names(TargetKind) { return {"class", "number"}; }

struct CsvOptions {
  Delimiter delimiter = Delimiter::comma;
  bool header = true;
  std::optional<std::string> target = {};
  TargetKind target_kind = TargetKind::class_index;
  std::vector<std::string> categorical = {};
  std::vector<std::string> ignore = {};
  static constexpr auto schema() {
    return mlsec::schema(
        field("delimiter", &CsvOptions::delimiter, "What stands between cells."),
        field("header", &CsvOptions::header, "The first line holds the names of the columns."),
        field("target", &CsvOptions::target, "The column with the labels: its name, or its index from 0.")
            .otherwise("the last column"),
        field("targetKind", &CsvOptions::target_kind, "Whether labels are classes or numbers."),
        field("categorical", &CsvOptions::categorical,
              "Columns whose numbers are names of categories: names, or indices from 0."),
        field("ignore", &CsvOptions::ignore, "Columns that are left out: names, or indices from 0."));
  }
};

/// What a file may hold at most: data files are untrusted input.
struct CsvLimits {
  std::size_t file_bytes = std::size_t{256} << 20;
  std::size_t columns = 20'000;
  std::size_t categories = 1'000;                // of one column, or classes
  std::size_t text_length = 1'000;               // of a name or category, in bytes
  std::size_t elements = std::size_t{64} << 20;  // rows x features
};

/// Features that are one category each of the same column: one of them is 1, the others are 0.
struct OneHotGroup {
  std::size_t first = 0, count = 0;
};

struct CsvTable {
  std::size_t rows = 0;
  std::vector<float> inputs;               // row after row
  std::vector<std::string> feature_names;  // a column's name, or "colour=red" for one category of it
  std::vector<OneHotGroup> groups;
  std::vector<int> labels;  // empty where the target is a number
  std::vector<std::string> class_names;
  std::vector<float> targets;  // empty where the target is a class
};

/// A column is numeric where its first cell is a number, and holds categories otherwise; those are sorted by their
/// bytes, numeric classes by their value. But numeric labels that are whole and begin at 0 are class indices already,
/// of which some may not occur. Columns keep their order.
///
/// `field` is the public name of the file; errors name lines as "csv[17]" and cells as "csv[17].age", lines counted
/// from 1 as editors do. Codes: malformed (quotes, the number of cells, an empty cell, text in a numeric column ...),
/// unknown_name (a column in the options), out_of_range, unsupported (UTF-16), too_large.
Result<CsvTable> read_csv(std::span<const std::byte> file, const CsvOptions& options, std::string_view field = "csv",
                          const CsvLimits& limits = {});

}  // namespace mlsec::formats
