#include <cstdio>
#include <iostream>
#include <string>

#include "app/commands.h"
#include "domain/store.h"
#include "util/local_time.h"
#include "util/text.h"

namespace castor::app {

int add_client(const Config& config, const std::string& name, bool key_from_standard_input) {
  AdminStore store(config.storage);
  std::string given;
  if (key_from_standard_input) {
    std::string line;
    std::getline(std::cin, line);
    given = trim(line);
    if (given.empty()) throw std::runtime_error("no key came on standard input");
  }
  const std::string key = store.clients.add(name, given);
  if (given.empty()) {
    // To standard output alone, so that it can be kept; the rest is for eyes.
    std::fprintf(stderr, "castor: client %s; its key, shown only now:\n", name.c_str());
    std::puts(key.c_str());
  } else {
    std::fprintf(stderr, "castor: client %s has the key that was given\n", name.c_str());
  }
  return 0;
}

int list_clients(const Config& config) {
  AdminStore store(config.storage);
  const auto clients = store.clients.list();
  if (clients.empty()) std::puts("no clients: only programs on this machine are served");
  for (const ClientInfo& client : clients) {
    const std::string state =
        client.revoked_ms ? "revoked " + local_time(*client.revoked_ms) : std::string("valid");
    std::printf("%lld  %s  %s  added %s  last used %s\n", static_cast<long long>(client.id),
                client.name.c_str(), state.c_str(), local_time(client.created_ms).c_str(),
                local_time(client.last_used_ms).c_str());
  }
  return 0;
}

int revoke_client(const Config& config, const std::string& which) {
  AdminStore store(config.storage);
  const ClientInfo client = store.clients.revoke(which);
  std::printf("revoked client %lld %s\n", static_cast<long long>(client.id), client.name.c_str());
  return 0;
}

}  // namespace castor::app
