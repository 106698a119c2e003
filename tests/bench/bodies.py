"""Requests as Claude Code sends them, made up: a word of nonsense has the length of a word of sense."""

import base64
import random

WORDS = ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi"
         " chi psi omega").split()


def request(size, stream):
    """About so many bytes as JSON: alone a question; from 16 KB on a session with tools and a history."""
    source = random.Random(size)
    body = {
        "model": "claude-sonnet-5-5",
        "max_tokens": 32000,
        "stream": stream,
        "metadata": {"user_id": "user_%s_account__session_%s" % (hexadecimal(source, 64), hexadecimal(source, 32))},
        "messages": [],
    }
    if size < 16 << 10:
        body["messages"].append({"role": "user", "content": text(source, size - 280)})
        return body
    body["thinking"] = {"type": "adaptive"}
    body["system"] = [
        {"type": "text", "text": text(source, 60)},
        {"type": "text", "text": text(source, size // 10), "cache_control": {"type": "ephemeral"}},
    ]
    body["tools"] = [tool(source, number, size // 100) for number in range(25)]
    body["messages"].append({"role": "user", "content": [
        {"type": "text", "text": "<system-reminder>\n" + text(source, 1500) + "\n</system-reminder>"},
        {"type": "text", "text": text(source, 300)},
    ]})
    results = 25
    for number in range(results):
        body["messages"] += turn(source, number, size // 5 // results)
    return body


def tool(source, number, size):
    """Most are like a program's own; each fifth like one of an MCP server, with all that JSON Schema has."""
    properties = {
        "file_path": {"type": "string", "description": text(source, 90)},
        "offset": {"type": "integer", "minimum": 0, "description": text(source, 80)},
        "limit": {"type": "integer", "exclusiveMinimum": 0, "maximum": 9007199254740991},
        "mode": {"type": "string", "enum": ["content", "files", "count"], "description": text(source, 60)},
        "replace_all": {"type": "boolean", "default": False},
    }
    if number % 5 == 0:
        properties["filter"] = {"anyOf": [{"$ref": "#/$defs/filter"}, {"type": "null"}]}
        properties["items"] = {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["id"], "additionalProperties": False,
            "properties": {"id": {"type": "string", "pattern": "^[a-z]+$"}, "score": {"type": ["number", "null"]}}}}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": properties,
        "required": ["file_path"], "additionalProperties": False,
    }
    if number % 5 == 0:
        schema["$defs"] = {"filter": {"type": "object", "properties": {"name": {"type": "string"}, "age": {"const": 1}}}}
    return {"name": "mcp__made_up__%d" % number if number % 5 == 0 else "Tool%d" % number,
            "description": text(source, size), "input_schema": schema}


def turn(source, number, size):
    """What the model did, with the signature it was given, and what came of it."""
    call_id = "toolu_%s_%s" % (hexadecimal(source, 12), hexadecimal(source, 8))
    signature = "gw1.f.gemini-4." + base64.b64encode(source.randbytes(450)).decode()
    name = "Tool%d" % (number % 24 + 1 if (number % 24 + 1) % 5 else 1)
    lines = "\n".join("%6d\t%s" % (line, text(source, 60)) for line in range(size // 70))
    return [
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": text(source, 200), "signature": signature},
            {"type": "text", "text": text(source, 120)},
            {"type": "tool_use", "id": call_id, "name": name,
             "input": {"file_path": "/home/somebody/project/%s.py" % source.choice(WORDS), "offset": 10, "limit": 60}},
        ]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call_id, "content": lines}]},
    ]


def text(source, size):
    words = []
    while size > 0:
        words.append(source.choice(WORDS))
        size -= len(words[-1]) + 1
    return " ".join(words)


def hexadecimal(source, digits):
    return "%0*x" % (digits, source.getrandbits(4 * digits))
