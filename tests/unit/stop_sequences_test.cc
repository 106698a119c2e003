#include "domain/stop_sequences.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "recording_handler.h"

namespace castor {
namespace {

struct Outcome {
  std::string text;
  std::string sequence;
  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << '"' << outcome.text << "\" stopped by \"" << outcome.sequence << '"';
}

Outcome run(const std::vector<std::string>& sequences, std::string_view text, std::size_t piece) {
  RecordingHandler handler;
  StopSequences filter(handler, sequences);
  for (std::size_t i = 0; i < text.size(); i += piece) filter.text(text.substr(i, piece));
  filter.finish({.reason = FinishReason::stop});
  return {handler.text_, handler.finish_.stop_sequence};
}

// The same by trying every place.
Outcome expected(const std::vector<std::string>& sequences, std::string_view text) {
  for (std::size_t end = 1; end <= text.size(); ++end) {
    std::string_view longest;
    for (const std::string& sequence : sequences) {
      if (text.substr(0, end).ends_with(sequence) && sequence.size() > longest.size()) {
        longest = sequence;
      }
    }
    if (!longest.empty()) {
      return {std::string(text.substr(0, end - longest.size())), std::string(longest)};
    }
  }
  return {std::string(text), ""};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stop_sequences)

BOOST_AUTO_TEST_CASE(text_is_cut_before_the_first_sequence_however_it_is_divided) {
  static const struct {
    std::vector<std::string> sequences;
    const char* text;
    Outcome outcome;
  } cases[] = {
      {{"END"}, "one END two END", {"one ", "END"}},
      {{"END"}, "one EN", {"one EN", ""}},
      {{"END"}, "ENEND", {"EN", "END"}},
      {{"aab"}, "aaaab", {"aa", "aab"}},
      {{"xaby", "ab"}, "xaby", {"x", "ab"}},
      {{"b", "ab"}, "ab", {"", "ab"}},
      {{"a", "ab"}, "ab", {"", "a"}},
      {{"\n\nHuman:"}, "Hi\n\nHumans\n\nHuman: x", {"Hi\n\nHumans", "\n\nHuman:"}},
      {{"\xC3\xA4"}, "a\xC3\xB6\xC3\xA4", {"a\xC3\xB6", "\xC3\xA4"}},
      {{""}, "text", {"text", ""}},
      {{}, "text", {"text", ""}},
  };
  for (const auto& test : cases) {
    for (std::size_t piece = 1; piece < 20; ++piece) {
      BOOST_TEST(run(test.sequences, test.text, piece) == test.outcome, test.text << piece);
    }
  }
}

BOOST_AUTO_TEST_CASE(random_texts_are_cut_where_a_plain_search_cuts_them) {
  std::minstd_rand random(1);
  const auto word = [&random](std::size_t longest) {
    std::string text(1 + random() % longest, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> sequences;
    for (std::size_t i = random() % 4; i > 0; --i) sequences.push_back(word(6));
    const std::string text = word(60);
    BOOST_TEST(run(sequences, text, 1 + random() % 7) == expected(sequences, text));
  }
}

BOOST_AUTO_TEST_CASE(only_what_may_begin_a_sequence_is_held_back) {
  RecordingHandler handler;
  StopSequences filter(handler, {"END"});
  filter.text("abcE");
  BOOST_TEST(handler.text_ == "abc");
  filter.text("x");
  BOOST_TEST(handler.text_ == "abcEx");
}

BOOST_AUTO_TEST_CASE(other_parts_come_after_the_text_before_them) {
  RecordingHandler handler;
  StopSequences filter(handler, {"END"});
  filter.text("EN");
  filter.thought("t");
  filter.text("D EN");
  filter.function_call({.name = "f", .args = json::object()});
  filter.finish({.reason = FinishReason::stop});
  BOOST_TEST(handler.calls ==
             (Calls{"text EN", "thought t", "text D ", "text EN", "call f {}", "finish stop"}));
}

BOOST_AUTO_TEST_CASE(nothing_comes_after_a_hit) {
  RecordingHandler handler;
  StopSequences filter(handler, {"END"});
  filter.text("a END b");
  BOOST_TEST(filter.hit());
  filter.text("c");
  filter.thought("c");
  filter.signature("c2ln");
  filter.function_call({.name = "f", .args = json::object()});
  filter.inline_data("image/png", "AAAA");
  filter.grounding({});
  filter.finish({.reason = FinishReason::stop});
  filter.fail(ApiError(ErrorKind::internal, "late"));
  BOOST_TEST(handler.calls == (Calls{"text a ", "finish stop_sequence END"}));
}

BOOST_AUTO_TEST_CASE(as_many_bytes_as_readers_let_pass_are_looked_for) {
  RecordingHandler handler;
  StopSequences filter(handler, {std::string(StopSequences::kMaxBytes - 3, 'x'), "END"});
  filter.text("a END");
  BOOST_TEST(filter.hit());
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_sequences_cost_no_more_than_one) {
  std::vector<std::string> sequences(100'000, "aaaaaaaab");
  for (std::size_t i = 0; i < sequences.size(); ++i) sequences[i] += std::to_string(i);
  RecordingHandler handler;
  StopSequences filter(handler, sequences);
  for (int i = 0; i < 1000; ++i) filter.text(std::string(1000, 'a'));
  filter.text("b1");
  BOOST_TEST(filter.hit());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
