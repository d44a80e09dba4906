// Runs cases of ONNX's conformance suite: folders with model.onnx, test_data_set_0/input_N.pb and output_N.pb. Prints a
// line for each: its verdict (passed, refused or failed), its operations, and why. See docs/conformance.md.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <set>
#include <string>
#include <vector>

#include "formats/graph_network.hpp"
#include "formats/onnx.hpp"
#include "formats/onnx_allowance.hpp"
#include "formats/onnx_tensor.hpp"

namespace mlsec::formats {

namespace {

namespace files = std::filesystem;
using nn::Constant;
using nn::GraphDescription;

std::vector<std::byte> bytes_of(const files::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::vector<char> characters{std::istreambuf_iterator<char>(stream), {}};
  std::vector<std::byte> bytes(characters.size());
  std::transform(characters.begin(), characters.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}

/// input_0.pb, input_1.pb ...; nothing where one of them is no tensor of numbers.
std::optional<std::vector<Constant>> tensors_in(const files::path& folder, const std::string& kind) {
  std::vector<Constant> tensors;
  onnx::Allowance allowance{Limits{}};
  for (int i = 0;; ++i) {
    const files::path path = folder / (kind + "_" + std::to_string(i) + ".pb");
    if (!files::exists(path)) return tensors;
    const std::vector<std::byte> bytes = bytes_of(path);
    try {
      auto tensor = onnx::read_tensor({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                      onnx::Subject{"tensor", kind}, allowance);
      if (!tensor.ok()) return std::nullopt;
      tensors.push_back(std::move(tensor).value().constant);
    } catch (const protozero::exception&) {
      return std::nullopt;
    }
  }
}

/// As the suite compares: |a - b| <= 1e-7 + 1e-3 |b|.
bool close(float a, double b) { return std::fabs(double{a} - b) <= 1e-7 + 1e-3 * std::fabs(b); }

struct Verdict {
  enum Kind { passed, refused, failed } kind;
  std::string reason;
};

struct Case {
  std::vector<std::byte> file;
  std::vector<std::string> input_names;  // of the graph, those that are no initialisers
  std::vector<Constant> inputs, outputs;
};

std::vector<double> numbers_of(const Constant& constant) {
  if (constant.floats.empty()) return {constant.integers.begin(), constant.integers.end()};
  return {constant.floats.begin(), constant.floats.end()};
}

/// One output, with some inputs as constants of the model.
Verdict run(const Case& test, const std::vector<bool>& frozen, FirstAxis first_axis, std::size_t output) {
  Constants given;
  for (std::size_t i = 0; i < test.inputs.size(); ++i)
    if (frozen[i]) given[test.input_names[i]] = test.inputs[i];
  auto graph = read_onnx(test.file, {}, given);
  if (!graph.ok()) return {Verdict::refused, graph.error().message};
  GraphDescription& description = graph.value();
  if (output >= description.outputs.size()) return {Verdict::refused, "The model has fewer outputs than the case."};
  description.outputs = {description.outputs[output]};
  std::vector<const Constant*> variable;
  for (nn::ValueDescription& input : description.inputs) {
    const auto name = std::find(test.input_names.begin(), test.input_names.end(), input.name);
    variable.push_back(&test.inputs[static_cast<std::size_t>(name - test.input_names.begin())]);
    const Shape& shape = variable.back()->shape;
    input.extents = {shape.begin(), shape.end()};
  }
  std::size_t rows = 1;
  if (first_axis == FirstAxis::batch) {
    for (const Constant* input : variable)
      if (input->shape.rank() == 0 || input->shape[0] != variable[0]->shape[0])
        return {Verdict::refused, "The model's inputs have different first extents."};
    rows = static_cast<std::size_t>(variable[0]->shape[0]);
  }
  auto network = network_of(description, first_axis);
  if (!network.ok()) return {Verdict::refused, network.error().message};

  const std::size_t features = network.value().input_shape().count();
  std::vector<float> values(rows * features);
  std::size_t begin = 0;
  for (const Constant* input : variable) {
    const std::size_t size = input->shape.count() / rows;
    const Shape engine = network.value().input_shape();
    const bool image = variable.size() == 1 && first_axis == FirstAxis::batch && engine.rank() == 3;
    const auto channels = static_cast<std::size_t>(image ? engine[2] : 1), pixels = size / channels;
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t i = 0; i < size; ++i)
        values[row * features + begin + i] = input->floats[row * size + (i % channels) * pixels + i / channels];
    begin += size;
  }
  nn::Workspace workspace;
  network.value().forward(rows, values.data(), workspace);
  const std::vector<double> expected = numbers_of(test.outputs[output]);
  const std::size_t count = rows * network.value().output_shape().count();
  if (count != expected.size()) return {Verdict::failed, "The output has another size."};
  for (std::size_t i = 0; i < count; ++i)
    if (!close(workspace.values.back().data()[i], expected[i]))
      return {Verdict::failed, "Element " + std::to_string(i) + " of output " + std::to_string(output) + " is " +
                                   std::to_string(workspace.values.back().data()[i]) + ", not " +
                                   std::to_string(expected[i]) + "."};
  return {Verdict::passed, ""};
}

/// The case under one reading: refused as a whole where an output is.
Verdict run(const Case& test, const std::vector<bool>& frozen, FirstAxis first_axis) {
  for (std::size_t output = 0; output < test.outputs.size(); ++output)
    if (Verdict verdict = run(test, frozen, first_axis, output); verdict.kind != Verdict::passed) return verdict;
  return {Verdict::passed, ""};
}

/// Every reading that is not refused must give the suite's outputs.
Verdict run(const Case& test) {
  std::vector<bool> others(test.inputs.size(), true), whole(test.inputs.size(), true);
  bool found = false;
  for (std::size_t i = 0; i < test.inputs.size(); ++i) {
    if (test.inputs[i].floats.empty()) continue;
    whole[i] = test.inputs[i].shape.rank() == 0;
    others[i] = found || whole[i];
    found = found || !whole[i];
  }
  std::optional<Verdict> verdict;
  for (const std::vector<bool>& frozen : std::set{others, whole}) {
    for (FirstAxis first_axis : {FirstAxis::batch, FirstAxis::sample}) {
      Verdict next = run(test, frozen, first_axis);
      if (next.kind == Verdict::failed) return next;
      // Of several refusals, the one of the reading that most models have.
      if (!verdict || next.kind == Verdict::passed) verdict = std::move(next);
    }
  }
  return *verdict;
}

/// What protobuf says of the graph, whether or not it can be read: names of operators, and inputs without initialisers.
struct Outline {
  std::set<std::string> operations;
  std::vector<std::string> inputs;
};

Outline outline_of(const std::vector<std::byte>& file) {
  Outline outline;
  std::set<std::string> initialisers;
  std::vector<std::string> inputs;
  protozero::pbf_reader model(reinterpret_cast<const char*>(file.data()), file.size());
  while (model.next(7)) {
    protozero::pbf_reader graph = model.get_message();
    while (graph.next()) {
      const auto field = graph.tag();
      if (field != 1 && field != 5 && field != 11) {
        graph.skip();
        continue;
      }
      protozero::pbf_reader message = graph.get_message();
      const std::uint32_t name = field == 1 ? 4 : field == 5 ? 8 : 1;
      while (message.next(name)) {
        const std::string found = message.get_string();
        if (field == 1) outline.operations.insert(found);
        if (field == 5) initialisers.insert(found);
        if (field == 11) inputs.push_back(found);
      }
    }
  }
  for (const std::string& name : inputs)
    if (!initialisers.contains(name)) outline.inputs.push_back(name);
  return outline;
}

Verdict run(const files::path& folder, Outline& outline) {
  Case test;
  test.file = bytes_of(folder / "model.onnx");
  try {
    outline = outline_of(test.file);
  } catch (const protozero::exception&) {
    return {Verdict::refused, "The model is no ONNX file."};
  }
  auto inputs = tensors_in(folder / "test_data_set_0", "input"),
       outputs = tensors_in(folder / "test_data_set_0", "output");
  if (!inputs || !outputs || outputs->empty()) {
    // Sequences, strings, empty tensors: nothing that a network takes. The model itself must be refused.
    const auto graph = read_onnx(test.file);
    if (!graph.ok()) return {Verdict::refused, graph.error().message};
    const auto network = network_of(graph.value());
    return network.ok() ? Verdict{Verdict::refused, "The case's tensors are not numbers."}
                        : Verdict{Verdict::refused, network.error().message};
  }
  test.inputs = std::move(*inputs);
  test.outputs = std::move(*outputs);
  test.input_names = outline.inputs;
  if (test.inputs.size() > test.input_names.size())
    return {Verdict::refused, "The case gives more inputs than the model has."};
  return run(test);
}

}  // namespace

}  // namespace mlsec::formats

int main(int count, char** arguments) {
  using namespace mlsec::formats;
  for (int i = 1; i < count; ++i) {
    const files::path folder = arguments[i];
    Outline outline;
    const Verdict verdict = run(folder, outline);
    std::string operations;
    for (const std::string& operation : outline.operations) operations += (operations.empty() ? "" : " ") + operation;
    const char* const names[] = {"passed", "refused", "failed"};
    std::printf("%s\t%s\t%s\t%s\n", names[verdict.kind], folder.filename().c_str(), operations.c_str(),
                verdict.reason.c_str());
    std::fflush(stdout);
  }
}
