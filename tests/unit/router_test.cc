#include "app/router.h"

#include <boost/test/unit_test.hpp>

#include "fake_connection.h"

namespace castor::app {
namespace {

constexpr Route kTable[] = {
    {"POST", "/v1/messages", &kAnthropic, nullptr},
    {"GET", "/v1/models", &kOpenAi, nullptr},
    {"GET", "/v1/models", &kAnthropic, nullptr},
    {"GET", "/v1/models", &kGemini, nullptr},
    {"GET", "/v1/models/*", &kOpenAi, nullptr},
    {"GET", "/v1/models/*", &kAnthropic, nullptr},
    {"POST", "/v1/models/*:countTokens", &kGemini, nullptr},
    {"POST", "/v1/chat/completions", &kOpenAi, nullptr},
    {"GET", "/v1beta/files/*", &kGemini, nullptr},
    {"POST", "/upload/v1beta/files", &kGemini, nullptr},
    {"GET", "/health", nullptr, nullptr},
};

RouteMatch find(std::string_view method, const std::string& path, Api client = Api::openai) {
  return find_route(kTable, method, {path}, client);
}

// "openai /v1/models", the dialect and the pattern of the row; or that there is none.
std::string found(std::string_view method, const std::string& path, Api client = Api::openai) {
  const RouteMatch match = find(method, path, client);
  BOOST_REQUIRE(match.dialect);
  const std::string dialect(match.dialect->name);
  if (match.route) return dialect + " " + std::string(match.route->pattern);
  return dialect + (match.allow.empty() ? " nothing" : " other methods");
}

Api client_of(std::map<std::string, std::string, std::less<>> variables) {
  http::FakeConnection connection;
  connection.variables = std::move(variables);
  return api_of_client(http::Request(connection, {}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(router)

BOOST_AUTO_TEST_CASE(the_first_candidate_that_is_a_route_wins) {
  const RouteMatch match =
      find_route(kTable, "POST", {"/cgi/v1/messages", "/v1/messages"}, Api::openai);
  BOOST_TEST(match.route == &kTable[0]);
  BOOST_TEST(match.path == "/v1/messages");
}

BOOST_AUTO_TEST_CASE(a_name_stands_at_the_star) {
  BOOST_TEST(find("GET", "/v1/models/meta/llama:3").rest == "meta/llama:3");
  const RouteMatch match = find("POST", "/v1beta/models/tuned/x:countTokens");
  BOOST_TEST(match.route == &kTable[6]);
  BOOST_TEST(match.rest == "tuned/x");
  BOOST_TEST(found("POST", "/v1beta/models/:countTokens") == "gemini nothing");
  BOOST_TEST(found("GET", "/v1/models/") == "openai /v1/models");
}

BOOST_AUTO_TEST_CASE(HEAD_is_served_as_GET) {
  BOOST_TEST(found("HEAD", "/v1/models") == "openai /v1/models");
}

BOOST_AUTO_TEST_CASE(a_wrong_method_is_told_the_right_ones) {
  const RouteMatch match = find("DELETE", "/v1/models");
  BOOST_TEST(!match.route);
  BOOST_TEST(match.allow == "GET, HEAD, OPTIONS");
  BOOST_TEST(find("PUT", "/v1/models/x:countTokens").allow == "GET, HEAD, POST, OPTIONS");
}

BOOST_AUTO_TEST_CASE(what_is_no_route_is_found_nowhere) {
  const RouteMatch match = find("POST", "/v1/messages/batches");
  BOOST_TEST(!match.route);
  BOOST_TEST(match.allow.empty());
  BOOST_TEST(match.path == "/v1/messages/batches");
}

BOOST_AUTO_TEST_CASE(base_urls_may_end_in_any_number_of_versions) {
  for (const char* prefix : {"", "/v1", "/v1/v1", "/v1beta/v1beta", "/gemini/v1beta", "/v1alpha"}) {
    BOOST_TEST(found("POST", std::string(prefix) + "/models/x:countTokens") ==
                   "gemini /v1/models/*:countTokens",
               prefix);
  }
  for (const char* prefix :
       {"", "/v1", "/v1/v1", "/anthropic", "/anthropic/v1", "/v1/anthropic/v1"}) {
    BOOST_TEST(found("POST", std::string(prefix) + "/messages") == "anthropic /v1/messages",
               prefix);
  }
  for (const char* prefix : {"", "/v1", "/v1/v1", "/openai", "/openai/v1", "/v1beta/openai"}) {
    BOOST_TEST(
        found("POST", std::string(prefix) + "/chat/completions") == "openai /v1/chat/completions",
        prefix);
  }
  BOOST_TEST(found("GET", "/v1/health") == "openai /health");
  BOOST_TEST(found("GET", "/v12/models") == "openai nothing");
  BOOST_TEST(found("GET", "/v1") == "openai nothing");
  BOOST_TEST(found("GET", "/") == "openai nothing");
}

BOOST_AUTO_TEST_CASE(of_three_owners_the_client_s_is_taken) {
  BOOST_TEST(found("GET", "/v1/models", Api::openai) == "openai /v1/models");
  BOOST_TEST(found("GET", "/v1/models", Api::anthropic) == "anthropic /v1/models");
  BOOST_TEST(found("GET", "/v1/models", Api::gemini) == "gemini /v1/models");
  BOOST_TEST(found("GET", "/v1/models/x", Api::gemini) == "openai /v1/models/*");
}

BOOST_AUTO_TEST_CASE(an_api_that_the_path_names_is_meant_whoever_the_client_is) {
  for (const Api client : {Api::openai, Api::anthropic, Api::gemini}) {
    BOOST_TEST(found("GET", "/v1beta/models", client) == "gemini /v1/models");
    BOOST_TEST(found("GET", "/gemini/v1/models", client) == "gemini /v1/models");
    BOOST_TEST(found("GET", "/v1beta/openai/models", client) == "openai /v1/models");
    BOOST_TEST(found("GET", "/openai/v1/models", client) == "openai /v1/models");
    BOOST_TEST(found("GET", "/anthropic/v1/models", client) == "anthropic /v1/models");
    BOOST_TEST(found("POST", "/v1beta/messages", client) == "gemini nothing");
    BOOST_TEST(found("POST", "/openai/v1/messages", client) == "openai nothing");
    BOOST_TEST(found("POST", "/v1/messages", client) == "anthropic /v1/messages");
  }
}

BOOST_AUTO_TEST_CASE(a_pattern_below_v1beta_is_for_geminis_clients) {
  BOOST_TEST(found("GET", "/v1beta/files/x") == "gemini /v1beta/files/*");
  BOOST_TEST(found("GET", "/v1/files/x", Api::gemini) == "gemini /v1beta/files/*");
  BOOST_TEST(found("GET", "/v1/files/x", Api::openai) == "openai nothing");
  BOOST_TEST(found("GET", "/v1/files/x", Api::anthropic) == "anthropic nothing");
  BOOST_TEST(found("POST", "/upload/v1beta/files") == "gemini /upload/v1beta/files");
}

BOOST_AUTO_TEST_CASE(what_is_not_found_is_told_in_the_words_of_the_api_that_was_meant) {
  for (const Api client : {Api::openai, Api::anthropic, Api::gemini}) {
    const std::string asker(dialect_of(client).name);
    BOOST_TEST(found("GET", "/v1beta/nothing", client) == "gemini nothing");
    BOOST_TEST(found("GET", "/openai/v1/nothing", client) == "openai nothing");
    BOOST_TEST(found("POST", "/v1/chat/nothing", client) == "openai nothing");
    BOOST_TEST(found("POST", "/v1/messages/batches", client) == "anthropic nothing");
    BOOST_TEST(found("POST", "/upload/nothing", client) == "gemini nothing");
    BOOST_TEST(found("GET", "/v1/messages", client) == "anthropic other methods");
    BOOST_TEST(found("GET", "/v1/nothing", client) == asker + " nothing");
    BOOST_TEST(found("DELETE", "/v1/models", client) == asker + " other methods");
    BOOST_TEST(found("GET", "/", client) == asker + " nothing");
    BOOST_TEST(found("POST", "/health", client) == asker + " other methods");
  }
}

BOOST_AUTO_TEST_CASE(a_guessed_mount_may_be_called_like_an_api) {
  const RouteMatch match =
      find_route(kTable, "GET", {"/gemini/v1/models", "/v1/models"}, Api::openai);
  BOOST_TEST(match.route == &kTable[1]);
  BOOST_TEST(match.path == "/v1/models");
  // Where lighttpd says "/v2" and nginx the whole path, the program is not mounted there.
  BOOST_TEST(!find_route(kTable, "GET", {"/v2/models", "/models"}, Api::openai).route);
  BOOST_TEST(find_route(kTable, "GET", {"/ai/health", "/health"}, Api::openai).route);
  // Nobody is told of nothing where there are other methods.
  BOOST_TEST(find_route(kTable, "PUT", {"/x/v1/messages", "/v1/messages"}, Api::openai).allow ==
             "POST, OPTIONS");
}

BOOST_AUTO_TEST_CASE(clients_are_known_by_their_headers) {
  BOOST_TEST((client_of({}) == Api::openai));
  BOOST_TEST((client_of({{"HTTP_AUTHORIZATION", "Bearer x"}}) == Api::openai));
  BOOST_TEST((client_of({{"HTTP_X_API_KEY", "x"}}) == Api::anthropic));
  BOOST_TEST((client_of({{"HTTP_X_API_KEY", "x"}, {"HTTP_OPENAI_BETA", "y"}}) == Api::openai));
  BOOST_TEST((client_of({{"HTTP_AUTHORIZATION", "Bearer x"},
                         {"HTTP_ANTHROPIC_VERSION", "2026-10-21"}}) == Api::anthropic));
  BOOST_TEST((client_of({{"HTTP_X_GOOG_API_KEY", "x"}}) == Api::gemini));
  BOOST_TEST((client_of({{"HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "accept, x-goog-api-key"}}) ==
              Api::gemini));
  BOOST_TEST((client_of({{"REQUEST_URI", "/v1/models?pageSize=5&key=x"}}) == Api::gemini));
  BOOST_TEST((client_of({{"REQUEST_URI", "/v1/models?key="}}) == Api::openai));
  BOOST_TEST((client_of({{"HTTP_X_GOOG_API_KEY", "x"}, {"HTTP_ANTHROPIC_VERSION", "y"}}) ==
              Api::anthropic));
}

BOOST_AUTO_TEST_CASE(every_route_says_whose_words_it_speaks) {
  for (const Route& route : routes()) {
    BOOST_TEST(route.handle);
    if (!route.dialect) continue;
    BOOST_TEST(route.dialect->status);
    BOOST_TEST(route.dialect->error_body);
    BOOST_TEST(route.dialect->name.starts_with(dialect_of(route.dialect->api).name));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
