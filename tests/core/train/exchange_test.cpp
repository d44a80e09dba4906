#include "train/exchange.hpp"

#include <doctest/doctest.h>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/damage.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using test::Bytes;
using train::Inbox;
using train::Message;

constexpr std::size_t parameters = 5;

Message message() {
  Message made;
  made.round = 0x123456789abcdef0;
  made.stop = true;
  made.tallies = {{3, {0.1, 2, 1, 4, 3}}, {4, {-1e300, 0, 0, 1, 0}}};
  made.partials.push_back({{2, 4}, test::random_tensor(Shape{parameters}, 1)});
  made.partials.push_back({{4, 5}, test::random_tensor(Shape{parameters}, 2)});
  return made;
}

}  // namespace

TEST_CASE("a message comes back as it was") {
  const Message sent = message();
  const auto read = train::read_message(train::write_message(sent), parameters);
  REQUIRE(read);
  CHECK(read->round == sent.round);
  CHECK(read->stop);
  REQUIRE(read->tallies.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const train::Tally &given = read->tallies[i].tally, &wanted = sent.tallies[i].tally;
    CHECK(read->tallies[i].chunk == sent.tallies[i].chunk);
    CHECK(given.loss == wanted.loss);
    CHECK(given.correct == wanted.correct);
    CHECK(given.robust == wanted.robust);
    CHECK(given.samples == wanted.samples);
    CHECK(given.attacked == wanted.attacked);
  }
  REQUIRE(read->partials.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(read->partials[i].range == sent.partials[i].range);
    CHECK(test::same_bytes(read->partials[i].sum.values(), sent.partials[i].sum.values()));
  }
}

TEST_CASE("a message of a worker that had no chunk is short") {
  const auto read = train::read_message(train::write_message({7, false, {}, {}}), parameters);
  REQUIRE(read);
  CHECK(read->round == 7);
  CHECK(!read->stop);
  CHECK(read->tallies.empty());
  CHECK(read->partials.empty());
}

TEST_CASE("a message that ends early or late, or speaks of another network, is none") {
  const Bytes whole = train::write_message(message());
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(!train::read_message(test::first_bytes(whole, size), parameters));
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  CHECK(!train::read_message(longer, parameters));
  CHECK(!train::read_message(whole, parameters - 1));
  CHECK(!train::read_message(whole, parameters + 1));
}

TEST_CASE("a count with any bit turned over is refused") {
  const Bytes whole = train::write_message(message());
  // Where the counts lie: of tallies, of partial sums, of the numbers in each sum.
  const std::size_t tallies = 8 + 4, partials = tallies + 4 + 2 * (4 + 5 * 8), numbers = partials + 4 + 2 * 4;
  for (const auto& [place, size] : {std::pair{tallies, 4}, {partials, 4}, {numbers, 8}, {numbers + 8 + 20 + 8, 8}})
    for (std::size_t bit = 0; bit < 8 * static_cast<std::size_t>(size); ++bit) {
      Bytes changed = whole;
      changed[place + bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
      CHECK(!train::read_message(changed, parameters));
    }
}

TEST_CASE("what is damaged anywhere is read or refused, within its bounds") {
  const Bytes whole = train::write_message(message());
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto read = train::read_message(test::damaged(whole, seed), parameters);
    if (!read) continue;
    for (const auto& partial : read->partials) CHECK(partial.sum.size() == parameters);
  }
}

TEST_CASE("messages that come a round early wait for it") {
  Inbox inbox;
  const auto of_round = [](std::uint64_t round) {
    Message sent;
    sent.round = round;
    return sent;
  };
  CHECK(inbox.has(5, 0));
  CHECK(!inbox.has(5, 1));
  inbox.put(of_round(6));
  inbox.put(of_round(5));
  inbox.put(of_round(6));
  CHECK(inbox.has(5, 1));
  CHECK(!inbox.has(5, 2));
  CHECK(inbox.has(6, 2));
  CHECK(inbox.take(5).size() == 1);
  CHECK(inbox.take(5).empty());
  CHECK(!inbox.has(5, 1));
  CHECK(inbox.take(6).size() == 2);
}

}  // namespace mlsec
