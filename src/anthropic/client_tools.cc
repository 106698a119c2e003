#include "anthropic/client_tools.h"

namespace castor::anthropic {

const ClientTool kBash = {
    "bash", "Run a command in a persistent bash session. Set restart to start a new session.",
    R"({"type":"object","properties":{
      "command":{"type":"string","description":"The command to run; required unless restarting"},
      "restart":{"type":"boolean"}}})"};

const ClientTool kTextEditor = {
    "str_replace_based_edit_tool",
    "View, create and edit text files. str_replace replaces the one occurrence of old_str.",
    R"({"type":"object","required":["command","path"],"properties":{
      "command":{"type":"string","enum":["view","create","str_replace","insert"]},
      "path":{"type":"string","description":"Absolute path of a file or directory"},
      "file_text":{"type":"string","description":"create: the whole text"},
      "old_str":{"type":"string","description":"str_replace: occurs exactly once in the file"},
      "new_str":{"type":"string","description":"str_replace: what takes its place"},
      "insert_line":{"type":"integer","description":"insert: after this line; 0: at the top"},
      "insert_text":{"type":"string","description":"insert: the text"},
      "view_range":{"type":"array","items":{"type":"integer"},
        "description":"view: first and last line; -1: to the end"}}})"};

const ClientTool kTextEditorWithUndo = {
    "str_replace_editor",
    "View, create and edit text files. str_replace replaces the one occurrence of old_str; "
    "undo_edit takes the last edit of the file back.",
    R"({"type":"object","required":["command","path"],"properties":{
      "command":{"type":"string","enum":["view","create","str_replace","insert","undo_edit"]},
      "path":{"type":"string","description":"Absolute path of a file or directory"},
      "file_text":{"type":"string","description":"create: the whole text"},
      "old_str":{"type":"string","description":"str_replace: occurs exactly once in the file"},
      "new_str":{"type":"string","description":"str_replace, insert: the new text"},
      "insert_line":{"type":"integer","description":"insert: after this line; 0: at the top"},
      "view_range":{"type":"array","items":{"type":"integer"},
        "description":"view: first and last line; -1: to the end"}}})"};

const ClientTool kMemory = {
    "memory",
    "Keep notes in files below /memories that outlast this conversation. Look there first.",
    R"({"type":"object","required":["command"],"properties":{
      "command":{"type":"string",
        "enum":["view","create","str_replace","insert","delete","rename"]},
      "path":{"type":"string","description":"Below /memories"},
      "file_text":{"type":"string","description":"create: the whole text"},
      "old_str":{"type":"string","description":"str_replace: occurs exactly once in the file"},
      "new_str":{"type":"string","description":"str_replace: what takes its place"},
      "insert_line":{"type":"integer","description":"insert: after this line; 0: at the top"},
      "insert_text":{"type":"string","description":"insert: the text"},
      "old_path":{"type":"string","description":"rename: from"},
      "new_path":{"type":"string","description":"rename: to"},
      "view_range":{"type":"array","items":{"type":"integer"},
        "description":"view: first and last line"}}})"};

const ClientTool kComputer = {
    "computer", "Use a computer's screen, mouse and keyboard. Take a screenshot first.",
    R"({"type":"object","required":["action"],"properties":{
      "action":{"type":"string","enum":["screenshot","left_click","right_click","middle_click",
        "double_click","triple_click","left_click_drag","left_mouse_down","left_mouse_up",
        "mouse_move","cursor_position","scroll","key","hold_key","type","wait","zoom"]},
      "coordinate":{"type":"array","items":{"type":"integer"},"description":"x and y in pixels"},
      "start_coordinate":{"type":"array","items":{"type":"integer"},
        "description":"left_click_drag: where to begin"},
      "text":{"type":"string","description":"type: the text; key: as in ctrl+s"},
      "scroll_direction":{"type":"string","enum":["up","down","left","right"]},
      "scroll_amount":{"type":"integer"},
      "duration":{"type":"number","description":"wait, hold_key: seconds"},
      "region":{"type":"array","items":{"type":"integer"},"description":"zoom: x0, y0, x1, y1"}}})"};

namespace {

constexpr std::string_view kNothing = R"({"type":"object","properties":{}})";
constexpr std::string_view kText =
    R"({"type":"object","required":["text"],"properties":{"text":{"type":"string"}}})";
constexpr std::string_view kKeys = R"({"type":"object","required":["text"],"properties":{
  "text":{"type":"string","description":"A key, or several joined by +"},
  "repeat":{"type":"integer"}}})";
constexpr std::string_view kHoldKeys =
    R"({"type":"object","required":["text","duration"],"properties":{
  "text":{"type":"string","description":"A key, or several joined by +"},
  "duration":{"type":"number","description":"Seconds"}}})";
constexpr std::string_view kSeconds = R"({"type":"object","required":["duration"],"properties":{
  "duration":{"type":"number","description":"Seconds"}}})";
constexpr std::string_view kRegion = R"({"type":"object","required":["region"],"properties":{
  "region":{"type":"array","items":{"type":"integer"},"description":"x0, y0, x1, y1"}}})";

constexpr std::string_view kClick = R"({"type":"object","properties":{
  "coordinate":{"type":"array","items":{"type":"integer"},
    "description":"x and y in pixels; default: where the cursor is"},
  "text":{"type":"string","description":"Keys to hold meanwhile"}}})";
constexpr std::string_view kMove = R"({"type":"object","required":["coordinate"],"properties":{
  "coordinate":{"type":"array","items":{"type":"integer"},"description":"x and y in pixels"}}})";
constexpr std::string_view kDrag =
    R"({"type":"object","required":["start_coordinate","coordinate"],"properties":{
  "start_coordinate":{"type":"array","items":{"type":"integer"}},
  "coordinate":{"type":"array","items":{"type":"integer"}},
  "text":{"type":"string","description":"Keys to hold meanwhile"}}})";
constexpr std::string_view kScroll =
    R"({"type":"object","required":["scroll_direction","scroll_amount"],"properties":{
  "scroll_direction":{"type":"string","enum":["up","down","left","right"]},
  "scroll_amount":{"type":"integer"},
  "coordinate":{"type":"array","items":{"type":"integer"}},
  "text":{"type":"string","description":"Keys to hold meanwhile"}}})";

constexpr ClientTool kComputerToolset[] = {
    {"screenshot", "Take a screenshot.", kNothing},
    {"zoom", "Take an enlarged screenshot of a region.", kRegion},
    {"cursor_position", "Where the cursor is.", kNothing},
    {"mouse_move", "Move the cursor without clicking.", kMove},
    {"left_click", "Click the left button.", kClick},
    {"right_click", "Click the right button.", kClick},
    {"middle_click", "Click the middle button.", kClick},
    {"double_click", "Double-click the left button.", kClick},
    {"triple_click", "Triple-click the left button.", kClick},
    {"left_click_drag", "Drag with the left button.", kDrag},
    {"left_mouse_down", "Press and hold the left button.", kNothing},
    {"left_mouse_up", "Release the left button.", kNothing},
    {"scroll", "Scroll the screen.", kScroll},
    {"key", "Press a key or keys, as in ctrl+s.", kKeys},
    {"hold_key", "Hold a key or keys down.", kHoldKeys},
    {"type", "Type a text.", kText},
    {"wait", "Wait.", kSeconds},
};

// A place on a page: {"type":"ref","ref":…} or {"type":"coordinate","x":…,"y":…}.
constexpr std::string_view kTarget = R"({"type":"object","required":["target"],"properties":{
  "target":{"type":"object","required":["type"],"properties":{
    "type":{"type":"string","enum":["ref","coordinate"]},
    "ref":{"type":"string","description":"From read_page or find"},
    "x":{"type":"integer"},"y":{"type":"integer"}}},
  "modifiers":{"type":"string","description":"Keys to hold meanwhile"},
  "tab_id":{"type":"string"}}})";
constexpr std::string_view kBrowserDrag =
    R"({"type":"object","required":["from","target"],"properties":{
  "from":{"type":"object","required":["type","x","y"],"properties":{
    "type":{"type":"string","enum":["coordinate"]},"x":{"type":"integer"},"y":{"type":"integer"}}},
  "target":{"type":"object","required":["type","x","y"],"properties":{
    "type":{"type":"string","enum":["coordinate"]},"x":{"type":"integer"},"y":{"type":"integer"}}},
  "tab_id":{"type":"string"}}})";
constexpr std::string_view kBrowserScroll =
    R"({"type":"object","required":["target","scroll_direction"],"properties":{
  "target":{"type":"object","required":["type","x","y"],"properties":{
    "type":{"type":"string","enum":["coordinate"]},"x":{"type":"integer"},"y":{"type":"integer"}}},
  "scroll_direction":{"type":"string","enum":["up","down","left","right"]},
  "scroll_amount":{"type":"integer"},"tab_id":{"type":"string"}}})";
constexpr std::string_view kTab = R"({"type":"object","properties":{"tab_id":{"type":"string"}}})";
constexpr std::string_view kThisTab =
    R"({"type":"object","required":["tab_id"],"properties":{"tab_id":{"type":"string"}}})";
constexpr std::string_view kUrl = R"({"type":"object","required":["url"],"properties":{
  "url":{"type":"string"},"tab_id":{"type":"string"}}})";
constexpr std::string_view kQuery = R"({"type":"object","required":["query"],"properties":{
  "query":{"type":"string"},"tab_id":{"type":"string"}}})";
constexpr std::string_view kPage = R"({"type":"object","properties":{
  "filter":{"type":"string","enum":["all","interactive"]},
  "depth":{"type":"integer"},"ref":{"type":"string"},"tab_id":{"type":"string"}}})";
constexpr std::string_view kForm = R"({"type":"object","required":["target","value"],"properties":{
  "target":{"type":"object","required":["type","ref"],"properties":{
    "type":{"type":"string","enum":["ref"]},"ref":{"type":"string"}}},
  "value":{"anyOf":[{"type":"string"},{"type":"number"},{"type":"boolean"}]},
  "tab_id":{"type":"string"}}})";
constexpr std::string_view kUpload = R"({"type":"object","required":["target"],"properties":{
  "target":{"type":"object","required":["type","ref"],"properties":{
    "type":{"type":"string","enum":["ref"]},"ref":{"type":"string"}}},
  "paths":{"type":"array","items":{"type":"string"}},
  "document_ids":{"type":"array","items":{"type":"string"}},
  "tab_id":{"type":"string"}}})";

constexpr ClientTool kBrowserToolset[] = {
    {"navigate", "Go to a URL, or back, forward or reload.", kUrl},
    {"list_tabs", "List the open tabs.", kNothing},
    {"new_tab", "Open an empty tab.", kNothing},
    {"switch_tab", "Make a tab the active one.", kThisTab},
    {"close_tab", "Close a tab.", kThisTab},
    {"read_page", "The page as a tree of elements with references.", kPage},
    {"get_page_text", "The text of the page.", kTab},
    {"read_console", "What the console printed since the last read.", kTab},
    {"read_network", "The network requests since the last read.", kTab},
    {"find", "Find elements by a description.", kQuery},
    {"form_input", "Set the value of a form element.", kForm},
    {"file_upload", "Give files to a file input.", kUpload},
    {"scroll_to", "Scroll an element into view.", kTarget},
    {"screenshot", "Take a screenshot of the visible part.", kTab},
    {"zoom", "Take an enlarged screenshot of a region.", kRegion},
    {"left_click", "Click with the left button.", kTarget},
    {"right_click", "Click with the right button.", kTarget},
    {"middle_click", "Click with the middle button.", kTarget},
    {"double_click", "Double-click.", kTarget},
    {"triple_click", "Triple-click.", kTarget},
    {"hover", "Move the cursor to an element.", kTarget},
    {"left_click_drag", "Drag with the left button.", kBrowserDrag},
    {"left_mouse_down", "Press and hold the left button.", kTarget},
    {"left_mouse_up", "Release the left button.", kTarget},
    {"mouse_move", "Move the cursor.", kTarget},
    {"scroll", "Scroll at a place.", kBrowserScroll},
    {"type", "Type a text.", kText},
    {"key", "Press a key or keys, as in ctrl+a.", kKeys},
    {"hold_key", "Hold a key or keys down.", kHoldKeys},
    {"wait", "Wait.", kSeconds},
    {"javascript_exec", "Run JavaScript in the page.", kText},
};

}  // namespace

std::span<const ClientTool> computer_toolset() { return kComputerToolset; }
std::span<const ClientTool> browser_toolset() { return kBrowserToolset; }

}  // namespace castor::anthropic
