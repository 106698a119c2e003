"""The grammar of a Messages stream, and its fold into the Message that it stands for.

    message_start  (ping | block)*  message_delta+  message_stop
    block := content_block_start content_block_delta* content_block_stop

An `error` may come anywhere, also first; then nothing follows. Written from Anthropic's description
of streams and its SDK's accumulator, not from castor's writer.
"""

import json

# type of delta: (the type of block it may extend, the member of it)
DELTAS = {
    "text_delta": (("text",), "text"),
    "citations_delta": (("text",), "citation"),
    "thinking_delta": (("thinking",), "thinking"),
    "signature_delta": (("thinking",), "signature"),
    "input_json_delta": (("tool_use", "server_tool_use"), "partial_json"),
}
EMPTY_AT_START = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}}


class GrammarError(Exception):
    pass


def events(raw):
    """The events of a raw stream, which must be framed exactly as Anthropic does it."""
    if raw and not raw.endswith("\n\n"):
        raise GrammarError("the last event has no end: %r" % raw[-80:])
    result = []
    for number, block in enumerate(raw.split("\n\n")[:-1]):
        lines = block.split("\n")
        if len(lines) != 2 or not lines[0].startswith("event: "):
            raise GrammarError(
                "event %d is not two lines, event and data: %r" % (number, block[:200])
            )
        if not lines[1].startswith("data: "):
            raise GrammarError("event %d has no data: %r" % (number, block[:200]))
        try:
            data = json.loads(lines[1][len("data: ") :])
        except ValueError as error:
            raise GrammarError("event %d is no JSON: %s" % (number, error)) from error
        if data.get("type") != lines[0][len("event: ") :]:
            raise GrammarError(
                "event %d is named %r and typed %r" % (number, lines[0], data.get("type"))
            )
        result.append(data)
    return result


class Fold:
    """Checks events one after another; then `message` is the Message, or `error` the error."""

    def __init__(self, stream):
        self.message = None
        self.error = None
        self._open = None  # the block that is open
        self._input = ""  # JSON text of its input so far
        self._signatures = 0  # of that block
        self._ended = False  # message_delta came
        self._stopped = False
        for event in stream:
            self._take(event)
        if not self._stopped:
            raise GrammarError("the stream has neither message_stop nor error")

    def _take(self, event):
        kind = event["type"]
        if self._stopped:
            raise GrammarError("%s after the end" % kind)
        if kind == "error":
            self.error, self._stopped = event, True
            return
        if kind == "message_start":
            return self._start(event["message"])
        if self.message is None:
            raise GrammarError("%s before message_start" % kind)
        if kind == "ping":
            return
        step = {
            "content_block_start": self._block_start,
            "content_block_delta": self._block_delta,
            "content_block_stop": self._block_stop,
            "message_delta": self._delta,
            "message_stop": self._stop,
        }.get(kind)
        if step is None:
            raise GrammarError("unknown event %s" % kind)
        if self._ended and kind not in ("message_delta", "message_stop"):
            raise GrammarError("%s after message_delta" % kind)
        step(event)

    def _start(self, message):
        if self.message is not None:
            raise GrammarError("message_start twice")
        if message.get("content") != [] or message.get("stop_reason") is not None:
            raise GrammarError("message_start with content or a stop_reason")
        self.message = json.loads(json.dumps(message))

    def _block_start(self, event):
        if self._open is not None:
            raise GrammarError("content_block_start while a block is open")
        if event["index"] != len(self.message["content"]):
            raise GrammarError(
                "block %d has index %r" % (len(self.message["content"]), event["index"])
            )
        block = dict(event["content_block"])
        for member, value in EMPTY_AT_START.get(block["type"], {}).items():
            if block.get(member) != value:
                raise GrammarError(
                    "%s block begins with %s %r" % (block["type"], member, block.get(member))
                )
        if "input" in block and block["input"] != {}:
            raise GrammarError("%s block begins with an input" % block["type"])
        self._open, self._input, self._signatures = block, "", 0

    def _block_delta(self, event):
        self._expect_open(event)
        delta, block = event["delta"], self._open
        types, member = DELTAS.get(delta["type"], ((), ""))
        if block["type"] not in types:
            raise GrammarError("%s in a block of %s" % (delta["type"], block["type"]))
        if member == "partial_json":
            self._input += delta[member]
        elif member == "citation":
            block["citations"] = (block.get("citations") or []) + [delta[member]]
        elif self._signatures:
            raise GrammarError("%s after the signature" % delta["type"])
        else:
            self._signatures += member == "signature"
            block[member] += delta[member]

    def _block_stop(self, event):
        self._expect_open(event)
        block = self._open
        if block["type"] == "thinking" and not self._signatures:
            raise GrammarError("a thinking block without signature")
        if "input" in block:
            try:
                block["input"] = json.loads(self._input) if self._input else {}
            except ValueError as error:
                raise GrammarError(
                    "the input of %s is no JSON: %s" % (block.get("name"), error)
                ) from error
        self.message["content"].append(block)
        self._open = None

    def _expect_open(self, event):
        if self._open is None:
            raise GrammarError("%s without an open block" % event["type"])
        if event["index"] != len(self.message["content"]):
            raise GrammarError(
                "%s of block %r while %d is open"
                % (event["type"], event["index"], len(self.message["content"]))
            )

    def _delta(self, event):
        if self._open is not None:
            raise GrammarError("message_delta while a block is open")
        self._ended = True
        self.message.update(event["delta"])
        self.message["usage"].update(event["usage"])

    def _stop(self, _):
        if not self._ended:
            raise GrammarError("message_stop without message_delta")
        self._stopped = True
