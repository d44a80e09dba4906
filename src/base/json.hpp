// Writing JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mlsec::inline base {

/// Puts commas and quotes where they belong; the caller keeps begin and end in pairs.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_list() { return open('['); }
  JsonWriter& end_list() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(double value);
  /// Far smaller code than that of any number.
  JsonWriter& whole(std::int64_t value);
  JsonWriter& boolean(bool value);

  const std::string& result() const { return out_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  void quote(std::string_view value);

  std::string out_;
  bool first_ = true;
};

}  // namespace mlsec::inline base
