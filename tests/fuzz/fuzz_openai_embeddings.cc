#include <algorithm>

#include "domain/data.h"
#include "domain/error.h"
#include "fuzz.h"
#include "json/field.h"
#include "openai/embeddings.h"

namespace castor {
namespace {

// Whatever is read becomes batches that are JSON and hold all of it.
void check_request(json::value& document, const ModelMap& models) {
  try {
    const openai::EmbeddingsRequest request = openai::read_embeddings(document, models);
    const std::size_t count = std::min(request.inputs.size(), openai::kLargestBatch);
    const json::value batch = json::parse(openai::embeddings_batch(request, 0, count));
    require(batch.at("requests").as_array().size() == count);
  } catch (const json::FieldError&) {
  } catch (const ApiError&) {
  }
}

// Whatever Google answers becomes JSON, or a bad gateway.
void check_answer(const json::value& answer, const ModelMap& models, const char* encoding) {
  json::value document = {
      {"model", "text-embedding-3-small"}, {"input", "x"}, {"encoding_format", encoding}};
  const openai::EmbeddingsRequest request = openai::read_embeddings(document, models);
  openai::EmbeddingsBuilder builder(request);
  try {
    builder.add(1, answer);
    json::parse(builder.finish());
  } catch (const ApiError& error) {
    require(error.kind == ErrorKind::bad_gateway);
  }
}

}  // namespace
}  // namespace castor

void castor::fuzz(std::string_view bytes) {
  static const ModelMap models(data::models, "2026-11-20");
  auto document = parsed(bytes);
  if (!document) return;
  check_answer(*document, models, "float");
  check_answer(*document, models, "base64");
  check_request(*document, models);
}
