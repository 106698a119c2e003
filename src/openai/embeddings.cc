#include "openai/embeddings.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "json/append.h"
#include "json/field.h"
#include "openai/request_fields.h"
#include "util/text.h"

namespace castor::openai {
namespace {

constexpr std::size_t kMostInputs = 2048;
constexpr std::int64_t kMostDimensions = 3072;
// Google makes no shorter vectors; but the first dimensions say most, and may be used alone.
constexpr std::int64_t kFewestUpstream = 128;

ModelChoice read_model_for_embeddings(const json::Field& model, const ModelMap& models) {
  auto choice = models.resolve(model.string());
  if (!choice || choice->by_default) throw unknown_model(model.string());
  if (!choice->model.embeddings) model.fail("is no model for embeddings");
  return std::move(*choice);
}

std::string_view read_input(const json::Field& input) {
  if (input.is_number() || input.is_array()) {
    input.fail(
        "token input is not supported: tokens mean nothing to another vendor's model; "
        "send the text");
  }
  if (input.string().empty()) input.fail("must not be empty");
  return input.string();
}

std::vector<std::string_view> read_inputs(const json::Field& input) {
  if (!input.is_array()) return {read_input(input)};
  if (input.size() == 0) input.fail("must not be empty");
  if (input.size() > kMostInputs) {
    input.fail("has " + std::to_string(input.size()) + " items; at most 2048 are accepted");
  }
  std::vector<std::string_view> inputs;
  inputs.reserve(input.size());
  for (std::size_t i = 0; i < input.size(); ++i) {
    const json::Field item = input.at(i);
    inputs.push_back(read_input(item));
  }
  return inputs;
}

[[noreturn]] void bad_answer(const char* problem) {
  throw ApiError(ErrorKind::bad_gateway,
                 std::string("the upstream's answer is no list of embeddings: ") + problem);
}

// At most `limit` values, as a vector of length 1.
std::vector<float> unit_vector(const json::array& values, std::size_t limit) {
  std::vector<double> exact;
  exact.reserve(std::min(values.size(), limit));
  double sum = 0;
  for (const json::value& value : values) {
    if (exact.size() == limit) break;
    if (!value.is_number()) bad_answer("a value is no number");
    exact.push_back(value.to_number<double>());
    sum += exact.back() * exact.back();
  }
  const double length = std::sqrt(sum);
  if (!std::isfinite(length)) bad_answer("its values are too large");
  // One that has that length already is not touched for the sake of its last digit.
  constexpr double kRounding = 1e-6;
  const double scale = length == 0 || std::abs(length - 1) < kRounding ? 1 : 1 / length;
  std::vector<float> result(exact.size());
  std::transform(exact.begin(), exact.end(), result.begin(),
                 [&](double value) { return static_cast<float>(value * scale); });
  return result;
}

std::string little_endian(const std::vector<float>& values) {
  std::string bytes;
  bytes.reserve(values.size() * 4);
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift);
  }
  return bytes;
}

void append_number(std::string& out, float value) {
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}  // namespace

EmbeddingsRequest read_embeddings(json::value& request, const ModelMap& models) {
  const json::Field root(request);
  const json::Field model = root["model"], input = root["input"], dimensions = root["dimensions"];
  const json::Field format = root["encoding_format"], user = root["user"];
  EmbeddingsRequest result;
  result.requested_model = model.string();
  result.choice = read_model_for_embeddings(model, models);
  if (input.empty()) input.fail("is missing");
  result.inputs = read_inputs(input);
  result.dimensions = dimensions.optional_integer();
  if (result.dimensions && (*result.dimensions < 1 || *result.dimensions > kMostDimensions)) {
    dimensions.fail("must be from 1 to 3072");
  }
  if (!result.dimensions) result.dimensions = result.choice.dimensions;
  result.as_base64 = format.string_or("float") == "base64";
  if (!result.as_base64 && format.string_or("float") != "float") {
    format.fail("must be float or base64");
  }
  result.user = user.string_or("");
  return result;
}

std::string embeddings_batch(const EmbeddingsRequest& request, std::size_t first,
                             std::size_t count) {
  std::string rest = "}]}";
  if (request.dimensions) {
    rest.append(",\"outputDimensionality\":")
        .append(std::to_string(std::max(*request.dimensions, kFewestUpstream)));
  }
  const std::string head =
      "{\"model\":\"models/" + request.choice.model.id + "\",\"content\":{\"parts\":[{\"text\":";
  std::string batch = "{\"requests\":[";
  for (std::size_t i = first; i < first + count; ++i) {
    if (i > first) batch += ',';
    batch += head;
    json::append_string(batch, request.inputs[i]);
    batch.append(rest).append("}");
  }
  return batch + "]}";
}

void EmbeddingsBuilder::add(std::size_t count, const json::value& answer) {
  const json::object* members = answer.if_object();
  const json::array* embeddings = members ? json::find_array(*members, "embeddings") : nullptr;
  if (!embeddings) bad_answer("there are none");
  if (embeddings->size() != count) bad_answer("there are not as many as were asked for");
  const std::size_t first = done_;
  for (const json::value& embedding : *embeddings) {
    const json::object* vector = embedding.if_object();
    const json::array* values = vector ? json::find_array(*vector, "values") : nullptr;
    if (!values || values->empty()) bad_answer("one has no values");
    append(*values);
  }

  const json::object* usage = json::find_object(*members, "usageMetadata");
  const std::int64_t counted = usage ? json::find_integer(*usage, "promptTokenCount") : 0;
  tokens_ += std::max<std::int64_t>(counted, 0);
  if (counted > 0) return;
  estimated_ = true;
  for (std::size_t i = first; i < done_; ++i) {
    tokens_ += static_cast<std::int64_t>((request_.inputs[i].size() + 3) / 4);
  }
}

void EmbeddingsBuilder::append(const json::array& values) {
  const std::size_t limit = static_cast<std::size_t>(request_.dimensions.value_or(kMostDimensions));
  const std::vector<float> vector = unit_vector(values, limit);
  if (done_ > 0) data_ += ',';
  data_.append("{\"object\":\"embedding\",\"index\":").append(std::to_string(done_++));
  data_.append(",\"embedding\":");
  if (request_.as_base64) {
    data_.append("\"").append(base64(little_endian(vector))).append("\"");
  } else {
    char separator = '[';
    for (const float value : vector) {
      data_ += separator;
      append_number(data_, value);
      separator = ',';
    }
    data_ += ']';
  }
  data_ += '}';
}

std::string EmbeddingsBuilder::finish() const {
  const std::string tokens = std::to_string(tokens_);
  std::string body;
  body.reserve(data_.size() + 200);
  body.append("{\"object\":\"list\",\"data\":[").append(data_).append("],\"model\":");
  json::append_string(body, request_.requested_model);
  body.append(",\"usage\":{\"prompt_tokens\":").append(tokens);
  return body.append(",\"total_tokens\":").append(tokens).append("}}");
}

}  // namespace castor::openai
