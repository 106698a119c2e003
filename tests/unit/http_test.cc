#include <zlib.h>

#include <boost/test/unit_test.hpp>

#include "fake_connection.h"
#include "http/request.h"
#include "http/response.h"
#include "http/uri.h"

namespace castor::http {
namespace {

using Paths = std::vector<std::string>;

Paths paths_of(std::map<std::string, std::string, std::less<>> variables,
               std::string_view base = {}) {
  FakeConnection connection;
  connection.variables = std::move(variables);
  return Request(connection, base).paths();
}

std::string gzip(std::string_view plain) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_request)

BOOST_AUTO_TEST_CASE(paths_are_decoded_once_and_their_slashes_collapsed) {
  static const struct {
    const char* uri;
    const char* path;
  } cases[] = {
      {"/v1/messages?beta=true", "/v1/messages"},
      {"//v1///messages", "/v1/messages"},
      {"/v1/models/a%2Fb%3Ac", "/v1/models/a/b:c"},
      {"/v1/%256d", "/v1/%6d"},
      {"/v1/%", "/v1/%"},
      {"/v1/%4", "/v1/%4"},
      {"", "/"},
      {"/v1/%ff%C3%A4\xfe", "/v1/\uFFFD\u00e4\uFFFD"},
  };
  for (const auto& test : cases) BOOST_TEST(normalize_path(test.uri) == test.path, test.uri);
}

BOOST_AUTO_TEST_CASE(the_mount_is_cut_off_REQUEST_URI) {
  BOOST_TEST(paths_of({{"REQUEST_URI", "/ai/v1/messages"}, {"CASTOR_BASE", "/ai"}}) ==
             Paths{"/v1/messages"});
  BOOST_TEST(paths_of({{"REQUEST_URI", "/ai/v1/messages"}}, "/ai/") == Paths{"/v1/messages"});
  BOOST_TEST(paths_of({{"REQUEST_URI", "/aix/v1"}}, "/ai") == Paths{"/aix/v1"});
}

BOOST_AUTO_TEST_CASE(without_a_mount_the_script_and_its_folder_are_tried) {
  BOOST_TEST(paths_of({{"REQUEST_URI", "/home/me/v1/messages"},
                       {"SCRIPT_NAME", "/home/me/castor.cgi"}}) == Paths{"/v1/messages"});
  BOOST_TEST(
      paths_of({{"REQUEST_URI", "/castor.cgi/v1/messages"}, {"SCRIPT_NAME", "/castor.cgi"}}) ==
      (Paths{"/castor.cgi/v1/messages", "/v1/messages"}));
  // nginx and mod_proxy_fcgi say the whole path.
  BOOST_TEST(paths_of({{"REQUEST_URI", "/v1/messages"}, {"SCRIPT_NAME", "/v1/messages"}}).front() ==
             "/v1/messages");
}

BOOST_AUTO_TEST_CASE(W3_authorization_is_found_under_each_name_apache_gives_it) {
  for (const char* name : {"HTTP_AUTHORIZATION", "REDIRECT_HTTP_AUTHORIZATION",
                           "REDIRECT_REDIRECT_HTTP_AUTHORIZATION", "Authorization"}) {
    FakeConnection connection;
    connection.variables[name] = "Bearer x";
    BOOST_TEST(Request(connection, "").authorization() == "Bearer x", name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_body)

BOOST_AUTO_TEST_CASE(a_body_is_read_to_its_end_with_or_without_a_length) {
  FakeConnection connection;
  connection.body = std::string(100'000, 'x');
  BOOST_TEST(read_body(connection, 1 << 20) == connection.body);
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_drained_and_refused) {
  FakeConnection connection;
  connection.body = std::string(1000, 'x');
  BOOST_CHECK_EXCEPTION(read_body(connection, 999), BodyError, [](const BodyError& error) {
    return error.kind == BodyError::Kind::too_large;
  });
  char rest;
  BOOST_TEST(connection.read(&rest, 1) == 0);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_as_long_as_announced_was_cut) {
  FakeConnection connection;
  connection.body = "abc";
  connection.variables["CONTENT_LENGTH"] = "4";
  BOOST_CHECK_EXCEPTION(read_body(connection, 100), BodyError, [](const BodyError& error) {
    return error.kind == BodyError::Kind::broken_off;
  });
}

BOOST_AUTO_TEST_CASE(gzip_is_inflated_up_to_the_limit) {
  FakeConnection connection;
  connection.body = gzip(std::string(500'000, 'x'));
  connection.variables["HTTP_CONTENT_ENCODING"] = "gzip";
  BOOST_TEST(read_body(connection, 500'000).size() == 500'000u);

  FakeConnection bomb;
  bomb.body = gzip(std::string(500'000, 'x'));
  bomb.variables["HTTP_CONTENT_ENCODING"] = "gzip";
  BOOST_CHECK_EXCEPTION(read_body(bomb, 499'999), BodyError, [](const BodyError& error) {
    return error.kind == BodyError::Kind::too_large;
  });

  FakeConnection cut;
  cut.body = gzip(std::string(500'000, 'x')).substr(0, 100);
  cut.variables["HTTP_CONTENT_ENCODING"] = "gzip";
  BOOST_CHECK_EXCEPTION(read_body(cut, 1 << 20), BodyError, [](const BodyError& error) {
    return error.kind == BodyError::Kind::bad_encoding;
  });
}

BOOST_AUTO_TEST_CASE(an_encoding_we_do_not_know_is_named) {
  FakeConnection connection;
  connection.body = "x";
  connection.variables["HTTP_CONTENT_ENCODING"] = "br";
  BOOST_CHECK_EXCEPTION(read_body(connection, 100), BodyError, [](const BodyError& error) {
    return error.kind == BodyError::Kind::unsupported_encoding;
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_response)

BOOST_AUTO_TEST_CASE(headers_travel_with_the_first_bytes) {
  FakeConnection connection;
  Response response(connection);
  response.begin(529, {{"Retry-After", "1"}});
  BOOST_TEST(connection.answer.empty());
  response.write("body");
  response.flush();
  BOOST_TEST(connection.answer == "Status: 529\r\nRetry-After: 1\r\n\r\nbody");
  BOOST_TEST(response.bytes() == 4);
}

BOOST_AUTO_TEST_CASE(a_client_that_left_stays_gone) {
  FakeConnection connection;
  connection.client_left = true;
  Response response(connection);
  response.begin(200, {});
  BOOST_TEST(!response.write("x"));
  connection.client_left = false;
  BOOST_TEST(!response.write("y"));
  BOOST_TEST(response.client_gone());
}

BOOST_AUTO_TEST_CASE(HEAD_is_answered_without_a_body) {
  FakeConnection connection;
  Response response(connection);
  response.omit_body();
  response.send(200, {}, "body");
  BOOST_TEST(connection.answer == "Status: 200\r\nContent-Length: 4\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::http
