#include "domain/stop_sequences.h"

namespace castor {

StopSequences::StopSequences(ReplyHandler& next, const std::vector<std::string>& sequences)
    : ReplyFilter(next) {
  for (const std::string& sequence : sequences) {
    // A state a byte at most, besides the first.
    if (!sequence.empty() && states_.size() - 1 + sequence.size() <= kMaxBytes) insert(sequence);
  }
  link_suffixes();
}

void StopSequences::insert(std::string_view sequence) {
  std::uint32_t at = 0;
  for (const char c : sequence) {
    const auto byte = static_cast<unsigned char>(c);
    std::uint32_t next = child(at, byte);
    if (next == 0) {
      next = static_cast<std::uint32_t>(states_.size());
      states_.push_back(
          {.byte = byte, .length = states_[at].length + 1, .sibling = states_[at].child});
      states_[at].child = next;
    }
    at = next;
  }
  states_[at].match = states_[at].length;
}

// Shorter beginnings first, since the suffix of a longer one is found from them.
void StopSequences::link_suffixes() {
  std::vector<std::uint32_t> queue{0};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::uint32_t parent = queue[i];
    for (std::uint32_t at = states_[parent].child; at != 0; at = states_[at].sibling) {
      State& state = states_[at];
      if (parent != 0) state.suffix = advance(states_[parent].suffix, state.byte);
      if (state.match == 0) state.match = states_[state.suffix].match;
      queue.push_back(at);
    }
  }
}

std::uint32_t StopSequences::child(std::uint32_t state, unsigned char byte) const {
  std::uint32_t at = states_[state].child;
  while (at != 0 && states_[at].byte != byte) at = states_[at].sibling;
  return at;
}

// The longest beginning that the text ends in, after one byte more.
std::uint32_t StopSequences::advance(std::uint32_t state, unsigned char byte) const {
  for (;;) {
    const std::uint32_t next = child(state, byte);
    if (next != 0 || state == 0) return next;
    state = states_[state].suffix;
  }
}

void StopSequences::text(std::string_view delta) {
  if (hit_) return;
  std::size_t end = 0;
  while (end < delta.size() && states_[state_].match == 0) {
    state_ = advance(state_, static_cast<unsigned char>(delta[end++]));
  }
  const State& state = states_[state_];
  hit_ = state.match != 0;
  // Of what was held and what came, the last bytes are a sequence or may be the beginning of one.
  const std::size_t kept = hit_ ? state.match : state.length;
  const std::size_t passed = held_.size() + end - kept;
  if (held_.empty()) {
    if (passed > 0) next_.text(delta.substr(0, passed));
    held_.assign(delta.substr(passed, kept));
  } else {
    held_.append(delta.substr(0, end));
    if (passed > 0) next_.text(std::string_view(held_).substr(0, passed));
    held_.erase(0, passed);
  }
  if (hit_) {
    next_.finish({.reason = FinishReason::stop_sequence, .stop_sequence = std::move(held_)});
  }
}

// The text that was held back turned out to be text.
void StopSequences::release() {
  if (!held_.empty()) next_.text(held_);
  held_.clear();
  state_ = 0;
}

void StopSequences::usage(const Usage& usage) {
  if (!hit_) next_.usage(usage);
}

void StopSequences::thought(std::string_view delta) {
  if (hit_) return;
  release();
  next_.thought(delta);
}

void StopSequences::signature(std::string_view signature) {
  if (hit_) return;
  release();
  next_.signature(signature);
}

void StopSequences::function_call(const FunctionCall& call) {
  if (hit_) return;
  release();
  next_.function_call(call);
}

void StopSequences::inline_data(std::string_view mime_type, std::string_view base64) {
  if (hit_) return;
  release();
  next_.inline_data(mime_type, base64);
}

void StopSequences::grounding(const Grounding& grounding) {
  if (hit_) return;
  release();
  next_.grounding(grounding);
}

void StopSequences::finish(const Finish& finish) {
  if (hit_) return;
  release();
  next_.finish(finish);
}

void StopSequences::fail(const ApiError& error) {
  if (hit_) return;
  release();
  next_.fail(error);
}

std::vector<std::string> read_stop_sequences(const json::Field& list) {
  std::vector<std::string> sequences;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const json::Field sequence = list.at(i);
    if (sequence.string().empty()) sequence.fail("must not be empty");
    bytes += sequence.string().size();
    sequences.emplace_back(sequence.string());
  }
  if (bytes > StopSequences::kMaxBytes) {
    list.fail("at most " + std::to_string(StopSequences::kMaxBytes) + " bytes together");
  }
  return sequences;
}

}  // namespace castor
