"""The judgement of written replies: a good one passes, each thing gone wrong is told."""

import json
import unittest

import check_replies
from corpus import Reply

USAGE = {
    "input_tokens": 3,
    "cache_read_input_tokens": 0,
    "output_tokens": 2,
    "output_tokens_details": {"thinking_tokens": 1},
}
CALL = {"name": "read", "args": {"a": 1}, "id": "1"}
GEMINI = {
    "candidates": [
        {
            "finishReason": "STOP",
            "content": {
                "parts": [
                    {"text": "Hm", "thought": True},
                    {"text": "Hello"},
                    {"functionCall": CALL, "thoughtSignature": "c2ln"},
                ]
            },
        }
    ],
    "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1, "thoughtsTokenCount": 1},
}
REQUEST = {"tools": [{"functionDeclarations": [{"name": "read"}]}]}
CONTENT = [
    {"type": "thinking", "thinking": "Hm", "signature": "gw1.n."},
    {"type": "text", "text": "Hello"},
    {"type": "thinking", "thinking": "", "signature": "gw1.f.gemini-4.c2ln"},
    {"type": "tool_use", "id": "t1", "name": "read", "input": {"a": 1}},
]


class Anything:
    def faults(self, value, name):
        return []


def message(**members):
    return {
        "type": "message",
        "content": CONTENT,
        "stop_reason": "tool_use",
        "usage": USAGE,
        **members,
    }


def streamed(whole):
    """A stream that stands for a Message."""
    start = {**whole, "content": [], "stop_reason": None}
    events = [{"type": "message_start", "message": start}]
    for index, block in enumerate(whole["content"]):
        events += _block(index, block)
    end = {"delta": {"stop_reason": whole["stop_reason"]}, "usage": whole["usage"]}
    events += [{"type": "message_delta", **end}, {"type": "message_stop"}]
    return "".join("event: %s\ndata: %s\n\n" % (e["type"], json.dumps(e)) for e in events)


def _block(index, block):
    empty = {"text": "", "thinking": "", "signature": "", "input": {}}
    start = {key: empty.get(key, value) if key != "type" else value for key, value in block.items()}
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for member in ("text", "thinking", "signature", "input"):
        if block.get(member) and member != "type":
            value = block[member]
            delta = {"type": member + "_delta", member: value}
            if member == "input":
                delta = {"type": "input_json_delta", "partial_json": json.dumps(value)}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def changed(index, **members):
    return [{**block, **members} if i == index else block for i, block in enumerate(CONTENT)]


class ReplyTest(unittest.TestCase):
    def check(self, whole, stream=None, gemini=GEMINI):
        answer = {
            "stream": streamed(whole) if stream is None else stream,
            "whole": json.dumps(whole),
        }
        reply = Reply("x", json.dumps(gemini), True, REQUEST)
        return check_replies.check(reply, "thoughts shown", lambda question: answer, Anything())

    def assert_fault(self, text, *arguments, **members):
        kind, faults = self.check(*arguments, **members)
        self.assertTrue(any(text in fault for fault in faults), (kind, faults))

    def test_passes_a_good_reply(self):
        self.assertEqual(self.check(message()), ("tool_use", []))

    def test_misses_what_is_lost_or_changed(self):
        self.assert_fault("stop_reason", message(stop_reason="end_turn"))
        self.assert_fault("usage.input_tokens", message(usage={**USAGE, "input_tokens": 4}))
        self.assert_fault("text was lost", message(content=changed(1, text="Hell")))
        self.assert_fault("thoughts were lost", message(content=changed(0, thinking="")))
        self.assert_fault("1 calls became 0", message(content=CONTENT[:2]))
        self.assert_fault("became read", message(content=changed(3, input={})))
        self.assert_fault("does not stand before it", message(content=CONTENT[:2] + CONTENT[3:]))
        self.assert_fault("nobody declared", message(content=changed(3, name="write")))

    def test_compares_the_stream_with_the_whole(self):
        self.assert_fault(
            "the content of the stream", message(), streamed(message(content=CONTENT[1:]))
        )
        self.assert_fault("stop_reason is", message(), streamed(message(stop_reason="end_turn")))

    def test_wants_an_error_where_gemini_failed_and_only_there(self):
        failed = {"candidates": [{"content": {"parts": [{"text": "Hello"}]}}]}
        self.assert_fault("expected no end", message(), gemini=failed)
        error = {"type": "error", "error": {"type": "api_error", "message": "No."}}
        stream = "event: error\ndata: %s\n\n" % json.dumps(error)
        self.assertEqual(self.check(error, stream, failed), ("error", []))
        self.assert_fault("expected a Message", error, stream)

    def test_refuses_a_broken_stream(self):
        self.assertEqual(self.check(message(), streamed(message())[:-2])[0], "invalid")


if __name__ == "__main__":
    unittest.main()
