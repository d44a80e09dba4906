#include <doctest/doctest.h>

#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;
using threat::Norm;

TEST_CASE("square flips the samples of a linear model that lie well within epsilon, and none beyond it") {
  const Problem& problem = linear_problem();
  for (Norm norm : {Norm::linf, Norm::l2}) {
    const auto truth = problem.exact(problem, norm);
    auto sorted = truth;
    std::sort(sorted.begin(), sorted.end());
    const double epsilon = sorted[30];
    const auto result =
        attack(problem.model, problem.inputs,
               {{"method", "square"}, {"norm", std::string(name_of(norm))}, {"epsilon", epsilon}, {"steps", 2000}});
    for (std::size_t row = 0; row < problem.rows(); ++row) {
      if (truth[row] > epsilon) CHECK(result.samples[row].status == Status::failed);
      // Its points are corners of the ball, which in linf are the best ones.
      if (truth[row] < epsilon * (norm == Norm::linf ? 0.98 : 0.8))
        CHECK_MESSAGE(result.samples[row].status == Status::success, name_of(norm) << " " << truth[row] / epsilon);
    }
  }
}

TEST_CASE("square works on images in either layout") {
  for (model::Layout layout : {model::Layout::hwc, model::Layout::chw}) {
    auto model = model_of(image_network(Shape{10, 8, 2}, 3, 4), [&] {
      model::InputSpecification input = model::plain_input(Shape{10, 8, 2});
      input.layout = layout;
      if (layout == model::Layout::chw) input.shape = Shape{2, 10, 8};
      return input;
    }());
    const std::shared_ptr<model::Model> shared = std::move(model);
    const Tensor inputs = layout == model::Layout::hwc ? random_tensor(Shape{8, 10, 8, 2}, 6, 0, 1)
                                                       : random_tensor(Shape{8, 2, 10, 8}, 6, 0, 1);
    for (const char* norm : {"linf", "l2"}) {
      const auto result =
          attack(shared, inputs, {{"method", "square"}, {"norm", norm}, {"epsilon", 0.5}, {"steps", 300}});
      for (const auto& sample : result.samples)
        CHECK(sample.distances.in(norm == std::string("l2") ? Norm::l2 : Norm::linf) <= 0.5);
    }
  }
}
