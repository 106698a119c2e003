"""Every recorded answer of Gemini must become a valid stream and the same whole, in OpenAI's two APIs."""

import json

import chat_stream
import responses_stream
from check_replies import MANNERS, cuts
from expected_reply import ExpectedReply
from messages_stream import GrammarError

# What a Responses reply repeats is that of a request; of a Chat Completions reply nothing is.
REQUEST = {
    "model": "gemini-3.8-flash",
    "input": "Hello",
    "include": ["reasoning.encrypted_content"],
}


class Chat:
    """A Chat Completions reply. `finishes` are its words for a Message's stop reasons."""

    question = {"dialect": "openai-chat"}
    whole_schema = "CreateChatCompletionResponse"
    finishes = {
        "refusal": "content_filter",
        "max_tokens": "length",
        "tool_use": "tool_calls",
        "end_turn": "stop",
    }
    stream = chat_stream
    fails_whole = False  # a reply that failed is an error, not a completion

    def __init__(self, completion):
        choice = completion["choices"][0]
        message = choice["message"]
        calls = message.get("tool_calls") or []
        self.text = message.get("content") or ""
        self.thoughts = message.get("reasoning_content") or ""
        self.finish = choice["finish_reason"]
        self.calls = [_call(call["function"]) for call in calls]
        self.ids = [call["id"] for call in calls]
        google = [call.get("extra_content", {}).get("google", {}) for call in calls]
        self.signatures = [extra.get("thought_signature", "") for extra in google]
        usage = completion["usage"]
        self.usage = (
            usage["prompt_tokens"],
            usage["completion_tokens"],
            usage["completion_tokens_details"]["reasoning_tokens"],
        )

    @staticmethod
    def events(stream):
        return [
            (event, "CreateChatCompletionStreamResponse")
            for event in stream
            if event != chat_stream.DONE and "error" not in event
        ]

    @staticmethod
    def folded(fold):
        return fold.completion


class Responses:
    """The same of a Responses reply."""

    question = {"dialect": "openai-responses", "request": REQUEST}
    whole_schema = "Response"
    finishes = {
        "refusal": "content_filter",
        "max_tokens": "max_output_tokens",
        "tool_use": None,
        "end_turn": None,
    }
    stream = responses_stream
    fails_whole = True  # a response of status failed

    def __init__(self, response):
        output = response["output"]
        parts = [part for item in output if item["type"] == "message" for part in item["content"]]
        summaries = [
            part for item in output if item["type"] == "reasoning" for part in item["summary"]
        ]
        calls = [(i, item) for i, item in enumerate(output) if item["type"] == "function_call"]
        self.text = "".join(part.get("text", "") for part in parts)
        self.thoughts = "".join(part["text"] for part in summaries)
        self.finish = (response["incomplete_details"] or {}).get("reason")
        self.calls = [_call(item) for _, item in calls]
        self.ids = [item["call_id"] for _, item in calls]
        before = [output[i - 1] if i > 0 else {} for i, _ in calls]
        carried = [item.get("encrypted_content") or "" for item in before]
        self.signatures = [
            text.split(".", 3)[-1] if text.startswith("gw1.f.") else "" for text in carried
        ]
        usage = response["usage"]
        self.usage = (
            usage["input_tokens"],
            usage["output_tokens"],
            usage["output_tokens_details"]["reasoning_tokens"],
        )

    @staticmethod
    def events(stream):
        return [(event, event["type"]) for event in stream]

    @staticmethod
    def folded(fold):
        return fold.response


APIS = {"Chat Completions": Chat, "Responses": Responses}


def check(reply, api, manner, ask, openai):
    """(the kind of outcome, faults) of one Reply asked for in one manner."""
    api = APIS[api]
    question = {
        "id": reply.name,
        "kind": "gemini_reply",
        "json" if reply.whole else "sse": reply.text,
        **api.question,
        **MANNERS[manner],
    }
    answer = ask(question)
    faults = list(cuts(question, answer, ask)) if not reply.whole else []
    kind, fold, whole, more = _read(api, answer, openai)
    faults += more
    if fold is None:
        return kind, faults
    expected = ExpectedReply(reply.text, reply.whole)
    if bool(fold.error) != bool(expected.failure):
        faults.append(
            "expected %s, got %s" % (expected.failure or "a reply", fold.error or "a reply")
        )
    elif not fold.error:
        faults += _compare(expected, api(whole), api, manner == "thoughts shown")
    return kind, faults


def check_form(name, text, api, ask, openai):
    """The same of a stream that may hold anything."""
    api = APIS[api]
    question = {"id": name, "kind": "gemini_reply", "sse": text, **api.question}
    kind, _, _, faults = _read(api, ask({**question, **MANNERS["thoughts shown"]}), openai)
    return "an error" if kind == "error" else "a reply", faults


def _read(api, answer, openai):
    """(the kind of outcome, the fold of the stream or None, the whole reply, faults of both)."""
    if "error" in answer:
        return "invalid", None, None, ["refused with %r" % answer["error"]]
    try:
        stream = api.stream.events(answer["stream"])
        fold = api.stream.Fold(stream)
        whole = json.loads(answer["whole"])
    except (GrammarError, ValueError) as error:
        return "invalid", None, None, [str(error)]
    faults = [
        "%s: %s" % (event.get("type", "chunk"), fault)
        for event, schema in api.events(stream)
        for fault in openai.faults(event, schema)
    ]
    if not fold.error or api.fails_whole:
        faults += ["whole: " + fault for fault in openai.faults(whole, api.whole_schema)]
    if fold.error:
        failed = whole.get("error")
        if failed != (fold.error if api.fails_whole else fold.error["error"]):
            faults.append("the errors differ: %r, %r" % (fold.error, whole))
        return "error", fold, whole, faults
    if api.folded(fold) != whole:
        faults.append(
            "the stream and the whole reply differ: %s" % _difference(api.folded(fold), whole)
        )
    return str(api(whole).finish), fold, whole, faults


def _compare(expected, reply, api, shows_thoughts):
    if reply.finish != api.finishes[expected.stop_reason]:
        yield "%s is told as %s" % (expected.stop_reason, reply.finish)
    if not expected.shows_all_text(reply.text):
        yield "text was lost, added or moved"
    if reply.thoughts != ("".join(expected.thoughts) if shows_thoughts else ""):
        yield "thoughts were lost, added or moved"
    if reply.calls != [(name, args) for name, args, _, _ in expected.calls]:
        yield "the calls %r became %r" % (expected.calls, reply.calls)
    signatures = [signature for _, _, signature, _ in expected.calls]
    if shows_thoughts and reply.signatures != signatures:
        yield "the signatures of the calls were lost or moved"
    if len(set(reply.ids)) != len(reply.ids):
        yield "two calls have the same id"
    counts = expected.usage
    thinking = counts["output_tokens_details"]["thinking_tokens"]
    given = reply.usage[0]
    if "input_tokens" in counts:
        given = max(counts["input_tokens"] + counts["cache_read_input_tokens"], 0)
    if reply.usage != (given, counts["output_tokens"], thinking):
        yield "the usage is %r" % (reply.usage,)


def _call(function):
    return function["name"], json.loads(function["arguments"])


def _difference(one, other):
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    return "; ".join(
        "%s: %.300r, %.300r" % (name, one.get(name), other.get(name)) for name in names
    )
