// What the WebAssembly module exports; web/src/core/binding.ts is the same in TypeScript.
#include <emscripten/bind.h>

#include "bindings/describe_model.hpp"
#include "bindings/model_inputs.hpp"
#include "bindings/outcome.hpp"
#include "bindings/registry.hpp"
#include "bindings/values.hpp"
#include "catalog/dispatch.hpp"
#include "formats/inspection.hpp"
#include "formats/model_graph.hpp"
#include "formats/onnx.hpp"
#include "model/callback_model.hpp"
#include "nn/loss.hpp"

namespace mlsec::bindings {

namespace {

val added_model(std::shared_ptr<model::Model> model) {
  val result = val::object();
  set(result, "info", describe_model(*model));
  set(result, "handle", registry().add(std::move(model)));
  return result;
}

val model_from_onnx(val bytes, val options) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const Value& given, to_value(options));
    formats::LoadOptions decoded;
    MLSEC_TRY_VOID(decode(given, decoded));
    const auto file = to_bytes(bytes);
    MLSEC_TRY(const auto& graph, formats::read_onnx(std::as_bytes(std::span(file))));
    MLSEC_TRY(auto model, formats::model_from(graph, decoded));
    return added_model(std::move(model));
  });
}

val from_value(const nn::ValueDescription& value) {
  val result = val::object(), shape = val::array();
  for (std::int64_t extent : value.extents) push(shape, extent < 0 ? val::null() : val(static_cast<double>(extent)));
  set(result, "name", value.name);
  set(result, "shape", shape);
  return result;
}

val inspect_onnx(val bytes, val options) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const Value& given, to_value(options));
    formats::LoadOptions decoded;
    MLSEC_TRY_VOID(decode(given, decoded));
    const auto file = to_bytes(bytes);
    MLSEC_TRY(const auto& graph, formats::read_onnx(std::as_bytes(std::span(file))));
    const formats::Inspection found = formats::inspect(graph, decoded);
    val result = val::object(), inputs = val::array(), outputs = val::array(), operations = val::array(),
        problems = val::array();
    for (const auto& input : found.inputs) push(inputs, from_value(input));
    for (const auto& output : found.outputs) push(outputs, from_value(output));
    for (const auto& [operation, count] : found.operations) {
      val entry = val::object();
      set(entry, "operation", operation);
      set(entry, "count", count);
      push(operations, entry);
    }
    for (const Error& problem : found.problems) push(problems, from_text(problem.message));
    set(result, "inputs", inputs);
    set(result, "outputs", outputs);
    set(result, "operations", operations);
    set(result, "parameters", found.parameters);
    set(result, "problems", problems);
    return result;
  });
}

struct CallbackOptions {
  std::vector<int> shape;
  int classes = 0;
  double lower = 0, upper = 1;
  std::optional<std::vector<std::string>> labels;
  model::CallbackOutput output = model::CallbackOutput::logits;
  static constexpr auto schema() {
    return mlsec::schema(
        field("shape", &CallbackOptions::shape, "Extents of one sample.").range(1, 65536),
        field("classes", &CallbackOptions::classes, "Number of classes.").range(2, 1000000),
        field("lower", &CallbackOptions::lower, "Smallest valid value of an input.").range(-1e30, 1e30),
        field("upper", &CallbackOptions::upper, "Largest valid value of an input.").range(-1e30, 1e30),
        field("labels", &CallbackOptions::labels, "Names of the classes."),
        field("output", &CallbackOptions::output, "What the function returns."));
  }
};

val model_from_callback(val specification) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const Value& given, to_value(specification));
    CallbackOptions options;
    MLSEC_TRY_VOID(decode(given, options));
    if (options.shape.empty() || options.shape.size() > 3)
      return Error{ErrorCode::shape_mismatch, "shape",
                   "shape must be [features] or [height, width, channels], the extents of one sample."};
    if (options.classes < 2) return Error{ErrorCode::out_of_range, "classes", "classes must be at least 2."};
    if (options.lower >= options.upper)
      return Error{ErrorCode::out_of_range, "lower", "lower must be smaller than upper."};
    const auto classes = static_cast<std::size_t>(options.classes);
    if (options.labels && options.labels->size() != classes)
      return Error{ErrorCode::shape_mismatch, "labels", "labels must name every class."};
    const std::vector<std::int64_t> extents(options.shape.begin(), options.shape.end());
    model::InputSpecification input = model::plain_input(Shape(extents));
    if (input.shape.count() > nn::maximum_elements) return Error{ErrorCode::too_large, "shape", "shape is too large."};
    input.lower = static_cast<float>(options.lower);
    input.upper = static_cast<float>(options.upper);
    return added_model(std::make_shared<model::CallbackModel>(
        std::move(input), model::OutputSpecification{classes, options.labels.value_or(model::numbered_labels(classes))},
        options.output));
  });
}

struct SaveOptions {
  formats::Precision precision = formats::Precision::float32;
  static constexpr auto schema() {
    return mlsec::schema(field("precision", &SaveOptions::precision, "How weights are stored."));
  }
};

val model_to_onnx(int handle, val options) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto model, registry().model(handle));
    MLSEC_TRY(const Value& given, to_value(options));
    SaveOptions decoded;
    MLSEC_TRY_VOID(decode(given, decoded));
    const auto* network = dynamic_cast<const model::NetworkModel*>(model.get());
    if (!network)
      return Error{ErrorCode::unsupported, "model", "A callback model cannot be saved: its function lives outside."};
    MLSEC_TRY(const auto& graph, formats::describe(*network));
    MLSEC_TRY(const auto& file, formats::write_onnx(graph, decoded.precision));
    return from_bytes(file);
  });
}

val predict(int handle, val inputs) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto model, registry().model(handle));
    MLSEC_TRY(const ModelInputs given, to_model_inputs(inputs, model->input()));
    MLSEC_TRY(const auto pass, model->forward(given.batch(), {}));
    const auto logits = pass->outputs();
    const std::size_t rows = given.rows, classes = model->output().classes;
    std::vector<float> probabilities(logits.size());
    std::vector<std::int32_t> labels(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const auto row = logits.subspan(i * classes, classes);
      nn::softmax(row, std::span(probabilities).subspan(i * classes, classes));
      labels[i] = static_cast<std::int32_t>(nn::largest(row));
    }
    val result = val::object();
    set(result, "logits", from_floats(logits));
    set(result, "probabilities", from_floats(probabilities));
    set(result, "labels", from_integers(labels));
    return result;
  });
}

val attack_start(int handle, val inputs, val options, double first_sample, bool judged) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(auto model, registry().model(handle));
    MLSEC_TRY(const Value& given, to_value(options));
    MLSEC_TRY(const auto& argument, to_array_argument(inputs, "inputs"));
    MLSEC_TRY_VOID(model::rows_of(model->input(), argument.shape));
    MLSEC_TRY(Tensor tensor, to_tensor(argument, "inputs"));
    MLSEC_TRY(auto job, catalog::start_attack(std::move(model), std::move(tensor), given,
                                              static_cast<std::uint64_t>(first_sample), judged));
    return val(registry().add(std::shared_ptr<Job>(std::move(job))));
  });
}

val attack_result(int handle) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto job, registry().job<attacks::AttackJob>(handle));
    const attacks::AttackResult& attack = job->result();
    std::vector<std::int32_t> labels, targets, clean, predictions, queries, gradients;
    std::vector<double> l0, l1, l2, linf;
    val status = val::array(), trajectories = val::array(), margins = val::array();
    bool has_trajectories = false;
    for (const attacks::SampleReport& sample : attack.samples) {
      const auto add = [](std::vector<std::int32_t>& list, auto value) {
        list.push_back(static_cast<std::int32_t>(value));
      };
      push(status, from_text(name_of(sample.status)));
      add(labels, sample.label);
      if (sample.target) add(targets, *sample.target);
      add(clean, sample.clean_prediction);
      add(predictions, sample.prediction);
      add(queries, sample.queries);
      add(gradients, sample.gradients);
      l0.push_back(sample.distances.l0);
      l1.push_back(sample.distances.l1);
      l2.push_back(sample.distances.l2);
      linf.push_back(sample.distances.linf);
      has_trajectories = has_trajectories || !sample.trajectory.empty();
      push(trajectories, from_floats(sample.trajectory));
      push(margins, from_floats(sample.margins));
    }
    val distances = val::object();
    set(distances, "l0", from_doubles(l0));
    set(distances, "l1", from_doubles(l1));
    set(distances, "l2", from_doubles(l2));
    set(distances, "linf", from_doubles(linf));
    val result = val::object();
    set(result, "adversarials", from_floats(attack.adversarials.values()));
    set(result, "status", status);
    set(result, "labels", from_integers(labels));
    set(result, "targets", targets.empty() ? val::null() : from_integers(targets));
    set(result, "cleanPredictions", from_integers(clean));
    set(result, "predictions", from_integers(predictions));
    set(result, "distances", distances);
    set(result, "queries", from_integers(queries));
    set(result, "gradients", from_integers(gradients));
    set(result, "labelsFromModel", attack.labels_from_model);
    if (has_trajectories) {
      set(result, "trajectories", trajectories);
      set(result, "trajectoryMargins", margins);
    }
    return result;
  });
}

val job_step(int handle, double milliseconds) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(Job* const job, registry().job(handle));
    MLSEC_TRY(const JobState state, job->step(milliseconds));
    val result = from_state(state);
    const auto* attack = dynamic_cast<const attacks::AttackJob*>(job);
    if (attack && !attack->latest().empty()) {
      set(result, "latest", from_floats(attack->latest()));
      set(result, "latestRow", attack->latest_row());
    }
    if (attack && state.kind == JobState::Kind::waiting) {
      val query = val::object();
      if (const auto judgement = attack->judgement()) {
        set(query, "inputs", from_floats(judgement->points));
        set(query, "rows", judgement->samples.size());
        set(query, "logits", from_floats(judgement->logits));
        set(query, "samples", from_integers(judgement->samples));
      } else {
        set(query, "inputs", from_floats(attack->query()));
        set(query, "rows", attack->query().size() / attack->model().input().shape.count());
      }
      set(result, "query", query);
    }
    return result;
  });
}

val job_answer(int handle, val outputs) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto job, registry().job<attacks::AttackJob>(handle));
    if (const auto judgement = job->judgement()) {
      const auto numbers = to_floats(outputs);
      std::vector<std::uint8_t> verdicts(judgement->samples.size());
      for (std::size_t i = 0; i < std::min(verdicts.size(), numbers.size()); ++i) verdicts[i] = numbers[i] != 0;
      job->judge(verdicts);
      return val::null();
    }
    const auto* model = dynamic_cast<const model::CallbackModel*>(&job->model());
    if (!model || job->query().empty()) return Error{ErrorCode::internal, "job", "This job waits for no answer."};
    const std::size_t rows = job->query().size() / model->input().shape.count();
    MLSEC_TRY(const auto& logits, model->logits_from(to_floats(outputs), rows));
    job->answer(logits);
    return val::null();
  });
}

std::string flavour() {
#ifdef __wasm_relaxed_simd__
  return "relaxed";
#else
  return "simd";
#endif
}

}  // namespace

}  // namespace mlsec::bindings

EMSCRIPTEN_BINDINGS(mlsec) {
  using namespace mlsec::bindings;
  using emscripten::function;
  function("flavour", &flavour);
  function("liveHandles", +[] { return registry().size(); });
  function("release", +[](int handle) { registry().release(handle); });
  function("modelFromOnnx", &model_from_onnx);
  function("inspectOnnx", &inspect_onnx);
  function("modelFromCallback", &model_from_callback);
  function("modelToOnnx", &model_to_onnx);
  function("predict", &predict);
  function("attackStart", &attack_start);
  function("attackResult", &attack_result);
  function("jobStep", &job_step);
  function("jobAnswer", &job_answer);
}
