#include "catalog/training.hpp"

#include "attacks/driver.hpp"
#include "attacks/perturbation.hpp"
#include "base/text.hpp"
#include "catalog/attacks.hpp"
#include "catalog/programs.hpp"
#include "threat/ball.hpp"

namespace mlsec::catalog {

namespace {

class ProgramAdversary final : public train::Adversary {
 public:
  explicit ProgramAdversary(std::unique_ptr<attacks::Program> program) : program_(std::move(program)) {}

  Result<void> perturb(model::Model& model, std::span<float> inputs, const train::AdversaryCall& call) override {
    const attacks::PerturbationKeys keys{call.labels, call.samples, call.seed, call.step};
    if (call.strength >= 1 || !program_->epsilon()) return attacks::perturb(model, *program_, inputs, keys);
    return attacks::perturb(model, *program_->with_epsilon(call.strength * *program_->epsilon()), inputs, keys);
  }

  void ascend(const model::Model& model, std::span<const float> original, std::span<const float> gradient,
              double strength, std::span<float> x) const override {
    const double epsilon = strength * *program_->epsilon();
    const threat::Ball ball(original, program_->norm(), epsilon,
                            threat::Box::uniform(original.size(), model.input().lower, model.input().upper));
    ball.ascend(x, gradient, epsilon);
    ball.project(x);
  }

  Result<std::size_t> withstood(std::shared_ptr<model::Model> model, Tensor inputs,
                                const train::AdversaryCall& call) override {
    attacks::AttackOptions options;
    options.labels.emplace(call.labels.begin(), call.labels.end());
    options.seed = static_cast<std::int64_t>(call.seed);
    auto program = program_->copy();
    MLSEC_TRY(auto job, attacks::AttackJob::start(std::move(model), std::move(inputs), std::move(program),
                                                  std::move(options), call.samples[0]));
    for (;;) {
      MLSEC_TRY(const JobState state, job->step(1e9));
      if (state.kind == JobState::Kind::done) break;
    }
    std::size_t count = 0;
    for (const attacks::SampleReport& sample : job->result().samples) count += sample.status == attacks::Status::failed;
    return count;
  }

 private:
  std::unique_ptr<attacks::Program> program_;
};

Result<std::unique_ptr<train::Adversary>> adversary_of(const MethodReference& reference, std::string_view field) {
  MLSEC_TRY(DecodedAttack decoded, decode_attack(reference, field));
  const std::string name(field);
  if (decoded.program->traits().needs != attacks::Needs::gradients)
    return Error{ErrorCode::unsupported, name,
                 sentence({"In ", name, ": training takes attacks that need gradients; ", reference.method,
                           " works on answers alone and would need too many."})};
  if (decoded.options.labels || decoded.options.targets)
    return Error{ErrorCode::unsupported, name, sentence({"In ", name, ": labels come from the data set."})};
  return std::unique_ptr<train::Adversary>(std::make_unique<ProgramAdversary>(std::move(decoded.program)));
}

// With what the training attack says of epsilon and norm, and few steps: it is done after every epoch.
MethodReference measuring_attack(const train::TrainOptions& options) {
  if (options.robust_attack) return *options.robust_attack;
  ValueObject members{{"steps", 10}};
  const Value* given = options.adversarial ? &options.adversarial->options : nullptr;
  for (const char* name : {"epsilon", "norm"})
    if (const Value* value = given ? given->find(name) : nullptr) members.emplace_back(name, *value);
  return {std::string(MeasuringAttack::id), Value(std::move(members))};
}

// The inner maximum of TRADES is over the divergence, where the attack can be told what to increase.
MethodReference training_attack(const train::TrainOptions& options) {
  MethodReference attack = *options.adversarial;
  auto* members = attack.options.as<ValueObject>();
  if (options.scheme != train::Scheme::trades || !members || attack.options.find("loss")) return attack;
  members->emplace_back("loss", "kl-divergence");
  const bool takes_it = decode_attack(attack, "adversarial").ok();
  return takes_it ? attack : *options.adversarial;
}

}  // namespace

Result<std::unique_ptr<train::Trainer>> start_training(TrainingParts parts, const train::TrainOptions& options) {
  train::TrainSetting setting;
  if (options.adversarial) {
    MLSEC_TRY(setting.adversary, adversary_of(training_attack(options), "adversarial"));
    if (options.scheme == train::Scheme::free) {
      MLSEC_TRY(const DecodedAttack& decoded, decode_attack(*options.adversarial, "adversarial"));
      if (!decoded.program->epsilon())
        return Error{ErrorCode::unsupported, "adversarial", "The scheme free needs an attack with an epsilon."};
    }
  }
  if (options.robust_samples > 0) {
    MLSEC_TRY(setting.robust_adversary, adversary_of(measuring_attack(options), "robustAttack"));
  }
  setting.validation = std::move(parts.validation);
  setting.class_names = std::move(parts.class_names);
  setting.shard = parts.shard;
  setting.checkpoint = parts.checkpoint;
  return train::Trainer::start(std::move(parts.network), std::move(parts.dataset), options, std::move(setting));
}

}  // namespace mlsec::catalog
