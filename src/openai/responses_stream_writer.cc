#include "openai/responses_stream_writer.h"

#include "json/append.h"
#include "util/text.h"

namespace castor::openai {
namespace {

constexpr std::size_t kArgumentsDeltaBytes = 8 * 1024;

}  // namespace

void ResponsesStreamWriter::open() {
  if (opened_) return;
  opened_ = true;
  const std::string nothing_yet = response("in_progress");
  write_response("response.created", nothing_yet);
  write_response("response.in_progress", nothing_yet);
}

void ResponsesStreamWriter::ping() {
  if (opened_ && !has_ended()) out_ += ": ping\n\n";
}

void ResponsesStreamWriter::item_added(const json::object& item) {
  write_item("response.output_item.added", item);
}

void ResponsesStreamWriter::part_added(const json::object& part) {
  begin_part_event(growing() == Item::message ? "response.content_part.added"
                                              : "response.reasoning_summary_part.added");
  out_ += ",\"part\":";
  json::append_object(out_, part);
  end_event();
}

// The events there are most of are put together as text.
void ResponsesStreamWriter::part_grew(std::string_view delta) {
  const bool message = growing() == Item::message;
  begin_part_event(message ? "response.output_text.delta"
                           : "response.reasoning_summary_text.delta");
  out_ += ",\"delta\":";
  json::append_string(out_, delta);
  if (message) out_ += ",\"logprobs\":[]";
  end_event();
}

void ResponsesStreamWriter::arguments_came(const json::object& item) {
  if (const json::value* text = item.if_contains("arguments"); text && text->is_string()) {
    write_arguments("response.function_call_arguments", "arguments", *text);
  } else if (const json::value* input = item.if_contains("input")) {
    write_arguments("response.custom_tool_call_input", "input", *input);
  }
}

void ResponsesStreamWriter::annotation_added(const json::object& annotation, std::size_t index) {
  begin_part_event("response.output_text.annotation.added");
  out_ += ",\"annotation_index\":";
  json::append_integer(out_, static_cast<std::int64_t>(index));
  out_ += ",\"annotation\":";
  json::append_object(out_, annotation);
  end_event();
}

void ResponsesStreamWriter::item_advanced(std::string_view state) {
  begin_item_event(
      std::string("response.").append(json::find_string(last(), "type")).append(".").append(state));
  end_event();
}

void ResponsesStreamWriter::part_done(const json::object& part) {
  const bool message = growing() == Item::message;
  begin_part_event(message ? "response.output_text.done" : "response.reasoning_summary_text.done");
  out_ += ",\"text\":";
  json::append_value(out_, part.at("text"));
  if (message) out_ += ",\"logprobs\":[]";
  end_event();
  begin_part_event(message ? "response.content_part.done" : "response.reasoning_summary_part.done");
  out_ += ",\"part\":";
  json::append_object(out_, part);
  end_event();
}

void ResponsesStreamWriter::item_done(const json::object& item) {
  write_item("response.output_item.done", item);
}

void ResponsesStreamWriter::ended(std::string_view status, std::string_view response) {
  write_response(std::string("response.").append(status), response);
}

void ResponsesStreamWriter::begin_event(std::string_view type) {
  out_.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
  out_ += "\",\"sequence_number\":";
  json::append_integer(out_, sequence_++);
}

// About the last item.
void ResponsesStreamWriter::begin_item_event(std::string_view type) {
  begin_event(type);
  out_ += ",\"item_id\":";
  json::append_value(out_, last().at("id"));
  out_ += ",\"output_index\":";
  json::append_integer(out_, static_cast<std::int64_t>(last_index()));
}

// About its only part.
void ResponsesStreamWriter::begin_part_event(std::string_view type) {
  begin_item_event(type);
  out_ += growing() == Item::message ? ",\"content_index\":0" : ",\"summary_index\":0";
}

void ResponsesStreamWriter::write_response(std::string_view type, std::string_view response) {
  begin_event(type);
  out_.append(",\"response\":").append(response);
  end_event();
}

void ResponsesStreamWriter::write_item(std::string_view type, const json::object& item) {
  begin_event(type);
  out_ += ",\"output_index\":";
  json::append_integer(out_, static_cast<std::int64_t>(last_index()));
  out_ += ",\"item\":";
  json::append_object(out_, item);
  end_event();
}

void ResponsesStreamWriter::write_arguments(std::string_view event, std::string_view member,
                                            const json::value& text) {
  for (std::string_view rest = text.get_string(); !rest.empty();) {
    const std::string_view piece = cut_utf8(rest, kArgumentsDeltaBytes);
    begin_item_event(std::string(event).append(".delta"));
    out_ += ",\"delta\":";
    json::append_string(out_, piece);
    end_event();
    rest.remove_prefix(piece.size());
  }
  begin_item_event(std::string(event).append(".done"));
  out_.append(",\"").append(member).append("\":");
  json::append_value(out_, text);
  end_event();
}

}  // namespace castor::openai
