"""What Gemini said must come back to it in the client's next request: signatures, ids, calls."""

import json
import re

import check_replies
import check_requests
from expected_reply import ExpectedReply

MODEL = "gemini-4-hydrogen"  # of the family that translate.cc writes into signatures
PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def check(reply, manner, ask, gemini):
    """(the kind of outcome, faults) of a reply, asked for in one manner, and the request that
    answers it; None if there is nothing to come back.
    """
    expected = ExpectedReply(reply.text, reply.whole)
    question = {
        "id": reply.name,
        "kind": "gemini_reply",
        "dialect": "anthropic",
        "json" if reply.whole else "sse": reply.text,
        **check_replies.MANNERS[manner],
    }
    message = json.loads(ask(question)["whole"])
    if not message.get("content"):
        return None
    body = _next_request(message["content"])
    kind, faults = check_requests.check(reply.name, body, "anthropic", None, ask, gemini)
    if kind != "translated":
        return kind, faults + ["the request after this reply is not translated"]
    question = {"id": reply.name, "kind": "request", "dialect": "anthropic", "body": body}
    upstream = ask(question)["upstream"]
    if not check_replies.MANNERS[manner]["carry_signatures"]:
        expected.text_signature = ""
    return "came back", faults + list(compare(expected, upstream))


def _next_request(content):
    calls = [block for block in content if block["type"] == "tool_use"]
    results = [
        {"type": "tool_result", "tool_use_id": call["id"], "content": "Result of " + call["id"]}
        for call in calls
    ]
    names = sorted({call["name"] for call in calls})
    return {
        "model": MODEL,
        "max_tokens": 4096,
        "thinking": {"type": "adaptive"},
        "tools": [{"name": name, "input_schema": {"type": "object"}} for name in names],
        "messages": [
            {"role": "user", "content": "Begin."},
            {"role": "assistant", "content": content},
            {"role": "user", "content": results or "Go on."},
        ],
    }


def compare(expected, upstream):
    parts = [part for content in upstream["contents"] for part in content["parts"]]
    calls = [part for part in parts if "functionCall" in part]
    for part, (name, args, signature, id_) in zip(calls, expected.calls):
        call = part["functionCall"]
        if (call["name"], call.get("args")) != (name, args):
            yield "the call %s %r came back as %r" % (name, args, call)
        if signature and part.get("thoughtSignature") != signature:
            yield "the signature of %s came back as %.60r" % (name, part.get("thoughtSignature"))
        if PLAIN_ID.fullmatch(id_) and call.get("id") != id_:
            yield "the id %s came back as %s" % (id_, call.get("id"))
    if expected.text_signature:
        signed = [part for part in parts if part.get("thoughtSignature") == expected.text_signature]
        if not signed or "text" not in signed[0]:
            yield "the signature of the text did not come back on a text"
