#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model_map.h"
#include "json/json.h"

namespace castor::openai {

// A request of POST /v1/embeddings, read (protocol-mapping C.5, D.6).
struct EmbeddingsRequest {
  std::string requested_model;  // as the client wrote it; echoed
  ModelChoice choice;
  std::vector<std::string_view> inputs;    // views into the request's document
  std::optional<std::int64_t> dimensions;  // of the vectors the client gets; else the model's own
  bool as_base64 = false;
  std::string user;  // the end user as the client named it; to be hashed before anybody keeps it
};

// Throws json::FieldError, or ApiError not_found for a model that does not exist. Not all that
// OpenAI takes can be had: tokens are those of another vocabulary.
//
//   OpenAI                          here
//   ------                          ----
//   model                           one for embeddings, or a name that means one
//   input  string, array of them    1 to 2048 texts, none of them empty
//          tokens                   400
//   dimensions                      1 to 3072; else what the name implies
//   encoding_format                 float, base64
//   user                            for the log, hashed
EmbeddingsRequest read_embeddings(json::value& request, const ModelMap& models);

// The most that Google takes at once.
inline constexpr std::size_t kLargestBatch = 100;

// The BatchEmbedContentsRequest for `count` inputs from number `first`.
std::string embeddings_batch(const EmbeddingsRequest& request, std::size_t first,
                             std::size_t count);

// The answer, made of those to the batches.
class EmbeddingsBuilder {
 public:
  // The request must outlive it.
  explicit EmbeddingsBuilder(const EmbeddingsRequest& request) : request_(request) {}

  // The answer to the next batch, of `count` inputs. Vectors are cut to the dimensions asked for
  // and brought to length 1: Google does so only with 3072 dimensions. Throws ApiError bad_gateway
  // when it is not an answer to that.
  void add(std::size_t count, const json::value& answer);

  // {"object":"list","data":[{"object":"embedding","index","embedding"}],"model","usage"}; a base64
  // embedding is little-endian 32-bit floats.
  std::string finish() const;

  std::int64_t tokens() const { return tokens_; }
  bool estimated() const { return estimated_; }  // Google did not count all of them

 private:
  void append(const json::array& values);

  const EmbeddingsRequest& request_;
  std::string data_;  // the members of `data`, as JSON
  std::size_t done_ = 0;
  std::int64_t tokens_ = 0;
  bool estimated_ = false;
};

}  // namespace castor::openai
