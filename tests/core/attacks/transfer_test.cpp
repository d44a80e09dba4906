#include <doctest/doctest.h>

#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

namespace {

std::shared_ptr<model::Model> images() {
  return model_of(image_network(Shape{8, 8, 1}, 3, 4), model::plain_input(Shape{8, 8, 1}));
}
Tensor image_inputs() { return random_tensor(Shape{12, 8, 8, 1}, 6, 0, 1); }

attacks::AttackResult on_images(const char* method, ValueObject more = {}) {
  more.emplace_back("method", method);
  more.emplace_back("epsilon", 0.2);
  return attack(images(), image_inputs(), std::move(more));
}

}  // namespace

TEST_CASE("with a gradient that never turns every transfer attack flips exactly the samples within epsilon") {
  const Problem& problem = linear_problem();
  const auto truth = problem.exact(problem, Norm::linf);
  auto sorted = truth;
  std::sort(sorted.begin(), sorted.end());
  const double epsilon = (sorted[20] + sorted[21]) / 2;
  for (const char* method : {"mi-fgsm", "ni-fgsm", "si-ni-fgsm", "vmi-fgsm", "vni-fgsm"}) {
    const auto result = attack(problem.model, problem.inputs, {{"method", method}, {"epsilon", epsilon}});
    for (std::size_t row = 0; row < problem.rows(); ++row)
      if (std::fabs(truth[row] - epsilon) > 1e-5)
        CHECK_MESSAGE((result.samples[row].status == Status::success) == (truth[row] < epsilon), method);
  }
}

TEST_CASE("mi-fgsm without momentum is pgd without a random start") {
  const Problem& problem = relu_problem();
  const auto momentum =
      attack(problem.model, problem.inputs,
             {{"method", "mi-fgsm"}, {"decay", 0.0}, {"epsilon", 1.0}, {"steps", 8}, {"stepSize", 0.25}});
  const auto pgd = attack(problem.model, problem.inputs,
                          {{"method", "pgd"},
                           {"randomStart", false},
                           {"earlyStop", false},
                           {"epsilon", 1.0},
                           {"steps", 8},
                           {"stepSize", 0.25}});
  CHECK(same_bytes(momentum.adversarials.values(), pgd.adversarials.values()));
}

TEST_CASE("image transfer attacks without their change are mi-fgsm, and with it something else") {
  const auto plain = on_images("mi-fgsm");
  CHECK(same_bytes(on_images("di-fgsm", {{"probability", 0.0}}).adversarials.values(), plain.adversarials.values()));
  CHECK(same_bytes(on_images("ti-fgsm", {{"kernel", 1}}).adversarials.values(), plain.adversarials.values()));
  CHECK(!same_bytes(on_images("di-fgsm", {{"probability", 1.0}}).adversarials.values(), plain.adversarials.values()));
  CHECK(!same_bytes(on_images("ti-fgsm", {{"kernel", 5}}).adversarials.values(), plain.adversarials.values()));
  CHECK(same_bytes(on_images("si-ni-fgsm", {{"scales", 1}}).adversarials.values(),
                   on_images("ni-fgsm").adversarials.values()));
}

TEST_CASE("a wide kernel gives all pixels of a small image one sign") {
  const auto result = on_images("ti-fgsm", {{"kernel", 101}, {"steps", 1}});
  const Tensor inputs = image_inputs();
  for (std::size_t row = 0; row < 12; ++row) {
    int up = 0, down = 0;
    for (std::size_t i = 64 * row; i < 64 * row + 64; ++i) {
      up += result.adversarials[i] > inputs[i];
      down += result.adversarials[i] < inputs[i];
    }
    CHECK(std::min(up, down) == 0);
  }
}

TEST_CASE("attacks on images refuse vectors by name") {
  const Error error = refusal(linear_problem().model, linear_problem().inputs, {{"method", "ti-fgsm"}});
  CHECK(error.field == "method");
  CHECK(error.code == ErrorCode::unsupported);
}
