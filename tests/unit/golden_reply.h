#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace castor {

// The reply half of a golden case, tests/golden/DIALECT/CASE/:
//
//   upstream_reply.sse   what Gemini answered
//   options.json         what the request asked for, where it matters here: show_thoughts, include_usage,
//                        carry_signatures, single_call, stop_sequences, tool_names, toolsets, tool_kinds,
//                        wrapped_tools, estimated_input_tokens, encrypted_reasoning, compacts;
//                        may be absent
//   reply.sse            what a client that streams must receive
//   reply.json           what a client that does not stream must receive
//
// Every stream is fed whole and one byte at a time and must give the same. `write` makes the two
// replies from what comes out instead of comparing.
void check_reply(const std::filesystem::path& case_directory, bool write);

// Runs an upstream stream down the whole line, to a client that streams or not. `piece` is the
// number of bytes fed at once.
std::string reply_to(std::string_view upstream, const std::filesystem::path& case_directory,
                     bool stream, std::size_t piece);

}  // namespace castor
