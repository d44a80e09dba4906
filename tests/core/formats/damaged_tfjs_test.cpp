// Files of TensorFlow.js that are not what they should be are refused, or read as some network: they are untrusted.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/random.hpp"
#include "formats/tfjs.hpp"
#include "tests/core/formats/graphs.hpp"
#include "tests/core/formats/tfjs_files.hpp"

namespace mlsec::formats {
namespace {

using Weights = std::vector<std::byte>;

/// Where runs of such characters start and how long they are.
template <class Is>
std::vector<std::pair<std::size_t, std::size_t>> runs_of(const std::string& text, Is is) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is(text[i])) continue;
    const std::size_t start = i;
    while (i < text.size() && is(text[i])) ++i;
    runs.emplace_back(start, i - start);
  }
  return runs;
}

void damage(std::string& json, Random& random) {
  const auto below = [&](std::size_t count) { return random.below(static_cast<std::uint32_t>(count)); };
  constexpr const char* numbers[] = {
      "0",    "-1",        "1",          "2",    "3",   "-2147483648",         "2147483647",
      "4097", "1048576",   "4294967296", "1e30", "0.5", "9223372036854775807", "null",
      "[]",   "[[[[1]]]]", "\"x\"",      "{}",   "true"};
  constexpr const char* names[] = {"same",     "x",       "Add",        "Conv2D", "Reshape", "StridedSlice",
                                   "GatherV2", "Pack",    "Mean",       "y:1",    "^flat",   "channels_first",
                                   "Dense",    "Flatten", "Sequential", "float16"};
  switch (below(6)) {
    case 0: {
      constexpr std::string_view odd = "{}[]\",:\\0x- \x01\xff";
      json[below(json.size())] = odd[below(odd.size())];
      break;
    }
    case 1:
      json.erase(below(json.size()), 1 + below(40));
      break;
    case 2:
      json.resize(below(json.size()));
      break;
    case 3: {
      const auto words = runs_of(json, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
      const auto [start, length] = words[below(words.size())];
      json.replace(start, length, names[below(std::size(names))]);
      break;
    }
    default: {
      const auto digits = runs_of(json, [](char c) { return c >= '0' && c <= '9'; });
      const auto [start, length] = digits[below(digits.size())];
      json.replace(start, length, numbers[below(std::size(numbers))]);
    }
  }
}

struct Outcomes {
  int read = 0, refused = 0;
};

void check(const std::string& json, const Weights& weights, Outcomes& outcomes) {
  const auto graph = read_tfjs({json, weights});
  (void)tfjs_weight_files(json);
  auto model = graph.ok() ? model_from(graph.value(), {}) : Result<std::shared_ptr<model::NetworkModel>>(graph.error());
  ++(model.ok() ? outcomes.read : outcomes.refused);
  if (!model.ok()) {
    CAPTURE(json);
    CHECK(model.error().message.ends_with('.'));
    CHECK(model.error().field == "model");
    CHECK(model.error().code != ErrorCode::internal);
    return;
  }
  const auto nodes = model.value()->network().nodes();
  if (std::all_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.shape.count() < 10'000; }))
    test::logits_of(*model.value(), 1, std::vector<float>(model.value()->input().shape.count(), 0.5f));
}

}  // namespace

TEST_CASE("damaged descriptions of TensorFlow.js are refused or read") {
  Outcomes outcomes;
  std::uint64_t seed = 0;
  for (const test::TfjsFile& file : test::tfjs_files()) {
    const Weights weights = test::bytes_of(file.base64);
    for (int i = 0; i < 150; ++i) {
      Random random(++seed, 3, Purpose::test);
      std::string json(file.json);
      for (std::uint32_t changes = 1 + random.below(2); changes > 0 && json.size() > 1'000; --changes) damage(json, random);
      check(json, weights, outcomes);
    }
  }
  CHECK(outcomes.read > 100);
  CHECK(outcomes.refused > 500);
}

TEST_CASE("weights of TensorFlow.js that are too short, too long or not numbers are refused") {
  for (const test::TfjsFile& file : test::tfjs_files()) {
    Weights weights = test::bytes_of(file.base64);
    const auto code_of = [&](const Weights& given) {
      const auto graph = read_tfjs({file.json, given});
      REQUIRE(!graph.ok());
      return graph.error().code;
    };
    Weights longer = weights, shorter = weights;
    longer.push_back(std::byte{0});
    shorter.pop_back();
    CHECK(code_of(longer) == ErrorCode::malformed);
    CHECK(code_of(shorter) == ErrorCode::malformed);
    CHECK(code_of({}) == ErrorCode::malformed);
    std::fill(weights.begin(), weights.end(), std::byte{0xff});
    if (file.json.find("uint") == std::string_view::npos) CHECK(code_of(weights) != ErrorCode::internal);
  }
}

}  // namespace mlsec::formats
