// Mass moved between pixels.
#pragma once

#include <span>
#include <vector>

#include "attacks/attempt.hpp"
#include "attacks/image.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"
#include "threat/box.hpp"

namespace mlsec::attacks {

/// Wong, Schmidt and Kolter, "Wasserstein adversarial examples via projected Sinkhorn iterations", 2019, algorithms 1
/// and 2: gradient steps, each followed by the entropically regularised projection onto the ball around the original in
/// the Wasserstein distance, mass moving within a window. Beside the paper, values keep to their bounds: of the
/// projection's two conditions on a column the tighter one holds. Values are mass above the model's lower bound; each
/// channel moves on its own.
struct Wasserstein {
  static constexpr std::string_view id = "wasserstein";
  static constexpr std::string_view name = "Wasserstein attack";
  static constexpr std::string_view summary = "Moves brightness between neighbouring pixels, and adds none.";
  static constexpr Paper paper{"Wasserstein Adversarial Examples via Projected Sinkhorn Iterations",
                               "Wong, Schmidt, Kolter", 2019, "arXiv:1902.07906"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = false, .images_only = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    double distance = 0.5;
    int steps = 40;
    double step_size = 0.1;
    int window = 5;
    double sharpness = 300;
    int iterations = 100;
    static constexpr auto schema() {
      return mlsec::schema(
          field("distance", &Options::distance,
                "The radius: how far the whole mass of the image may be moved in the mean.")
              .range(0, 1000)
              .in("pixels"),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size,
                "How far the pixel of the largest slope goes in a step, relative to the range of the model's inputs.")
              .range(0, 1e6)
              .for_experts(),
          field("window", &Options::window, "Width of the square within which mass is moved.")
              .range(1, 31)
              .in("pixels")
              .for_experts(),
          field("sharpness", &Options::sharpness,
                "Weight of the distance beside the entropy of the plan: the more, the nearer to the exact projection.")
              .range(1, 500)
              .for_experts(),
          field("iterations", &Options::iterations, "Largest number of iterations of a projection.")
              .range(1, 100000)
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// The images that can be had from one by moving its mass so far in the mean, each of it within a window.
class WassersteinBall {
 public:
  /// `lower` and `width` are those of the model's inputs: what lies above `lower` is mass.
  WassersteinBall(const Image& image, std::span<const float> original, threat::Box box, float lower, float width,
                  const Wasserstein::Options& options);

  /// Moves x near to the nearest point in l2 that lies in the ball and the box: by a plan that moves all mass there is,
  /// costs no more than the budget, and whose flows go back where they lead out of the box.
  void project(std::span<float> x);

 private:
  template <class Visit>
  void for_each_neighbour(std::size_t feature, Visit visit) const;
  /// Sends all mass of each feature on its way, and gives what the plan costs and how fast that falls with the price.
  std::pair<double, double> balance_rows();
  void keep_to_box(std::vector<double>& flow, std::vector<double>& moved) const;

  const Image image_;
  threat::Box box_;
  double lower_, width_, budget_;
  double sharpness_;
  int iterations_, reach_;
  std::vector<std::size_t> row_of_, column_of_;  // of each feature
  std::vector<double> mass_, lowest_, highest_;  // of each feature, in widths
  std::vector<double> cost_, kernel_;            // of the window: distances, and exp(-price * distance)
  // The dual variables, from one projection to the next: of rows and columns their exponentials.
  std::vector<double> of_row_, of_column_;
  double price_ = 0;
};

}  // namespace mlsec::attacks
