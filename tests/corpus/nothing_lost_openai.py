"""What the client of an OpenAI API said must be in the request to Gemini: texts, calls, tools, media."""

import json
import re

from nothing_lost import blobs, parts, texts_of

TEXTS = ("text", "input_text", "output_text", "refusal")
CALLS = ("function_call", "custom_tool_call", "tool_search_call")
DATA_URL = re.compile(r"data:[^,]*;base64,(.*)", re.DOTALL)


def chat_losses(body, answer):
    """One line for everything of a Chat Completions request that is missing or another upstream."""
    messages = body.get("messages") or []
    calls = []
    for i, message in enumerate(messages):
        called = [
            call.get(call.get("type", "function")) or {} for call in message.get("tool_calls") or []
        ]
        called += [message["function_call"]] if message.get("function_call") else []
        # The client died: calls that nobody will answer.
        if i < len(messages) - 1:
            calls += [_arguments(call) for call in called]
    said = [text for message in messages for text in _texts(message.get("content"))]
    declared = [
        tool.get(tool.get("type")) or {}
        for tool in body.get("tools") or []
        if isinstance(tool, dict)
    ]
    declared += body.get("functions") or []
    yield from _compare(answer, said, calls, declared, _media(messages))


def responses_losses(body, answer):
    """The same of a Responses request."""
    given = body.get("input")
    items = given if isinstance(given, list) else [{"role": "user", "content": given}]
    answered = {item.get("call_id") for item in items if str(item.get("type")).endswith("_output")}
    calls = [
        _arguments(item)
        for item in items
        if item.get("type") in CALLS and item.get("call_id") and item["call_id"] in answered
    ]
    said = [body["instructions"]] if body.get("instructions") else []
    for item in items:
        if item.get("type", "message") == "message":
            said += _texts(item.get("content"))
        elif item.get("type") in ("function_call_output", "custom_tool_call_output"):
            said += _texts(item.get("output"))
    declared = list(_declared(body.get("tools") or []))
    for item in items:
        if item.get("type") in ("additional_tools", "tool_search_output"):
            declared += _declared(item.get("tools") or [])
    yield from _compare(answer, said, calls, declared, _media(items))


def _compare(answer, said, calls, declared, media):
    upstream = answer["upstream"]
    everything = "\n".join(texts_of(upstream))
    for text in said:
        if text.strip() and text.strip() not in everything:
            yield "a text is lost: %r" % text[:100]
    made = [
        part["functionCall"].get("args", {}) for part in parts(upstream) if "functionCall" in part
    ]
    if len(made) != len(calls):
        yield "%d calls became %d" % (len(calls), len(made))
    else:
        for wanted, args in zip(calls, made):
            if args not in (wanted, {"value": wanted}):
                yield "the arguments %r became %r" % (wanted, args)
    names = {theirs: ours for ours, theirs in answer["tool_names"].items()}
    functions = {
        declaration["name"]: declaration
        for tool in upstream.get("tools", [])
        for declaration in tool.get("functionDeclarations", [])
    }
    for tool in declared:
        name = names.get(tool.get("name"), tool.get("name"))
        if name not in functions and not any(known.endswith("__" + name) for known in functions):
            yield "tool %s is not declared" % name
    sent = sorted("".join(blob["data"].split()) for part in parts(upstream) for blob in blobs(part))
    if sorted(media) != sent:
        yield "%d media became %d, or others" % (len(media), len(sent))


def _arguments(call):
    """As Gemini gets them: an object, also of a custom tool's text."""
    if "input" in call:
        return {"input": call["input"]}
    text = call.get("arguments") or "{}"
    if isinstance(text, dict):  # of a tool_search_call
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict) else {"value": value}


def _declared(tools):
    """The functions and custom tools, those of namespaces too."""
    for tool in tools:
        if tool.get("type") == "namespace":
            yield from _declared(tool.get("tools") or [])
        elif tool.get("type") in ("function", "custom"):
            yield tool


def _texts(content):
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            if isinstance(part, str):
                yield part
            elif part.get("type") in TEXTS:
                yield part.get("text") or part.get("refusal") or ""


def _media(value):
    """The base64 of every data URL and of audio and files beside."""
    if isinstance(value, list):
        return [data for item in value for data in _media(item)]
    if isinstance(value, dict):
        found = []
        for name, member in value.items():
            if (
                isinstance(member, str)
                and (data := DATA_URL.fullmatch(member))
                and name in ("url", "image_url", "file_data")
            ):
                found.append("".join(data[1].split()))
            elif name == "input_audio" and isinstance(member, dict):
                found.append("".join(member["data"].split()))
            elif name not in ("arguments", "text"):
                found += _media(member)
        return found
    return []
