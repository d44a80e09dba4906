#include "formats/onnx_error.hpp"

#include <string>

namespace mlsec::formats::onnx {
namespace {

void append_printable(std::string& text, std::string_view name) {
  constexpr std::size_t longest = 80;
  std::size_t length = name.size();
  if (length > longest) {
    length = longest;
    // Not in the middle of a UTF-8 character.
    while (length > 0 && (static_cast<unsigned char>(name[length]) & 0xc0) == 0x80) --length;
  }
  for (char c : name.substr(0, length)) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  if (length < name.size()) text += "...";
}

void append_quoted(std::string& text, std::string_view name) {
  text += " \"";
  append_printable(text, name);
  text += '"';
}

std::string_view first_output(const nn::NodeDescription& node) {
  return node.outputs.empty() ? std::string_view() : node.outputs.front();
}

}  // namespace

Subject subject_of(const nn::NodeDescription& node) {
  if (node.name.empty()) return {"node that makes", first_output(node), node.operation};
  return {"node", node.name, node.operation};
}

Subject tensor_of(const nn::NodeDescription& node) {
  if (node.name.empty()) return {"tensor in the node that makes", first_output(node), node.operation};
  return {"tensor in the node", node.name, node.operation};
}

Error refuse(ErrorCode code, const Subject& subject, std::string_view predicate, std::string_view object,
             std::string_view rest) {
  Error error = refuse(code, "The model's ");
  std::string& text = error.message;
  text += subject.what;
  append_quoted(text, subject.name);
  if (!subject.operation.empty()) {
    text += " (";
    append_printable(text, subject.operation);
    text += ')';
  }
  text += ' ';
  text += predicate;
  if (!rest.empty()) {
    append_quoted(text, object);
    text += rest;
  }
  return error;
}

Error refuse(ErrorCode code, std::string_view sentence) { return {code, "model", std::string(sentence)}; }

}  // namespace mlsec::formats::onnx
