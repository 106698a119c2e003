"""Every recorded answer of Gemini must become a valid stream and, whole, the same Message."""

import json

import messages_stream
from expected_reply import ExpectedReply

# How the client asked, as far as it shows in the reply.
MANNERS = {
    "thoughts shown": {"show_thoughts": True, "carry_signatures": True},
    "thoughts hidden": {"show_thoughts": False, "carry_signatures": False},
}
EVENT_SCHEMAS = {
    "message_start": "MessageStartEvent",
    "message_delta": "MessageDeltaEvent",
    "message_stop": "MessageStopEvent",
    "content_block_start": "ContentBlockStartEvent",
    "content_block_delta": "ContentBlockDeltaEvent",
    "content_block_stop": "ContentBlockStopEvent",
    "ping": "Ping",
    "error": "ErrorResponse",
}
# Blocks that stand at the end of a stream and before the final text of a whole Message.
MOVABLE = ("server_tool_use", "web_search_tool_result")


def check(reply, manner, ask, anthropic):
    """(the kind of outcome, faults) of one Reply asked for in one manner."""
    question = {
        "id": reply.name,
        "kind": "gemini_reply",
        "dialect": "anthropic",
        "json" if reply.whole else "sse": reply.text,
    }
    question.update(MANNERS[manner])
    answer = ask(question)
    faults = list(cuts(question, answer, ask)) if not reply.whole else []
    try:
        stream = messages_stream.events(answer["stream"])
        fold = messages_stream.Fold(stream)
        whole = json.loads(answer["whole"])
    except (messages_stream.GrammarError, ValueError) as error:
        return "invalid", faults + [str(error)]
    faults += _check_events(stream, anthropic)
    expected = ExpectedReply(reply.text, reply.whole)
    faults += _compare_ends(expected, fold, whole, anthropic)
    if fold.error is None and whole.get("type") == "message":
        faults += _compare_forms(fold.message, whole)
        faults += _compare_content(expected, whole, reply.request, manner == "thoughts shown")
    kind = "error" if fold.error else fold.message["stop_reason"]
    return kind, faults


def check_form(name, text, ask, anthropic):
    """The same of a stream that may hold anything."""
    question = {"id": name, "kind": "gemini_reply", "dialect": "anthropic", "sse": text}
    answer = ask({**question, **MANNERS["thoughts shown"]})
    try:
        stream = messages_stream.events(answer["stream"])
        fold = messages_stream.Fold(stream)
        whole = json.loads(answer["whole"])
    except (messages_stream.GrammarError, ValueError) as error:
        return "invalid", [str(error)]
    faults = list(_check_events(stream, anthropic))
    if fold.error is None:
        faults += anthropic.faults(whole, "Message")
        faults += _compare_forms(fold.message, whole)
    return "an error" if fold.error else "a Message", faults


def _check_events(stream, anthropic):
    for event in stream:
        for fault in anthropic.faults(event, EVENT_SCHEMAS[event["type"]]):
            yield "%s: %s" % (event["type"], fault)


def cuts(question, answer, ask):
    """Where the network cuts a stream must not show."""
    for size in (1, 7, 1000):
        again = ask({**question, "piece_bytes": size})
        if again != answer:
            yield "another reply when it comes in pieces of %d bytes" % size


def _compare_ends(expected, fold, whole, anthropic):
    if (fold.error is None) != (whole.get("type") == "message"):
        yield "the stream and the whole reply do not agree whether it failed"
    elif (fold.error is None) != (expected.failure is None):
        yield "expected %s, got %s" % (expected.failure or "a Message", fold.error or "a Message")
    elif fold.error:
        if fold.error["error"] != whole.get("error"):
            yield "the errors differ: %r, %r" % (fold.error, whole)
        yield from anthropic.faults(whole, "ErrorResponse")
    else:
        yield from anthropic.faults(whole, "Message")
        yield from ("folded: " + fault for fault in anthropic.faults(fold.message, "Message"))


def _compare_forms(folded, whole):
    for member in sorted({*folded, *whole} - {"content"}):
        if folded.get(member) != whole.get(member):
            yield "%s is %r in the stream and %r whole" % (
                member,
                folded.get(member),
                whole.get(member),
            )
    if _divided(folded["content"]) != _divided(whole["content"]):
        yield "the content of the stream is not that of the whole Message"


def _divided(content):
    moved = [block for block in content if block["type"] in MOVABLE]
    return moved, [block for block in content if block["type"] not in MOVABLE]


def _compare_content(expected, message, request, shows_thoughts):
    content = message["content"]
    if message["stop_reason"] != expected.stop_reason:
        yield "stop_reason %s instead of %s" % (message["stop_reason"], expected.stop_reason)
    for name, count in expected.usage.items():
        if message["usage"].get(name) != count:
            yield "usage.%s is %r instead of %r" % (name, message["usage"].get(name), count)
    if not expected.shows_all_text("".join(b["text"] for b in content if b["type"] == "text")):
        yield "text was lost, added or moved"
    thoughts = "".join(expected.thoughts) if shows_thoughts else ""
    if "".join(b["thinking"] for b in content if b["type"] == "thinking") != thoughts:
        yield "thoughts were lost, added or moved"
    yield from _compare_calls(expected, content, request)
    carried = [c.get("encrypted_index", "") for b in content for c in b.get("citations") or []]
    if shows_thoughts and expected.text_signature:
        if not any(c.endswith("." + expected.text_signature) for c in carried):
            yield "the signature of the text was lost"
    if expected.searched != any(b["type"] == "web_search_tool_result" for b in content):
        yield "the search was lost, or there was none"


def _compare_calls(expected, content, request):
    calls = [(i, block) for i, block in enumerate(content) if block["type"] == "tool_use"]
    if len(calls) != len(expected.calls):
        yield "%d calls became %d" % (len(expected.calls), len(calls))
    for (i, block), (name, args, signature, _) in zip(calls, expected.calls):
        if block["name"] != name or block["input"] != args:
            yield "the call %s %r became %s %r" % (name, args, block["name"], block["input"])
        before = content[i - 1].get("signature", "") if i > 0 else ""
        if signature and not (before.startswith("gw1.f.") and before.endswith("." + signature)):
            yield "the signature of %s does not stand before it" % name
    if len({block["id"] for _, block in calls}) != len(calls):
        yield "two calls have the same id"
    known = set(_declared(request))
    for _, block in calls:
        if known and block["name"] not in known:
            yield "nobody declared %s" % block["name"]


def _declared(request):
    tools = (request or {}).get("tools") or []
    for tool in tools if isinstance(tools, list) else [tools]:
        for member in ("functionDeclarations", "function_declarations"):
            for declaration in tool.get(member) or []:
                yield declaration.get("name")
