#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "openai/response_builder.h"

namespace castor::openai {

// Writes a reply as the events of a Responses stream (protocol-mapping C.4):
//
//   response.created  response.in_progress  item*  (response.completed | .incomplete | .failed)
//   item := response.output_item.added  what it is made of  response.output_item.done
//
// Items are strictly sequential: output_index counts them, sequence_number the events. The last
// event has the whole response, with all items and the usage: there are clients that ask again
// without end where it is missing. No event named "error": Codex does not know it.
class ResponsesStreamWriter : public ResponseBuilder {
 public:
  // Appends to `out`; its owner may empty it between calls.
  using ResponseBuilder::ResponseBuilder;

  void open() override;
  void ping() override;

 private:
  void item_added(const json::object& item) override;
  void part_added(const json::object& part) override;
  void part_grew(std::string_view delta) override;
  void arguments_came(const json::object& item) override;
  void annotation_added(const json::object& annotation, std::size_t index) override;
  void item_advanced(std::string_view state) override;
  void part_done(const json::object& part) override;
  void item_done(const json::object& item) override;
  void ended(std::string_view status, std::string_view response) override;

  void begin_event(std::string_view type);
  void begin_item_event(std::string_view type);
  void begin_part_event(std::string_view type);
  void end_event() { out_ += "}\n\n"; }
  void write_response(std::string_view type, std::string_view response);
  void write_item(std::string_view type, const json::object& item);
  void write_arguments(std::string_view event, std::string_view member, const json::value& text);

  std::int64_t sequence_ = 0;
  bool opened_ = false;
};

}  // namespace castor::openai
