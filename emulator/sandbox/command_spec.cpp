#include "sandbox/command_spec.h"

#include "sandbox/message.h"

namespace hoplab::sandbox {

namespace {

void pack_pairs(Packer& packer, const std::vector<std::pair<std::string, std::string>>& pairs) {
  packer.number(static_cast<std::uint32_t>(pairs.size()));
  for (const auto& [first, second] : pairs) packer.text(first).text(second);
}

std::vector<std::pair<std::string, std::string>> unpack_pairs(Unpacker& unpacker) {
  std::vector<std::pair<std::string, std::string>> pairs(unpacker.number());
  for (auto& [first, second] : pairs) {
    first = unpacker.text();
    second = unpacker.text();
  }
  return pairs;
}

}  // namespace

std::string packed(const CommandSpec& command) {
  Packer packer;
  packer.texts(command.arguments).texts(command.environment);
  pack_pairs(packer, command.files);
  packer.texts(command.hidden_folders);
  pack_pairs(packer, command.folders);
  return packer.bytes();
}

CommandSpec unpacked(std::string_view bytes) {
  Unpacker unpacker(bytes);
  CommandSpec command;
  command.arguments = unpacker.texts();
  command.environment = unpacker.texts();
  command.files = unpack_pairs(unpacker);
  command.hidden_folders = unpacker.texts();
  command.folders = unpack_pairs(unpacker);
  return command;
}

}  // namespace hoplab::sandbox
