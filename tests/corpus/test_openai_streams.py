"""The grammars of OpenAI's two streams: a good one folds into its whole, each thing gone wrong is told."""

import json
import unittest

import chat_stream
import responses_stream
from messages_stream import GrammarError

HEAD = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": None}
CALL = {"id": "t1", "type": "function", "function": {"name": "read", "arguments": ""}}


def chunk(delta, finish=None, **members):
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**HEAD, "choices": [choice], **members}


CHAT = [
    chunk({"role": "assistant", "content": ""}),
    chunk({"content": "Hel"}),
    chunk({"content": "lo"}),
    chunk({"tool_calls": [{"index": 0, **CALL}]}),
    chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"a":1}'}}]}),
    chunk({}, "tool_calls"),
    {**HEAD, "choices": [], "usage": {"total_tokens": 3}},
    chat_stream.DONE,
]


class ChatTest(unittest.TestCase):
    def fold(self, events):
        raw = "".join(
            "data: %s\n\n" % (event if event == chat_stream.DONE else json.dumps(event))
            for event in events
        )
        return chat_stream.Fold(chat_stream.events(raw))

    def refuse(self, text, events):
        with self.assertRaisesRegex(GrammarError, text):
            self.fold(events)

    def test_a_good_stream_folds_into_its_whole(self):
        completion = self.fold(CHAT).completion
        choice = completion["choices"][0]
        self.assertEqual(
            (completion["object"], completion["usage"]), ("chat.completion", {"total_tokens": 3})
        )
        self.assertEqual(
            (choice["message"]["content"], choice["finish_reason"]), ("Hello", "tool_calls")
        )
        self.assertEqual(choice["message"]["tool_calls"][0]["function"]["arguments"], '{"a":1}')

    def test_an_error_ends_it(self):
        error = {"error": {"message": "No."}}
        self.assertEqual(self.fold(CHAT[:2] + [error]).error, error)
        self.refuse("after the end", CHAT[:2] + [error, chat_stream.DONE])

    def test_tells_what_is_wrong(self):
        self.refuse("neither", CHAT[:-1])
        self.refuse("whose turn", CHAT[1:])
        self.refuse("before finish_reason", CHAT[:5] + CHAT[7:])
        self.refuse("a choice after", CHAT[:6] + CHAT[1:2] + CHAT[6:])
        self.refuse("without its id", CHAT[:3] + CHAT[4:])
        self.refuse("id changes", CHAT[:1] + [{**CHAT[1], "id": "c2"}] + CHAT[2:])

    def test_wants_whole_lines_of_data(self):
        for raw in ("data: {}\n", "event: x\ndata: {}\n\n", "data: {\n\n"):
            with self.assertRaises(GrammarError):
                chat_stream.events(raw)


ITEM = {
    "type": "function_call",
    "id": "f1",
    "call_id": "t1",
    "name": "read",
    "arguments": '{"a":1}',
}


def responses(item=None, **end):
    item = item or ITEM
    place = {"output_index": 0, "item_id": "f1"}
    response = {"id": "r1", "status": "completed", "error": None, "output": [item], **end}
    kinds = [
        ("response.created", {"response": {}}),
        ("response.in_progress", {"response": {}}),
        ("response.output_item.added", {"output_index": 0, "item": {**ITEM, "arguments": ""}}),
        ("response.function_call_arguments.delta", {**place, "delta": '{"a":'}),
        ("response.function_call_arguments.delta", {**place, "delta": "1}"}),
        ("response.function_call_arguments.done", {**place, "arguments": '{"a":1}'}),
        ("response.output_item.done", {"output_index": 0, "item": item}),
        ("response." + response["status"], {"response": response}),
    ]
    return [{"type": kind, **event} for kind, event in kinds]


class ResponsesTest(unittest.TestCase):
    def fold(self, events, number=True):
        events = json.loads(json.dumps(events))
        if number:
            for i, event in enumerate(events):
                event["sequence_number"] = i
        raw = "".join("event: %s\ndata: %s\n\n" % (e["type"], json.dumps(e)) for e in events)
        return responses_stream.Fold(responses_stream.events(raw))

    def refuse(self, text, events, **more):
        with self.assertRaisesRegex(GrammarError, text):
            self.fold(events, **more)

    def test_a_good_stream_folds_into_its_whole(self):
        fold = self.fold(responses())
        self.assertEqual((fold.response["output"], fold.error), ([ITEM], None))

    def test_a_failure_may_come_while_an_item_is_open(self):
        failed = responses(status="failed", error={"code": "server_error"})
        self.assertEqual(self.fold(failed[:4] + failed[-1:]).error, {"code": "server_error"})

    def test_tells_what_is_wrong(self):
        good = responses()
        self.refuse("has number", good, number=False)
        self.refuse("no end", good[:-1])
        self.refuse("event 1 is", good[:1] + good[2:])
        self.refuse("outside of its item", good[:2] + good[3:])
        self.refuse("does not say what has grown", good[:4] + good[5:])
        self.refuse("is not the items", responses(output=[]))
        self.refuse("is not the items", good[:6] + good[7:])
        self.refuse("after the end", good + good[-1:])
        self.refuse("out of turn", good[:3] + good[2:])
        self.refuse("f1 does not say", responses({**ITEM, "arguments": "{}"}))


if __name__ == "__main__":
    unittest.main()
