"""The vendors' published interface descriptions as validators.

OpenAPI 3.0 and 3.1 are dialects of JSON Schema. `Validator` rewrites what differs into Draft
2020-12, and is stricter than the documents in one way: a member that an object does not declare is
an error. What vendors have added since a document was written is listed here, with its source.
"""

import copy
import json

import jsonschema

GEMINI = "gemini-v1beta.openapi.2026-08-22.json"
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

# Of these only the wish to be read counts here, not a rule.
ANNOTATIONS = ("description", "title", "example", "examples", "deprecated", "readOnly")


class Validator:
    """Judges values by the named schemas of one document."""

    def __init__(self, path, additions=(), words=()):
        with open(path, encoding="utf-8") as file:
            schemas = json.load(file)["components"]["schemas"]
        for name, member, schema, _ in additions:
            schemas[name]["properties"][member] = copy.deepcopy(schema)
        for name, member, more, _ in words:
            place = schemas[name]["properties"][member] if member else schemas[name]
            place["enum"] = place["enum"] + more
        self._document = {
            "components": {"schemas": {name: _draft(schema) for name, schema in schemas.items()}}
        }
        self._validators = {}

    def faults(self, value, name):
        """One line for each thing that is wrong with `value` as a `name`."""
        if name not in self._validators:
            schema = {"$ref": "#/components/schemas/" + name, **self._document}
            self._validators[name] = jsonschema.Draft202012Validator(schema)
        return [_describe(error) for error in self._validators[name].iter_errors(value)]

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


def _describe(error):
    while error.context:  # of anyOf: the branch that came furthest says most
        error = max(error.context, key=lambda e: (len(e.absolute_path), len(e.schema_path)))
    place = "".join("[%d]" % s if isinstance(s, int) else "." + s for s in error.absolute_path)
    return "%s: %s" % (place.lstrip(".") or "(root)", error.message[:300])


def _draft(schema):
    """A schema of OpenAPI as one of Draft 2020-12."""
    if isinstance(schema, bool):
        return schema
    result = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in result:
            result[keyword] = [_draft(member) for member in result[keyword]]
    if "discriminator" in result and "oneOf" in result:
        _choose_by_word(result)
    if "items" in result:
        result["items"] = _draft(result["items"])
    if isinstance(result.get("additionalProperties"), dict):
        result["additionalProperties"] = _draft(result["additionalProperties"])
    if "properties" in result:
        result["properties"] = {key: _draft(v) for key, v in result["properties"].items()}
    if result.get("type") == "object" and "allOf" not in result:
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
