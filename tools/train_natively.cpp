// Trains a network outside WebAssembly, for `npm run verify -- training`: a recipe must lead to the same accuracy
// there.
//     train_natively IMAGES LABELS OUT RECIPE...
// IMAGES and LABELS are files of plain bytes, OUT becomes an ONNX file. RECIPE is the object { architecture, options,
// classes, classNames } in words: { key value ... } and [ value ... ] as such, n:0.5 a number, s:text a string, b:1 a
// truth value.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/decode.hpp"
#include "catalog/training.hpp"
#include "formats/model_graph.hpp"
#include "formats/onnx.hpp"
#include "nn/architecture.hpp"

using namespace mlsec;

namespace {

class Words {
 public:
  Words(char** first, char** last) : next_(first), last_(last) {}

  Value value() {
    const std::string_view word = take();
    if (word == "{") {
      ValueObject members;
      for (std::string_view key = take(); key != "}"; key = take()) members.emplace_back(std::string(key), value());
      return members;
    }
    if (word == "[") {
      ValueList list;
      while (std::string_view(*next_) != "]") list.push_back(value());
      take();
      return list;
    }
    const std::string_view content = word.substr(2);
    if (word.starts_with("s:")) return std::string(content);
    if (word.starts_with("b:")) return content == "1";
    double number = 0;
    std::from_chars(content.data(), content.data() + content.size(), number);
    return number;
  }

 private:
  std::string_view take() {
    MLSEC_CHECK(next_ != last_);
    return *next_++;
  }

  char** next_;
  char** last_;
};

std::vector<std::uint8_t> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<std::vector<std::byte>> train_by(const Value& recipe, std::vector<std::uint8_t> images,
                                        const std::vector<std::uint8_t>& labels) {
  MLSEC_TRY(nn::Network network, nn::network_from(*recipe.find("architecture")));
  train::TrainOptions options;
  MLSEC_TRY_VOID(decode(*recipe.find("options"), options));
  const int classes = static_cast<int>(*recipe.find("classes")->as<double>());
  MLSEC_TRY(Dataset dataset,
            Dataset::from_bytes(network.input_shape(), std::move(images), {labels.begin(), labels.end()}, classes));
  std::vector<std::string> class_names;
  for (const Value& name : *recipe.find("classNames")->as<ValueList>()) class_names.push_back(*name.as<std::string>());
  MLSEC_TRY(
      const auto trainer,
      catalog::start_training({std::move(network), std::move(dataset), {}, {}, {}, std::move(class_names)}, options));
  std::size_t epochs = 0;
  for (bool done = false; !done;) {
    MLSEC_TRY(const JobState state, trainer->step(1000));
    done = state.kind == JobState::Kind::done;
    for (; epochs < trainer->history().size(); ++epochs) {
      const auto& epoch = trainer->history()[epochs];
      std::printf("epoch %d: loss %.4f, accuracy %.2f %%, %.1f s\n", static_cast<int>(epoch.epoch), epoch.loss,
                  100 * epoch.accuracy, epoch.seconds);
      std::fflush(stdout);
    }
  }
  // As the package does: a trained model is the one that its file reads back as.
  MLSEC_TRY(const auto trained, formats::describe(*trainer->model()));
  MLSEC_TRY(const auto file, formats::write_onnx(trained, formats::Precision::float32));
  MLSEC_TRY(const auto graph, formats::read_onnx(file));
  MLSEC_TRY(const auto model, formats::model_from(graph, {}));
  MLSEC_TRY(const auto written, formats::describe(*model));
  return formats::write_onnx(written, formats::Precision::float16);
}

}  // namespace

int main(int count, char** words) {
  MLSEC_CHECK(count > 4);
  const auto file = train_by(Words(words + 4, words + count).value(), read_file(words[1]), read_file(words[2]));
  if (!file.ok()) {
    std::fprintf(stderr, "%s\n", file.error().message.c_str());
    return 1;
  }
  std::ofstream(words[3], std::ios::binary)
      .write(reinterpret_cast<const char*>(file.value().data()), static_cast<std::streamsize>(file.value().size()));
}
