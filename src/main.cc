#include <curl/curl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>

#include "app/command_line.h"
#include "app/config_file.h"
#include "app/serve.h"
#include "http/server.h"

namespace {

using namespace castor;
using namespace castor::app;

std::string program_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::shared_ptr<const Process> load_process(Manner manner) {
  LoadedConfig loaded =
      load_config({.program_folder = program_folder(), .environment = process_environment()});
  auto process = std::make_shared<const Process>(std::move(loaded.config), manner);
  for (const std::string& warning : loaded.warnings) {
    process->diagnostics.report(Severity::warning, {}, warning);
  }
  return process;
}

int number_in_environment(const char* name) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : 0;
}

int run(int argc, char** argv) {
  // Who started us is told by descriptor 0 and the environment, never by the arguments: a CGI
  // server makes arguments of a query without '=' (RFC 3875, 4.4), so a stranger writes them.
  if (http::is_listening_socket(STDIN_FILENO)) {
    // Only the web server's own environment says how many it wants: a castor.ini may be shared
    // with one that counts on a single request a process.
    const int processes = number_in_environment("CASTOR_PROCESSES");
    const int threads = number_in_environment("CASTOR_THREADS");
    const bool is_pool = processes > 0 || threads > 0;
    return serve_inherited_socket(load_process(is_pool ? Manner::pool : Manner::fcgid), processes,
                                  threads, careful([] { return load_process(Manner::pool); }));
  }
  if (std::getenv("GATEWAY_INTERFACE")) {
    return serve_cgi_request([] { return load_process(Manner::cgi); });
  }
  return run_command_line(argc, argv, program_folder());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "castor: %s\n", error.what());
    return 1;
  } catch (...) {
    std::fprintf(stderr, "castor: an exception of an unknown kind\n");
    return 1;
  }
}
