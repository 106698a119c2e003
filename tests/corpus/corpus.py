"""What is in the corpus, as iterators over named pieces. INDEX.md of the corpus explains its forms.

Nothing is chosen here by hand: every file is read, and what it holds is told by its form.
"""

import json


def anthropic_requests(folder):
    """(name, body) of every Messages request, also those inside batches."""
    for name, exchange in _exchanges(folder / "recordings" / "anthropic"):
        request = exchange.get("request") or {}
        body, url = request.get("body"), request.get("url", "")
        if not isinstance(body, dict) or "count_tokens" in url:
            continue
        if "/batches" in url:
            for i, item in enumerate(body.get("requests", [])):
                yield "%s[%d]" % (name, i), item["params"]
        elif "/messages" in url or "messages" in body:
            yield name, body


def openai_requests(folder, path):
    """(name, body) of every request to that end point, of OpenAI and of those who speak its API."""
    for name, exchange in _exchanges(folder / "recordings" / "openai"):
        request = exchange.get("request") or {}
        body = request.get("body")
        if isinstance(body, dict) and request.get("url", "").split("?")[0].endswith(path):
            yield name, body


class Reply:
    """An answer of Gemini: `text` is a stream of events, or if `whole` a JSON text."""

    def __init__(self, name, text, whole, request=None):
        self.name, self.text, self.whole, self.request = name, text, whole, request


def gemini_replies(folder):
    """Every 200 answer of generateContent and streamGenerateContent, and all raw files."""
    recordings = folder / "recordings" / "gemini"
    for name, exchange in _exchanges(recordings):
        request, response = exchange.get("request") or {}, exchange.get("response") or {}
        if response.get("status") != 200 or not _generates(request):
            continue
        if "body_text" in response:
            text = response["body_text"]
            yield Reply(name, text, text.lstrip().startswith("["), request.get("body"))
        elif "body" in response:
            yield Reply(
                name, json.dumps(response["body"], ensure_ascii=False), True, request.get("body")
            )
    for path in sorted(recordings.iterdir()):
        if path.suffix in (".sse", ".html", ".txt", ".ndjson"):
            yield Reply(path.name, _text(path), path.suffix == ".html")
        elif path.suffix == ".jsonl":
            yield from _session(path)
        elif path.suffix == ".json" and "exchanges" not in (document := _json(path)):
            yield Reply(path.name, json.dumps(document, ensure_ascii=False), True)


def schemas(folder):
    """(name, schema, is it a tool's, [(instance, valid)]) of tools/ and of recorded requests."""
    for path in sorted((folder / "tools").iterdir()):
        for i, tool in enumerate(_json(path)["tools"]):
            for member, schema in _schemas_of(tool):
                name = "%s[%d].%s" % (path.name, i, member)
                tests = [(t["data"], t["valid"]) for t in tool.get("tests") or [] if "data" in t]
                yield name, schema, not path.name.startswith("torture"), tests
    seen = set()
    for vendor in ("anthropic", "openai", "gemini"):
        for name, exchange in _exchanges(folder / "recordings" / vendor):
            body = (exchange.get("request") or {}).get("body")
            for i, schema in enumerate(_schemas_in(body)):
                key = json.dumps(schema, sort_keys=True)
                if key not in seen:
                    seen.add(key)
                    yield "%s schema %d" % (name, i), schema, True, []


SCHEMA_MEMBERS = (
    "inputSchema input_schema parameters parametersJsonSchema parameters_json_schema schema"
    " outputSchema responseSchema responseJsonSchema response_schema"
).split()


def _schemas_of(tool):
    tool = tool.get("function", tool)
    return [(member, tool[member]) for member in SCHEMA_MEMBERS if member in tool]


def _schemas_in(value):
    if isinstance(value, list):
        for item in value:
            yield from _schemas_in(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name in SCHEMA_MEMBERS and isinstance(member, dict):
                yield member
            else:
                yield from _schemas_in(member)


def _session(path):
    """A session of the Gemini CLI: a call on each line, a stream as the list of its chunks."""
    for i, line in enumerate(_text(path).splitlines()):
        call = json.loads(line)
        chunks = call.get("response")
        if call.get("method") == "countTokens" or chunks is None:
            continue
        chunks = chunks if isinstance(chunks, list) else [chunks]
        events = ["data: %s\r\n\r\n" % json.dumps(chunk, ensure_ascii=False) for chunk in chunks]
        yield Reply("%s:%d" % (path.name, i + 1), "".join(events), False)


def _generates(request):
    url = request.get("url")
    return url is None or "enerateContent" in url


def _exchanges(folder):
    """(name, exchange) of the recordings."""
    for path in sorted(folder.glob("*.json")):
        document = _json(path)
        if isinstance(document, dict):
            for i, exchange in enumerate(document.get("exchanges", [])):
                yield "%s#%d" % (path.name, i), exchange


def _json(path):
    return json.loads(_text(path))


def _text(path):
    # newline="": the line ends of a recorded stream are part of it.
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()
