"""What Gemini accepts as a schema.

Two languages: `parameters` / `responseSchema` is a subset of OpenAPI whose unknown keywords already
failed in fields.py; `parametersJsonSchema` / `responseJsonSchema` is JSON Schema, where unknown
keywords are ignored but references and types must be right.
"""

import json

from errors import RuleError

MAX_DEPTH = 48
MAX_BYTES = 128 * 1024

JSON_TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}
JSON_LISTS_OF_SCHEMAS = ("anyOf", "oneOf", "prefixItems")
JSON_MAPS_OF_SCHEMAS = ("properties", "$defs", "definitions")
JSON_SINGLE_SCHEMAS = ("items", "additionalProperties")

TOO_MANY_STATES = "The specified schema produces a constraint that has too many states for serving."


def check_openapi(schema, path):
    """Raises RuleError with one line per fault, in Google's wording."""
    faults = []
    _openapi(schema, path, faults, 0)
    if faults:
        raise RuleError("schema", "".join("* %s\n" % fault for fault in faults))


def _openapi(schema, path, faults, depth):
    if depth > MAX_DEPTH:
        raise RuleError("schema-size", TOO_MANY_STATES)
    type_ = schema.get("type")
    if not type_ and not schema.get("anyOf"):
        faults.append(
            path + ".type: must be specified when not using one_of, any_of or all_of fields"
        )
    if schema.get("enum"):
        if type_ != "STRING":
            faults.append(path + ".enum: only allowed for STRING type")
        faults.extend(
            "%s.enum[%d]: cannot be empty" % (path, i)
            for i, v in enumerate(schema["enum"])
            if not v
        )
    if type_ == "ARRAY" and "items" not in schema:
        faults.append(path + ".items: missing field.")
    if (
        type_ == "OBJECT" and not schema.get("properties") and depth > 0
    ):  # recorded: fine at the root since 2025
        faults.append(path + ".properties: should be non-empty for OBJECT type")
    properties = schema.get("properties") or {}
    if properties and type_ != "OBJECT":
        faults.append(path + ".properties: only allowed for OBJECT type")
    for i, name in enumerate(schema.get("required") or []):
        if name not in properties:
            faults.append("%s.required[%d]: property is not defined" % (path, i))
    for name, member in properties.items():
        _openapi(member, "%s.properties[%s]" % (path, name), faults, depth + 1)
    if "items" in schema:
        _openapi(schema["items"], path + ".items", faults, depth + 1)
    for i, member in enumerate(schema.get("anyOf") or []):
        _openapi(member, "%s.any_of[%d]" % (path, i), faults, depth + 1)


def check_json_schema(schema, path):
    """Raises RuleError at the first fault."""
    if not isinstance(schema, dict):
        raise RuleError("schema", "* %s: schema must be an object\n" % path)
    if len(json.dumps(schema)) > MAX_BYTES:
        raise RuleError("schema-size", TOO_MANY_STATES)
    _JsonSchema(schema).check(schema, path, 0)


class _JsonSchema:
    def __init__(self, root):
        self.root = root
        self.finite = (
            set()
        )  # references known not to lead back to themselves through required members

    def check(self, schema, path, depth):
        if isinstance(schema, bool):
            return
        if not isinstance(schema, dict):
            self._fail(path, "must be a schema object or a boolean")
        if depth > MAX_DEPTH:
            raise RuleError("schema-size", TOO_MANY_STATES)
        if "$ref" in schema:
            self._reference(schema, path)
        self._types(schema, path)
        self._lists(schema, path)
        for keyword in JSON_MAPS_OF_SCHEMAS:
            members = schema.get(keyword, {})
            if not isinstance(members, dict):
                self._fail("%s.%s" % (path, keyword), "must be an object")
            for name, member in members.items():
                self.check(member, "%s.%s[%s]" % (path, keyword, name), depth + 1)
        for keyword in JSON_LISTS_OF_SCHEMAS:
            for i, member in enumerate(schema.get(keyword, [])):
                self.check(member, "%s.%s[%d]" % (path, keyword, i), depth + 1)
        for keyword in JSON_SINGLE_SCHEMAS:
            if keyword in schema:
                self.check(schema[keyword], "%s.%s" % (path, keyword), depth + 1)

    def _reference(self, schema, path):
        siblings = [name for name in schema if not name.startswith("$")]
        if siblings:
            self._fail(
                path, "only members starting with $ may stand beside $ref, found " + siblings[0]
            )
        self._require_end(schema["$ref"], path, ())

    def _require_end(self, reference, path, followed):
        """A cycle is allowed only where an instance can end it, i.e. not through required
        properties alone.
        """
        if reference in followed:
            self._fail(
                path + ".$ref", "reference cycle through required properties: %s" % reference
            )
        target = self._resolve(reference, path)
        if reference in self.finite:
            return
        for following in _mandatory_references(target):
            self._require_end(following, path, followed + (reference,))
        self.finite.add(reference)

    def _resolve(self, reference, path):
        if not isinstance(reference, str) or not reference.startswith("#"):
            self._fail(path + ".$ref", "unresolvable reference: %s" % reference)
        node = self.root
        for step in [step for step in reference[1:].split("/") if step]:
            step = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or step not in node:
                self._fail(path + ".$ref", "unresolvable reference: %s" % reference)
            node = node[step]
        return node

    def _types(self, schema, path):
        if "type" not in schema:
            return
        listed = isinstance(schema["type"], list)
        types = schema["type"] if listed else [schema["type"]]
        if not types or not all(isinstance(t, str) and t.lower() in JSON_TYPES for t in types):
            self._fail(path + ".type", "invalid type %s" % json.dumps(schema["type"]))
        if len([t for t in types if t.lower() != "null"]) > 1:
            self._fail(path + ".type", "a list of types may only add null to one type")

    def _lists(self, schema, path):
        for keyword in JSON_LISTS_OF_SCHEMAS + ("enum",):
            if keyword in schema and (not isinstance(schema[keyword], list) or not schema[keyword]):
                self._fail("%s.%s" % (path, keyword), "must be a non-empty array")
        for i, value in enumerate(schema.get("enum", [])):
            if not isinstance(value, (str, int, float)) or isinstance(value, bool):
                self._fail("%s.enum[%d]" % (path, i), "only strings and numbers are allowed")
        required = schema.get("required", [])
        if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
            self._fail(path + ".required", "must be an array of strings")

    def _fail(self, path, what):
        raise RuleError("schema", "* %s: %s\n" % (path, what))


def _mandatory_references(schema):
    """The references that every instance of this schema has to satisfy."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield schema["$ref"]
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        yield from _mandatory_references(properties.get(name))
