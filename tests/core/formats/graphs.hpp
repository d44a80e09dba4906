// Graphs of files made by hand, and what is read from them.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "formats/model_graph.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec::test {

using Integers = std::vector<std::int64_t>;

inline nn::Constant floats(Shape shape, std::vector<float> values) { return {shape, std::move(values), {}}; }
inline nn::Constant integers(Integers values) {
  return {Shape{static_cast<std::int64_t>(values.size())}, {}, std::move(values)};
}

inline nn::NodeDescription node(std::string operation, std::vector<std::string> inputs, std::string output,
                                std::map<std::string, nn::Attribute, std::less<>> attributes = {}) {
  return {std::move(operation), output + "_node", std::move(inputs), {output}, std::move(attributes)};
}

inline std::shared_ptr<model::NetworkModel> loaded(const nn::GraphDescription& graph,
                                                   const formats::LoadOptions& options = {}) {
  auto model = formats::model_from(graph, options);
  if (!model.ok()) FAIL(model.error().message);
  return std::move(model).value();
}

inline void check_refused(const nn::GraphDescription& graph, const std::string& message,
                          ErrorCode code = ErrorCode::unsupported) {
  const auto refused = formats::model_from(graph, {});
  REQUIRE(!refused.ok());
  CHECK(refused.error().message == message);
  CHECK(refused.error().code == code);
  CHECK(refused.error().field == "model");
}

/// Images rows x height x width x channels as rows x channels x height x width.
inline std::vector<float> channels_first(std::span<const float> images, const Shape& image) {
  std::vector<float> result;
  const auto pixels = static_cast<std::size_t>(image[0] * image[1]), channels = static_cast<std::size_t>(image[2]);
  for (std::size_t start = 0; start < images.size(); start += pixels * channels)
    for (std::size_t channel = 0; channel < channels; ++channel)
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) result.push_back(images[start + pixel * channels + channel]);
  return result;
}

inline nn::GraphDescription described(const model::NetworkModel& model) {
  auto graph = formats::describe(model);
  REQUIRE(graph.ok());
  return std::move(graph).value();
}

}  // namespace mlsec::test
