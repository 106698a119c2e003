#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <memory>

#include "app/commands.h"
#include "app/config_file.h"
#include "app/serve.h"

namespace castor::app {
namespace {

// What all subcommands share: where the settings come from.
struct Settings {
  std::string file;  // --config
  std::string program_folder;

  LoadedConfig load() const {
    LoadedConfig loaded = load_config(
        {.given = file, .program_folder = program_folder, .environment = process_environment()});
    for (const std::string& warning : loaded.warnings) {
      std::fprintf(stderr, "castor: warning: %s\n", warning.c_str());
    }
    return loaded;
  }
  Config config() const { return load().config; }
};

struct ServeOptions {
  std::string listen;
  int processes = 0;
  int threads = 0;
};

std::shared_ptr<const Process> make_pool(const Settings& settings, const ServeOptions& options) {
  Config config = settings.config();
  if (options.processes > 0) config.server.processes = options.processes;
  if (options.threads > 0) config.server.threads = options.threads;
  return std::make_shared<const Process>(std::move(config), Manner::pool);
}

int serve(const Settings& settings, const ServeOptions& options) {
  return serve_own_socket(make_pool(settings, options), options.listen,
                          careful([&] { return make_pool(settings, options); }));
}

int check_config(const Settings& settings) {
  const LoadedConfig loaded = settings.load();
  const Process process(loaded.config, Manner::cgi);  // reads the files it names
  std::printf("%s: correct\n",
              loaded.file.empty() ? "no castor.ini, built-in defaults" : loaded.file.c_str());
  return 0;
}

// A subcommand that does something, when it was the one that was called.
class Commands {
 public:
  explicit Commands(const Settings& settings) : settings_(settings) {}

  void add(CLI::App* command, std::function<int()> action) {
    command->callback([this, action = std::move(action)] { chosen_ = action; });
  }
  int run() const { return chosen_(); }

  void add_keys_commands(CLI::App& app) {
    CLI::App* keys = app.add_subcommand("keys", "The upstream's API keys");
    keys->require_subcommand(1);

    CLI::App* add_command = keys->add_subcommand(
        "add", "Add keys, one a line from standard input; they are sealed in the database");
    add_command->add_option("--file", key_add_.file, "Read them from a file instead");
    add_command->add_option("--label,--name", key_add_.label, "A name for them");
    add_command->add_option(
        "--project", key_add_.project,
        "The Google project they belong to: keys of one project share its quota");
    add_command->add_option("--proxy", key_add_.proxy, "Use them through this proxy");
    add_command->add_option("--proxy-file", key_add_.proxy_file,
                            "The same; a file with the URL, which may hold a password");
    add(add_command, [this] { return add_keys(settings_.config(), key_add_); });

    add(keys->add_subcommand("list", "Show them, masked, with what they rest from"),
        [this] { return list_keys(settings_.config()); });

    CLI::App* limits =
        keys->add_subcommand("limits", "Show or set what is known of the keys' quotas for a model");
    limits->add_option("model", key_limits_.model, "The upstream's model; without: show them");
    limits->add_option("--key", key_limits_.key, "Of this key or its project; without: of all");
    limits->add_option("--rpm", key_limits_.minute_requests, "Requests in a minute");
    limits->add_option("--tpm", key_limits_.minute_tokens, "Input tokens in a minute");
    limits->add_option("--rpd", key_limits_.day_requests, "Requests in a day");
    add(limits, [this] { return limit_keys(settings_.config(), key_limits_); });

    CLI::App* disable = keys->add_subcommand("disable", "Take a key out of use");
    add_which(disable);
    disable->add_option("--reason", reason_, "Why, for the list");
    add(disable, [this] { return disable_key(settings_.config(), which_, reason_); });

    CLI::App* enable = keys->add_subcommand("enable", "Put a disabled key into use again");
    add_which(enable);
    add(enable, [this] { return enable_key(settings_.config(), which_); });

    CLI::App* reset = keys->add_subcommand("reset", "End a key's rests");
    add_which(reset);
    add(reset, [this] { return reset_key(settings_.config(), which_); });

    CLI::App* probe = keys->add_subcommand(
        "probe", "Ask the upstream whether keys are valid; those that are not get disabled");
    probe->add_option("key", which_, "An id, a label or the last characters; without: all keys");
    add(probe, [this] {
      const Process process(settings_.config(), Manner::cgi);
      return probe_keys(process, which_);
    });
  }

  void add_clients_commands(CLI::App& app) {
    CLI::App* clients = app.add_subcommand("clients", "Who may use this gateway");
    clients->require_subcommand(1);

    CLI::App* add_command =
        clients->add_subcommand("add", "Add a client and print its key, which is shown only once");
    add_command->add_option("name", which_, "The client's name")->required();
    add_command->add_flag("--key-stdin", key_from_input_,
                          "Take the key from standard input instead of making one");
    add(add_command,
        [this] { return add_client(settings_.config(), which_, key_from_input_, client_); });
    add_rights(add_command);

    CLI::App* set = clients->add_subcommand("set", "Change what a client may do, from now on");
    set->add_option("client", which_, "Its name or id")->required();
    add_rights(set);
    add(set, [this] { return set_client(settings_.config(), which_, client_); });

    add(clients->add_subcommand("list", "Show them"),
        [this] { return list_clients(settings_.config()); });

    CLI::App* revoke = clients->add_subcommand("revoke", "Refuse a client from now on");
    revoke->add_option("client", which_, "Its name or id")->required();
    add(revoke, [this] { return revoke_client(settings_.config(), which_); });
  }

  void add_serving_commands(CLI::App& app) {
    CLI::App* serve_command =
        app.add_subcommand("serve", "Serve FastCGI on a socket of castor's own, with many workers");
    serve_command
        ->add_option("--listen", serve_.listen, "A path for a Unix socket, or 127.0.0.1:PORT")
        ->required();
    serve_command->add_option("--processes", serve_.processes, "Worker processes")
        ->check(CLI::Range(1, 512));
    serve_command->add_option("--threads", serve_.threads, "Requests at a time in each process")
        ->check(CLI::Range(1, 500));
    add(serve_command, [this] { return serve(settings_, serve_); });

    add(app.add_subcommand("check-config", "Read the settings and say what is wrong with them"),
        [this] { return check_config(settings_); });
    add(app.add_subcommand("migrate", "Bring the database to this program's schema"),
        [this] { return migrate_database(settings_.config()); });
  }

 private:
  void add_which(CLI::App* command) {
    command->add_option("key", which_, "Its id, its label or its last characters")->required();
  }

  void add_rights(CLI::App* command) {
    const auto option = [&](const char* name, std::optional<std::string>& value,
                            const char* meaning) { command->add_option(name, value, meaning); };
    option("--expires", client_.expires,
           "Its last day (2026-12-31, UTC), or a time from now (30d)");
    option("--models", client_.models, "The models it may use: patterns with spaces between");
    option("--requests-per-minute", client_.requests_per_minute, "At most; none: no limit");
    option("--requests-per-day", client_.requests_per_day, "At most");
    option("--tokens-per-minute", client_.tokens_per_minute, "Input and output together, at most");
    option("--tokens-per-day", client_.tokens_per_day, "The same");
    option("--budget", client_.budget, "US dollars per month, at most: 12.50");
    option("--streams", client_.streams, "Requests at a time, at most");
    command->add_flag("--admin", client_.admin, "The key is for administering, not for requests");
    command->add_flag("--client", client_.client, "With --admin: for requests, too");
  }

  const Settings& settings_;
  std::function<int()> chosen_;
  KeyAddOptions key_add_;
  KeyLimitOptions key_limits_;
  ClientOptions client_;
  ServeOptions serve_;
  std::string which_;
  std::string reason_ = "by the operator";
  bool key_from_input_ = false;
};

}  // namespace

int run_command_line(int argc, char** argv, const std::string& program_folder) {
  Settings settings;
  settings.program_folder = program_folder;
  CLI::App app(
      "castor: AI clients on Google Gemini, through your web server.\n"
      "Web servers start it as FastCGI or CGI program; this is for its operator.");
  app.set_version_flag("--version", "castor " CASTOR_VERSION);
  app.add_option("--config", settings.file, "The castor.ini to use");
  app.require_subcommand(1);
  app.fallthrough();
  Commands commands(settings);
  commands.add_serving_commands(app);
  commands.add_keys_commands(app);
  commands.add_clients_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return commands.run();
}

}  // namespace castor::app
