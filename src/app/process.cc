#include "app/process.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "domain/data.h"
#include "domain/store.h"
#include "util/utc_time.h"

namespace castor::app {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || file.bad()) throw std::runtime_error(path + ": cannot be read");
  return text.str();
}

ModelMap make_models(const Config& config) {
  std::vector<ModelMap::Alias> aliases;
  for (const auto& [pattern, model] : config.aliases) aliases.push_back({pattern, model});
  const std::string own = config.models_file.empty() ? "" : read_file(config.models_file);
  return ModelMap(own.empty() ? data::models : std::string_view(own), utc_date(Clock().now_ms()),
                  std::move(aliases), config.translation.default_model, config.paid_keys);
}

Severity severity(const std::string& level) {
  if (level == "error") return Severity::error;
  if (level == "warning") return Severity::warning;
  return level == "debug" ? Severity::debug : Severity::info;
}

}  // namespace

Process::Process(Config its_config, Manner its_manner)
    : config(std::move(its_config)),
      manner(its_manner),
      diagnostics(severity(config.log.level)),
      models(make_models(config)),
      prices(config.prices_file.empty() ? std::string(data::prices)
                                        : read_file(config.prices_file)),
      // A pool loads the certificates once for all; a process of one request asks for one issuer.
      trust(config.upstream.ca_file, manner == Manner::pool ? http::TrustStore::Load::now
                                                            : http::TrustStore::Load::lookup) {}

const SecretBox& Process::secrets() const {
  const std::lock_guard lock(mutex_);
  if (!secrets_) {
    secrets_.reset(new SecretBox(SecretBox::from_file(key_file(config.storage))));
  }
  return *secrets_;
}

std::int64_t Process::shutdown_grace_ms() const {
  switch (manner) {
    case Manner::pool:
      return config.server.shutdown_timeout_ms;
    case Manner::fcgid:
      return 7'000;  // mod_fcgid kills about eight seconds after SIGTERM
    case Manner::cgi:
      return 2'000;  // Apache kills three seconds after SIGTERM
  }
  return 0;
}

}  // namespace castor::app
