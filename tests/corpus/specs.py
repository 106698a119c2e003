"""The vendors' published interface descriptions as validators.

OpenAPI 3.0 and 3.1 are dialects of JSON Schema. `Validator` rewrites what differs into Draft
2020-12, and is stricter than the documents in one way: a member that an object does not declare is
an error. What vendors have added since a document was written is listed here, with its source.
"""

import copy
import json

import jsonschema

GEMINI = "gemini-v1beta.openapi.2026-08-22.json"
OPENAI = "openai.openapi.2.3.0.json"
ANTHROPIC = "anthropic.openapi.2026-08-18.json"

STRING = {"type": "string"}
SDK_GEMINI = "@google/genai 3.1.0, 2026-11-10"
SDK_ANTHROPIC = "@anthropic-ai/sdk 1.11.0, 2026-11-19"

# (schema, member, what it is, source)
GEMINI_ADDITIONS = [
    ("GenerateContentRequest", "labels", {"type": "object"}, SDK_GEMINI),
    ("GenerateContentRequest", "continuationToken", STRING, SDK_GEMINI),
    ("FunctionResponsePart", "fileData", {"$ref": "#/components/schemas/FileData"}, SDK_GEMINI),
]
# (schema, member, words, source)
GEMINI_WORDS = [
    ("ThinkingConfig", "thinkingLevel", ["XHIGH"], "Gemini 4 Hydrogen, 2026-11-11"),
]
OUTPUT_DETAILS = {
    "type": ["object", "null"],
    "properties": {"thinking_tokens": {"type": "integer", "minimum": 0}},
    "required": ["thinking_tokens"],
}
ANTHROPIC_ADDITIONS = [
    ("Message", "diagnostics", {"type": ["object", "null"]}, SDK_ANTHROPIC),
    ("Usage", "output_tokens_details", OUTPUT_DETAILS, SDK_ANTHROPIC),
    ("Usage", "speed", {"enum": ["standard", "fast", None]}, SDK_ANTHROPIC),
    ("MessageDeltaUsage", "output_tokens_details", OUTPUT_DETAILS, SDK_ANTHROPIC),
]
ANTHROPIC_WORDS = [
    ("StopReason", None, ["model_context_window_exceeded"], SDK_ANTHROPIC),
]

# What Google's own OpenAI layer and others say in Chat Completions, and OpenAI does not.
EXTRA_CONTENT = {
    "type": "object",
    "properties": {"google": {"type": "object", "properties": {"thought_signature": STRING}}},
}
GOOGLE_LAYER = "https://ai.google.dev/gemini-api/docs/openai, 2026-11"
DEEPSEEK = "https://api-docs.deepseek.com, 2026-11"
OPENAI_SERVERS = "recorded answers of OpenAI, 2026"
USAGE_OR_NONE = {"anyOf": [{"$ref": "#/components/schemas/ResponseUsage"}, {"type": "null"}]}
OPENAI_ADDITIONS = [
    ("ChatCompletionStreamResponseDelta", "reasoning_content", STRING, DEEPSEEK),
    ("ChatCompletionStreamResponseDelta", "extra_content", EXTRA_CONTENT, GOOGLE_LAYER),
    ("ChatCompletionResponseMessage", "reasoning_content", STRING, DEEPSEEK),
    ("ChatCompletionResponseMessage", "extra_content", EXTRA_CONTENT, GOOGLE_LAYER),
    ("ChatCompletionMessageToolCall", "extra_content", EXTRA_CONTENT, GOOGLE_LAYER),
    ("ChatCompletionMessageToolCallChunk", "extra_content", EXTRA_CONTENT, GOOGLE_LAYER),
    ("ChatCompletionStreamResponseDelta", "annotations", {"type": "array"}, OPENAI_SERVERS),
    ("ModelResponseProperties", "user", {"type": ["string", "null"]}, OPENAI_SERVERS),
    ("Response", "store", {"type": "boolean"}, OPENAI_SERVERS),
    ("ImageGenToolCall", "output_format", STRING, OPENAI_SERVERS),
    ("Response", "usage", USAGE_OR_NONE, OPENAI_SERVERS),
]
# (schema, member that the document requires, source)
OPENAI_OMISSIONS = [
    ("ResponseFunctionCallArgumentsDoneEvent", "name", OPENAI_SERVERS),
]

# Of these only the wish to be read counts here, not a rule.
ANNOTATIONS = ("description", "title", "example", "examples", "deprecated", "readOnly")


class Validator:
    """Judges values by the named schemas of one document."""

    def __init__(self, path, additions=(), words=()):
        with open(path, encoding="utf-8") as file:
            schemas = json.load(file)["components"]["schemas"]
        extended = set(_extended(schemas))
        _map_words(schemas, schemas)
        for name, member, schema, _ in additions:
            _members(schemas[name])[member] = copy.deepcopy(schema)
        for name, member, more, _ in words:
            place = schemas[name]["properties"][member] if member else schemas[name]
            place["enum"] = place["enum"] + more
        self._document = {
            "components": {
                "schemas": {
                    name: _draft(schema, name not in extended) for name, schema in schemas.items()
                }
            }
        }
        self._validators = {}

    def faults(self, value, name):
        """One line for each thing that is wrong with `value` as a `name`."""
        if name not in self._validators:
            schema = {"$ref": "#/components/schemas/" + name, **self._document}
            self._validators[name] = jsonschema.Draft202012Validator(schema)
        return [_describe(error) for error in self._validators[name].iter_errors(value)]

    def without(self, name, member):
        """Makes a member optional."""
        self._document["components"]["schemas"][name]["required"].remove(member)

    def with_events(self, union):
        """Knows the members of a union of events by their `type` as well."""
        schemas = self._document["components"]["schemas"]
        for member in schemas[union]["anyOf"]:
            schema = schemas[member["$ref"].rpartition("/")[2]]
            for word in schema["properties"]["type"]["enum"]:
                schemas[word] = schema
        return self

    def without_defaults_required(self):
        """Makes members optional that have a default: the documents of generated SDKs require all
        that a server happens to send. Constants stay, they tell the types of an object apart.
        """
        for schema in self._document["components"]["schemas"].values():
            _relax(schema)
        return self


def gemini(folder):
    return Validator(folder / "specs" / GEMINI, GEMINI_ADDITIONS, GEMINI_WORDS)


def anthropic(folder):
    path = folder / "specs" / ANTHROPIC
    return Validator(path, ANTHROPIC_ADDITIONS, ANTHROPIC_WORDS).without_defaults_required()


def openai(folder):
    validator = Validator(folder / "specs" / OPENAI, OPENAI_ADDITIONS)
    for name, member, _ in OPENAI_OMISSIONS:
        validator.without(name, member)
    return validator.with_events("ResponseStreamEvent")


def _describe(error):
    while error.context:  # of anyOf: the branch that came furthest says most
        error = max(error.context, key=lambda e: (len(e.absolute_path), len(e.schema_path)))
    place = "".join("[%d]" % s if isinstance(s, int) else "." + s for s in error.absolute_path)
    return "%s: %s" % (place.lstrip(".") or "(root)", error.message[:300])


def _members(schema):
    """The properties that the schema has itself, also where it extends others."""
    return schema["allOf"][-1]["properties"] if "allOf" in schema else schema["properties"]


def _map_words(value, schemas):
    """Gives each discriminator the mapping that its choices imply: each has a word of its own."""
    if isinstance(value, list):
        for item in value:
            _map_words(item, schemas)
    elif isinstance(value, dict):
        discriminator = value.get("discriminator")
        choices = [choice.get("$ref", "") for choice in value.get("oneOf") or []]
        if isinstance(discriminator, dict) and "mapping" not in discriminator:
            mapping = {}
            for choice in choices:
                target = schemas.get(choice.rpartition("/")[2], {})
                if "allOf" in target:
                    target = schemas.get(target["allOf"][0].get("$ref", "").rpartition("/")[2], {})
                word = target.get("properties", {}).get(discriminator["propertyName"], {})
                mapping.update(dict.fromkeys(word.get("enum", []), choice))
            if len(mapping) == len(choices):
                discriminator["mapping"] = mapping
        for item in value.values():
            _map_words(item, schemas)


def _extended(value):
    """The names of schemas that others are made of (allOf): those may declare more members."""
    if isinstance(value, list):
        for item in value:
            yield from _extended(item)
    elif isinstance(value, dict):
        for base in value["allOf"] if isinstance(value.get("allOf"), list) else []:
            yield base.get("$ref", "").rpartition("/")[2]
        for item in value.values():
            yield from _extended(item)


def _draft(schema, closed=True):
    """A schema of OpenAPI as one of Draft 2020-12; no others than the declared members if `closed`."""
    if isinstance(schema, bool):
        return schema
    result = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    for keyword in ("anyOf", "oneOf"):
        if keyword in result:
            result[keyword] = [_draft(member) for member in result[keyword]]
    if "allOf" in result:
        result["allOf"] = [_draft(member, closed=False) for member in result["allOf"]]
        if closed and any("properties" in member for member in result["allOf"]):
            result["unevaluatedProperties"] = False
    if "discriminator" in result and "oneOf" in result:
        _choose_by_word(result)
    if "items" in result:
        result["items"] = _draft(result["items"])
    if isinstance(result.get("additionalProperties"), dict):
        result["additionalProperties"] = _draft(result["additionalProperties"])
    if "properties" in result:
        result["properties"] = {key: _draft(v) for key, v in result["properties"].items()}
    if closed and result.get("type") == "object" and "allOf" not in result:
        result.setdefault("additionalProperties", False)
    if result.get("format") in ("int64", "uint64") and result.get("type") == "string":
        result["type"] = ["string", "integer"]  # the JSON of protocol buffers takes both
    if result.pop("nullable", False):
        result = {"anyOf": [result, {"type": "null"}]}
    return result


def _choose_by_word(schema):
    """oneOf as a choice by the discriminator: the same verdict, but faults of the one meant."""
    discriminator = schema.pop("discriminator")
    if "mapping" not in discriminator:
        return
    del schema["oneOf"]
    word, mapping = discriminator["propertyName"], discriminator["mapping"]
    schema["required"] = schema.get("required", []) + [word]
    schema["allOf"] = [{"properties": {word: {"enum": sorted(mapping)}}}] + [
        {"if": {"properties": {word: {"const": value}}}, "then": {"$ref": target}}
        for value, target in mapping.items()
    ]


def _relax(schema):
    if isinstance(schema, list):
        for member in schema:
            _relax(member)
    elif isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict) and isinstance(schema.get("required"), list):
            schema["required"] = [
                name for name in schema["required"] if not _has_default(properties.get(name))
            ]
        for member in schema.values():
            _relax(member)


def _has_default(schema):
    return isinstance(schema, dict) and "default" in schema and "const" not in schema
