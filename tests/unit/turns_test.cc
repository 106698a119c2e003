#include "gemini/turns.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "domain/error.h"
#include "gemini/media.h"
#include "turn_notation.h"

namespace castor::gemini {

using namespace test;

namespace {

struct Fixture {
  json::monotonic_resource arena;
  json::storage_ptr storage = &arena;
  Model target{.family = "gemini-4"};
  SignatureLookup signatures;
  std::vector<std::string> wrapped_tools;
  ToolNames names;
  std::vector<std::string> notes;

  json::array contents_of(std::vector<Turn> turns) {
    return contents(std::move(turns), {target, signatures, wrapped_tools, names, storage, notes});
  }
};

bool has(const json::value& part, std::string_view member) {
  return part.get_object().contains(member);
}

// What Gemini checks (protocol-mapping A.8), written without a look at the repair. Empty: legal.
std::string complaint(const json::array& contents, const Model& model) {
  if (contents.empty()) return "contents is not specified";
  const json::array* open_calls = nullptr;  // of the content before
  std::string last_role;
  std::set<std::string> ids;
  for (const json::value& content : contents) {
    const std::string role(content.at("role").as_string());
    const json::array& parts = content.at("parts").as_array();
    if (role != "user" && role != "model") return "valid role";
    if (last_role.empty() && role != "user") return "does not begin with user";
    if (parts.empty()) return "parts must not be empty";

    json::array calls;
    std::size_t responses = 0, signatures = 0;
    for (const json::value& part : parts) {
      if (part.get_object().empty()) return "part without data";
      if (has(part, "functionCall")) {
        if (role != "model") return "call of a user";
        if (has(part, "thoughtSignature")) ++signatures;
        calls.push_back(part.at("functionCall"));
      }
      if (has(part, "functionResponse")) ++responses;
      if (has(part, "text") && part.at("text").as_string().empty() &&
          !has(part, "thoughtSignature"))
        return "empty text";
    }
    if (responses != 0 && (responses != parts.size() || role != "user")) return "mixed responses";
    if (responses != 0 && !open_calls) return "responses must come right after calls";
    if (open_calls) {
      if (responses != open_calls->size()) return "number of responses";
      for (std::size_t i = 0; i < responses; ++i) {
        const json::value& response = parts[i].at("functionResponse");
        const json::value& call = (*open_calls)[i];
        if (response.at("name") != call.at("name")) return "names differ";
        if (has(response, "id") != model.call_ids) return "id of a response";
        if (model.call_ids && response.at("id") != call.at("id")) return "ids differ";
        if (!response.at("response").is_object()) return "response is no object";
      }
    }
    if (!calls.empty()) {
      if (last_role != "user") return "calls must come right after user";
      if (model.signatures && signatures == 0) return "missing a thought_signature";
      for (const json::value& call : calls) {
        if (has(call, "id") != model.call_ids) return "id of a call";
        if (model.call_ids && !ids.insert(std::string(call.at("id").as_string())).second)
          return "id used twice";
        if (!call.at("args").is_object()) return "args is no object";
      }
    }
    static thread_local json::array kept;
    kept = calls;
    open_calls = kept.empty() ? nullptr : &kept;
    last_role = role;
  }
  if (open_calls) return "calls without responses";
  if (last_role == "model" && !model.prefill) return "ends with a model turn";
  return {};
}

// Any list of turns that a reader could hand over, nonsense included.
std::vector<Turn> random_turns(std::mt19937& random) {
  const auto below = [&](int limit) { return static_cast<int>(random() % limit); };
  const auto id = [&] { return std::string(1, static_cast<char>('a' + below(5))); };
  std::vector<Turn> list;
  for (int turns = below(9); turns > 0; --turns) {
    Turn turn{.role = below(2) ? Role::user : Role::model};
    for (int parts = below(5); parts > 0; --parts) {
      switch (below(6)) {
        case 0:
          turn.parts.push_back(says(""));
          break;
        case 1:
          turn.parts.push_back(says("text"));
          break;
        case 2:
          turn.parts.push_back(carried(below(2) ? "gw1.f.c2ln" : "gw1.x.c2ln"));
          break;
        case 3:
          turn.parts.push_back(picture());
          break;
        case 4:
          if (turn.role == Role::model) turn.parts.push_back(calls(id(), "Tool" + id()));
          [[fallthrough]];
        default: {
          if (turn.role == Role::model) break;
          Result answer = result(id());
          if (below(3) == 0) answer.media.push_back(picture(below(2) ? "image/png" : "image/gif"));
          turn.parts.push_back(std::move(answer));
        }
      }
    }
    list.push_back(std::move(turn));
  }
  return list;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(turns_to_contents, Fixture)

BOOST_AUTO_TEST_CASE(a_tool_loop_in_geminis_words) {
  wrapped_tools = {"Wrapped"};
  Result failed = result("b", "no such file");
  failed.failed = true;
  failed.media.push_back(picture());
  const json::array written = contents_of(turns(
      user(says("Hi")), model(carried("gw1.f.c2ln"), calls("a", "re ad"), calls("b", "Wrapped")),
      user(result("a", "text"), failed, says("well?"))));
  const std::string name = names.to_gemini("re ad");
  const json::value expected = json::parse(R"([
    {"role": "user", "parts": [{"text": "Hi"}]},
    {"role": "model", "parts": [
      {"functionCall": {"id": "a", "name": ")" +
                                           name + R"(", "args": {}}, "thoughtSignature": "c2ln"},
      {"functionCall": {"id": "b", "name": "Wrapped", "args": {"value": {}}}}]},
    {"role": "user", "parts": [
      {"functionResponse": {"id": "a", "name": ")" +
                                           name + R"(", "response": {"output": "text"}}},
      {"functionResponse": {"id": "b", "name": "Wrapped", "response": {"error": "no such file"},
        "parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}}]},
    {"role": "user", "parts": [{"text": "well?"}]}])");
  BOOST_TEST(json::serialize(written) == json::serialize(expected));
}

BOOST_AUTO_TEST_CASE(arguments_that_are_no_object_become_one) {
  Call text{.id = "a", .name = "Read", .args = json::value("x")};
  Call none{.id = "b", .name = "Read", .args = nullptr};
  const json::array written =
      contents_of(turns(user(says("Hi")), model(text, none), user(result("a"), result("b"))));
  const json::array& parts = written[1].at("parts").as_array();
  BOOST_TEST(json::serialize(parts[0].at("functionCall").at("args")) == R"({"input":"x"})");
  BOOST_TEST(json::serialize(parts[1].at("functionCall").at("args")) == "{}");
}

BOOST_AUTO_TEST_CASE(arguments_of_a_wrapped_tool_are_wrapped_once) {
  wrapped_tools = {"List"};
  const auto sent = [&](const char* args) {
    Call call{.id = "a", .name = "List", .args = json::parse(args)};
    const json::array written =
        contents_of(turns(user(says("Hi")), model(call), user(result("a"))));
    const json::value& part = written[1].at("parts").at(0);
    return json::serialize(part.at("functionCall").at("args"));
  };
  BOOST_TEST(sent(R"({"a":1})") == R"({"value":{"a":1}})");
  BOOST_TEST(sent(R"({"value":[1,2]})") == R"({"value":[1,2]})");
  BOOST_TEST(sent(R"([1,2])") == R"({"value":[1,2]})");
}

BOOST_AUTO_TEST_CASE(any_turns_become_contents_that_gemini_accepts) {
  std::mt19937 random(20261120);
  const Model models[] = {
      {.family = "gemini-4", .prefill = false},
      {.family = "gemini-3"},
      {.family = "gemini-2.5", .signatures = false, .call_ids = false, .result_media = false},
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<Turn> list = random_turns(random);
    target = models[i % std::size(models)];
    const json::array written = contents_of(list);
    const std::string problem = complaint(written, target);
    BOOST_REQUIRE_MESSAGE(problem.empty(), problem << "\n  from " << show(list) << "\n  to "
                                                   << json::serialize(written));
  }
}

BOOST_AUTO_TEST_CASE(nothing_that_was_said_or_called_gets_lost) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::vector<Turn> list = random_turns(random);
    list.push_back(user(says("end")));
    std::size_t calls = 0, texts = 0, results = 0;
    for (const Turn& turn : list) {
      for (const Part& part : turn.parts) {
        const auto* text = std::get_if<Text>(&part);
        if (text && text->text == "text") ++texts;
        if (std::holds_alternative<Call>(part)) ++calls;
        if (std::holds_alternative<Result>(part)) ++results;
      }
    }
    std::size_t calls_left = 0, texts_left = 0, results_left = 0;
    for (const json::value& content : contents_of(list)) {
      for (const json::value& part : content.at("parts").as_array()) {
        const std::string shown = json::serialize(part);
        if (has(part, "functionCall")) ++calls_left;
        if (has(part, "text") && part.at("text") == "text") ++texts_left;
        if (shown.find(R"("output":"ok")") != std::string::npos ||
            shown.find("[Result of tool") != std::string::npos)
          ++results_left;
      }
    }
    BOOST_TEST(calls_left == calls, show(list));
    BOOST_TEST(texts_left == texts, show(list));
    BOOST_TEST(results_left == results, show(list));
  }
}

BOOST_AUTO_TEST_CASE(media_are_moved_all_the_way) {
  json::value document =
      json::parse(R"({"type":"image/png","data":")" + std::string(4096, 'A') + R"("})", storage);
  const char* const bytes = document.at("data").as_string().data();
  const json::Field root(document);
  const json::Field type = root["type"];
  const json::Field data = root["data"];
  MediaReader media(1 << 20, storage);
  Result shot{.call_id = "a", .output = json::string("ok", storage)};
  shot.media.push_back(media.data(MediaKind::image, type, data));
  const json::array written =
      contents_of(turns(user(says("Hi")), model(calls("a")), user(std::move(shot))));
  const json::value& part = written[2].at("parts").at(0).at("functionResponse").at("parts").at(0);
  BOOST_TEST(static_cast<const void*>(part.at("inlineData").at("data").as_string().data()) ==
             static_cast<const void*>(bytes));
}

// A client may send 64 MiB of calls that all have one id.
BOOST_AUTO_TEST_CASE(many_calls_of_one_id_take_time_in_proportion) {
  std::vector<Turn> list;
  for (int i = 0; i < 50'000; ++i) {
    list.push_back(test::model(calls("a")));
    list.push_back(user(says("x")));
  }
  BOOST_TEST(complaint(contents_of(std::move(list)), target).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(media, Fixture)

BOOST_AUTO_TEST_CASE(urls_are_links_or_data) {
  json::value document = json::parse(
      R"(["https://example.org/a.PNG?x=1","https://example.org/a","data:image/png;base64,AAAA",
          "http://example.org/a.png","data:text/plain,hello","data:image/png;base64,A*AA",
          "data:;base64,AAAA","data:text/plain;base64,AAAA"])",
      storage);
  const json::Field root(document);
  MediaReader reader(1 << 20, storage);
  BOOST_TEST(json::serialize(reader.url(MediaKind::image, root.at(0)).part) ==
             R"({"fileData":{"mimeType":"image/png","fileUri":"https://example.org/a.PNG?x=1"}})");
  BOOST_TEST(json::serialize(reader.url(MediaKind::image, root.at(1)).part) ==
             R"({"fileData":{"fileUri":"https://example.org/a"}})");
  BOOST_TEST(json::serialize(reader.url(MediaKind::image, root.at(2)).part) ==
             R"({"inlineData":{"mimeType":"image/png","data":"AAAA"}})");
  for (const std::size_t bad : {3u, 4u, 5u, 6u, 7u}) {
    BOOST_CHECK_THROW(reader.url(MediaKind::image, root.at(bad)), json::FieldError);
  }
}

BOOST_AUTO_TEST_CASE(media_types_are_checked_against_the_kind_of_block) {
  static const struct {
    const char* type;
    const char* image;  // as it is sent; nullptr: refused
    const char* document;
  } cases[] = {
      {"image/png", "image/png", nullptr},
      {"IMAGE/Png", "image/png", nullptr},
      {"image/svg+xml", "image/svg+xml", nullptr},
      {"application/pdf", nullptr, "application/pdf"},
      {"application/vnd.ms-excel", nullptr, "application/vnd.ms-excel"},
      {"text/plain", nullptr, "text/plain"},
      {"text/plain; charset=utf-8", nullptr, nullptr},
      {"audio/mp3", nullptr, nullptr},
      {"", nullptr, nullptr},
      {"png", nullptr, nullptr},
      {"image/", nullptr, nullptr},
      {"/png", nullptr, nullptr},
      {"image/png/x", nullptr, nullptr},
      {"image/p ng", nullptr, nullptr},
      {"image/png\n", nullptr, nullptr},
      {"application/\u00e9", nullptr, nullptr},
  };
  for (const auto& test : cases) {
    for (const MediaKind kind : {MediaKind::image, MediaKind::document}) {
      json::value document(storage);
      document = json::array({test.type, "AAAA"}, storage);
      const json::Field root(document);
      const json::Field type = root.at(0);
      const json::Field data = root.at(1);
      const char* const sent = kind == MediaKind::image ? test.image : test.document;
      MediaReader reader(1 << 20, storage);
      if (sent) {
        const Media media = reader.data(kind, type, data);
        BOOST_TEST(media.part.at("inlineData").at("mimeType") == sent, test.type);
      } else {
        BOOST_CHECK_EXCEPTION(reader.data(kind, type, data), json::FieldError,
                              [](const auto& error) { return error.path() == "[0]"; });
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(c15_media_beyond_the_limit_are_too_large) {
  json::value document = json::parse(R"(["image/png","AAAAAAAA","AAAA"])", storage);
  const json::Field root(document);
  MediaReader reader(8, storage);
  const json::Field type = root.at(0);
  reader.data(MediaKind::image, type, root.at(1));
  BOOST_CHECK_EXCEPTION(reader.data(MediaKind::image, type, root.at(2)), ApiError,
                        [](const ApiError& error) { return error.kind == ErrorKind::too_large; });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
