"""What Gemini said must come back to it in the next request of an OpenAI client as well, which sends
the reply as it got it.
"""

import json

import check_openai_replies
import check_replies
import check_requests
import check_round_trips
from expected_reply import ExpectedReply

BEGIN = {"role": "user", "content": "Begin."}
GO_ON = {"role": "user", "content": "Go on."}


def check(reply, api, manner, ask, gemini):
    """(the kind of outcome, faults) of a reply, asked for in one manner, and the request that
    answers it; None if there is nothing to come back.
    """
    expected = ExpectedReply(reply.text, reply.whole)
    words = check_openai_replies.APIS[api].question
    question = {
        "id": reply.name,
        "kind": "gemini_reply",
        "json" if reply.whole else "sse": reply.text,
        **words,
        **check_replies.MANNERS[manner],
    }
    whole = json.loads(ask(question)["whole"])
    if expected.failure or not (expected.calls or any(expected.texts)):
        return None
    body = NEXT_REQUESTS[api](whole)
    dialect = words["dialect"]
    kind, faults = check_requests.check(reply.name, body, dialect, None, ask, gemini)
    if kind != "translated":
        return kind, faults + ["the request after this reply is not translated"]
    question = {"id": reply.name, "kind": "request", "dialect": dialect, "body": body}
    upstream = ask(question)["upstream"]
    if not check_replies.MANNERS[manner]["carry_signatures"]:
        expected.text_signature = ""
        if api == "Responses":  # without reasoning items only SQLite knows them
            expected.calls = [(name, args, "", id_) for name, args, _, id_ in expected.calls]
    return "came back", faults + list(check_round_trips.compare(expected, upstream))


def _next_chat(completion):
    message = completion["choices"][0]["message"]
    calls = message.get("tool_calls") or []
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": "Result of " + call["id"]}
        for call in calls
    ]
    names = sorted({call["function"]["name"] for call in calls})
    tools = [{"type": "function", "function": {"name": name}} for name in names]
    messages = [BEGIN, message, *(results or [GO_ON])]
    return {"model": check_round_trips.MODEL, "tools": tools, "messages": messages}


def _next_responses(response):
    calls = [item for item in response["output"] if item["type"] == "function_call"]
    results = [
        {
            "type": "function_call_output",
            "call_id": call["call_id"],
            "output": "Result of " + call["call_id"],
        }
        for call in calls
    ]
    names = sorted({call["name"] for call in calls})
    tools = [{"type": "function", "name": name} for name in names]
    items = [BEGIN, *response["output"], *(results or [GO_ON])]
    return {"model": check_round_trips.MODEL, "tools": tools, "input": items}


NEXT_REQUESTS = {"Chat Completions": _next_chat, "Responses": _next_responses}
