#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "http/request.h"
#include "http/server.h"
#include "processes.h"

namespace castor::http {

BOOST_AUTO_TEST_SUITE(cgi)

BOOST_AUTO_TEST_CASE(a_body_ends_where_it_was_announced_to_though_the_server_closes_nothing) {
  const bool read = succeed_in_processes(1, [](int) {
    int ends[2];
    if (pipe(ends) != 0 || write(ends[1], "bodymore", 8) != 8) return false;
    dup2(ends[0], STDIN_FILENO);
    setenv("CONTENT_LENGTH", "4", 1);
    alarm(5);  // for the end of file that does not come
    std::string body;
    serve_cgi([&](Connection& connection) { body = read_body(connection, 100); });
    return body == "body";
  });
  BOOST_TEST(read);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::http
