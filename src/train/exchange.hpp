// What the workers that train one network together tell each other. Each has the whole network and the whole data set
// and does the same steps; they share the chunks of a batch and exchange the sums of their gradients.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "train/epoch_report.hpp"
#include "train/gradient_tree.hpp"

namespace mlsec::train {

/// This worker's place among those that train together.
struct Shard {
  std::size_t rank = 0, workers = 1;

  /// Its share of `count` chunks: consecutive ones, as equal as can be.
  GradientTree::Range of(std::size_t count) const { return {count * rank / workers, count * (rank + 1) / workers}; }
};

struct ChunkTally {
  std::size_t chunk = 0;
  Tally tally;
};

/// One worker's part of one round: a round is a batch, or the measuring after an epoch.
struct Message {
  std::uint64_t round = 0;
  bool stop = false;  // whoever sent it was asked to end the training with this round
  std::vector<ChunkTally> tallies;
  std::vector<GradientTree::Partial> partials;
};

std::vector<std::byte> write_message(const Message& message);

/// Nothing where the bytes are no message for gradients of `parameters` numbers.
std::optional<Message> read_message(std::span<const std::byte> bytes, std::size_t parameters);

/// Messages as they come in; a fast worker may be one round ahead.
class Inbox {
 public:
  void put(Message message) { rounds_[message.round].push_back(std::move(message)); }
  bool has(std::uint64_t round, std::size_t count) const {
    const auto found = rounds_.find(round);
    return found == rounds_.end() ? count == 0 : found->second.size() >= count;
  }
  std::vector<Message> take(std::uint64_t round) {
    auto node = rounds_.extract(round);
    return node.empty() ? std::vector<Message>() : std::move(node.mapped());
  }

 private:
  std::map<std::uint64_t, std::vector<Message>> rounds_;
};

}  // namespace mlsec::train
