#include "anthropic/messages.h"

#include <map>

#include "anthropic/server_results.h"
#include "domain/notes.h"
#include "util/text.h"

namespace castor::anthropic {
namespace {

using gemini::Part;
using gemini::Role;
using gemini::Turn;
using Parts = std::vector<Part>;

constexpr std::string_view kBillingHeader = "x-anthropic-billing-header:";

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

class Reader {
 public:
  explicit Reader(const MessagesContext& context) : context_(context) {}

  Messages read(const json::Field& system, const json::Field& messages) {
    read_system(system);
    if (!messages.is_array() || messages.size() == 0)
      messages.fail("expected at least one message");
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const json::Field message = messages.at(i);
      const json::Field role = message["role"];
      if (role.string() == "user") last_user_message_ = i;
    }
    for (std::size_t i = 0; i < messages.size(); ++i) read_message(messages.at(i), i);
    if (!server_calls_.empty()) drop("server_tool_use");  // it was broken off
    return std::move(result_);
  }

 private:
  void read_system(const json::Field& system) {
    for (json::string& text : texts_of(system)) {
      if (is_instruction(text)) result_.system.push_back(std::move(text));
    }
  }

  void read_message(const json::Field& message, std::size_t index) {
    const json::Field role_field = message["role"];
    const json::Field content = message["content"];
    const std::string_view role = role_field.string();
    if (role == "system") return read_system_message(message, index);
    if (role != "user" && role != "assistant") role_field.fail("must be user, assistant or system");
    role_ = role == "user" ? Role::user : Role::model;
    answered_ = answered_ || role_ == Role::model;
    Parts parts = parts_of(content, &Reader::read_block);
    add(role_, std::move(parts));
  }

  // The instructions that hold from here on; the first ones join `system`, for the prefix cache the
  // later ones do not.
  void read_system_message(const json::Field& message, std::size_t index) {
    const json::Field config = message["output_config"];
    const json::Field effort = config["effort"];
    if (!effort.empty()) result_.effort = effort.string();

    const json::Field clear_at = message["clear_at"];
    const bool cleared =
        clear_at.string_or("never") == "next_user_message" && index < last_user_message_;
    const json::Field content = message["content"];
    std::vector<json::string> texts = texts_of(content);
    if (cleared) return;
    for (json::string& text : texts) {
      if (!is_instruction(text)) continue;
      if (!answered_) {
        result_.system.push_back(std::move(text));
        continue;
      }
      gemini::turn_of(Role::user, result_.turns)
          .parts.emplace_back(gemini::Text{gemini::as_reminder(std::move(text))});
    }
  }

  // A string, or blocks of text among which may be changes of tools.
  std::vector<json::string> texts_of(const json::Field& content) {
    std::vector<json::string> texts;
    if (content.empty()) return texts;
    if (content.is_string()) {
      texts.push_back(content.take_string());
      return texts;
    }
    for (std::size_t i = 0; i < content.size(); ++i) {
      const json::Field block = content.at(i);
      const json::Field type = block["type"];
      const json::Field text = block["text"];
      if (type.string() == "text") {
        texts.push_back(text.take_string());
      } else if (type.string() == "tool_addition" || type.string() == "tool_removal") {
        change_tools(block);
      } else {
        type.fail("must be text here");
      }
    }
    return texts;
  }

  // Gemini refuses parts without text, and the billing header is for Anthropic.
  bool is_instruction(const json::string& text) const {
    if (text.empty()) return false;
    return !context_.config.strip_billing_header || !view(text).starts_with(kBillingHeader);
  }

  // A string, or blocks of which each is read by `read_one`.
  Parts parts_of(const json::Field& content, void (Reader::*read_one)(const json::Field&, Parts&)) {
    Parts parts;
    if (content.is_string()) {
      parts.emplace_back(gemini::Text{content.take_string()});
      return parts;
    }
    if (!content.is_array()) content.fail("expected a string or an array of blocks");
    for (std::size_t i = 0; i < content.size(); ++i) (this->*read_one)(content.at(i), parts);
    return parts;
  }

  void add(Role role, Parts parts) {
    Turn& turn = gemini::turn_of(role, result_.turns);
    for (Part& part : parts) turn.parts.push_back(std::move(part));
  }

  // A block of a user's or an assistant's message.
  void read_block(const json::Field& block, Parts& parts) {
    const json::Field type_field = block["type"];
    const std::string_view type = type_field.string();
    if (type == "tool_use") {
      if (role_ != Role::model) type_field.fail("tool_use belongs in an assistant message");
      return read_tool_use(block, parts);
    }
    if (type == "tool_result") {
      if (role_ != Role::user) type_field.fail("tool_result belongs in a user message");
      return read_tool_result(block, parts);
    }
    if (type == "thinking") return read_carried(block["signature"], parts);
    if (type == "redacted_thinking") return read_carried(block["data"], parts);
    if (type == "server_tool_use" || type == "mcp_tool_use") return read_server_tool_use(block);
    if (type.ends_with("_tool_result")) return read_server_result(block, parts);
    if (type == "compaction") return read_compaction(block, parts);
    if (type == "tool_addition" || type == "tool_removal") return change_tools(block);
    if (type == "container_upload") return drop("container_upload");
    if (type == "fallback" || type == "mcp_tool_listing") return;
    read_content(block, parts);
  }

  // A block that may stand in a message as well as in a tool's result.
  void read_content(const json::Field& block, Parts& parts) {
    const json::Field type_field = block["type"];
    const std::string_view type = type_field.string();
    if (type == "document") return read_document(block, parts);
    if (type == "search_result") return read_search_result(block, parts);
    read_text_or_image(block, parts);
  }

  void read_text_or_image(const json::Field& block, Parts& parts) {
    const json::Field type = block["type"];
    if (type.string() == "text") {
      const json::Field text = block["text"];
      const json::Field citations = block["citations"];
      parts.emplace_back(gemini::Text{text.take_string()});
      read_carriers(citations, parts);
    } else if (type.string() == "image") {
      const json::Field source = block["source"];
      parts.emplace_back(read_media(source, gemini::MediaKind::image));
    } else {
      type.fail("\"" + std::string(cut_utf8(type.string(), 64)) +
                "\" is not a block this gateway knows here");
    }
  }

  gemini::Media read_media(const json::Field& source, gemini::MediaKind kind) {
    const json::Field type = source["type"];
    const json::Field media_type = source["media_type"];
    const json::Field data = source["data"];
    const json::Field url = source["url"];
    if (type.string() == "base64") return context_.media.data(kind, media_type, data);
    if (type.string() == "url") return context_.media.url(kind, url);
    if (type.string() == "file") type.fail("uploaded files are not supported; send the data");
    type.fail("must be base64 or url");
  }

  void read_document(const json::Field& block, Parts& parts) {
    const json::Field title = block["title"];
    const json::Field about = block["context"];
    const json::Field source = block["source"];
    const json::Field type = source["type"];

    std::string heading;
    if (!title.string_or("").empty()) heading.append("Document: ").append(title.string()) += '\n';
    if (!about.string_or("").empty()) heading.append(about.string()) += '\n';
    if (type.string() == "text") {
      const json::Field data = source["data"];
      json::string text = data.take_string();
      text.insert(0, heading);
      parts.emplace_back(gemini::Text{std::move(text)});
      return;
    }
    if (!heading.empty()) parts.emplace_back(text(heading));
    if (type.string() == "content") {
      const json::Field content = source["content"];
      for (Part& part : parts_of(content, &Reader::read_text_or_image)) {
        parts.push_back(std::move(part));
      }
      return;
    }
    parts.emplace_back(read_media(source, gemini::MediaKind::document));
  }

  void read_search_result(const json::Field& block, Parts& parts) {
    const json::Field source = block["source"];
    const json::Field title = block["title"];
    const json::Field content = block["content"];
    std::string found("Source: ");
    found.append(source.string_or("")).append("\nTitle: ").append(title.string_or(""));
    for (const json::string& line : texts_of(content)) found.append("\n").append(view(line));
    parts.emplace_back(text(found));
  }

  void read_carried(const json::Field& signature, Parts& parts) {
    if (signature.is_string()) {
      parts.emplace_back(gemini::Carried{std::string(signature.string())});
    }
  }

  // Among the citations of a text is the one that StreamWriter made of its signature. The others
  // say nothing to Gemini.
  void read_carriers(const json::Field& citations, Parts& parts) {
    if (!citations.is_array()) return;
    for (std::size_t i = 0; i < citations.size(); ++i) {
      const json::Field citation = citations.at(i);
      if (!citation.is_object()) continue;
      const json::Field carrier = citation["encrypted_index"];
      read_carried(carrier, parts);
    }
  }

  void read_tool_use(const json::Field& block, Parts& parts) {
    const json::Field id = block["id"];
    const json::Field name_field = block["name"];
    const json::Field toolset = block["toolset_name"];
    const json::Field input = block["input"];
    std::string name(name_field.string());
    if (!toolset.empty()) name = member_name(toolset.string(), name);
    context_.tools.load(name);  // who called it must have had it
    parts.emplace_back(gemini::Call{
        .id = std::string(id.string()), .name = std::move(name), .args = input.take()});
  }

  void read_tool_result(const json::Field& block, Parts& parts) {
    const json::Field id = block["tool_use_id"];
    const json::Field failed = block["is_error"];
    const json::Field content = block["content"];
    Parts shown;
    if (!content.empty()) shown = parts_of(content, &Reader::read_result_block);

    gemini::Result result{.call_id = std::string(id.string()),
                          .output = json::string(context_.storage),
                          .failed = failed.boolean_or(false)};
    gemini::set_output(std::move(shown), result);
    parts.emplace_back(std::move(result));
  }

  void read_result_block(const json::Field& block, Parts& parts) {
    const json::Field type = block["type"];
    if (type.string() == "tool_reference") {
      const json::Field name = block["tool_name"];
      context_.tools.load(name.string());
      parts.emplace_back(text("Tool loaded: " + std::string(name.string())));
    } else if (type.string() == "browser_state") {
      const json::Field tabs = block["tabs"];
      parts.emplace_back(text("Open tabs: " + json::serialize(tabs.take())));
    } else {
      read_content(block, parts);
    }
  }

  void read_server_tool_use(const json::Field& block) {
    const json::Field type = block["type"];
    const json::Field id = block["id"];
    const json::Field name = block["name"];
    const json::Field input = block["input"];
    if (type.string() == "mcp_tool_use") drop("mcp_tool_use");
    server_calls_[std::string(id.string())] = describe_server_tool(name.string(), input.take());
  }

  void read_server_result(const json::Field& block, Parts& parts) {
    const json::Field id = block["tool_use_id"];
    const json::Field type = block["type"];
    const json::Field content = block["content"];
    const auto call = server_calls_.find(id.string());
    std::string asked = "[" + std::string(type.string()) + "]";
    if (call != server_calls_.end()) {
      asked = std::move(call->second);
      server_calls_.erase(call);
    }
    if (content.is_object()) {
      const json::Field references = content["tool_references"];
      for (std::size_t i = 0; i < references.size(); ++i) {
        const json::Field reference = references.at(i);
        const json::Field name = reference["tool_name"];
        context_.tools.load(name.string());
      }
    }
    parts.emplace_back(text(describe_server_result(asked, content.take())));
  }

  // A summary of all that was said before: Anthropic's API ignores what stands in front of it.
  void read_compaction(const json::Field& block, Parts& parts) {
    const json::Field changes = block["tool_changes"];
    for (std::size_t i = 0; i < changes.size(); ++i) change_tools(changes.at(i));
    const json::Field content = block["content"];
    if (content.empty()) return drop("compaction");  // encrypted
    parts.clear();
    result_.turns.clear();
    Parts summary;
    summary.emplace_back(gemini::Text{content.take_string()});
    add(Role::user, std::move(summary));
  }

  void change_tools(const json::Field& block) {
    const json::Field type = block["type"];
    const json::Field tool = block["tool"];
    const json::Field kind = tool["type"];
    const json::Field name = tool["name"];
    const json::Field definition = tool["definition"];
    if (kind.string() == "tool_definition") {
      context_.tools.add(definition);
    } else if (kind.string() != "tool_reference") {
      drop("mcp_tool_change");
    } else if (type.string() == "tool_addition") {
      context_.tools.load(name.string());
    } else {
      context_.tools.withdraw(name.string());
    }
  }

  gemini::Text text(std::string_view words) const {
    return {.text = json::string(words, context_.storage)};
  }

  void drop(std::string_view what) {
    add_note(context_.notes, std::string("dropped=").append(what));
  }

  const MessagesContext& context_;
  Messages result_;
  Role role_ = Role::user;  // of the message being read
  bool answered_ = false;   // an assistant message has been read
  std::size_t last_user_message_ = 0;
  std::map<std::string, std::string, std::less<>>
      server_calls_;  // without a result yet; by id, described
};

}  // namespace

Messages read_messages(const json::Field& system, const json::Field& messages,
                       const MessagesContext& context) {
  return Reader(context).read(system, messages);
}

}  // namespace castor::anthropic
