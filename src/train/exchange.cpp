#include "train/exchange.hpp"

#include "train/bytes.hpp"

namespace mlsec::train {

namespace {

constexpr std::uint32_t most_chunks = 1u << 20;

}  // namespace

std::vector<std::byte> write_message(const Message& message) {
  ByteWriter writer;
  writer.put(message.round);
  writer.put(static_cast<std::uint32_t>(message.stop));
  writer.put(static_cast<std::uint32_t>(message.tallies.size()));
  for (const auto& [chunk, tally] : message.tallies) {
    writer.put(static_cast<std::uint32_t>(chunk));
    for (double number : {tally.loss, tally.correct, tally.robust, tally.samples, tally.attacked}) writer.put(number);
  }
  writer.put(static_cast<std::uint32_t>(message.partials.size()));
  for (const auto& [range, sum] : message.partials) {
    writer.put(static_cast<std::uint32_t>(range.first));
    writer.put(static_cast<std::uint32_t>(range.last));
    writer.put_array(sum.values());
  }
  return writer.take();
}

std::optional<Message> read_message(std::span<const std::byte> bytes, std::size_t parameters) {
  ByteReader reader(bytes);
  Message message;
  message.round = reader.get<std::uint64_t>();
  message.stop = reader.get<std::uint32_t>() != 0;
  const auto tallies = reader.get<std::uint32_t>();
  if (tallies > most_chunks) return std::nullopt;
  for (std::uint32_t i = 0; i < tallies && reader.ok(); ++i) {
    ChunkTally entry;
    entry.chunk = reader.get<std::uint32_t>();
    for (double* number :
         {&entry.tally.loss, &entry.tally.correct, &entry.tally.robust, &entry.tally.samples, &entry.tally.attacked})
      *number = reader.get<double>();
    message.tallies.push_back(entry);
  }
  const auto partials = reader.get<std::uint32_t>();
  if (partials > most_chunks) return std::nullopt;
  for (std::uint32_t i = 0; i < partials && reader.ok(); ++i) {
    GradientTree::Partial partial;
    partial.range.first = reader.get<std::uint32_t>();
    partial.range.last = reader.get<std::uint32_t>();
    partial.sum = Tensor(Shape{static_cast<std::int64_t>(parameters)});
    reader.get_array(partial.sum.values());
    message.partials.push_back(std::move(partial));
  }
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return message;
}

}  // namespace mlsec::train
