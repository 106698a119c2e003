#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/reply_filter.h"
#include "json/field.h"

namespace castor {

// Ends a reply at the first of the client's stop sequences in its visible text, also where chunks
// divide it. The sequence itself is not passed on; what comes after it is ignored, and so the
// caller may stop asking the upstream once hit() is true.
//
// Only text that may be the beginning of a sequence is held back, until the next text, another kind
// of part or the end. Time is linear in the text, whatever the sequences (Aho and Corasick 1975).
class StopSequences : public ReplyFilter {
 public:
  // Bytes of all sequences together; those beyond are not looked for. Readers refuse them sooner.
  static constexpr std::size_t kMaxBytes = 1 << 16;

  StopSequences(ReplyHandler& next, const std::vector<std::string>& sequences);

  bool hit() const { return hit_; }

  void usage(const Usage& usage) override;
  void text(std::string_view delta) override;
  void thought(std::string_view delta) override;
  void signature(std::string_view signature) override;
  void function_call(const FunctionCall& call) override;
  void inline_data(std::string_view mime_type, std::string_view base64) override;
  void grounding(const Grounding& grounding) override;
  void finish(const Finish& finish) override;
  void fail(const ApiError& error) override;

 private:
  // The beginning of one or more sequences: a node of the trie they make.
  struct State {
    unsigned char byte = 0;  // its last
    std::uint32_t length = 0;
    std::uint32_t child = 0;    // first of those one byte longer; 0: none
    std::uint32_t sibling = 0;  // next of the same length and beginning; 0: none
    std::uint32_t suffix = 0;   // the longest other beginning that this one ends in
    std::uint32_t match = 0;    // length of the longest whole sequence that this one ends in
  };

  void insert(std::string_view sequence);
  void link_suffixes();
  std::uint32_t child(std::uint32_t state, unsigned char byte) const;
  std::uint32_t advance(std::uint32_t state, unsigned char byte) const;
  void release();

  std::vector<State> states_{State{}};
  std::uint32_t state_ = 0;
  std::string held_;  // the text of state_
  bool hit_ = false;
};

// The sequences that a client lists. Throws FieldError for one that is empty or no string, and
// beyond kMaxBytes.
std::vector<std::string> read_stop_sequences(const json::Field& list);

}  // namespace castor
