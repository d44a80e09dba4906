#include "attacks/program.hpp"

#include "base/text.hpp"

namespace mlsec::attacks {

Result<void> check_per_sample_size(std::string_view name, PerSampleSize size, std::size_t rows, std::size_t features) {
  const std::size_t wanted = size.features ? rows * features : rows;
  if (size.entries == wanted) return {};
  return Error{ErrorCode::shape_mismatch, std::string(name),
               sentence({name, " must have ", wanted,
                         size.features ? " entries, one for each feature of each sample, not "
                                       : " entries, one for each sample, not ",
                         size.entries, "."})};
}

std::unique_ptr<Program> Program::with_epsilon(double epsilon) const {
  auto changed = copy();
  *changed->epsilon_option() = epsilon;
  return changed;
}

Result<void> check_classes(const std::optional<std::vector<int>>& list, std::string_view name, std::size_t classes) {
  if (!list) return {};
  for (std::size_t i = 0; i < list->size(); ++i)
    if (static_cast<std::size_t>((*list)[i]) >= classes) {
      const std::string place = std::string(name) + "[" + std::to_string(i) + "]";
      return Error{ErrorCode::out_of_range, place,
                   sentence({place, " is ", (*list)[i], ", but the model's classes are 0 ... ", classes - 1, "."})};
    }
  return {};
}

}  // namespace mlsec::attacks
