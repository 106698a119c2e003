#include <boost/test/unit_test.hpp>
#include <chrono>
#include <random>
#include <span>

#include "gemini/schema.h"
#include "schema_rules.h"

namespace castor::gemini {
namespace {

constexpr SchemaTarget kTargets[] = {SchemaTarget::json_schema, SchemaTarget::openapi};

struct Case {
  const char* name;
  const char* schema;
  const char* json_schema;
  const char* openapi;  // nullptr: has no words for it, and the JSON Schema holds
};

void check(std::span<const Case> cases) {
  for (const Case& test : cases) {
    for (const SchemaTarget target : kTargets) {
      const bool openapi = target == SchemaTarget::openapi && test.openapi;
      const ConvertedSchema out = convert_schema(json::parse(test.schema), target);
      BOOST_TEST((out.target == SchemaTarget::openapi) == openapi, test.name);
      BOOST_TEST(out.schema == json::parse(openapi ? test.openapi : test.json_schema).as_object(),
                 test.name << (openapi ? " for OpenAPI: " : ": ") << out.schema);
    }
  }
}

// Legal for its target, and its own conversion.
void check_legal(const json::value& schema, std::string_view name = {}) {
  for (const SchemaTarget target : kTargets) {
    const ConvertedSchema once = convert_schema(schema, target);
    BOOST_TEST(SchemaRules(once.target).fault(once.schema) == "", name << ": " << once.schema);
    const ConvertedSchema twice = convert_schema(once.schema, once.target);
    BOOST_TEST(json::serialize(twice.schema) == json::serialize(once.schema), name);

    const ConvertedSchema tool = convert_tool_schema(schema, target);
    if (tool.schema.empty()) continue;  // no parameters
    BOOST_TEST(SchemaRules(tool.target).fault(tool.schema) == "", name << ": " << tool.schema);
    const ConvertedSchema again = convert_tool_schema(tool.schema, tool.target);
    BOOST_TEST(json::serialize(again.schema) == json::serialize(tool.schema), name);
    BOOST_TEST(!again.wrapped, name);
  }
}

// Converts for both targets; how long the slower took, in milliseconds.
double milliseconds(const json::value& schema) {
  double slowest = 0;
  for (const SchemaTarget target : kTargets) {
    const auto start = std::chrono::steady_clock::now();
    const ConvertedSchema out = convert_schema(schema, target);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    slowest = std::max(slowest, took.count());
    BOOST_TEST(SchemaRules(out.target).fault(out.schema) == "");
  }
  return slowest;
}

// Much more than it takes, sanitizers included; much less than anything exponential.
constexpr double kSoon = 2000;

std::string repeated(int count, std::string_view text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gemini_schema)

BOOST_AUTO_TEST_CASE(the_rules_refuse_what_gemini_refuses) {
  static const struct {
    const char* schema;
    bool json_schema;
    bool openapi;
  } cases[] = {
      {R"({"type":"string"})", true, false},
      {R"({"type":"STRING"})", false, true},
      {R"({"type":["string","null"]})", true, false},
      {R"({"type":["string","integer"]})", false, false},
      {R"({"$schema":"s"})", false, false},
      {R"({"additionalProperties":false})", true, false},
      {R"({"anyOf":[{"type":"STRING"}]})", false, false},
      {R"({"enum":[]})", false, false},
      {R"({"type":"integer","enum":[1]})", true, false},
      {R"({"type":"INTEGER","enum":["1"]})", false, false},
      {R"({"type":"array"})", false, false},
      {R"({"properties":{},"required":["a"]})", false, false},
      {R"({"properties":{"a":{"const":1}}})", false, false},
      {R"({"minItems":-1})", false, false},
  };
  for (const auto& test : cases) {
    const json::value schema = json::parse(test.schema);
    for (const SchemaTarget target : kTargets) {
      const bool expected = target == SchemaTarget::openapi ? test.openapi : test.json_schema;
      BOOST_TEST(SchemaRules(target).fault(schema.as_object()).empty() == expected, test.schema);
    }
  }
}

BOOST_AUTO_TEST_CASE(any_value_is_a_schema) {
  static const Case cases[] = {
      {"true", "true", "{}", "{}"},
      {"anything", "{}", "{}", "{}"},
      {"false", "false", R"j({"type":"null"})j", R"j({"type":"NULL"})j"},
      {"a number", "7", "{}", "{}"},
      {"null", "null", "{}", "{}"},
      {"a list", R"j([{"type":"string"}])j", "{}", "{}"},
      {"garbage as values of keywords",
       R"j({"type":7,"properties":{"a":5,"b":null,"c":"string","d":[]},"required":"a","items":3,
           "enum":"x","anyOf":{},"oneOf":7,"allOf":null,"$ref":{},"title":1,"description":[],
           "minimum":"low","maxItems":{},"format":7,"additionalProperties":"no"})j",
       R"j({"type":"object","properties":{"a":{},"b":{},"c":{},"d":{}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"STRING"},
           "c":{"type":"STRING"},"d":{"type":"STRING"}}})j"},
      {"garbage in lists",
       R"j({"type":["string",7,"date"],"enum":["a"],"anyOf":[3,null],"allOf":[1,[]],
           "required":[1,null]})j",
       R"j({"type":"string","enum":["a"]})j", R"j({"type":"STRING","enum":["a"]})j"},
      {"an unknown type", R"j({"type":"any","description":"d"})j", R"j({"description":"d"})j",
       "{}"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S1_meta_keywords_go_and_references_are_inlined) {
  static const Case cases[] = {
      {"meta keywords",
       R"j({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"i","$comment":"c",
           "type":"string"})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"$defs",
       R"j({"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},
           "$defs":{"A":{"type":"integer"}}})j",
       R"j({"type":"object","properties":{"a":{"type":"integer"}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"INTEGER"}}})j"},
      {"definitions, and from one to the next",
       R"j({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/b"},
           "b":{"type":"boolean"}}})j",
       R"j({"type":"boolean"})j", R"j({"type":"BOOLEAN"})j"},
      {"another property",
       R"j({"properties":{"x":{"type":"string"},"y":{"$ref":"#/properties/x"}}})j",
       R"j({"type":"object","properties":{"x":{"type":"string"},"y":{"type":"string"}}})j",
       R"j({"type":"OBJECT","properties":{"x":{"type":"STRING"},"y":{"type":"STRING"}}})j"},
      {"escapes of JSON pointers and of URIs",
       R"j({"$defs":{"a/b~c %":{"type":"string"}},"$ref":"#/$defs/a~1b~0c%20%25"})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"an anchor", R"j({"$defs":{"A":{"$anchor":"here","type":"string"}},"$ref":"#here"})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"an id, and a pointer into what it names",
       R"j({"$defs":{"A":{"$id":"urn:a","$defs":{"B":{"type":"string"}}}},
           "$ref":"urn:a#/$defs/B"})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"a list's element", R"j({"$defs":{"L":[{"type":"string"}]},"$ref":"#/$defs/L/0"})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"members beside the reference prevail",
       R"j({"$ref":"#/$defs/A","description":"mine","minimum":1,
           "$defs":{"A":{"type":"integer","description":"its","minimum":5,"maximum":9}}})j",
       R"j({"type":"integer","description":"mine","minimum":1,"maximum":9})j",
       R"j({"type":"INTEGER","description":"mine","minimum":1,"maximum":9})j"},
      {"properties beside the reference are added",
       R"j({"$ref":"#/$defs/A","properties":{"b":{"type":"string"}},"required":["b"],
           "$defs":{"A":{"properties":{"a":{"type":"string"},"b":{"type":"null"}},
                         "required":["a"]}}})j",
       R"j({"type":"object","properties":{"b":{"type":"string"},"a":{"type":"string"}},
           "required":["b","a"]})j",
       R"j({"type":"OBJECT","properties":{"b":{"type":"STRING"},"a":{"type":"STRING"}},
           "required":["b","a"]})j"},
      {"elsewhere", R"j({"type":"object","properties":{"a":{"$ref":"https://example.org/a"}}})j",
       R"j({"type":"object","properties":{"a":{"description":"see https://example.org/a"}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING",
           "description":"see https://example.org/a"}}})j"},
      {"nowhere", R"j({"$ref":"#/$defs/none","type":"string"})j",
       R"j({"type":"string","description":"see #/$defs/none"})j",
       R"j({"type":"STRING","description":"see #/$defs/none"})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S1_cycles_are_cut_where_they_close) {
  static const Case cases[] = {
      {"the whole", R"j({"type":"object","properties":{"child":{"$ref":"#"}}})j",
       R"j({"type":"object","properties":{"child":{"type":"object",
           "description":"recursive: the whole"}}})j",
       nullptr},
      {"a tree",
       R"j({"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","properties":{
           "children":{"type":"array","items":{"$ref":"#/$defs/Node"}}}}}})j",
       R"j({"type":"object","properties":{"children":{"type":"array","items":{"type":"object",
           "description":"recursive: Node"}}}})j",
       nullptr},
      {"what the tree says of its children",
       R"j({"$ref":"#/$defs/N","$defs":{"N":{"properties":{
           "left":{"$ref":"#/$defs/N","description":"smaller"}}}}})j",
       R"j({"type":"object","properties":{"left":{"type":"object","description":"smaller"}}})j",
       nullptr},
      {"references only", R"j({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},
           "b":{"$ref":"#/$defs/a"}}})j",
       R"j({"type":"object","description":"recursive: a"})j", nullptr},
      {"twice is no cycle",
       R"j({"properties":{"a":{"$ref":"#/$defs/S"},"b":{"$ref":"#/$defs/S"},
           "c":{"allOf":[{"$ref":"#/$defs/S"},{"$ref":"#/$defs/S"}]},
           "d":{"anyOf":[{"$ref":"#/$defs/S"},{"items":{"$ref":"#/$defs/S"}}]}},
           "$defs":{"S":{"type":"string"}}})j",
       R"j({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"},
           "c":{"type":"string"},
           "d":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"STRING"},
           "c":{"type":"STRING"},
           "d":{"anyOf":[{"type":"STRING"},{"type":"ARRAY","items":{"type":"STRING"}}]}}})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S2_S5_keywords_go_but_properties_of_these_names_stay) {
  static const Case cases[] = {
      {"S2", R"j({"type":"object","additionalProperties":false,"properties":{
           "additionalProperties":{"type":"string"},
           "in":{"type":"object","properties":{"b":{}},"additionalProperties":{"minLength":1}}}})j",
       R"j({"type":"object","additionalProperties":false,"properties":{
           "additionalProperties":{"type":"string"},
           "in":{"type":"object","properties":{"b":{}},
                 "additionalProperties":{"type":"string","description":"(minLength: 1)"}}}})j",
       R"j({"type":"OBJECT","properties":{
           "additionalProperties":{"type":"STRING"},
           "in":{"type":"OBJECT","properties":{"b":{"type":"STRING"}}}}})j"},
      {"S5", R"j({"type":"object","propertyNames":{"pattern":"^a"},"properties":{
           "properties":{"type":"object","properties":{"type":{"type":"string"}}},
           "exclusiveMinimum":{"type":"number"},"required":{"type":"boolean"},
           "$ref":{"type":"string"},"enum":{"type":"array","items":{"type":"string"}}},
           "required":["properties","$ref"]})j",
       R"j({"type":"object","properties":{
           "properties":{"type":"object","properties":{"type":{"type":"string"}}},
           "exclusiveMinimum":{"type":"number"},"required":{"type":"boolean"},
           "$ref":{"type":"string"},"enum":{"type":"array","items":{"type":"string"}}},
           "required":["properties","$ref"]})j",
       R"j({"type":"OBJECT","properties":{
           "properties":{"type":"OBJECT","properties":{"type":{"type":"STRING"}}},
           "exclusiveMinimum":{"type":"NUMBER"},"required":{"type":"BOOLEAN"},
           "$ref":{"type":"STRING"},"enum":{"type":"ARRAY","items":{"type":"STRING"}}},
           "required":["properties","$ref"]})j"},
      {"conditions and dependencies",
       R"j({"type":"object","properties":{"a":{"type":"string"}},"if":{"required":["a"]},
           "then":{"properties":{"b":{}}},"else":false,"not":{"required":["c"]},
           "dependentRequired":{"a":["b"]},"dependentSchemas":{},"dependencies":{},
           "unevaluatedProperties":false,"minProperties":1,"maxProperties":2})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}},"minProperties":1,
           "maxProperties":2})j"},
      {"patternProperties alone", R"j({"patternProperties":{"^x":{"type":"string"}}})j",
       R"j({"type":"object"})j", nullptr},
      {"a pattern of the only properties",
       R"j({"properties":{"a":{"type":"string"}},"patternProperties":{"^x":{"type":"integer"}},
           "additionalProperties":false})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}},
           "additionalProperties":{"type":"integer"}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}}})j"},
      {"several patterns", R"j({"properties":{"a":{"type":"string"}},"patternProperties":{
           "^x":{"type":"integer"},"^y":{"type":"string"}},"additionalProperties":false})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}}})j"},
      {"a pattern of what may be anything", R"j({"properties":{"a":{"type":"string"}},
           "patternProperties":{"^x":true},"additionalProperties":false})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}}})j"},
      {"a pattern of what must not be", R"j({"properties":{"a":{"type":"string"}},
           "patternProperties":{"^x":false},"additionalProperties":false})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}}})j"},
      {"no pattern", R"j({"properties":{"a":{"type":"string"}},"patternProperties":{},
           "additionalProperties":false})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}}})j"},
      {"a pattern beside others", R"j({"properties":{"a":{"type":"string"}},
           "patternProperties":{"^x":{"type":"integer"}},
           "additionalProperties":{"type":"string"}})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}},
           "additionalProperties":{"type":"string"}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}}})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S3_lists_of_types) {
  static const Case cases[] = {
      {"or null", R"j({"type":["string","null"]})j", R"j({"type":["string","null"]})j",
       R"j({"type":"STRING","nullable":true})j"},
      {"null first", R"j({"type":["null","integer"],"minimum":1})j",
       R"j({"type":["integer","null"],"minimum":1})j",
       R"j({"type":"INTEGER","nullable":true,"minimum":1})j"},
      {"one", R"j({"type":["string"]})j", R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"only null", R"j({"type":["null"]})j", R"j({"type":"null"})j", R"j({"type":"NULL"})j"},
      {"two, each with its own keywords",
       R"j({"type":["string","array"],"description":"d","items":{"type":"string"},"maxItems":3,
           "format":"uri"})j",
       R"j({"description":"d","anyOf":[{"type":"string","format":"uri"},
           {"type":"array","items":{"type":"string"},"maxItems":3}]})j",
       R"j({"description":"d","anyOf":[{"type":"STRING"},
           {"type":"ARRAY","items":{"type":"STRING"},"maxItems":3}]})j"},
      {"two or null",
       R"j({"type":["object","boolean","null"],"properties":{"a":{"type":"null"}}})j",
       R"j({"anyOf":[{"type":"boolean"},{"type":"object","properties":{"a":{"type":"null"}}},
           {"type":"null"}]})j",
       R"j({"nullable":true,"anyOf":[{"type":"BOOLEAN"},
           {"type":"OBJECT","properties":{"a":{"type":"NULL"}}}]})j"},
      {"an integer is a number", R"j({"type":["integer","number"]})j", R"j({"type":"number"})j",
       R"j({"type":"NUMBER"})j"},
      {"beside anyOf, which says more",
       R"j({"type":["string","number"],"anyOf":[{"type":"string"},{"type":"number","minimum":1}]})j",
       R"j({"anyOf":[{"type":"string"},{"type":"number","minimum":1}]})j",
       R"j({"anyOf":[{"type":"STRING"},{"type":"NUMBER","minimum":1}]})j"},
      {"Gemini's own spelling", R"j({"type":"OBJECT","properties":{"a":{"type":"STRING",
           "nullable":true}}})j",
       R"j({"type":"object","properties":{"a":{"type":["string","null"]}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true}}})j"},
      {"nullable choice", R"j({"nullable":true,"anyOf":[{"type":"string"},{"type":"integer"}]})j",
       R"j({"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]})j",
       R"j({"nullable":true,"anyOf":[{"type":"STRING"},{"type":"INTEGER"}]})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S4_bounds) {
  static const Case cases[] = {
      {"integers move by one", R"j({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":10})j",
       R"j({"type":"integer","minimum":1,"maximum":9})j",
       R"j({"type":"INTEGER","minimum":1,"maximum":9})j"},
      {"to the next integer",
       R"j({"type":"integer","exclusiveMinimum":1.5,"exclusiveMaximum":3.0})j",
       R"j({"type":"integer","minimum":2,"maximum":2})j",
       R"j({"type":"INTEGER","minimum":2,"maximum":2})j"},
      {"numbers stay", R"j({"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1.5})j",
       R"j({"type":"number","minimum":0,"maximum":1.5})j",
       R"j({"type":"NUMBER","minimum":0,"maximum":1.5})j"},
      {"an explicit bound wins", R"j({"type":"integer","minimum":0,"exclusiveMinimum":5})j",
       R"j({"type":"integer","minimum":0})j", R"j({"type":"INTEGER","minimum":0})j"},
      {"draft 4", R"j({"type":"integer","minimum":5,"exclusiveMinimum":true,
           "exclusiveMaximum":false})j",
       R"j({"type":"integer","minimum":5})j", R"j({"type":"INTEGER","minimum":5})j"},
      {"where doubles end",
       R"j({"type":"integer","exclusiveMinimum":9007199254740992,
           "exclusiveMaximum":9223372036854775807})j",
       R"j({"type":"integer","minimum":9007199254740993,"maximum":9223372036854775806})j",
       R"j({"type":"INTEGER","minimum":9007199254740993,"maximum":9223372036854775806})j"},
      {"where integers end",
       R"j({"type":"integer","exclusiveMinimum":9223372036854775807,
           "exclusiveMaximum":-9223372036854775808})j",
       R"j({"type":"integer","minimum":9223372036854775807,"maximum":-9223372036854775808})j",
       R"j({"type":"INTEGER","minimum":9223372036854775807,"maximum":-9223372036854775808})j"},
      {"beyond", R"j({"type":"integer","exclusiveMinimum":1e300,"maximum":1e999})j",
       R"j({"type":"integer","minimum":1e300})j", R"j({"type":"INTEGER","minimum":1e300})j"},
      {"strings", R"j({"type":"integer","minimum":"5","exclusiveMaximum":"9","multipleOf":"1.5"})j",
       R"j({"type":"integer","description":"(multipleOf: 1.5)","minimum":5,"maximum":8})j",
       R"j({"type":"INTEGER","description":"(multipleOf: 1.5)","minimum":5,"maximum":8})j"},
      {"counts are whole", R"j({"type":"array","items":{"type":"string"},"minItems":"2",
           "maxItems":3.0})j",
       R"j({"type":"array","items":{"type":"string"},"minItems":2,"maxItems":3})j",
       R"j({"type":"ARRAY","items":{"type":"STRING"},"minItems":2,"maxItems":3})j"},
      {"and no others", R"j({"type":"array","items":{"type":"string"},"minItems":-1,
           "maxItems":2.5})j",
       R"j({"type":"array","items":{"type":"string"}})j",
       R"j({"type":"ARRAY","items":{"type":"STRING"}})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S6_enums) {
  static const Case cases[] = {
      {"strings, each once and none empty", R"j({"type":"string","enum":["a","","b","a"]})j",
       R"j({"type":"string","enum":["a","b"]})j", R"j({"type":"STRING","enum":["a","b"]})j"},
      {"no type", R"j({"enum":["a"]})j", R"j({"type":"string","enum":["a"]})j",
       R"j({"type":"STRING","enum":["a"]})j"},
      {"integers", R"j({"type":"integer","enum":[1,2,1.0]})j",
       R"j({"type":"integer","enum":[1,2]})j", R"j({"type":"STRING","enum":["1","2"]})j"},
      {"numbers without a type", R"j({"enum":[1,2.5]})j", R"j({"type":"number","enum":[1,2.5]})j",
       R"j({"type":"STRING","enum":["1","2.5"]})j"},
      {"numbers among strings", R"j({"type":"string","enum":["a",1,2.5]})j",
       R"j({"type":"string","enum":["a","1","2.5"]})j",
       R"j({"type":"STRING","enum":["a","1","2.5"]})j"},
      {"numbers of a string", R"j({"type":"string","enum":[1,2]})j",
       R"j({"type":"string","enum":["1","2"]})j", R"j({"type":"STRING","enum":["1","2"]})j"},
      {"strings of a number", R"j({"type":"integer","enum":["1","2"]})j",
       R"j({"type":"integer","description":"(one of: 1, 2)"})j",
       R"j({"type":"STRING","enum":["1","2"]})j"},
      {"mixed", R"j({"enum":["a",1,true,null,{"b":1}]})j",
       R"j({"description":"(one of: true, {\"b\":1})","anyOf":[{"type":"string","enum":["a"]},
           {"type":"integer","enum":[1]},{"type":"boolean"},{"type":"object"},{"type":"null"}]})j",
       R"j({"type":"STRING","enum":["a","1","true"],"nullable":true,
           "description":"(value: {\"b\":1})"
})j"},
      {"or null", R"j({"type":["string","null"],"enum":["a",null]})j",
       R"j({"type":["string","null"],"enum":["a"]})j",
       R"j({"type":"STRING","nullable":true,"enum":["a"]})j"},
      {"booleans", R"j({"type":"boolean","enum":[true]})j",
       R"j({"type":"boolean","description":"(value: true)"})j",
       R"j({"type":"BOOLEAN","description":"(value: true)"
})j"},
      {"of some types only", R"j({"type":["string","integer"],"enum":["a","b"]})j",
       R"j({"type":"string","enum":["a","b"]})j", R"j({"type":"STRING","enum":["a","b"]})j"},
      {"empty", R"j({"type":"string","enum":[]})j", R"j({"type":"string"})j",
       R"j({"type":"STRING"})j"},
      {"of nothing but empty", R"j({"type":"string","enum":[""]})j", R"j({"type":"string"})j",
       R"j({"type":"STRING"})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S7_formats) {
  static const Case cases[] = {
      {"uri", R"j({"type":"string","format":"uri"})j", R"j({"type":"string","format":"uri"})j",
       R"j({"type":"STRING"})j"},
      {"date-time", R"j({"type":"string","format":"date-time"})j",
       R"j({"type":"string","format":"date-time"})j",
       R"j({"type":"STRING","format":"date-time"})j"},
      {"int64", R"j({"type":"integer","format":"int64"})j",
       R"j({"type":"integer","format":"int64"})j", R"j({"type":"INTEGER","format":"int64"})j"},
      {"of another type", R"j({"type":"integer","format":"date-time"})j",
       R"j({"type":"integer","format":"date-time"})j", R"j({"type":"INTEGER"})j"},
      {"no type", R"j({"format":"date-time"})j", R"j({"type":"string","format":"date-time"})j",
       R"j({"type":"STRING","format":"date-time"})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S8_arrays_have_items) {
  static const Case cases[] = {
      {"none", R"j({"type":"array"})j", R"j({"type":"array","items":{}})j",
       R"j({"type":"ARRAY","items":{"type":"STRING"}})j"},
      {"anything", R"j({"items":true})j", R"j({"type":"array","items":{}})j",
       R"j({"type":"ARRAY","items":{"type":"STRING"}})j"},
      {"a tuple", R"j({"prefixItems":[{"type":"string"},{"type":"integer"}],"items":false})j",
       R"j({"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":{}})j",
       R"j({"type":"ARRAY","items":{"type":"STRING"}})j"},
      {"an old tuple", R"j({"type":"array","items":[{"type":"integer"},7],
           "additionalItems":{"type":"boolean"}})j",
       R"j({"type":"array","prefixItems":[{"type":"integer"},{}],"items":{"type":"boolean"}})j",
       R"j({"type":"ARRAY","items":{"type":"BOOLEAN"}})j"},
      {"empty tuples", R"j({"type":"array","items":[],"prefixItems":[]})j",
       R"j({"type":"array","items":{}})j", R"j({"type":"ARRAY","items":{"type":"STRING"}})j"},
      {"in depth", R"j({"type":"array","items":{"type":"array","uniqueItems":true}})j",
       R"j({"type":"array","items":{"type":"array","items":{}}})j",
       R"j({"type":"ARRAY","items":{"type":"ARRAY","items":{"type":"STRING"}}})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S9_only_known_keywords_pass) {
  static const Case cases[] = {
      {"vendors' fields",
       R"j({"type":"string","input_examples":[],"encrypted":true,"x-order":1,"cache_control":{},
           "deprecated":true,"readOnly":true,"contentMediaType":"text/plain","examples":["a"],
           "default":"a","example":"b","title":"T","description":"D"})j",
       R"j({"type":"string","title":"T","description":"D"})j",
       R"j({"type":"STRING","title":"T","description":"D","default":"a","example":"b"})j"},
      {"what JSON Schema's target lacks goes to the description",
       R"j({"type":"string","description":"A name.","minLength":1,"maxLength":9,"pattern":"^a"})j",
       R"j({"type":"string","description":"A name. (minLength: 1, maxLength: 9, pattern: ^a)"})j",
       R"j({"type":"STRING","description":"A name.","minLength":1,"maxLength":9,"pattern":"^a"})j"},
      {"what both lack", R"j({"type":"number","multipleOf":0.01})j",
       R"j({"type":"number","description":"(multipleOf: 0.01)"})j",
       R"j({"type":"NUMBER","description":"(multipleOf: 0.01)"})j"},
      {"the order of properties",
       R"j({"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},
           "propertyOrdering":["b","c","a","b"]})j",
       R"j({"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},
           "propertyOrdering":["b","a"]})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"NULL"},"b":{"type":"NULL"}},
           "propertyOrdering":["b","a"]})j"},
      {"keywords of another type", R"j({"type":"string","properties":{"a":{}},"items":{},
           "minimum":1,"required":["a"],"additionalProperties":false})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S10_const_and_choices_keep_their_meaning) {
  static const Case cases[] = {
      {"const", R"j({"const":"a"})j", R"j({"type":"string","enum":["a"]})j",
       R"j({"type":"STRING","enum":["a"]})j"},
      {"const number", R"j({"const":2})j", R"j({"type":"integer","enum":[2]})j",
       R"j({"type":"STRING","enum":["2"]})j"},
      {"const null", R"j({"const":null})j", R"j({"type":"null"})j", R"j({"type":"NULL"})j"},
      {"const boolean", R"j({"const":true,"description":"d"})j",
       R"j({"type":"boolean","description":"d (value: true)"})j",
       R"j({"type":"BOOLEAN","description":"d (value: true)"})j"},
      {"const object", R"j({"const":{"a":1}})j",
       R"j({"type":"object","description":"(value: {\"a\":1})"})j", nullptr},
      {"oneOf is anyOf", R"j({"oneOf":[{"type":"string"},{"type":"integer"}]})j",
       R"j({"anyOf":[{"type":"string"},{"type":"integer"}]})j",
       R"j({"anyOf":[{"type":"STRING"},{"type":"INTEGER"}]})j"},
      {"a choice of one", R"j({"description":"d","anyOf":[{"type":"string","description":"e"}]})j",
       R"j({"type":"string","description":"d e"})j", R"j({"type":"STRING","description":"d e"})j"},
      {"a choice of none", R"j({"type":"string","anyOf":[]})j", R"j({"type":"string"})j",
       R"j({"type":"STRING"})j"},
      {"impossible branches", R"j({"anyOf":[false,{"type":"string"},{"allOf":[false]}]})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"or null", R"j({"title":"T","anyOf":[{"type":"string","title":"S"},{"type":"null"}]})j",
       R"j({"title":"T","anyOf":[{"type":"string","title":"S"},{"type":"null"}]})j",
       R"j({"title":"T","type":"STRING","nullable":true})j"},
      {"or null, behind a reference",
       R"j({"anyOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/N"},{"allOf":[{"const":null}]}],
           "$defs":{"A":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},
                    "N":{"enum":[null]}}})j",
       R"j({"anyOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},
           {"type":"null"},{"type":"null"}]})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}},"required":["a"],
           "nullable":true})j"},
      {"nothing but null", R"j({"anyOf":[{"type":"null"}]})j", R"j({"type":"null"})j",
       R"j({"type":"NULL"})j"},
      {"choices of what is required are void",
       R"j({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},
           "anyOf":[{"required":["a"]},{"required":["b"]}]})j",
       R"j({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"STRING"}}})j"},
      {"choices beside properties",
       R"j({"type":"object","properties":{"a":{"type":"string"}},
           "oneOf":[{"properties":{"b":{"type":"string"}},"required":["b"]},
                    {"properties":{"c":{"type":"string"}},"required":["a"]}]})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}},
           "anyOf":[{"type":"object","properties":{"b":{"type":"string"}},"required":["b"]},
                    {"type":"object","properties":{"c":{"type":"string"}}}]})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}},
           "anyOf":[{"type":"OBJECT","properties":{"b":{"type":"STRING"}},"required":["b"]},
                    {"type":"OBJECT","properties":{"c":{"type":"STRING"}}}]})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S10_the_parts_of_an_allOf_become_one) {
  static const Case cases[] = {
      {"properties and required",
       R"j({"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},
           {"properties":{"b":{"type":"integer"},"a":{"type":"null"}},"required":["b","a"]}]})j",
       R"j({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},
           "required":["a","b"]})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"INTEGER"}},
           "required":["a","b"]})j"},
      {"what stands beside it comes first",
       R"j({"properties":{"a":{"type":"string"}},"description":"one.",
           "allOf":[{"description":"two."},{"description":"one."},{"type":"object"}]})j",
       R"j({"type":"object","description":"one. two.","properties":{"a":{"type":"string"}}})j",
       R"j({"type":"OBJECT","description":"one. two.","properties":{"a":{"type":"STRING"}}})j"},
      {"bounds",
       R"j({"type":"integer","allOf":[{"minimum":1,"maximum":9},{"minimum":3,"maximum":"7"}]})j",
       R"j({"type":"integer","minimum":3,"maximum":7})j",
       R"j({"type":"INTEGER","minimum":3,"maximum":7})j"},
      {"enums", R"j({"allOf":[{"enum":["a","b","c"]},{"enum":["c","b","d"]}]})j",
       R"j({"type":"string","enum":["b","c"]})j", R"j({"type":"STRING","enum":["b","c"]})j"},
      {"enum and const", R"j({"enum":[1,2,3],"const":2.0})j", R"j({"type":"integer","enum":[2]})j",
       R"j({"type":"STRING","enum":["2"]})j"},
      {"enums that contradict", R"j({"allOf":[{"enum":["a"]},{"enum":["b"]},{"const":"c"}]})j",
       R"j({"type":"string","enum":["a"]})j", R"j({"type":"STRING","enum":["a"]})j"},
      {"types that contradict", R"j({"allOf":[{"type":"string"},{"type":"integer"}]})j",
       R"j({"type":"string"})j", R"j({"type":"STRING"})j"},
      {"nested, with references",
       R"j({"allOf":[{"allOf":[{"$ref":"#/$defs/A"}]},{"$ref":"#/$defs/B"}],
           "$defs":{"A":{"properties":{"a":{"type":"string"}}},
                    "B":{"allOf":[{"$ref":"#/$defs/A"},{"required":["a"]}]}}})j",
       R"j({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})j",
       R"j({"type":"OBJECT","properties":{"a":{"type":"STRING"}},"required":["a"]})j"},
      {"itself",
       R"j({"type":"object","properties":{"a":{"type":"string"}},"allOf":[{"$ref":"#"}]})j",
       R"j({"type":"object","description":"recursive: the whole",
           "properties":{"a":{"type":"string"}}})j",
       R"j({"type":"OBJECT","description":"recursive: the whole",
           "properties":{"a":{"type":"STRING"}}})j"},
      {"impossible", R"j({"allOf":[{"type":"string"},false]})j", R"j({"type":"null"})j",
       R"j({"type":"NULL"})j"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(S11_no_properties_is_written_in_many_ways) {
  for (const char* const schema :
       {R"j({"type":"object","properties":[]})j", R"j({"type":"object"})j",
        R"j({"properties":{}})j", R"j({"type":["object","null"]})j", "{}", "null", "true", "7",
        R"j({"type":"object","properties":null,"required":[]})j"}) {
    const ConvertedSchema tool =
        convert_tool_schema(json::parse(schema), SchemaTarget::json_schema);
    BOOST_TEST(tool.schema == json::parse(R"j({"type":"object","properties":{}})j").as_object(),
               schema << ": " << tool.schema);
    BOOST_TEST(!tool.wrapped);
    const ConvertedSchema openapi = convert_tool_schema(json::parse(schema), SchemaTarget::openapi);
    BOOST_TEST(openapi.schema.empty(), schema << ": " << openapi.schema);
    BOOST_TEST(!openapi.wrapped);
  }
}

BOOST_AUTO_TEST_CASE(a_tool_that_takes_members_of_any_name_is_not_one_without_arguments) {
  for (const char* const schema :
       {R"j({"type":"object","additionalProperties":{"type":"string"}})j",
        R"j({"type":"object","properties":{},"additionalProperties":true})j",
        R"j({"patternProperties":{"^a":{"type":"string"}},"additionalProperties":false})j"}) {
    const ConvertedSchema tool = convert_tool_schema(json::parse(schema), SchemaTarget::openapi);
    BOOST_TEST((tool.target == SchemaTarget::json_schema), schema);
    BOOST_TEST(tool.schema.contains("additionalProperties"), schema << ": " << tool.schema);
  }
  const ConvertedSchema none = convert_tool_schema(
      json::parse(R"j({"type":"object","additionalProperties":false})j"), SchemaTarget::openapi);
  BOOST_TEST((none.target == SchemaTarget::openapi));
  BOOST_TEST(none.schema.empty());
}

BOOST_AUTO_TEST_CASE(S12_malformed_schemas_of_servers_are_repaired) {
  const auto tool = [](std::string_view schema) {
    return convert_tool_schema(json::parse(schema), SchemaTarget::json_schema).schema;
  };
  const json::value expected = json::parse(R"j({"type":"object","properties":{
      "city":{"type":"string","description":"Where"},"items":{"type":"array","items":{}}},
      "required":["city"]})j");
  BOOST_TEST(tool(R"j({"city":{"type":"string","description":"Where","required":true},
                      "items":{"type":"array","required":false}})j") == expected.as_object());
  BOOST_TEST(tool(R"j({"type":"object","properties":{
                      "city":{"type":"string","description":"Where","required":true},
                      "items":{"type":"array"}}})j") == expected.as_object());
  // Not a map of properties: one array, one schema with an extension.
  BOOST_TEST(convert_tool_schema(json::parse(R"j({"items":{"type":"string"}})j"),
                                 SchemaTarget::json_schema)
                 .wrapped);
  BOOST_TEST(tool(R"j({"x-ui":{"type":"string"}})j") ==
             json::parse(R"j({"type":"object","properties":{}})j").as_object());
}

BOOST_AUTO_TEST_CASE(S13_the_schema_that_is_read_stays_as_it_is) {
  const json::value schema = json::parse(
      R"j({"type":"object","title":"T","properties":{"a":{"type":"string","default":"x"}}})j");
  const json::value copy = schema;
  convert_tool_schema(schema, SchemaTarget::json_schema);
  BOOST_TEST(json::serialize(schema) == json::serialize(copy));
}

BOOST_AUTO_TEST_CASE(S14_required_names_properties_at_every_level) {
  static const Case cases[] = {
      {"both levels",
       R"j({"type":"object","required":["a","gone","a"],"properties":{
           "a":{"type":"object","properties":{"b":{"type":"string"}},"required":["c"]}}})j",
       R"j({"type":"object","required":["a"],"properties":{
           "a":{"type":"object","properties":{"b":{"type":"string"}}}}})j",
       R"j({"type":"OBJECT","required":["a"],"properties":{
           "a":{"type":"OBJECT","properties":{"b":{"type":"STRING"}}}}})j"},
      {"no properties", R"j({"type":"object","required":["a"]})j", R"j({"type":"object"})j",
       nullptr},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(objects_of_any_members_are_said_in_json_schema_only) {
  static const Case cases[] = {
      {"the whole", R"j({"type":"object"})j", R"j({"type":"object"})j", nullptr},
      {"a property", R"j({"properties":{"a":{"type":"object"}},"required":["a"]})j",
       R"j({"type":"object","properties":{"a":{"type":"object"}},"required":["a"]})j", nullptr},
      {"a map", R"j({"type":"object","additionalProperties":{"type":"string"}})j",
       R"j({"type":"object","additionalProperties":{"type":"string"}})j", nullptr},
      {"an item", R"j({"items":{"type":"object","properties":{}}})j",
       R"j({"type":"array","items":{"type":"object","properties":{}}})j", nullptr},
      {"a choice", R"j({"anyOf":[{"type":"string"},{"type":"object"}]})j",
       R"j({"anyOf":[{"type":"string"},{"type":"object"}]})j", nullptr},
      {"a type among others", R"j({"type":["string","object"]})j",
       R"j({"anyOf":[{"type":"string"},{"type":"object"}]})j", nullptr},
      {"a property that is called type",
       R"j({"properties":{"type":{"type":"string"},"properties":{"type":"string"}}})j",
       R"j({"type":"object","properties":{"type":{"type":"string"},
           "properties":{"type":"string"}}})j",
       R"j({"type":"OBJECT","properties":{"type":{"type":"STRING"},
           "properties":{"type":"STRING"}}})j"},
  };
  check(cases);

  const ConvertedSchema open = convert_tool_schema(
      json::parse(R"j({"type":"object","properties":{"a":{"type":"object"}}})j"),
      SchemaTarget::openapi);
  BOOST_TEST((open.target == SchemaTarget::json_schema));
  BOOST_TEST(!open.wrapped);
  const ConvertedSchema wrapped =
      convert_tool_schema(json::parse(R"j({"items":{"type":"object"}})j"), SchemaTarget::openapi);
  BOOST_TEST((wrapped.target == SchemaTarget::json_schema));
  BOOST_TEST(wrapped.wrapped);
}

BOOST_AUTO_TEST_CASE(a_root_that_is_no_object_is_wrapped) {
  for (const char* const schema :
       {R"j({"type":"string"})j", R"j({"type":"array","items":{"type":"string"}})j",
        R"j({"anyOf":[{"type":"object"},{"type":"string"}]})j", R"j({"enum":["a"]})j", "false"}) {
    for (const SchemaTarget target : kTargets) {
      const ConvertedSchema tool = convert_tool_schema(json::parse(schema), target);
      BOOST_TEST(tool.wrapped);
      BOOST_TEST(tool.schema.at("properties").at("value") ==
                 convert_schema(json::parse(schema), target).schema);
      BOOST_TEST(tool.schema.at("required") == json::array{"value"});
    }
  }
}

BOOST_AUTO_TEST_CASE(the_result_lives_in_the_storage_that_is_given) {
  json::monotonic_resource arena;
  const json::object schema =
      convert_schema(json::parse(R"j({"properties":{"a":{"enum":["b"]}},"required":["a"]})j"),
                     SchemaTarget::json_schema, &arena)
          .schema;
  BOOST_TEST((*schema.storage() == *json::storage_ptr(&arena)));
  BOOST_TEST((*schema.at("properties").at("a").at("enum").storage() == *json::storage_ptr(&arena)));
}

BOOST_AUTO_TEST_CASE(deep_schemas_are_cut) {
  const std::string deep = repeated(100, R"j({"properties":{"a":)j") + "true" + repeated(100, "}}");
  check_legal(json::parse(deep), "properties");
  check_legal(json::parse(repeated(120, R"j({"items":)j") + "{}" + repeated(120, "}")), "items");
  check_legal(json::parse(repeated(120, R"j({"anyOf":[)j") + "{}" + repeated(120, "]}")), "anyOf");
  check_legal(json::parse(repeated(80, R"j({"anyOf":[{"type":"null"},)j") +
                          R"j({"type":"string"})j" + repeated(80, "]}")),
              "choices of two");
  check_legal(json::parse(repeated(120, R"j({"allOf":[)j") + "{}" + repeated(120, "]}")), "allOf");
  for (int depth = 30; depth < 35; ++depth) {  // what is added must not be cut the second time
    for (const char* const leaf :
         {R"j({"type":["string","integer","null"]})j", R"j({"type":"array"})j",
          R"j({"nullable":true,"anyOf":[{"enum":["a"]},{"enum":[1]}]})j", R"j({"type":"string"})j",
          "false"}) {
      check_legal(
          json::parse(repeated(depth, R"j({"properties":{"a":)j") + leaf + repeated(depth, "}}")),
          leaf);
    }
  }
}

BOOST_AUTO_TEST_CASE(references_that_multiply_end_soon) {
  // Each definition names the next ones twice: 2 to the power of 40 schemas.
  const auto bomb = [](std::string_view open, std::string_view between, std::string_view close) {
    json::object definitions;
    for (int i = 0; i < 40; ++i) {
      const std::string next = R"j({"$ref":"#/$defs/d)j" + std::to_string(i + 1) + R"j("})j";
      const std::string text = std::string(open) + next + std::string(between) + next;
      definitions.emplace("d" + std::to_string(i), json::parse(text + std::string(close)));
    }
    definitions.emplace("d40", json::object{{"type", "string"}});
    return json::value{{"$ref", "#/$defs/d0"}, {"$defs", definitions}};
  };
  BOOST_TEST(milliseconds(bomb(R"j({"properties":{"a":)j", R"j(,"b":)j", "}}")) < kSoon);
  BOOST_TEST(milliseconds(bomb(R"j({"anyOf":[)j", ",", "]}")) < kSoon);
  BOOST_TEST(milliseconds(bomb(R"j({"allOf":[)j", ",", "]}")) < kSoon);
  BOOST_TEST(milliseconds(bomb(R"j({"allOf":[{"items":)j", R"j(},{"items":)j", "}]}")) < kSoon);
  BOOST_TEST(milliseconds(bomb(R"j({"anyOf":[{"type":"null"},)j", ",", "]}")) < kSoon);
  const json::object out = convert_schema(bomb(R"j({"properties":{"a":)j", R"j(,"b":)j", "}}"),
                                          SchemaTarget::json_schema)
                               .schema;
  BOOST_TEST(json::serialize(out).size() < 2'000'000u);
}

BOOST_AUTO_TEST_CASE(what_references_repeat_is_paid_by_its_size) {
  std::string many = "[";
  for (int i = 0; i < 5000; ++i) many += "\"value " + std::to_string(i) + "\",";
  many.back() = ']';
  std::string users, parts;
  for (int i = 0; i < 5000; ++i) {
    users += "\"p" + std::to_string(i) + R"j(":{"$ref":"#/$defs/big"},)j";
    parts += R"j({"$ref":"#/$defs/big"},)j";
  }
  users.pop_back();
  parts.pop_back();
  for (const std::string& big : {R"j({"enum":)j" + many + "}", R"j({"required":)j" + many + "}",
                                 R"j({"description":")j" + std::string(50'000, 'x') + "\"}"}) {
    const json::value by_properties =
        json::parse(R"j({"$defs":{"big":)j" + big + R"j(},"properties":{)j" + users + "}}");
    BOOST_TEST(milliseconds(by_properties) < kSoon);
    BOOST_TEST(
        json::serialize(convert_schema(by_properties, SchemaTarget::json_schema).schema).size() <
        4'000'000u);
    const json::value by_parts =
        json::parse(R"j({"$defs":{"big":)j" + big + R"j(},"allOf":[)j" + parts + "]}");
    BOOST_TEST(milliseconds(by_parts) < kSoon);
  }
}

BOOST_AUTO_TEST_CASE(long_lists_take_time_in_proportion) {
  std::string constants, names, references, definitions, parts;
  for (int i = 0; i < 20'000; ++i) {
    const std::string number = std::to_string(i);
    constants += R"j({"const":")j" + number + "\"},";
    names += "\"" + number + "\",";
    parts += R"j({"properties":{"p)j" + number + R"j(":{}},"required":["p)j" + number + "\"]},";
    references += R"j({"$ref":"#/$defs/d)j" + number + "\"},";
    definitions += "\"d" + number + R"j(":{"$ref":"#/$defs/d)j" + std::to_string(i + 1) + "\"},";
  }
  names.pop_back();
  parts.pop_back();
  constants.pop_back();
  references.pop_back();
  definitions.pop_back();
  BOOST_TEST(milliseconds(json::parse(R"j({"enum":[)j" + names + R"j(],"allOf":[)j" + constants +
                                      "]}")) < kSoon);
  BOOST_TEST(milliseconds(json::parse(R"j({"anyOf":[)j" + constants + "]}")) < kSoon);
  BOOST_TEST(milliseconds(json::parse(R"j({"allOf":[)j" + parts + "]}")) < kSoon);
  BOOST_TEST(milliseconds(json::parse(R"j({"required":[)j" + names + "," + names +
                                      R"j(],"properties":{}})j")) < kSoon);
  BOOST_TEST(milliseconds(json::parse(R"j({"$defs":{)j" + definitions + R"j(},"allOf":[)j" +
                                      references + "]}")) < kSoon);
  BOOST_TEST(milliseconds(json::parse(R"j({"$ref":"#/$defs/d0","$defs":{)j" + definitions + "}}")) <
             kSoon);
}

BOOST_AUTO_TEST_CASE(large_schemas_lose_their_deep_descriptions) {
  const std::string filler(200, 'd');
  const json::string text = json::string(filler);
  std::string properties;
  for (int i = 0; i < 150; ++i) {
    properties += "\"p" + std::to_string(i) + R"j(":{"type":"object","description":")j" + filler +
                  R"j(","properties":{"description":{"type":"array","description":")j" + filler +
                  R"j(","items":{"type":"object","description":")j" + filler +
                  R"j(","properties":{"e":{"type":"string","description":")j" + filler +
                  R"j("}}}}}},)j";
  }
  properties.pop_back();
  const json::value schema =
      json::parse(R"j({"type":"object","properties":{)j" + properties + "}}");
  const json::object out = convert_schema(schema, SchemaTarget::json_schema).schema;
  const json::value& property = out.at("properties").at("p7");
  BOOST_TEST(property.at("description") == text);
  const json::value& array = property.at("properties").at("description");
  BOOST_TEST(array.at("description") == text);
  BOOST_TEST(array.at("items").at("description") == text);
  BOOST_TEST(!array.at("items").at("properties").at("e").as_object().contains("description"));
  check_legal(schema, "large");
}

// Schemas of random keywords with values that fit, that almost fit, and that do not.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  json::value schema(int depth) {
    if (depth > 5 || below(12) == 0) return garbage();
    json::object out;
    for (int i = below(6); i >= 0; --i) add_member(out, depth);
    return out;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  json::value garbage() {
    static const char* const texts[] = {"true", "false", "{}",   "null", "3",       "-1.5",
                                        "[]",   "\"a\"", "\"\"", "[1]",  "[\"b\"]", "1e300"};
    return json::parse(texts[below(std::size(texts))]);
  }

  json::value types() {
    static const char* const names[] = {"string", "number", "integer", "boolean",
                                        "array",  "object", "null",    "OBJECT"};
    if (below(3) > 0) return names[below(8)];
    json::array list;
    for (int i = below(4); i > 0; --i) list.emplace_back(names[below(8)]);
    return list;
  }

  json::value list(int depth) {
    json::array elements;
    for (int i = below(4); i > 0; --i) elements.push_back(schema(depth + 1));
    return elements;
  }

  json::value values() {
    json::array elements;
    for (int i = below(5); i > 0; --i) elements.push_back(garbage());
    return elements;
  }

  json::value map(int depth) {
    static const char* const names[] = {"a", "b", "type", "properties", "required", "$ref"};
    json::object members;
    for (int i = below(4); i > 0; --i) members[names[below(6)]] = schema(depth + 1);
    return members;
  }

  json::value reference() {
    static const char* const targets[] = {"#",         "#/$defs/a",      "#/$defs/b",
                                          "#/allOf/0", "#/properties/a", "nowhere"};
    return targets[below(6)];
  }

  void add_member(json::object& out, int depth) {
    static const char* const scalars[] = {"description",      "title",    "format",     "minimum",
                                          "exclusiveMaximum", "const",    "default",    "minLength",
                                          "nullable",         "minItems", "multipleOf", "pattern"};
    switch (below(11)) {
      case 0:
      case 1:
        out["type"] = types();
        break;
      case 2:
        out[below(2) ? "enum" : "required"] = values();
        break;
      case 3:
        out[below(2) ? "anyOf" : "oneOf"] = list(depth);
        break;
      case 4:
        out["allOf"] = list(depth);
        break;
      case 5:
        out["$ref"] = reference();
        break;
      case 6:
        out[below(3) ? "properties" : "$defs"] = map(depth);
        break;
      case 7:
        out["items"] = below(3) ? schema(depth + 1) : list(depth);
        break;
      case 8:
        out["additionalProperties"] = schema(depth + 1);
        break;
      case 9:
        out["required"] = json::array{"a", "b", "a"};
        break;
      default:
        out[scalars[below(std::size(scalars))]] = garbage();
    }
  }

  std::mt19937 random_;
};

BOOST_AUTO_TEST_CASE(whatever_goes_in_what_comes_out_is_legal_and_final) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    json::value schema = Generator(seed).schema(0);
    check_legal(schema, "seed " + std::to_string(seed));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
