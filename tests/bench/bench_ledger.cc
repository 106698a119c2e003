// What the ledger costs: CPU time of a request's two transactions, time to open the database as a
// CGI process does, and memory of a worker's connection prepared.

#include <malloc.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "domain/client_admin.h"
#include "domain/client_auth.h"
#include "domain/key_admin.h"
#include "domain/ledger.h"
#include "domain/signature_store.h"
#include "sql/database.h"
#include "sql/migrate.h"

namespace {

using namespace castor;

double cpu_us() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

double wall_us() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

RequestRecord request(int number) {
  const std::string suffix = std::to_string(number);
  return {.request_id = "req_" + std::string(18, 'x') + suffix,
          .started_ms = Clock().now_ms(),
          .address = "127.0.0.1",
          .user_agent = "claude-cli/2.1.329 (external, cli)",
          .api = "anthropic",
          .path = "/v1/messages",
          .requested_model = "claude-opus-5",
          .model = "gemini-4-hydrogen",
          .thinking = "level=high",
          .stream = true,
          .conversation = std::to_string(number % 100 * 7919),
          .user_hash = "0123456789abcdef"};
}

// All there are, and none is reached.
constexpr ClientLimits kLimits{.requests_per_minute = 1'000'000'000,
                               .requests_per_day = 1'000'000'000,
                               .tokens_per_minute = 1'000'000'000'000,
                               .tokens_per_day = 1'000'000'000'000,
                               .streams = 1'000};

void serve(Ledger& ledger, int number, std::optional<ClientLimits> limits = {}) {
  RequestRecord record = request(number);
  if (limits) record.client_id = 1;
  record.limits = limits;
  ledger.admit(record);
  record.first_byte_ms = record.attempts[0].first_byte_ms = Clock().now_ms();
  record.attempts[0].http_status = record.status = 200;
  record.stop_reason = "STOP";
  record.usage = {.prompt = 20'000, .cached = 18'000, .candidates = 700, .thoughts = 300};
  record.notes = {"dropped=top_k"};
  ledger.settle(std::move(record));
}

struct Connection {
  explicit Connection(const std::string& path)
      : database(path),
        ledger(database, secrets, Clock(),
               [](std::string_view line) { std::cerr << line << '\n'; }),
        signatures(database, Clock(), {}, LedgerOptions().keep_ms),
        auth(database, secrets, Clock(), [](std::string_view) {}) {}

  SecretBox secrets{std::string(32, 's')};
  sql::Database database;
  Ledger ledger;
  SignatureStore signatures;
  ClientAuth auth;
};

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "castor-bench-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  const std::string path = folder + "/castor.db";
  {
    Connection first(path);
    sql::migrate(first.database);
    std::string keys;
    for (int i = 0; i < 100; ++i) keys += "key-of-the-benchmark-" + std::to_string(i) + "\n";
    KeyAdmin(first.database, first.secrets, Clock()).add(keys);

    constexpr int kRequests = 20'000;
    for (int i = 0; i < 1'000; ++i) serve(first.ledger, i);
    const double cpu = cpu_us(), wall = wall_us();
    for (int i = 0; i < kRequests; ++i) serve(first.ledger, i);
    std::cout << "admit and settle: " << (cpu_us() - cpu) / kRequests << " us CPU, "
              << (wall_us() - wall) / kRequests << " us wall\n";

    const std::string key =
        ClientAdmin(first.database, first.secrets, Clock(), IdSource()).add("bench");
    for (int i = 0; i < 1'000; ++i) serve(first.ledger, i, kLimits);
    const double limited_cpu = cpu_us(), limited_wall = wall_us();
    for (int i = 0; i < kRequests; ++i) serve(first.ledger, i, kLimits);
    std::cout << "the same of a client with limits: " << (cpu_us() - limited_cpu) / kRequests
              << " us CPU, " << (wall_us() - limited_wall) / kRequests << " us wall\n";

    const double auth_cpu = cpu_us();
    for (int i = 0; i < kRequests; ++i) {
      first.auth.check_address("203.0.113.9");
      first.auth.check({.token = key, .address = "203.0.113.9"});
    }
    std::cout << "who is it: " << (cpu_us() - auth_cpu) / kRequests << " us CPU\n";
  }
  {
    constexpr int kOpens = 200;
    const double cpu = cpu_us(), wall = wall_us();
    for (int i = 0; i < kOpens; ++i) {
      sql::Database database(path, {.one_shot = true});
      sql::migrate(database);
      SecretBox secrets(std::string(32, 's'));
      Ledger ledger(database, secrets, Clock(), [](std::string_view) {});
      serve(ledger, i);
    }
    std::cout << "open, one request, close: " << (cpu_us() - cpu) / kOpens << " us CPU, "
              << (wall_us() - wall) / kOpens << " us wall\n";
  }
  {
    constexpr int kConnections = 64;
    std::vector<std::unique_ptr<Connection>> connections;
    const auto before = mallinfo2();
    for (int i = 0; i < kConnections; ++i) {
      connections.push_back(std::make_unique<Connection>(path));
      Connection& connection = *connections.back();
      connection.ledger.prepare();
      connection.signatures.prepare();
      connection.auth.prepare();
    }
    const auto prepared = mallinfo2();
    for (const auto& connection : connections) serve(connection->ledger, 1);
    const auto used = mallinfo2();
    std::cout << "a connection: " << (prepared.uordblks - before.uordblks) / kConnections / 1024
              << " KB prepared, "
              << (used.uordblks + used.hblkhd - before.uordblks - before.hblkhd) / kConnections /
                     1024
              << " KB after a request\n";
  }
  std::filesystem::remove_all(folder);
}
