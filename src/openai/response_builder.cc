#include "openai/response_builder.h"

#include "domain/media_text.h"
#include "gemini/signature_carrier.h"
#include "json/append.h"
#include "openai/responses_wire.h"
#include "openai/usage.h"

namespace castor::openai {
namespace {

using Kind = gemini::SignatureCarrier::Kind;

void append_member(std::string& out, std::string_view name, const json::value& value) {
  out.append(",\"").append(name).append("\":");
  json::append_value(out, value);
}

}  // namespace

void ResponseBuilder::text(std::string_view delta) {
  if (delta.empty()) return;
  wrote_content_ = true;
  if (identity_.compacts) {
    summary_.append(delta);
    return;
  }
  if (growing_ != Item::message) {
    close();
    begin(Item::message, message_item(id("msg")), "content", text_part());
  }
  grow(delta);
}

void ResponseBuilder::thought(std::string_view delta) {
  if (!identity_.show_thoughts || identity_.compacts || delta.empty()) return;
  if (growing_ != Item::reasoning) {
    close();
    begin(Item::reasoning, reasoning_item(id("rs")), "summary", summary_part());
  }
  grow(delta);
}

void ResponseBuilder::signature(std::string_view signature) {
  // Without text there is nothing to bring it back to, nor need to: Gemini checks those of calls.
  if (identity_.carry_signatures && growing_ == Item::message) text_signature_ = signature;
}

void ResponseBuilder::function_call(const FunctionCall& call) {
  if (identity_.compacts) return;
  if (!call.signature.empty() && identity_.encrypted_reasoning) {
    const std::string carrier =
        gemini::carrier(Kind::call, call.signature, identity_.signature_family);
    if (growing_ == Item::reasoning) {
      close_reasoning(carrier);
    } else {
      close();
      add_reasoning(carrier);
    }
  }
  close();
  const json::object item = call_item(call, output_.size(), identity_);
  append(begun(item));
  output_.back() = item;
  arguments_came(last());
  item_done(last());
  wrote_content_ = true;
}

void ResponseBuilder::inline_data(std::string_view mime_type, std::string_view base64) {
  if (!mime_type.starts_with("image/") || identity_.compacts) {
    return text(media_text(mime_type, base64));
  }
  close();
  json::object item = image_item(id("ig"), mime_type, base64);
  append({{"type", "image_generation_call"},
          {"id", item["id"]},
          {"status", "in_progress"},
          {"result", nullptr}});
  for (const char* state : {"in_progress", "generating", "completed"}) item_advanced(state);
  output_.back() = std::move(item);
  item_done(last());
  wrote_content_ = true;
}

void ResponseBuilder::grounding(const Grounding& grounding) {
  if (identity_.compacts) return;
  if (growing_ == Item::message) {
    json::object& part = growing_part();
    for (const Source& source : grounding.sources) {
      json::array& annotations = part["annotations"].get_array();
      const std::string_view text = part["text"].get_string();
      annotations.emplace_back(citation(source, text));
      annotation_added(annotations.back().get_object(), annotations.size() - 1);
    }
  }
  if (grounding.queries.empty()) return;  // pages the client named are no search
  close();
  json::object item = search_item(id("ws"), grounding);
  append(begun(item));
  for (const char* state : {"in_progress", "searching", "completed"}) item_advanced(state);
  output_.back() = std::move(item);
  item_done(last());
}

void ResponseBuilder::finish(const Finish& finish) {
  if (ended_) return;
  if (const auto error = failure(finish, wrote_content_)) return fail(*error);
  open();
  incomplete_details_ = incomplete_details(finish);
  const char* status = incomplete_details_.is_null() ? "completed" : "incomplete";
  close(status);
  if (!summary_.empty()) {
    append(compaction_item(id("cmp"), summary_));
    item_done(last());
  }
  end(status);
}

void ResponseBuilder::fail(const ApiError& error) {
  if (ended_) return;
  open();
  if (growing_ == Item::message) output_.back().get_object()["status"] = "incomplete";
  error_ = response_error(error);
  end("failed");
}

void ResponseBuilder::ended(std::string_view, std::string_view response) { out_.append(response); }

std::string ResponseBuilder::response(std::string_view status) const {
  std::string text("{\"id\":");
  json::append_string(text, identity_.id);
  text.append(",\"object\":\"response\",\"created_at\":");
  json::append_integer(text, identity_.created_s);
  append_member(text, "status", json::string(status));
  append_member(text, "error", error_);
  append_member(text, "incomplete_details", incomplete_details_);
  append_member(text, "model", json::string(identity_.model));
  append_member(text, "output", output_);
  if (!identity_.echo.empty()) text.append(",").append(identity_.echo);
  append_member(text, "usage",
                status == "in_progress" ? json::value(nullptr)
                                        : json::value(responses_usage(usage_, identity_)));
  return text.append("}");
}

std::string ResponseBuilder::id(std::string_view prefix) const {
  return item_id(prefix, identity_.id, output_.size());
}

// Of the item that grows, which has one.
json::object& ResponseBuilder::growing_part() {
  const char* parts = growing_ == Item::message ? "content" : "summary";
  return output_.back().get_object()[parts].get_array().front().get_object();
}

void ResponseBuilder::begin(Item kind, json::object item, const char* parts, json::object part) {
  append(std::move(item));
  growing_ = kind;
  part_added(part);
  output_.back().get_object()[parts].get_array().emplace_back(std::move(part));
}

void ResponseBuilder::grow(std::string_view delta) {
  growing_part()["text"].get_string().append(delta);
  part_grew(delta);
}

void ResponseBuilder::append(json::object item) {
  open();  // before there is anything to tell
  output_.emplace_back(std::move(item));
  item_added(last());
}

void ResponseBuilder::add_reasoning(std::string_view carrier) {
  append(reasoning_item(id("rs")));
  output_.back().get_object()["encrypted_content"] = carrier;
  item_done(last());
}

void ResponseBuilder::close(std::string_view status) {
  if (growing_ == Item::message) return close_message(status);
  if (growing_ != Item::reasoning) return;
  close_reasoning(identity_.encrypted_reasoning ? gemini::carrier(Kind::none, {}) : std::string());
}

void ResponseBuilder::close_message(std::string_view status) {
  part_done(growing_part());
  output_.back().get_object()["status"] = status;
  growing_ = Item::none;
  item_done(last());
  if (text_signature_.empty()) return;
  add_reasoning(
      gemini::carrier(Kind::text, std::exchange(text_signature_, {}), identity_.signature_family));
}

void ResponseBuilder::close_reasoning(std::string_view carrier) {
  part_done(growing_part());
  if (!carrier.empty()) output_.back().get_object()["encrypted_content"] = carrier;
  growing_ = Item::none;
  item_done(last());
}

void ResponseBuilder::end(std::string_view status) {
  ended_ = true;
  const std::string whole = response(status);
  if (identity_.keep && status != "failed") identity_.keep(whole);
  ended(status, whole);
}

}  // namespace castor::openai
