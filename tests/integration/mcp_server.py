"""A small MCP server over standard input and output, for agents to call: one tool whose name and schema are unusual.

    mcp_server.py FOLDER     keep-note(title, lines, mood) writes FOLDER/<title>.txt
"""

import json
import pathlib
import sys

TOOL = {
    "name": "keep-note",
    "description": "Keeps a note",
    "inputSchema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "title": {"type": "string", "pattern": "^[a-z]+$"},
            "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
            "mood": {"oneOf": [{"const": "fine"}, {"type": "null"}]},
        },
        "required": ["title", "lines"],
        "additionalProperties": False,
        "$defs": {"line": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}},
    },
}


def keep(folder, arguments):
    text = "".join(line["text"] + "\n" for line in arguments["lines"])
    (pathlib.Path(folder) / (arguments["title"] + ".txt")).write_text(text, encoding="utf-8")
    return {"content": [{"type": "text", "text": "kept " + arguments["title"]}]}


def answer(folder, method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                "serverInfo": {"name": "notes", "version": "1"}}
    if method == "tools/list":
        return {"tools": [TOOL]}
    if method == "tools/call":
        return keep(folder, params["arguments"])
    return {}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        if "id" in request:
            result = answer(sys.argv[1], request["method"], request.get("params", {}))
            print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)


if __name__ == "__main__":
    main()
