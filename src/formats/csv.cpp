#include "formats/csv.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/sort.hpp"
#include "base/text.hpp"
#include "formats/csv_column.hpp"
#include "formats/csv_text.hpp"

namespace mlsec::formats {
namespace csv {
namespace {

class TableReader {
 public:
  TableReader(const CsvOptions& options, std::string_view field, const CsvLimits& limits)
      : options_(options), field_(field), limits_(limits) {}

  Result<CsvTable> read(std::string_view text) {
    constexpr char delimiters[] = {',', ';', '\t'};
    LineReader lines(text, delimiters[static_cast<std::size_t>(options_.delimiter)], field_);
    std::vector<std::string> cells;
    for (std::size_t rows = 0;; ++rows) {
      MLSEC_TRY(bool more, lines.next(cells));
      if (more && columns_.empty()) {
        MLSEC_TRY_VOID(name_columns(cells, lines.line()));
        if (options_.header) {
          MLSEC_TRY(more, lines.next(cells));
        }
      }
      if (!more && rows == 0) return refuse(ErrorCode::malformed, "the file has no rows.");
      if (!more) return assemble(rows);
      MLSEC_TRY_VOID(add_row(cells, lines.line()));
    }
  }

 private:
  Error refuse(ErrorCode code, std::string_view predicate) const {
    return {code, std::string(field_), sentence({field_, ": ", predicate})};
  }
  Error refuse_line(ErrorCode code, std::size_t line, std::initializer_list<Piece> pieces) const {
    return {code, sentence({field_, "[", line, "]"}), sentence({field_, ": line ", line, " ", sentence(pieces)})};
  }

  /// Names the columns by the cells of the first line or by number, and finds those that the options name.
  Result<void> name_columns(const std::vector<std::string>& cells, std::size_t line) {
    if (cells.size() > limits_.columns)
      return refuse_line(ErrorCode::too_large, line, {"has more than ", limits_.columns, " cells."});
    std::set<std::string_view> names;
    columns_.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      columns_.emplace_back(options_.header && !cells[i].empty() ? cells[i] : std::to_string(i));
      const std::string& name = columns_.back().name();
      if (name.size() > limits_.text_length)
        return refuse_line(ErrorCode::too_large, line, {"holds a name of more than ", limits_.text_length, " bytes."});
      if (!names.insert(name).second)
        return refuse_cell(ErrorCode::malformed, {field_, line, name}, "another column has the same name.");
    }
    is_ignored_.assign(columns_.size(), false);
    target_ = columns_.size() - 1;
    if (options_.target) {
      MLSEC_TRY(target_, find(*options_.target, "target"));
    }
    for (std::size_t i = 0; i < options_.ignore.size(); ++i) {
      MLSEC_TRY(const std::size_t column, find(options_.ignore[i], sentence({"ignore[", i, "]"})));
      if (column == target_)
        return Error{ErrorCode::out_of_range, sentence({"ignore[", i, "]"}),
                     sentence({"ignore[", i, "] is the target, which cannot be left out."})};
      is_ignored_[column] = true;
    }
    for (std::size_t i = 0; i < options_.categorical.size(); ++i) {
      MLSEC_TRY(const std::size_t column, find(options_.categorical[i], sentence({"categorical[", i, "]"})));
      columns_[column].hold_categories();
    }
    if (options_.target_kind == TargetKind::number && columns_[target_].kind() == Column::Kind::category)
      return Error{ErrorCode::unsupported, "categorical",
                   "categorical names the target, which targetKind wants to be a number."};
    const auto features = std::count(is_ignored_.begin(), is_ignored_.end(), false) - 1;
    if (features == 0) return refuse(ErrorCode::malformed, "the file has no column beside the target.");
    return {};
  }

  Result<std::size_t> find(const std::string& name, const std::string& option) const {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].name() == name) return i;
    if (!name.empty() && name.size() < 9 && name.find_first_not_of("0123456789") == std::string::npos) {
      const auto index = static_cast<std::size_t>(*to_number(name));
      if (index < columns_.size()) return index;
    }
    std::string known;
    for (std::size_t i = 0; i < columns_.size() && i < 10; ++i) known += (i ? ", " : "") + columns_[i].name();
    return Error{ErrorCode::unknown_name, option,
                 sentence({option, ": there is no column '", name, "'; there are ", known,
                           columns_.size() > 10 ? " and others." : "."})};
  }

  Result<void> add_row(const std::vector<std::string>& cells, std::size_t line) {
    if (cells.size() != columns_.size())
      return refuse_line(ErrorCode::malformed, line,
                         {"has ", cells.size(), " cells, but there are ", columns_.size(), " columns."});
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (is_ignored_[i]) continue;
      const Place place{field_, line, columns_[i].name()};
      MLSEC_TRY_VOID(columns_[i].add(cells[i], place, limits_.categories, limits_.text_length));
      if (i == target_ && options_.target_kind == TargetKind::number && columns_[i].kind() == Column::Kind::category)
        return refuse_cell(ErrorCode::malformed, place, "the target must be a number.");
    }
    return {};
  }

  Result<CsvTable> assemble(std::size_t rows) const {
    CsvTable table;
    table.rows = rows;
    name_features(table);
    const std::size_t features = table.feature_names.size();
    if (features > limits_.elements / rows)
      return refuse(ErrorCode::too_large,
                    sentence({"the table would have ", rows, " rows of ", features, " numbers, which is too large."}));
    fill_inputs(table);
    MLSEC_TRY_VOID(fill_target(table));
    return table;
  }

  bool is_feature(std::size_t column) const { return column != target_ && !is_ignored_[column]; }

  void name_features(CsvTable& table) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Column& column = columns_[i];
      if (!is_feature(i)) continue;
      if (column.kind() == Column::Kind::number) {
        table.feature_names.push_back(column.name());
        continue;
      }
      const std::vector<std::string> categories = column.categories();
      table.groups.push_back({table.feature_names.size(), categories.size()});
      for (const std::string& category : categories)
        table.feature_names.push_back(sentence({column.name(), "=", category}));
    }
  }

  void fill_inputs(CsvTable& table) const {
    const std::size_t features = table.feature_names.size();
    table.inputs.assign(table.rows * features, 0.0f);
    std::size_t first = 0, group = 0;  // of the column's features
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Column& column = columns_[i];
      if (!is_feature(i)) continue;
      if (column.kind() == Column::Kind::number) {
        for (std::size_t row = 0; row < table.rows; ++row) table.inputs[row * features + first] = column.numbers()[row];
        ++first;
        continue;
      }
      const std::vector<int> indices = column.indices();
      for (std::size_t row = 0; row < table.rows; ++row)
        table.inputs[row * features + first + static_cast<std::size_t>(indices[row])] = 1.0f;
      first += table.groups[group++].count;
    }
  }

  Result<void> fill_target(CsvTable& table) const {
    const Column& target = columns_[target_];
    if (options_.target_kind == TargetKind::number) {
      table.targets = target.numbers();
      return {};
    }
    if (target.kind() == Column::Kind::category) {
      table.class_names = target.categories();
      table.labels = target.indices();
      return {};
    }
    std::vector<float> classes = target.numbers();
    sort(classes);
    const bool whole = std::all_of(classes.begin(), classes.end(), [](float each) { return each == std::floor(each); });
    if (whole && classes.front() == 0 && classes.back() < static_cast<float>(limits_.categories)) {
      for (int index = 0; index <= static_cast<int>(classes.back()); ++index)
        table.class_names.push_back(std::to_string(index));
      for (float number : target.numbers()) table.labels.push_back(static_cast<int>(number));
      return {};
    }
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    if (classes.size() > limits_.categories)
      return refuse(ErrorCode::too_large,
                    sentence({"the target has more than ", limits_.categories,
                              " different numbers, too many for classes; targetKind 'number' takes it as numbers."}));
    for (float number : classes) table.class_names.push_back(to_text(double{number}, 9));
    for (float number : target.numbers())
      table.labels.push_back(
          static_cast<int>(std::lower_bound(classes.begin(), classes.end(), number) - classes.begin()));
    return {};
  }

  const CsvOptions& options_;
  std::string_view field_;
  const CsvLimits& limits_;
  std::vector<Column> columns_;
  std::vector<char> is_ignored_;  // of each column, true or false
  std::size_t target_ = 0;
};

}  // namespace
}  // namespace csv

Result<CsvTable> read_csv(std::span<const std::byte> file, const CsvOptions& options, std::string_view field,
                          const CsvLimits& limits) {
  const auto refuse = [&](ErrorCode code, std::string_view predicate) {
    return Error{code, std::string(field), sentence({field, ": the file ", predicate})};
  };
  if (file.size() > limits.file_bytes) return refuse(ErrorCode::too_large, "is larger than 256 MiB.");
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return refuse(ErrorCode::unsupported, "is UTF-16; it must be UTF-8.");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return csv::TableReader(options, field, limits).read(text);
}

}  // namespace mlsec::formats
