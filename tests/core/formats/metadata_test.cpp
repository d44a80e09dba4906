#include "formats/metadata.hpp"

#include <doctest/doctest.h>

#include "base/decode.hpp"
#include "formats/model_graph.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec::formats {
namespace {

using Labels = std::vector<std::string>;

/// A model of three classes with these bounds and labels.
std::unique_ptr<model::NetworkModel> model_with(float lower, float upper, Labels labels) {
  model::InputSpecification input = model::plain_input({2});
  input.lower = lower;
  input.upper = upper;
  return std::make_unique<model::NetworkModel>("test", test::dense_network(2, {3}), input,
                                               model::OutputSpecification{3, std::move(labels)});
}

std::shared_ptr<model::NetworkModel> read_back(const model::NetworkModel& model, const LoadOptions& options = {}) {
  auto read = model_from(describe(model).value(), options);
  if (!read.ok()) FAIL(read.error().message);
  return std::move(read).value();
}

}  // namespace

TEST_CASE("bounds travel exactly, whatever their digits") {
  for (const auto& [lower, upper] :
       {std::pair{0.0f, 1.0f}, {-1.0f, 1.0f}, {-2.1179039f, 2.6400001f}, {0.1f, 16777215.0f}, {-1e-20f, 3.3e30f}}) {
    const auto read = read_back(*model_with(lower, upper, {"a", "b", "c"}));
    CHECK(read->input().lower == lower);
    CHECK(read->input().upper == upper);
  }
}

TEST_CASE("labels travel, empty ones and first ones too; a line break becomes a space") {
  CHECK(read_back(*model_with(0, 1, {"cat", "dog, big", "größer"}))->output().labels ==
        Labels{"cat", "dog, big", "größer"});
  CHECK(read_back(*model_with(0, 1, {"", "", "x"}))->output().labels == Labels{"", "", "x"});
  CHECK(read_back(*model_with(0, 1, {"", "", ""}))->output().labels == Labels{"", "", ""});
  CHECK(read_back(*model_with(0, 1, {"two\nlines", "b", "c"}))->output().labels == Labels{"two lines", "b", "c"});
}

TEST_CASE("without metadata bounds are 0 and 1 and labels are numbers") {
  nn::GraphDescription graph = describe(*model_with(-1, 5, {"a", "b", "c"})).value();
  graph.metadata.clear();
  const auto model = model_from(graph, {});
  REQUIRE(model.ok());
  CHECK(model.value()->input().lower == 0);
  CHECK(model.value()->input().upper == 1);
  CHECK(model.value()->output().labels == Labels{"0", "1", "2"});
}

TEST_CASE("options come before what the file says") {
  LoadOptions options;
  options.name = "mine";
  options.bounds = std::vector<double>{-3, 3};
  options.labels = Labels{"x", "y", "z"};
  const auto model = read_back(*model_with(0, 1, {"a", "b", "c"}), options);
  CHECK(model->name() == "mine");
  CHECK(model->input().lower == -3);
  CHECK(model->input().upper == 3);
  CHECK(model->output().labels == Labels{"x", "y", "z"});
}

TEST_CASE("labels for another number of classes are refused") {
  LoadOptions options;
  options.labels = Labels{"x", "y"};
  const auto refused = model_from(describe(*model_with(0, 1, {"a", "b", "c"})).value(), options);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::shape_mismatch);
  CHECK(refused.error().field == "labels");
  CHECK(refused.error().message == "labels must name the model's 3 classes; there are 2.");
}

TEST_CASE("bounds in the options must be two numbers in order") {
  for (const ValueList& bounds : {ValueList{1}, ValueList{1, 1}, ValueList{2, 1}, ValueList{0, 1, 2}}) {
    LoadOptions options;
    const auto refused = decode(ValueObject{{"bounds", bounds}}, options);
    REQUIRE(!refused.ok());
    CHECK(refused.error().field == "bounds");
    CHECK(refused.error().message == "bounds must be two numbers, the smaller one first.");
  }
}

TEST_CASE("metadata that is not what it should be is refused") {
  const auto outcome_of = [](Metadata metadata) {
    model::InputSpecification input;
    model::OutputSpecification output{3, {}};
    return read_metadata(metadata, input, output);
  };
  CHECK(outcome_of({{"unknown", "x"}}).ok());
  for (const Metadata& metadata : {Metadata{{"mlsec.lower", "zero"}},
                                   {{"mlsec.upper", ""}},
                                   {{"mlsec.lower", "2"}},
                                   {{"mlsec.lower", "1"}, {"mlsec.upper", "1"}},
                                   {{"mlsec.upper", "1e300"}}}) {
    const auto refused = outcome_of(metadata);
    REQUIRE(!refused.ok());
    CHECK(refused.error().code == ErrorCode::malformed);
    CHECK(refused.error().message == "The model file's bounds are not two numbers, the smaller one first.");
  }
  const auto few = outcome_of({{"mlsec.labels", "a\nb"}});
  REQUIRE(!few.ok());
  CHECK(few.error().message == "The model file names another number of classes than it has.");
}

}  // namespace mlsec::formats
