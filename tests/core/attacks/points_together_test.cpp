// What would ask for more points at once than memory holds is refused before it begins.
#include <doctest/doctest.h>

#include "nn/operations/dense.hpp"
#include "nn/operations/flatten.hpp"
#include "tests/core/support/run_attack.hpp"
#include "tests/core/support/run_set_attack.hpp"

using namespace mlsec;

namespace {

// 2^18 features, of which 2^8 points have as many values as a network may have.
std::shared_ptr<model::NetworkModel> large_images() {
  nn::Network network(Shape{512, 512, 1});
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  REQUIRE(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 2, .bias = true})).ok());
  return std::make_shared<model::NetworkModel>("large", std::move(network), model::plain_input(Shape{512, 512, 1}),
                                               model::OutputSpecification{2, model::numbered_labels(2)});
}

void check_limit(const auto& start, std::string_view field) {
  CHECK(start(256).ok());
  const auto refused = start(257);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::too_large);
  CHECK(refused.error().field == field);
}

}  // namespace

TEST_CASE("points that an attack holds together fit into memory, or their number is refused") {
  const auto model = large_images();
  const Tensor inputs = Tensor::filled(Shape{1, 512, 512, 1}, 0.5f);
  const std::pair<const char*, const char*> options[] = {{"eot-pgd", "samples"},
                                                         {"shadow", "samples"},
                                                         {"vmi-fgsm", "samples"},
                                                         {"vni-fgsm", "samples"},
                                                         {"genattack", "population"}};
  for (const auto& [method, field] : options) {
    CAPTURE(method);
    const auto start = [&](int points) {
      return catalog::start_attack(model, inputs.copy(), ValueObject{{"method", method}, {field, points}}, 0);
    };
    check_limit(start, field);
  }
  const auto start_patch = [&](int points) {
    return catalog::start_set_attack(model, inputs.copy(),
                                     ValueObject{{"method", "adversarial-patch"}, {"batchSize", points}});
  };
  check_limit(start_patch, "batchSize");
}
