"""Every schema of the corpus must come out as one that Gemini takes, for both of its fields."""

import pathlib
import sys

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fake_gemini"))

import fields  # noqa: E402
import schemas  # noqa: E402
from errors import RuleError  # noqa: E402

# protocol-mapping A.6
JSON_SCHEMA_KEYWORDS = set(
    "$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems"
    " minimum maximum anyOf oneOf properties additionalProperties required propertyOrdering".split()
)
OPENAPI_KEYWORDS = set(
    "type format title description nullable enum items minItems maxItems properties required"
    " minProperties maxProperties minLength maxLength pattern minimum maximum anyOf"
    " propertyOrdering default example".split()
)


def check(name, schema, tests, ask, gemini):
    """(the kind of outcome, faults); the kind says if the result takes what the schema takes."""
    answer = ask({"id": name, "kind": "schema", "schema": schema})
    if "error" in answer:
        return "invalid", ["an exception: %r" % answer["error"]]
    faults = []
    for asked in ("json_schema", "openapi"):
        for form in (asked, "tool_" + asked):
            faults += ["%s: %s" % (form, fault) for fault in _check(answer[form], gemini)]
        root = answer["tool_" + asked]["schema"]
        if root and str(root.get("type")).lower() != "object":
            faults.append("%s: a tool whose root is %r" % (asked, root.get("type")))
        target = answer[asked]["target"]
        again = ask({"id": name, "kind": "schema", "schema": answer[asked]["schema"]})
        if again.get(target) != answer[asked]:
            faults.append("%s: not idempotent" % asked)
    if not answer["tool_json_schema"]["schema"]:
        faults.append("json_schema: a tool with an empty schema")
    return _width(answer["json_schema"]["schema"], tests), faults


def _check(converted, gemini):
    schema = converted["schema"]
    if converted["target"] == "json_schema":
        return _check_json_schema(schema)
    # An empty one says nothing, and whoever asked leaves the field out.
    return _check_openapi(schema, gemini) if schema else ()


def _check_json_schema(schema):
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
        schemas.check_json_schema(schema, "schema")
    except jsonschema.SchemaError as error:
        yield "no JSON Schema: %s" % error.message[:200]
    except RuleError as error:
        yield error.message.strip()
    yield from _foreign(schema, JSON_SCHEMA_KEYWORDS, "schema")


def _check_openapi(schema, gemini):
    # Lower-case types are legal (A.6), though the document lists the upper-case ones only.
    yield from gemini.faults(_upper(schema), "Schema")
    yield from _foreign(schema, OPENAPI_KEYWORDS, "schema")
    try:
        schemas.check_openapi(fields.read(schema, "Schema"), "schema")
    except RuleError as error:
        yield error.message.strip()


def _foreign(schema, keywords, path):
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword not in keywords:
            yield "%s: keyword %s" % (path, keyword)
        elif keyword in ("properties", "$defs"):
            for name, member in value.items():
                yield from _foreign(member, keywords, "%s.%s" % (path, name))
        elif keyword in ("items", "additionalProperties"):
            yield from _foreign(value, keywords, "%s.%s" % (path, keyword))
        elif keyword in ("anyOf", "oneOf", "prefixItems"):
            for i, member in enumerate(value):
                yield from _foreign(member, keywords, "%s.%s[%d]" % (path, keyword, i))


def _upper(schema):
    if isinstance(schema, list):
        return [_upper(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {}
    for keyword, value in schema.items():
        if keyword == "type" and isinstance(value, str):
            value = value.upper()
        elif keyword == "properties":
            value = {name: _upper(member) for name, member in value.items()}
        elif keyword in ("items", "anyOf"):
            value = _upper(value)
        result[keyword] = value
    return result


def _width(schema, tests):
    """Does the result take every object that the schema takes? Tools know no other instances."""
    valid = [data for data, is_valid in tests if is_valid and isinstance(data, dict)]
    if not valid:
        return "converted"
    validator = jsonschema.Draft202012Validator(schema)
    missed = [data for data in valid if not validator.is_valid(data)]
    return "converted, but narrower" if missed else "converted, as wide"
