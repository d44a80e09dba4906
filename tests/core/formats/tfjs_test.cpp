// Models of TensorFlow.js give what they give there.
#include "formats/tfjs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/formats/graphs.hpp"
#include "tests/core/formats/tfjs_files.hpp"

namespace mlsec::formats {
namespace {

using test::TfjsFile;

std::shared_ptr<model::NetworkModel> model_of(const TfjsFile& file) {
  const auto weights = test::bytes_of(file.base64);
  auto graph = read_tfjs({file.json, weights});
  if (!graph.ok()) FAIL((std::string(file.name) + ": " + graph.error().message));
  return test::loaded(graph.value());
}

void apply_softmax(std::span<float> row) {
  double sum = 0;
  for (float value : row) sum += std::exp(double{value});
  for (float& value : row) value = static_cast<float>(std::exp(double{value}) / sum);
}

}  // namespace

TEST_CASE("models of TensorFlow.js give its outputs") {
  for (const TfjsFile& file : test::tfjs_files()) {
    CAPTURE(file.name);
    const auto model = model_of(file);
    constexpr std::size_t rows = 2;
    auto outputs = test::logits_of(*model, rows, test::inputs_of(file, rows * model->input().shape.count()));
    REQUIRE(outputs.size() == file.expected.size());
    const std::size_t classes = outputs.size() / rows;
    if (file.softmax)
      for (std::size_t row = 0; row < rows; ++row) apply_softmax(std::span(outputs).subspan(row * classes, classes));
    float largest = 0, error = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      largest = std::max(largest, std::fabs(file.expected[i]));
      error = std::max(error, std::fabs(outputs[i] - file.expected[i]));
    }
    CHECK(error <= 3e-6f * largest);
  }
}

}  // namespace mlsec::formats
