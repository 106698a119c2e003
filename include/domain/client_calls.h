#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/generate_call.h"
#include "domain/reply_filter.h"

namespace castor {

// Makes the model's function calls the client's: gives each a client id, the client's name of the
// tool (and of the toolset it is in), its kind and the arguments the client's schema asks for,
// drops all but the first where the client wants one at a time, and keeps the signatures for those
// clients that will not bring them back.
class ClientCalls : public ReplyFilter {
 public:
  // Makes an id for the client from Gemini's, which may be empty (gemini::make_call_id).
  using IdMaker = std::function<std::string(std::string_view gemini_id)>;

  // `call` and `next` must outlive the filter.
  ClientCalls(ReplyHandler& next, const GenerateCall& call, IdMaker make_id)
      : ReplyFilter(next), call_(call), make_id_(std::move(make_id)) {}

  void function_call(const FunctionCall& call) override;

  struct Signed {
    std::string client_id;
    std::string signature;
  };
  // The signatures since the last time. They must be stored before the ids reach the client, whose
  // answer may arrive at another process at once.
  std::vector<Signed> take_signatures() { return std::exchange(signatures_, {}); }

 private:
  struct Tool {
    std::string_view name;
    std::string_view toolset = {};  // empty: in none
    ToolKind kind = ToolKind::function;
  };
  Tool client_tool(std::string_view gemini_name) const;
  const json::object& arguments(const FunctionCall& call) const;

  const GenerateCall& call_;
  IdMaker make_id_;
  std::vector<Signed> signatures_;
  bool called_ = false;
};

}  // namespace castor
