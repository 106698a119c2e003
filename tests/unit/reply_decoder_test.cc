#include "gemini/reply_decoder.h"

#include <boost/test/unit_test.hpp>

#include "recording_handler.h"

namespace castor::gemini {
namespace {

// A chunk with these parts, and the members of the candidate that follow them.
std::string chunk(const std::string& parts, const std::string& rest = "") {
  return R"({"candidates":[{"content":{"parts":[)" + parts + R"(],"role":"model"})" + rest +
         R"(,"index":0}]})";
}

const std::string kStop = R"(,"finishReason":"STOP")";

// The calls that these chunks make.
Calls decode(const std::vector<std::string>& chunks) {
  RecordingHandler handler;
  ReplyDecoder decoder(handler);
  for (const std::string& text : chunks) decoder.feed(text);
  decoder.end();
  return handler.calls;
}

const std::string kBrokenOff = "fail The model's reply broke off before its end.";

}  // namespace

BOOST_AUTO_TEST_SUITE(reply_decoder)

BOOST_AUTO_TEST_CASE(parts_become_calls) {
  static const struct {
    const char* name;
    std::string part;
    Calls calls;
  } cases[] = {
      {"text", R"({"text":"a"})", {"text a"}},
      {"empty text", R"({"text":""})", {}},
      {"thought", R"({"text":"a","thought":true})", {"thought a"}},
      {"thought that is false", R"({"text":"a","thought":false})", {"text a"}},
      {"G5 a signature is no sign of a thought",
       R"({"text":"a","thoughtSignature":"c2ln"})",
       {"text a", "signature c2ln"}},
      {"signed empty text", R"({"text":"","thoughtSignature":"c2ln"})", {"signature c2ln"}},
      {"nothing but a signature", R"({"thoughtSignature":"c2ln"})", {"signature c2ln"}},
      {"call",
       R"({"functionCall":{"id":"c1","name":"f","args":{"a":1}},"thoughtSignature":"c2ln"})",
       {R"(call f {"a":1} id=c1 signature=c2ln)"}},
      {"call without arguments", R"({"functionCall":{"name":"f"}})", {"call f {}"}},
      {"call with null arguments", R"({"functionCall":{"name":"f","args":null}})", {"call f {}"}},
      {"call without a name", R"({"functionCall":{"args":{}}})", {}},
      {"name with a namespace", R"({"functionCall":{"name":"default_api:f"}})", {"call f {}"}},
      {"name with the other namespace",
       R"({"functionCall":{"name":"default_api.f"}})",
       {"call f {}"}},
      {"code",
       R"({"executableCode":{"language":"PYTHON","code":"1+1"},"thoughtSignature":"c2ln"})",
       {"text \n```python\n1+1\n```\n"}},
      {"code with a fence",
       R"({"executableCode":{"language":"PYTHON","code":"'```'\n"}})",
       {"text \n````python\n'```'\n````\n"}},
      {"result of code",
       R"({"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"2\n"}})",
       {"text \n```output\n2\n```\n"}},
      {"image",
       R"({"inlineData":{"mimeType":"image/png","data":"AAAA"}})",
       {"data image/png AAAA"}},
      {"server tool",
       R"({"toolCall":{"toolType":"GOOGLE_SEARCH_WEB"},"thoughtSignature":"c2ln"})",
       {}},
      {"server tool's answer", R"({"toolResponse":{"id":"x"},"thoughtSignature":"c2ln"})", {}},
      {"unknown kind", R"({"hologram":{"data":"x"}})", {}},
      {"empty part", "{}", {}},
      {"no part", "7", {}},
      {"text of a wrong type", R"({"text":7})", {}},
      {"call of a wrong type", R"({"functionCall":[]})", {}},
      {"members of wrong types",
       R"({"functionCall":{"id":1,"name":"f","args":[1]},"thoughtSignature":{}})",
       {"call f {}"}},
  };
  for (const auto& test : cases) {
    Calls expected = test.calls;
    expected.push_back("finish stop STOP");
    BOOST_TEST(decode({chunk(test.part, kStop)}) == expected, test.name);
  }
}

BOOST_AUTO_TEST_CASE(every_finish_reason_has_a_meaning) {
  static const struct {
    const char* name;
    FinishReason reason;
  } cases[] = {
      {"STOP", FinishReason::stop},
      {"MAX_TOKENS", FinishReason::max_tokens},
      {"CONTINUATION", FinishReason::max_tokens},
      {"SAFETY", FinishReason::refused},
      {"RECITATION", FinishReason::refused},
      {"LANGUAGE", FinishReason::refused},
      {"BLOCKLIST", FinishReason::refused},
      {"PROHIBITED_CONTENT", FinishReason::refused},
      {"SPII", FinishReason::refused},
      {"ESCALATION", FinishReason::refused},
      {"IMAGE_SAFETY", FinishReason::refused},
      {"IMAGE_PROHIBITED_CONTENT", FinishReason::refused},
      {"IMAGE_RECITATION", FinishReason::refused},
      {"IMAGE_OTHER", FinishReason::refused},
      {"MALFORMED_FUNCTION_CALL", FinishReason::malformed},
      {"UNEXPECTED_TOOL_CALL", FinishReason::malformed},
      {"MISSING_THOUGHT_SIGNATURE", FinishReason::malformed},
      {"MALFORMED_RESPONSE", FinishReason::malformed},
      {"OTHER", FinishReason::other},
      {"NO_IMAGE", FinishReason::other},
      {"TOO_MANY_TOOL_CALLS", FinishReason::other},
      {"FINISH_REASON_UNSPECIFIED", FinishReason::other},
      {"A_WORD_OF_NEXT_YEAR", FinishReason::other},
  };
  for (const auto& test : cases) {
    BOOST_TEST((finish_reason(test.name) == test.reason), test.name);
  }
}

BOOST_AUTO_TEST_CASE(R1_the_finish_comes_once_although_every_chunk_has_one) {
  BOOST_TEST(decode({chunk(R"({"text":"a"})", kStop), chunk(R"({"text":"b"})", kStop)}) ==
             (Calls{"text a", "text b", "finish stop STOP"}));
}

BOOST_AUTO_TEST_CASE(R2_the_finish_is_taken_from_a_chunk_without_content) {
  BOOST_TEST(decode({chunk(R"({"text":"a"})"), R"({"candidates":[{"finishReason":"MAX_TOKENS"}]})",
                     R"({"usageMetadata":{"promptTokenCount":1}})"}) ==
             (Calls{"text a", "finish max_tokens MAX_TOKENS"}));
}

BOOST_AUTO_TEST_CASE(R3_text_may_follow_a_stop_without_content) {
  BOOST_TEST(decode({chunk("", kStop), chunk(R"({"text":"a"})")}) ==
             (Calls{"text a", "finish stop STOP"}));
}

BOOST_AUTO_TEST_CASE(R5_parallel_calls_are_one_call_each_and_repeated_ones_are_ignored) {
  const auto call = [](const std::string& id) {
    return R"({"functionCall":{"id":")" + id + R"(","name":"f","args":{}}})";
  };
  BOOST_TEST(
      decode({chunk(call("1")), chunk(call("2")), chunk(call("1") + "," + call("3"), kStop)}) ==
      (Calls{"call f {} id=1", "call f {} id=2", "call f {} id=3", "finish stop STOP"}));
  const std::string without_id = R"({"functionCall":{"name":"f","args":{}}})";
  BOOST_TEST(decode({chunk(without_id), chunk(without_id, kStop)}) ==
             (Calls{"call f {}", "call f {}", "finish stop STOP"}));
}

BOOST_AUTO_TEST_CASE(U1_a_blocked_prompt_is_a_refusal_whatever_else_is_said) {
  BOOST_TEST(
      decode({R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{}})"}) ==
      Calls{"finish refused PROHIBITED_CONTENT"});
  BOOST_TEST(decode({R"({"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"No."}})",
                     chunk("", kStop)}) == Calls{"finish refused SAFETY No."});
  BOOST_TEST(decode({R"({"promptFeedback":{"blockReasonMessage":"No."}})"}) ==
             Calls{"finish refused BLOCKED No."});
  BOOST_TEST(decode({R"({"promptFeedback":{"safetyRatings":[]},"candidates":[]})"}) ==
             Calls{kBrokenOff});
}

BOOST_AUTO_TEST_CASE(the_message_of_a_finish_is_kept) {
  BOOST_TEST(decode({R"({"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL",)"
                     R"("finishMessage":"print(f("}]})"}) ==
             Calls{"finish malformed MALFORMED_FUNCTION_CALL print(f("});
}

BOOST_AUTO_TEST_CASE(U7_the_last_counts_hold) {
  RecordingHandler handler;
  ReplyDecoder decoder(handler);
  decoder.feed(R"({"usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4}})");
  BOOST_TEST(handler.usage_.prompt == 9);
  decoder.feed(R"({"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":20,)"
               R"("thoughtsTokenCount":7,"toolUsePromptTokenCount":3,"totalTokenCount":40}})");
  decoder.feed(R"({"usageMetadata":{"trafficType":"ON_DEMAND","candidatesTokenCount":"x"}})");
  const Usage& usage = handler.usage_;
  BOOST_TEST(usage.prompt == 10);
  BOOST_TEST(usage.cached == 4);
  BOOST_TEST(usage.tool_prompt == 3);
  BOOST_TEST(usage.input() == 13);
  BOOST_TEST(usage.output() == 27);
  BOOST_TEST(decoder.usage().thoughts == 7);
}

BOOST_AUTO_TEST_CASE(tokens_of_audio_are_told_apart_as_they_may_cost_more) {
  RecordingHandler handler;
  ReplyDecoder decoder(handler);
  decoder.feed(R"({"usageMetadata":{"promptTokenCount":30,"promptTokensDetails":[7,)"
               R"({"modality":"TEXT","tokenCount":10},{"modality":"AUDIO","tokenCount":20}]}})");
  BOOST_TEST(handler.usage_.audio == 20);
  decoder.feed(R"({"usageMetadata":{"candidatesTokenCount":1}})");
  BOOST_TEST(handler.usage_.audio == 20);
}

BOOST_AUTO_TEST_CASE(counts_beyond_sense_are_cut_so_that_sums_of_them_are_exact) {
  static const struct {
    const char* count;
    std::int64_t kept;
  } cases[] = {
      {"-1", 0},
      {"-1e20", 0},
      {"2.9", 2},
      {"9007199254740993", 9007199254740992},
      {"9223372036854775807", 9007199254740992},
      {"18446744073709551615", 9007199254740992},
      {"1e20", 9007199254740992},
  };
  for (const auto& test : cases) {
    const std::string count = test.count;
    RecordingHandler handler;
    ReplyDecoder decoder(handler);
    decoder.feed(R"({"usageMetadata":{"promptTokenCount":)" + count +
                 R"(,"toolUsePromptTokenCount":)" + count + R"(,"cachedContentTokenCount":)" +
                 count + R"(,"candidatesTokenCount":)" + count + R"(,"thoughtsTokenCount":)" +
                 count + "}}");
    BOOST_TEST(handler.usage_.cached == test.kept, count);
    BOOST_TEST(handler.usage_.input() == 2 * test.kept, count);
    BOOST_TEST(handler.usage_.output() == 2 * test.kept, count);
  }
}

BOOST_AUTO_TEST_CASE(increments_of_grounding_come_together_before_the_finish) {
  BOOST_TEST(
      decode({chunk(R"({"text":"a"})", R"(,"groundingMetadata":{"webSearchQueries":["q","q"],)"
                                       R"("groundingChunks":[{"web":{"uri":"u1","title":"t"}}]})"),
              chunk("", kStop + R"(,"groundingMetadata":{"webSearchQueries":["r"],)"
                                R"("groundingChunks":[{"web":{"uri":"u1","title":"t"}},)"
                                R"({"maps":{"uri":"u2"}},{},{"web":{"uri":7}},4]})"),
              R"({"candidates":[{"groundingMetadata":{}}]})"}) ==
      (Calls{"text a", "grounding ?q ?r u1=t u2=", "finish stop STOP"}));
}

BOOST_AUTO_TEST_CASE(R18_a_stream_without_an_end_fails) {
  BOOST_TEST(decode({chunk(R"({"text":"a"})")}) == (Calls{"text a", kBrokenOff}));
  BOOST_TEST(decode({}) == Calls{kBrokenOff});
}

BOOST_AUTO_TEST_CASE(R10_an_error_in_the_stream_is_handed_out_as_it_came) {
  const std::string error = R"({"error": {"code": 503, "status": "UNAVAILABLE"}})";
  RecordingHandler handler;
  ReplyDecoder decoder(handler);
  decoder.feed(chunk(R"({"text":"a"})", kStop));
  decoder.feed(error);
  decoder.feed(chunk(R"({"text":"b"})", kStop));
  BOOST_REQUIRE(decoder.error().has_value());
  BOOST_TEST(*decoder.error() == error);
  BOOST_TEST(decoder.started());
  decoder.end();
  BOOST_TEST(handler.calls == (Calls{"text a", kBrokenOff}));
}

BOOST_AUTO_TEST_CASE(a_chunk_that_is_not_json_breaks_the_reply_and_throws_nothing) {
  for (const std::string text : {"{\"candidates\":[", "<html>", "", "nul", "\"text\"", "\xff"}) {
    RecordingHandler handler;
    ReplyDecoder decoder(handler);
    decoder.feed(text);
    BOOST_TEST(decoder.broken(), text);
    decoder.feed(chunk(R"({"text":"a"})", kStop));
    decoder.end();
    BOOST_TEST(handler.calls == Calls{kBrokenOff});
  }
}

BOOST_AUTO_TEST_CASE(half_a_call_is_not_made) {
  BOOST_TEST(decode({chunk(R"({"functionCall":{"name":"f","willContinue":true}})"),
                     chunk(R"({"functionCall":{"partialArgs":[]}})", kStop)}) == Calls{kBrokenOff});
}

BOOST_AUTO_TEST_CASE(members_of_wrong_types_are_no_harm) {
  for (const std::string text :
       {"{}", "[]", "[7]", R"({"candidates":{}})", R"({"candidates":[7]})",
        R"({"candidates":[{"content":[]}]})", R"({"candidates":[{"content":{"parts":{}}}]})",
        R"({"promptFeedback":[],"usageMetadata":7,"modelVersion":{},"error":null})",
        R"({"candidates":[{"groundingMetadata":{"groundingChunks":{},"webSearchQueries":[4]}}]})",
        R"({"candidates":[{"finishReason":""}]})", R"({"candidates":[{"finishReason":null}]})"}) {
    BOOST_TEST(decode({text}) == Calls{kBrokenOff}, text);
  }
  BOOST_TEST(decode({R"({"candidates":[{"finishReason":2}]})"}) == Calls{"finish other"});
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_an_array_is_read_too) {
  BOOST_TEST(decode({"[" + chunk(R"({"text":"a"})") + "," + chunk(R"({"text":"b"})", kStop) +
                     "]"}) == (Calls{"text a", "text b", "finish stop STOP"}));
  RecordingHandler handler;
  ReplyDecoder decoder(handler);
  decoder.feed(R"([{"error":{"code":400}}])");
  BOOST_TEST(decoder.error().value() == R"({"error":{"code":400}})");
}

BOOST_AUTO_TEST_CASE(what_the_log_wants_is_kept) {
  RecordingHandler handler;
  ReplyDecoder decoder(handler);
  decoder.feed(R"({"modelVersion":"gemini-4-hydrogen","responseId":"r1"})");
  BOOST_TEST(!decoder.started());
  BOOST_TEST(!decoder.finished());
  decoder.feed(chunk(R"({"text":"","thought":true})", kStop));
  BOOST_TEST(!decoder.started());
  BOOST_TEST(decoder.finished());
  decoder.feed(chunk(R"({"text":"a","thought":true})"));
  BOOST_TEST(decoder.started());
  BOOST_TEST(decoder.model_version() == "gemini-4-hydrogen");
  BOOST_TEST(decoder.response_id() == "r1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
