#include "model/callback_model.hpp"

#include <cmath>

#include "base/math.hpp"
#include "base/text.hpp"

namespace mlsec::model {

Result<std::unique_ptr<Pass>> CallbackModel::forward(const Batch&, RandomKey) {
  return Error{ErrorCode::unsupported, "model", "A callback model answers through its function only."};
}

Result<std::vector<float>> CallbackModel::logits_from(std::span<const float> answer, std::size_t rows) const {
  const auto refuse = [](std::string message) {
    return Error{ErrorCode::callback_failed, "model", std::move(message)};
  };
  const std::size_t classes = output_.classes;
  const std::size_t wanted = kind_ == CallbackOutput::labels ? rows : rows * classes;
  if (answer.size() != wanted)
    return refuse(sentence({"The model function returned ", answer.size(), " numbers where ", wanted,
                            " were needed: ", wanted / rows, " for each of ", rows, " samples."}));
  for (float number : answer)
    if (!std::isfinite(number)) return refuse("The model function returned a number that is not finite.");
  std::vector<float> logits(rows * classes, 0.0f);
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const float number = answer[i];
    if (kind_ == CallbackOutput::logits) {
      logits[i] = number;
    } else if (kind_ == CallbackOutput::probabilities) {
      if (number < 0 || number > 1.0001f) return refuse("The model function returned a probability outside 0 ... 1.");
      // The floor keeps the logarithm of 0 finite.
      logits[i] = static_cast<float>(log(double{number < 1e-30f ? 1e-30f : number}));
    } else {
      if (number < 0 || number >= static_cast<float>(classes) || number != std::floor(number))
        return refuse(sentence({"The model function returned a label outside 0 ... ", classes - 1, "."}));
      logits[i * classes + static_cast<std::size_t>(number)] = 1;
    }
  }
  return logits;
}

}  // namespace mlsec::model
