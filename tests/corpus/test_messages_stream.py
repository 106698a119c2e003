"""The stream checker on made-up streams: one good, and one for everything it must refuse."""

import json
import unittest

from messages_stream import Fold, GrammarError, events

USAGE = {"input_tokens": 3, "output_tokens": 0}
START = {"type": "message_start", "message": {"content": [], "stop_reason": None, "usage": USAGE}}
END = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7}}
STOP = {"type": "message_stop"}
ERROR = {"type": "error", "error": {"type": "api_error", "message": "No."}}


def begin(index, kind="text", **members):
    empty = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}}
    block = {"type": kind, **empty.get(kind, {}), **members}
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index, kind, value):
    members = {
        "text": "text",
        "thinking": "thinking",
        "signature": "signature",
        "citations": "citation",
        "input_json": "partial_json",
    }
    return {
        "type": "content_block_delta",
        "index": index,
        "delta": {"type": kind + "_delta", members[kind]: value},
    }


def end(index):
    return {"type": "content_block_stop", "index": index}


class StreamTest(unittest.TestCase):
    def refuse(self, *stream, because):
        with self.assertRaises(GrammarError) as caught:
            Fold(stream)
        self.assertIn(because, str(caught.exception))

    def test_folds_blocks_in_order(self):
        fold = Fold(
            [
                START,
                {"type": "ping"},
                begin(0, "thinking"),
                delta(0, "thinking", "Hm"),
                delta(0, "signature", "S"),
                end(0),
                begin(1),
                delta(1, "text", "a"),
                delta(1, "text", "b"),
                delta(1, "citations", {"c": 1}),
                end(1),
                begin(2, "tool_use", id="t", name="n", input={}),
                delta(2, "input_json", '{"x":'),
                delta(2, "input_json", "1}"),
                end(2),
                END,
                STOP,
            ]
        )
        self.assertEqual(
            fold.message["content"],
            [
                {"type": "thinking", "thinking": "Hm", "signature": "S"},
                {"type": "text", "text": "ab", "citations": [{"c": 1}]},
                {"type": "tool_use", "id": "t", "name": "n", "input": {"x": 1}},
            ],
        )
        self.assertEqual(fold.message["stop_reason"], "end_turn")
        self.assertEqual(fold.message["usage"], {"input_tokens": 3, "output_tokens": 7})

    def test_leaves_the_events_as_they_are(self):
        start = json.dumps(START)
        Fold([START, begin(0), delta(0, "text", "a"), end(0), END, STOP])
        self.assertEqual(json.dumps(START), start)

    def test_keeps_an_error_first_or_in_a_block(self):
        self.assertEqual(Fold([ERROR]).error, ERROR)
        self.assertEqual(Fold([START, begin(0), ERROR]).error, ERROR)

    def test_refuses_what_comes_after_the_end(self):
        self.refuse(START, END, STOP, STOP, because="after the end")
        self.refuse(START, ERROR, STOP, because="after the end")
        self.refuse(START, END, begin(0), because="after message_delta")

    def test_refuses_a_stream_without_end(self):
        self.refuse(because="neither")
        self.refuse(START, END, because="neither")
        self.refuse(START, STOP, because="without message_delta")

    def test_refuses_a_wrong_beginning(self):
        self.refuse({"type": "ping"}, because="before message_start")
        self.refuse(START, START, because="twice")
        self.refuse({"type": "message_start", "message": {"content": [1]}}, because="with content")

    def test_refuses_blocks_that_overlap_or_skip(self):
        self.refuse(START, begin(0), begin(1), because="while a block is open")
        self.refuse(START, begin(1), because="has index 1")
        self.refuse(START, begin(0), end(1), because="of block 1")
        self.refuse(START, begin(0), delta(1, "text", "a"), because="of block 1")
        self.refuse(START, end(0), because="without an open block")
        self.refuse(START, begin(0), END, because="while a block is open")

    def test_refuses_deltas_of_another_kind_of_block(self):
        self.refuse(START, begin(0), delta(0, "thinking", "a"), because="in a block of text")
        self.refuse(START, begin(0, "thinking"), delta(0, "text", "a"), because="of thinking")

    def test_refuses_thinking_whose_signature_is_missing_or_not_last(self):
        self.refuse(START, begin(0, "thinking"), end(0), because="without signature")
        self.refuse(
            START,
            begin(0, "thinking"),
            delta(0, "signature", "S"),
            delta(0, "thinking", "a"),
            because="after the signature",
        )

    def test_refuses_blocks_that_begin_with_content(self):
        self.refuse(START, begin(0, text="a"), because="begins with text")
        self.refuse(START, begin(0, "tool_use", input={"a": 1}), because="begins with an input")

    def test_refuses_input_that_is_no_json(self):
        self.refuse(
            START,
            begin(0, "tool_use", input={}),
            delta(0, "input_json", '{"a"'),
            end(0),
            because="is no JSON",
        )


class FramingTest(unittest.TestCase):
    def test_reads_the_frame_that_anthropic_writes(self):
        self.assertEqual(events('event: ping\ndata: {"type": "ping"}\n\n'), [{"type": "ping"}])
        self.assertEqual(events(""), [])

    def test_refuses_any_other(self):
        for raw in (
            'event: ping\ndata: {"type": "ping"}\n',
            'data: {"type": "ping"}\n\n',
            "event: ping\n\n",
            'event: ping\ndata: {"type": "pong"}\n\n',
            'event: ping\ndata: {"type"\n\n',
            'event: ping\r\ndata: {"type": "ping"}\r\n\r\n',
        ):
            with self.subTest(raw), self.assertRaises(GrammarError):
                events(raw)


if __name__ == "__main__":
    unittest.main()
