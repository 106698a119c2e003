#include "app/exchange.h"

#include <boost/test/unit_test.hpp>
#include <functional>

#include "app/worker.h"
#include "fake_connection.h"
#include "scoped_signals.h"
#include "temporary_folder.h"

namespace castor::app {
namespace {

struct Answer {
  int status = 0;
  std::string head;
  std::string body;

  // Of a header field; "": there is none.
  std::string header(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
  json::value json() const { return json::parse(body); }
};

using Variables = std::map<std::string, std::string, std::less<>>;

struct ExchangeFixture {
  ExchangeFixture() {
    config.storage.database = folder / "castor.db";
    config.log.level = "error";
    config.log.access = false;
    config.upstream.base_url = "http://127.0.0.1:1";  // nobody is there
    config.upstream.max_attempts = 1;
    AdminStore store(config.storage);
    configure([](Config&) {});
  }

  // Starts anew with other settings.
  void configure(const std::function<void(Config&)>& change) {
    change(config);
    worker.reset();
    stores.reset();
    process.emplace(config, Manner::pool);
    stores.emplace(*process);
    worker.emplace(*process, shutdown, *stores);
  }

  // As from a program on this machine that speaks Anthropic's API.
  Answer ask(const std::string& method, const std::string& uri, const std::string& content = "",
             const Variables& more = {}) {
    http::FakeConnection connection;
    connection.variables = {{"REQUEST_METHOD", method},
                            {"REQUEST_URI", uri},
                            {"REMOTE_ADDR", "127.0.0.1"},
                            {"HTTP_ANTHROPIC_VERSION", "2023-06-01"}};
    if (const std::size_t query = uri.find('?'); query != std::string::npos) {
      connection.variables["QUERY_STRING"] = uri.substr(query + 1);
    }
    for (const auto& [name, value] : more) connection.variables[name] = value;
    if (!content.empty()) {
      connection.variables["CONTENT_LENGTH"] = std::to_string(content.size());
      connection.body = content;
    }
    worker->serve(connection);
    BOOST_TEST(connection.finished);
    const std::size_t end = connection.answer.find("\r\n\r\n");
    BOOST_REQUIRE(end != std::string::npos);
    Answer answer{.head = "\r\n" + connection.answer.substr(0, end + 2),
                  .body = connection.answer.substr(end + 4)};
    answer.status = std::stoi(answer.header("Status"));
    return answer;
  }

  // An error in the words of the Messages API; its message.
  std::string error(const Answer& answer, int status, std::string_view type) {
    BOOST_TEST(answer.status == status);
    const json::value body = answer.json();
    BOOST_TEST(body.at("type") == "error");
    BOOST_TEST(body.at("error").at("type").as_string() == type);
    BOOST_TEST(body.at("request_id").as_string() == answer.header("request-id"));
    return body.at("error").at("message").as_string().c_str();
  }

  ScopedSignals signals;
  TemporaryFolder folder;
  Config config;
  http::Shutdown shutdown;
  std::optional<Process> process;
  std::optional<StorePool> stores;
  std::optional<Worker> worker;
};

const char* const kMessage =
    R"({"model":"claude-opus-5-5","max_tokens":0,"messages":[{"role":"user","content":"Hi"}]})";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(exchange, ExchangeFixture)

BOOST_AUTO_TEST_CASE(C12_every_answer_has_a_request_id) {
  static const struct {
    const char* method;
    const char* uri;
    int status;
  } cases[] = {
      {"GET", "/health", 503},          {"HEAD", "/health", 503},
      {"GET", "/v1/models", 200},       {"HEAD", "/v1/models", 200},
      {"OPTIONS", "/v1/messages", 204}, {"GET", "/v1/models/claude-opus-5-5", 200},
      {"GET", "/v1/messages", 405},     {"HEAD", "/v1/messages", 405},
      {"GET", "/v1/nothing", 404},      {"HEAD", "/api/hello", 404},
      {"POST", "/v1/messages", 400},    {"GET", "/v1/models/nobody", 404},
      {"PUT", "/v1/models", 405},       {"POST", "/v1/messages/batches", 404},
  };
  std::string before;
  for (const auto& test : cases) {
    const Answer answer = ask(test.method, test.uri);
    BOOST_TEST(answer.status == test.status, test.method << " " << test.uri);
    const std::string id = answer.header("request-id");
    BOOST_TEST(id.starts_with("req_"), test.method << " " << test.uri);
    BOOST_TEST(id != before);
    before = id;
    if (std::string_view(test.method) == "HEAD") {
      BOOST_TEST(answer.body == "");
    } else if (test.status >= 400 && test.uri != std::string_view("/health")) {
      BOOST_TEST(answer.json().at("request_id").as_string() == id);
    }
  }
}

BOOST_AUTO_TEST_CASE(C11_unknown_queries_and_headers_are_ignored) {
  const Answer answer = ask("POST", "/v1/messages?beta=true&x=%zz", kMessage,
                            {{"HTTP_ANTHROPIC_BETA", "effort-2025-11-24,brand-new-2027-01-01"},
                             {"HTTP_ANTHROPIC_VERSION", "2026-10-21"},
                             {"HTTP_X_STAINLESS_RETRY_COUNT", "0"}});
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.json().at("stop_reason") == "max_tokens");
  BOOST_TEST(answer.header("Content-Type") == "application/json");
}

BOOST_AUTO_TEST_CASE(C12_errors_have_the_shape_of_the_api_that_was_meant) {
  const Variables nobodys{{"HTTP_ANTHROPIC_VERSION", ""}};
  const Answer google = ask("GET", "/v1beta/nothing", "", nobodys);
  BOOST_TEST(google.status == 404);
  BOOST_TEST(google.json().at("error").at("code") == 404);
  BOOST_TEST(google.json().at("error").at("status") == "NOT_FOUND");
  BOOST_TEST(google.header("x-request-id").starts_with("req_"));
  const Answer openai = ask("POST", "/v1beta/openai/nothing", "", nobodys);
  BOOST_TEST(openai.status == 404);
  BOOST_TEST(openai.json().at("error").at("type") == "invalid_request_error");
  BOOST_TEST(openai.json().at("error").at("code").is_null());
  BOOST_TEST(openai.header("x-request-id").starts_with("req_"));
  error(ask("POST", "/messages/nothing", "", nobodys), 404, "not_found_error");
}

BOOST_AUTO_TEST_CASE(what_was_dropped_is_told_in_a_header) {
  const Answer answer =
      ask("POST", "/v1/messages",
          R"({"model":"claude-opus-5-5","max_tokens":0,"container":"c","temperature":0.5,
              "messages":[{"role":"user","content":"Hi"}]})");
  BOOST_TEST(answer.header("x-castor-note") == "dropped=container, dropped=temperature");
  BOOST_TEST(ask("POST", "/v1/messages", kMessage).header("x-castor-note") == "");
}

BOOST_AUTO_TEST_CASE(wrong_requests_are_told_what_is_wrong) {
  const auto told = [&](const std::string& content) {
    return error(ask("POST", "/v1/messages", content), 400, "invalid_request_error");
  };
  BOOST_TEST(told("[]") == "request body: expected a JSON object");
  BOOST_TEST(told("{").find("JSON") != std::string::npos);
  BOOST_TEST(told(R"({"model":"claude-opus-5-5","max_tokens":1})").starts_with("messages: "));
  BOOST_TEST(
      error(ask("POST", "/v1/messages", R"({"model":"nobody","max_tokens":1,"messages":[]})"), 404,
            "not_found_error") == "model: nobody");
}

BOOST_AUTO_TEST_CASE(models_are_listed_by_page_and_by_name) {
  const json::value page = ask("GET", "/v1/models?limit=2&beta=true").json();
  BOOST_TEST(page.at("data").as_array().size() == 2u);
  BOOST_TEST(page.at("has_more") == true);
  BOOST_TEST(page.at("last_id") == page.at("data").at(1).at("id"));
  const std::string last = page.at("last_id").as_string().c_str();
  const json::value next = ask("GET", "/v1/models?limit=2&after_id=" + last).json();
  BOOST_TEST(next.at("first_id") != page.at("first_id"));
  const json::value back = ask("GET", "/v1/models?limit=2&before_id=" +
                                          std::string(next.at("first_id").as_string().c_str()))
                               .json();
  BOOST_TEST(back.at("data") == page.at("data"));
  BOOST_TEST(back.at("has_more") == false);  // before it

  const json::value model = ask("GET", "/v1/models/gemini-3.8-flash").json();
  BOOST_TEST(model.at("type") == "model");
  BOOST_TEST(model.at("id") == "gemini-3.8-flash");
  error(ask("GET", "/v1/models?limit=0"), 400, "invalid_request_error");
  error(ask("GET", "/v1/models?after_id=nobody"), 400, "invalid_request_error");
  error(ask("GET", "/v1/models/nobody"), 404, "not_found_error");
}

BOOST_AUTO_TEST_CASE(U4_without_a_key_tokens_are_estimated_and_it_is_said) {
  const Answer answer = ask("POST", "/v1/messages/count_tokens?beta=true",
                            R"({"model":"claude-opus-5-5","system":"12345678",
                                "messages":[{"role":"user","content":"Hi"}]})");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.json().at("input_tokens").as_int64() > 2);
  BOOST_TEST(answer.header("x-castor-note") == "estimated");
}

BOOST_AUTO_TEST_CASE(without_a_key_the_client_is_told_and_not_to_repeat) {
  const Answer answer = ask("POST", "/v1/messages",
                            R"({"model":"claude-opus-5-5","max_tokens":9,"stream":true,
              "messages":[{"role":"user","content":"Hi"}]})");
  error(answer, 503, "api_error");
  BOOST_TEST(answer.header("x-should-retry") == "false");
}

BOOST_AUTO_TEST_CASE(strangers_need_a_client_key) {
  const Variables stranger{{"REMOTE_ADDR", "192.0.2.1"}};
  const Answer answer = ask("POST", "/v1/messages", kMessage, stranger);
  BOOST_TEST((answer.status == 401 || answer.status == 403));
  BOOST_TEST(answer.header("x-should-retry") == "false");
  BOOST_TEST(ask("GET", "/v1/models", "", stranger).status == answer.status);
  BOOST_TEST(ask("GET", "/health", "", stranger).status == 503);  // there are no keys: no secret
}

BOOST_AUTO_TEST_CASE(web_pages_of_other_origins_are_not_answered_unless_they_are_listed) {
  const Variables page{{"HTTP_ORIGIN", "https://chat.example.org"},
                       {"HTTP_ACCESS_CONTROL_REQUEST_METHOD", "POST"},
                       {"HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "authorization, x-stainless-os"}};
  Answer answer = ask("OPTIONS", "/v1/messages", "", page);
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.head.find("Access-Control") == std::string::npos);
  BOOST_TEST(answer.header("Vary") == "");

  configure([](Config& config) {
    config.server.cors_origins = {"https://chat.example.org", "http://localhost:3000"};
  });
  answer = ask("OPTIONS", "/v1/messages", "", page);
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.header("Access-Control-Allow-Origin") == "https://chat.example.org");
  BOOST_TEST(answer.header("Access-Control-Allow-Credentials") == "true");
  BOOST_TEST(answer.header("Access-Control-Allow-Methods") == "POST, OPTIONS");
  BOOST_TEST(answer.header("Access-Control-Allow-Headers") == "authorization, x-stainless-os");
  BOOST_TEST(answer.header("Vary") == "Origin");

  // Errors, too, can be read by the page; without a client's key it is no local program.
  answer = ask("POST", "/v1/messages", kMessage, {{"HTTP_ORIGIN", "https://chat.example.org"}});
  BOOST_TEST(answer.status == 401);
  BOOST_TEST(answer.header("Access-Control-Allow-Origin") == "https://chat.example.org");
  BOOST_TEST(answer.header("Access-Control-Expose-Headers").starts_with("request-id, "));

  answer = ask(
      "OPTIONS", "/v1/messages", "",
      {{"HTTP_ORIGIN", "https://evil.example"}, {"HTTP_ACCESS_CONTROL_REQUEST_METHOD", "POST"}});
  BOOST_TEST(answer.head.find("Access-Control") == std::string::npos);
  BOOST_TEST(answer.header("Vary") == "Origin");
  BOOST_TEST(ask("GET", "/v1/models").header("Vary") == "Origin");
}

BOOST_AUTO_TEST_CASE(any_origin_is_never_allowed_with_credentials) {
  configure([](Config& config) { config.server.cors_origins = {"*"}; });
  const Answer answer =
      ask("OPTIONS", "/v1beta/nothing", "",
          {{"HTTP_ORIGIN", "null"},
           {"HTTP_ACCESS_CONTROL_REQUEST_METHOD", "POST"},
           {"HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "x-goog-api-key\r\nx-forged: 1"}});
  BOOST_TEST(answer.status == 404);
  BOOST_TEST(answer.header("Access-Control-Allow-Origin") == "*");
  BOOST_TEST(answer.head.find("Allow-Credentials") == std::string::npos);
  BOOST_TEST(answer.head.find("forged") == std::string::npos);
  BOOST_TEST(answer.header("Vary") == "");
}

BOOST_AUTO_TEST_CASE(a_key_for_some_models_is_refused_the_others_by_name) {
  AdminStore store(config.storage);
  const Variables key{
      {"HTTP_X_API_KEY", store.clients.add("guest", {}, {.models = {"gemini-3*"}})}};
  BOOST_TEST(error(ask("POST", "/v1/messages", kMessage, key), 403, "permission_error") ==
             "model: this client key may not use claude-opus-5-5");
  store.clients.set(1, {.models = {"claude-*"}});
  BOOST_TEST(ask("POST", "/v1/messages", kMessage, key).status == 200);
}

BOOST_AUTO_TEST_CASE(wrong_keys_block_the_address_that_a_trusted_proxy_names) {
  configure([](Config& config) {
    config.server.trusted_proxies = {IpNetwork::parse("10.0.0.0/8").value()};
    config.clients.max_failures = 2;
  });
  const std::string key = AdminStore(config.storage).clients.add("laptop");
  const auto from = [&](const char* address, const std::string& token) {
    return ask("POST", "/v1/messages", kMessage,
               {{"REMOTE_ADDR", "10.0.0.1"},
                {"HTTP_X_FORWARDED_FOR", address},
                {"HTTP_X_API_KEY", token}});
  };
  BOOST_TEST(from("203.0.113.9", "ck_wrong").status == 401);
  BOOST_TEST(from("203.0.113.9", "ck_wrong").status == 401);
  BOOST_TEST(from("203.0.113.9", key).status == 429);
  BOOST_TEST(from("203.0.113.8", key).status == 200);
  // A proxy that names nobody is not blocked itself.
  for (int i = 0; i < 3; ++i) BOOST_TEST(from("", "ck_wrong").status == 401);
  BOOST_TEST(from("", key).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
