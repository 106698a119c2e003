"""Compares a Messages request with what became of it: nothing the client said may be lost."""

import json

BILLING_HEADER = "x-anthropic-billing-header"
# Gemini's, for the types of tool_choice; auto may become VALIDATED where a tool is strict.
MODES = {"auto": ("AUTO", "VALIDATED", None), "any": ("ANY",), "tool": ("ANY",), "none": ("NONE",)}
MOST_TOKENS = 32768  # every model of check_requests can answer with so many


def losses(body, answer):
    """One line for everything that is missing or another in the answer of translate.cc."""
    upstream = answer["upstream"]
    names = {theirs: ours for ours, theirs in answer["tool_names"].items()}
    yield from _compare_texts(body, upstream)
    yield from _compare_calls(body, upstream, names, answer["wrapped_tools"])
    yield from _compare_media(body, upstream)
    yield from _compare_tools(body, upstream, names, answer["wrapped_tools"])
    yield from _compare_settings(body, upstream, names)
    form = (body.get("output_config") or {}).get("format") or body.get("output_format")
    has_form = {"responseJsonSchema", "responseSchema"} & set(upstream.get("generationConfig", {}))
    if form and not has_form and "told=json" not in answer["notes"]:
        yield "output_config.format is lost"


def _compare_texts(body, upstream):
    everything = "\n".join(texts_of(upstream))
    for where, text in _texts_in(body):
        if text.strip() and text.strip() not in everything:
            yield "%s is lost: %r" % (where, text[:100])


def _blocks(body):
    """(path, block) of all messages; a string is a text block."""
    for i, message in enumerate(body.get("messages", [])):
        content = message.get("content")
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        for j, block in enumerate(content or []):
            yield "messages[%d].content[%d]" % (i, j), block


def _texts_in(body):
    system = body.get("system") or []
    for i, block in enumerate([{"text": system}] if isinstance(system, str) else system):
        if not block.get("text", "").startswith(BILLING_HEADER):
            yield "system[%d]" % i, block.get("text", "")
    for where, block in _blocks(body):
        for text in _texts_of_block(block):
            yield where, text


def _texts_of_block(block):
    """What a person could read in a block."""
    kind, source = block.get("type"), block.get("source")
    if kind == "text":
        yield block["text"]
    elif kind == "document" and source.get("type") == "text":
        yield from filter(None, (block.get("title"), block.get("context"), source["data"]))
    elif kind == "document" and source.get("type") == "content":
        yield from _texts_of_content(source["content"])
    elif kind == "search_result":
        yield from (block["title"], source)
        yield from _texts_of_content(block["content"])
    elif kind == "tool_result":
        yield from _texts_of_content(block.get("content") or [])


def _texts_of_content(content):
    if isinstance(content, str):
        yield content
    else:
        for block in content:
            yield from _texts_of_block(block)


def parts(upstream):
    for content in upstream.get("contents", []):
        yield from content.get("parts", [])
    yield from upstream.get("systemInstruction", {}).get("parts", [])


def texts_of(upstream):
    for part in parts(upstream):
        if "text" in part:
            yield part["text"]
        for value in part.get("functionResponse", {}).get("response", {}).values():
            yield value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _compare_calls(body, upstream, names, wrapped):
    given = [block for _, block in _blocks(body) if block.get("type") == "tool_use"]
    messages = body.get("messages") or [{}]
    if messages[-1].get("role") == "assistant":  # the client died: calls that nobody will answer
        content = messages[-1].get("content")
        dropped = (
            [b["id"] for b in content if b.get("type") == "tool_use"]
            if isinstance(content, list)
            else []
        )
        given = [block for block in given if block["id"] not in dropped]
    made = [part["functionCall"] for part in parts(upstream) if "functionCall" in part]
    if len(given) != len(made):
        yield "%d tool_use became %d functionCall" % (len(given), len(made))
        return
    for block, call in zip(given, made):
        name = names.get(block["name"], block["name"])
        args = {"value": block["input"]} if name in wrapped else block["input"]
        if (call["name"], call.get("args")) not in ((name, args), (name, block["input"])):
            yield "tool_use %s %r became %r" % (name, args, call)
    yield from _compare_results(body, upstream, given, made)


def _compare_results(body, upstream, given, made):
    """Each call has one result, which says what the client's says. Both stand in the same order."""
    results = {}
    for _, block in _blocks(body):
        if block.get("type") == "tool_result":
            results.setdefault(block.get("tool_use_id"), block)
    responses = [p["functionResponse"] for p in parts(upstream) if "functionResponse" in p]
    if len(responses) != len(made):
        yield "%d results for %d calls" % (len(responses), len(made))
        return
    for block, call, response in zip(given, made, responses):
        if (call["name"], call.get("id")) != (response["name"], response.get("id")):
            yield "the result of %r is named %r" % (call["name"], response)
        said = "\n".join(str(value) for value in response["response"].values())
        for text in _texts_of_block(results.get(block["id"], {})):
            if text.strip() not in said:
                yield "the result of %s %s does not say %r" % (
                    block["name"],
                    block["id"],
                    text[:100],
                )


def _compare_media(body, upstream):
    given = sorted(_data_of(body.get("messages", []), "base64", "data"))
    sent = sorted("".join(blob["data"].split()) for part in parts(upstream) for blob in blobs(part))
    if given != sent:
        yield "%d media became %d, or others" % (len(given), len(sent))
    given = sorted(_data_of(body.get("messages", []), "url", "url"))
    sent = sorted(part["fileData"]["fileUri"] for part in parts(upstream) if "fileData" in part)
    if given != sent:
        yield "the addresses %r became %r" % (given, sent)


def _data_of(value, kind, member):
    """The member of every source of a kind in the messages."""
    if isinstance(value, list):
        for item in value:
            yield from _data_of(item, kind, member)
    elif isinstance(value, dict):
        if value.get("type") == kind and member in value:
            yield "".join(value[member].split())
        elif value.get("type") not in ("tool_use", "server_tool_use"):
            for item in value.values():
                yield from _data_of(item, kind, member)


def blobs(part):
    if "inlineData" in part:
        yield part["inlineData"]
    for inner in part.get("functionResponse", {}).get("parts", []):
        if "inlineData" in inner:
            yield inner["inlineData"]


def _compare_tools(body, upstream, names, wrapped):
    declared = {
        declaration["name"]: declaration
        for tool in upstream.get("tools", [])
        for declaration in tool.get("functionDeclarations", [])
    }
    for tool in body.get("tools") or []:
        custom = tool.get("type", "custom") in ("custom", None)
        callers = tool.get("allowed_callers") or ["direct"]
        if not custom or tool.get("defer_loading") or "direct" not in callers:
            continue
        name = names.get(tool["name"], tool["name"])
        if name in declared:
            yield from _compare_tool(tool, declared[name], name in wrapped)
        elif tool["name"] != "DeferredToolPlaceholder":
            yield "tool %s is not declared" % tool["name"]


def _compare_tool(tool, declaration, is_wrapped):
    if not declaration["description"].startswith(tool.get("description") or ""):
        yield "tool %s lost its description" % tool["name"]
    schema = declaration.get("parametersJsonSchema") or declaration.get("parameters") or {}
    given, said = tool["input_schema"], schema.get("properties") or {}
    missing = set(given.get("properties") or {}) - set(said)
    if missing and not is_wrapped:
        yield "tool %s lost %s" % (tool["name"], sorted(missing))
    required = set(given.get("required") or []) & set(given.get("properties") or {})
    if required != set(schema.get("required") or []) and not is_wrapped:
        yield "tool %s requires %s" % (tool["name"], schema.get("required"))


def _compare_settings(body, upstream, names):
    config = upstream.get("generationConfig", {})
    if config.get("maxOutputTokens", 0) < min(body["max_tokens"], MOST_TOKENS):
        yield "max_tokens %d became %r" % (body["max_tokens"], config.get("maxOutputTokens"))
    choice, calling = body.get("tool_choice") or {}, upstream.get("toolConfig", {})
    calling = calling.get("functionCallingConfig", {})
    if _has_functions(upstream) and choice and calling.get("mode") not in MODES[choice["type"]]:
        yield "tool_choice %r became %r" % (choice, calling)
    if _has_functions(upstream) and choice.get("type") == "tool":
        if calling.get("allowedFunctionNames") != [names.get(choice["name"], choice["name"])]:
            yield "tool_choice %r became %r" % (choice, calling)


def _has_functions(upstream):
    return any("functionDeclarations" in tool for tool in upstream.get("tools", []))
