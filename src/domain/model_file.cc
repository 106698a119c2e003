#include "domain/model_file.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <stdexcept>
#include <utility>

#include "json/field.h"
#include "json/json.h"
#include "util/text.h"
#include "util/utc_time.h"

namespace castor {
namespace {

using json::Field;
using Trait = std::function<void(Model&)>;
using Names = std::initializer_list<std::string_view>;

// "3" or "3.10" at the beginning of `text`, which is moved past it.
std::optional<ModelVersion> take_version(std::string_view& text) {
  ModelVersion version;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc() || version.major < 0) return std::nullopt;
  const char* next = major.ptr;
  if (next != end && *next == '.') {
    const auto minor = std::from_chars(next + 1, end, version.minor);
    if (minor.ec != std::errc() || version.minor < 0) return std::nullopt;
    next = minor.ptr;
  }
  text.remove_prefix(next - text.data());
  return version;
}

// The version of "gemini-3.10-flash" and its like, which stands behind the first hyphen.
std::optional<ModelVersion> version_of(std::string_view id) {
  const std::size_t hyphen = id.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  id.remove_prefix(hyphen + 1);
  const auto version = take_version(id);
  return id.empty() || id.front() == '-' ? version : std::nullopt;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view id) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [id](const std::string& pattern) { return matches(pattern, id); });
}

bool holds_for(const ModelFile::Rule& rule, std::string_view id, ModelVersion version) {
  return any_matches(rule.match, id) && !any_matches(rule.except, id) &&
         !(rule.from && version < *rule.from) && !(rule.before && version >= *rule.before);
}

// What the rules say of an id; nullopt when none holds for it.
std::optional<Model> model_by_rules(const ModelFile& file, std::string_view id) {
  const ModelVersion version = version_of(id).value_or(file.newest);
  Model model;
  model.id = id;
  model.display_name = id;
  model.family = std::string(id.substr(0, id.find('-'))) + "-" + std::to_string(version.major);
  bool known = false;
  for (const ModelFile::Rule& rule : file.rules) {
    if (!holds_for(rule, id, version)) continue;
    known = true;
    for (const Trait& trait : rule.traits) trait(model);
  }
  if (!known) return std::nullopt;
  return model;
}

// What is safe in the path of a URL, too.
bool is_model_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text != "." && text != ".." &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") ==
             std::string_view::npos;
}

template <auto Member>
Trait boolean(const Field& field) {
  return [value = field.boolean()](Model& model) { model.*Member = value; };
}

template <auto Member>
Trait tokens(const Field& field) {
  const std::int64_t value = field.integer();
  if (value < 0) field.fail("must not be negative");
  return [value](Model& model) { model.*Member = value; };
}

template <auto Member>
Trait level(const Field& field) {
  const auto value = thinking_level(field.string());
  if (!value) field.fail("expected minimal, low, medium, high or xhigh");
  return [value = *value](Model& model) { model.*Member = value; };
}

Trait thinking(const Field& field) {
  constexpr std::pair<std::string_view, Model::Thinking> kWords[] = {
      {"none", Model::Thinking::none},
      {"level", Model::Thinking::level},
      {"budget", Model::Thinking::budget}};
  for (const auto& [word, value] : kWords) {
    if (field.string() == word) return [value = value](Model& model) { model.thinking = value; };
  }
  field.fail("expected none, level or budget");
}

// What rules and models may say of a model.
constexpr struct {
  std::string_view name;
  Trait (*read)(const Field&);
} kTraits[] = {
    {"input_limit", tokens<&Model::input_limit>},
    {"output_limit", tokens<&Model::output_limit>},
    {"free_tier", boolean<&Model::free_tier>},
    {"embeddings", boolean<&Model::embeddings>},
    {"image_output", boolean<&Model::image_output>},
    {"long_decode", boolean<&Model::long_decode>},
    {"thinking", thinking},
    {"lowest", level<&Model::lowest>},
    {"highest", level<&Model::highest>},
    {"budget_min", tokens<&Model::budget_min>},
    {"budget_max", tokens<&Model::budget_max>},
    {"budget_off", tokens<&Model::budget_off>},
    {"sampling", boolean<&Model::sampling>},
    {"penalties", boolean<&Model::penalties>},
    {"prefill", boolean<&Model::prefill>},
    {"signatures", boolean<&Model::signatures>},
    {"call_ids", boolean<&Model::call_ids>},
    {"result_media", boolean<&Model::result_media>},
    {"json_with_tools", boolean<&Model::json_with_tools>},
    {"server_tools_with_functions", boolean<&Model::server_tools_with_functions>},
    {"json_schema", boolean<&Model::json_schema>},
};

bool among(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Refuses members that are not among `names`, so that a misspelt one is not silently without
// effect.
void allow_only(const Field& entry, Names names) {
  for (const auto& member : entry.members()) {
    if (!among(names, member.key())) entry[member.key()].fail("there is no such member");
  }
}

// The traits among an entry's members; all other members must be among `others`.
std::vector<Trait> read_traits(const Field& entry, Names others) {
  std::vector<Trait> traits;
  for (const auto& member : entry.members()) {
    const std::string_view name = member.key();
    if (among(others, name)) continue;
    const auto trait = std::find_if(std::begin(kTraits), std::end(kTraits),
                                    [name](const auto& known) { return known.name == name; });
    const Field field = entry[name];
    if (trait == std::end(kTraits)) field.fail("there is no such member");
    traits.push_back(trait->read(field));
  }
  return traits;
}

// Patterns are written with spaces between them: no model has one in its name.
std::vector<std::string> read_patterns(const Field& field) {
  std::vector<std::string> patterns;
  for (const std::string_view pattern : split(field.string(), ' ')) {
    if (!pattern.empty()) patterns.push_back(to_lower(pattern));
  }
  if (patterns.empty()) field.fail("expected a pattern");
  return patterns;
}

std::optional<ModelVersion> read_version(const Field& field) {
  if (field.empty()) return std::nullopt;
  std::string_view text = field.string();  // as a JSON number, 3.10 would be 3.1
  const auto version = take_version(text);
  if (!version || !text.empty()) field.fail("expected a version such as \"3.6\"");
  return version;
}

std::string read_date(const Field& field) {
  const std::string_view date = field.string_or("");
  if (!date.empty() && !parse_utc_date(date)) field.fail("expected a date such as \"2026-12-01\"");
  return std::string(date);
}

ModelFile::Rule read_rule(const Field& entry) {
  ModelFile::Rule rule;
  rule.traits = read_traits(entry, {"match", "except", "from", "before"});
  rule.match = read_patterns(entry["match"]);
  if (const Field except = entry["except"]; !except.empty()) rule.except = read_patterns(except);
  rule.from = read_version(entry["from"]);
  rule.before = read_version(entry["before"]);
  return rule;
}

Model read_model(const Field& entry, const ModelFile& file) {
  const auto traits =
      read_traits(entry, {"id", "display_name", "released", "state", "retires", "replaced_by"});
  const Field id = entry["id"];
  if (!is_model_id(id.string())) id.fail("expected small letters, digits, '.', '-' and '_'");
  if (file.find(id.string())) id.fail("is there twice");
  std::optional<Model> model = model_by_rules(file, id.string());
  if (!model) id.fail("no rule matches it");
  for (const Trait& trait : traits) trait(*model);

  model->display_name = entry["display_name"].string();
  model->released = read_date(entry["released"]);
  model->retires = read_date(entry["retires"]);
  model->replaced_by = entry["replaced_by"].string_or("");
  const Field state = entry["state"];
  model->state = state.string();
  if (!among({"stable", "preview", "alias"}, model->state)) {
    state.fail("expected stable, preview or alias");
  }
  if (model->lowest > model->highest) entry.fail("`lowest` is above `highest`");
  if (model->budget_min > model->budget_max) entry.fail("`budget_min` is above `budget_max`");
  return *std::move(model);
}

// A member that names a model of the file.
const Model& read_reference(const Field& field, const ModelFile& file) {
  const Model* model = file.find(field.string());
  if (!model) field.fail("there is no such model in this file");
  return *model;
}

// Chains of replacements end, because each model in one stays longer than the one before it.
void check_replacement(const Field& entry, const Model& model, const ModelFile& file) {
  if (model.replaced_by.empty()) return;
  const Field field = entry["replaced_by"];
  const Model& next = read_reference(field, file);
  if (model.retires.empty()) field.fail("has a meaning only beside `retires`");
  if (!next.retires.empty() && next.retires <= model.retires) {
    field.fail("this model is retired no later itself");
  }
}

ModelFile::Alias read_alias(const Field& entry, const ModelFile& file) {
  allow_only(entry, {"match", "model", "paid", "dimensions"});
  ModelFile::Alias alias;
  alias.match = read_patterns(entry["match"]);
  alias.model = read_reference(entry["model"], file).id;
  if (const Field paid = entry["paid"]; !paid.empty()) alias.paid = read_reference(paid, file).id;
  if (const Field dimensions = entry["dimensions"]; !dimensions.empty()) {
    alias.dimensions = dimensions.integer();
    if (*alias.dimensions < 1) dimensions.fail("must be above 0");
  }
  return alias;
}

ModelFile read(const Field& root) {
  allow_only(root, {"about", "newest", "rules", "models", "aliases", "listed"});
  ModelFile file;
  const Field newest = root["newest"];
  newest.string();
  file.newest = *read_version(newest);

  const Field rules = root["rules"];
  for (std::size_t i = 0; i < rules.size(); ++i) file.rules.push_back(read_rule(rules.at(i)));

  const Field models = root["models"];
  for (std::size_t i = 0; i < models.size(); ++i) {
    file.models.push_back(read_model(models.at(i), file));
  }
  for (std::size_t i = 0; i < models.size(); ++i) {
    check_replacement(models.at(i), file.models[i], file);
  }

  const Field aliases = root["aliases"];
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    file.aliases.push_back(read_alias(aliases.at(i), file));
  }

  const Field listed = root["listed"];
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const Field name = listed.at(i);
    file.listed.emplace_back(name.string());
    if (!file.find_alias(to_lower(name.string()))) name.fail("no alias matches it");
  }
  return file;
}

}  // namespace

const Model* ModelFile::find(std::string_view id) const {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [id](const Model& model) { return model.id == id; });
  return found == models.end() ? nullptr : &*found;
}

const ModelFile::Alias* ModelFile::find_alias(std::string_view name) const {
  const auto found = std::find_if(aliases.begin(), aliases.end(), [name](const Alias& alias) {
    return any_matches(alias.match, name);
  });
  return found == aliases.end() ? nullptr : &*found;
}

std::optional<Model> ModelFile::describe(std::string_view id) const {
  if (!is_model_id(id)) return std::nullopt;
  return model_by_rules(*this, id);
}

ModelFile read_model_file(std::string_view text) {
  try {
    json::value document = json::parse(text);
    const Field root(document);
    return read(root);
  } catch (const std::runtime_error& error) {
    // Errors of the whole document name it after what it usually is, a request's body.
    constexpr std::string_view kBody = "request body: ";
    std::string_view problem = error.what();
    if (problem.starts_with(kBody)) problem.remove_prefix(kBody.size());
    throw std::runtime_error("models.json: " + std::string(problem));
  }
}

}  // namespace castor
