"""Every recorded Messages request must become one that Gemini takes, or be refused with a reason."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fake_gemini"))

import models  # noqa: E402
import rules  # noqa: E402
from errors import RuleError  # noqa: E402

# Asked for in place of the model the client wrote, which is tried as well: one of every kind.
MODELS = (
    "gemini-4-hydrogen",
    "gemini-3.8-flash",
    "gemini-3.5-flash",
    "gemini-3.1-pro-preview",
    "gemini-2.5-flash",
    "gemini-2.5-pro",
    "gemma-4-31b-it",
)
CLIENT_ERRORS = (400, 404, 413)
BILLING_HEADER = "x-anthropic-billing-header"


def check(name, body, model, ask, gemini):
    """(the kind of outcome, faults) of one request, as the client sent it or for another model."""
    kind, faults, answer = _translate(name, body, model, ask, gemini)
    if kind == "translated":
        faults = faults + list(_compare(body, answer["upstream"], answer))
    return kind, faults


def check_form(name, body, model, ask, gemini):
    """The same of a request that may mean anything."""
    kind, faults, _ = _translate(name, body, model, ask, gemini)
    return kind.split(":")[0], faults


def _translate(name, body, model, ask, gemini):
    question = {"id": name, "kind": "anthropic_request", "body": body}
    answer = ask({**question, "model": model} if model else question)
    error = answer.get("error")
    if error:
        if error["status"] in CLIENT_ERRORS and error["message"]:
            return "refused: " + error["message"], [], answer
        return "invalid", ["refused with %r" % error], answer
    if answer["generates_nothing"]:
        return "answered without Gemini", [], answer
    upstream = answer["upstream"]
    faults = gemini.faults(upstream, "GenerateContentRequest")
    faults += _judge(upstream, models.find(answer["model"], any_model=True))
    return "translated", faults, answer


def _judge(upstream, model):
    """What the strict fake says. It has not issued the signatures of recordings: they count."""
    try:
        request = rules.check_generate(upstream, model, True, foreign_signatures=True)
    except RuleError as error:
        return ["rule %s: %s" % (error.rule, error.message.strip())]
    return ["advice: " + advice for advice in rules.advice(request, model)]


def _compare(body, upstream, answer):
    """Nothing the client said may be lost."""
    said = list(_texts_of(upstream))
    everything = "\n".join(said)
    for where, text in _texts_in(body):
        if text.strip() and text.strip() not in everything:
            yield "%s is lost: %r" % (where, text[:100])
    names = {theirs: ours for ours, theirs in answer["tool_names"].items()}
    yield from _compare_calls(body, upstream, names, answer["wrapped_tools"])
    yield from _compare_media(body, upstream)
    yield from _compare_tools(body, upstream, names)


def _blocks(body):
    """(path, role, block) of all messages; a string is a text block."""
    for i, message in enumerate(body.get("messages", [])):
        content = message.get("content")
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        for j, block in enumerate(content or []):
            yield "messages[%d].content[%d]" % (i, j), message.get("role"), block


def _texts_in(body):
    system = body.get("system") or []
    for i, block in enumerate([{"text": system}] if isinstance(system, str) else system):
        if not block.get("text", "").startswith(BILLING_HEADER):
            yield "system[%d]" % i, block.get("text", "")
    for where, _, block in _blocks(body):
        if block.get("type") == "text":
            yield where, block["text"]
        elif block.get("type") == "tool_result":
            for text in _texts_of_result(block):
                yield where, text


def _texts_of_result(block):
    content = block.get("content") or []
    if isinstance(content, str):
        return [content]
    return [piece["text"] for piece in content if piece.get("type") == "text"]


def _parts(upstream):
    for content in upstream.get("contents", []):
        yield from content.get("parts", [])
    yield from upstream.get("systemInstruction", {}).get("parts", [])


def _texts_of(upstream):
    for part in _parts(upstream):
        if "text" in part:
            yield part["text"]
        for value in part.get("functionResponse", {}).get("response", {}).values():
            yield value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _compare_calls(body, upstream, names, wrapped):
    given = [block for _, _, block in _blocks(body) if block.get("type") == "tool_use"]
    messages = body.get("messages") or [{}]
    if messages[-1].get("role") == "assistant":  # the client died: calls that nobody will answer
        content = messages[-1].get("content")
        dropped = (
            [b["id"] for b in content if b.get("type") == "tool_use"]
            if isinstance(content, list)
            else []
        )
        given = [block for block in given if block["id"] not in dropped]
    made = [part["functionCall"] for part in _parts(upstream) if "functionCall" in part]
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
    for _, _, block in _blocks(body):
        if block.get("type") == "tool_result":
            results.setdefault(block.get("tool_use_id"), block)
    responses = [p["functionResponse"] for p in _parts(upstream) if "functionResponse" in p]
    if len(responses) != len(made):
        yield "%d results for %d calls" % (len(responses), len(made))
        return
    for block, call, response in zip(given, made, responses):
        if (call["name"], call.get("id")) != (response["name"], response.get("id")):
            yield "the result of %r is named %r" % (call["name"], response)
        said = "\n".join(str(value) for value in response["response"].values())
        for text in _texts_of_result(results.get(block["id"], {})):
            if text.strip() not in said:
                yield "the result of %s %s does not say %r" % (
                    block["name"],
                    block["id"],
                    text[:100],
                )


def _compare_media(body, upstream):
    given = sorted(_data_of(body.get("messages", [])))
    sent = sorted(
        "".join(blob["data"].split()) for part in _parts(upstream) for blob in _blobs(part)
    )
    if given != sent:
        yield "%d media became %d, or others" % (len(given), len(sent))


def _data_of(value):
    """Base64 of every source in the messages."""
    if isinstance(value, list):
        for item in value:
            yield from _data_of(item)
    elif isinstance(value, dict):
        if value.get("type") == "base64" and "data" in value:
            yield "".join(value["data"].split())
        elif value.get("type") not in ("tool_use", "server_tool_use"):
            for item in value.values():
                yield from _data_of(item)


def _blobs(part):
    if "inlineData" in part:
        yield part["inlineData"]
    for inner in part.get("functionResponse", {}).get("parts", []):
        if "inlineData" in inner:
            yield inner["inlineData"]


def _compare_tools(body, upstream, names):
    declared = {
        declaration["name"]
        for tool in upstream.get("tools", [])
        for declaration in tool.get("functionDeclarations", [])
    }
    for tool in body.get("tools") or []:
        custom = tool.get("type", "custom") in ("custom", None)
        callers = tool.get("allowed_callers") or ["direct"]
        if custom and not tool.get("defer_loading") and "direct" in callers:
            name = names.get(tool["name"], tool["name"])
            if name not in declared and tool["name"] != "DeferredToolPlaceholder":
                yield "tool %s is not declared" % tool["name"]
