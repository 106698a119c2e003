"""The grammar of a Chat Completions stream, and its fold into the completion that it stands for.

    role  (content | reasoning_content | tool_calls | annotations)*  finish_reason  usage  [DONE]

An `error` may come anywhere, also first; then nothing follows, not even [DONE]. Written from OpenAI's
description of streams and its SDK's accumulator, not from castor's writer.
"""

import json

from messages_stream import GrammarError

DONE = "[DONE]"
GROWING = ("content", "reasoning_content", "refusal")


def events(raw):
    """The data of a raw stream of unnamed events: JSON values, and DONE."""
    if raw and not raw.endswith("\n\n"):
        raise GrammarError("the last event has no end: %r" % raw[-80:])
    result = []
    for block in raw.split("\n\n")[:-1]:
        if block.startswith(":"):
            continue
        if not block.startswith("data: ") or "\n" in block:
            raise GrammarError("not one line of data: %r" % block[:200])
        data = block[len("data: ") :]
        try:
            result.append(data if data == DONE else json.loads(data))
        except ValueError as error:
            raise GrammarError("an event is no JSON: %s" % error) from error
    return result


class Fold:
    """Checks events one after another; then `completion` is the whole, or `error` the error."""

    def __init__(self, stream):
        self.completion = None
        self.error = None
        self._ended = False
        for event in stream:
            self._take(event)
        if not self._ended:
            raise GrammarError("the stream has neither [DONE] nor an error")

    def _take(self, event):
        if self._ended:
            raise GrammarError("something after the end")
        if event == DONE:
            choice = self._choice()
            if choice["finish_reason"] is None:
                raise GrammarError("[DONE] before finish_reason")
            if any(
                choice["message"].get(name) for name in ("tool_calls", "function_call", "refusal")
            ):
                choice["message"]["content"] = choice["message"]["content"] or None
            self._ended = True
        elif "error" in event:
            self.error, self._ended = event, True
        else:
            self._chunk(event)

    def _choice(self):
        if self.completion is None:
            raise GrammarError("the stream begins with its end")
        return self.completion["choices"][0]

    def _chunk(self, chunk):
        if self.completion is None:
            message = {"role": None, "content": None, "refusal": None}
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": None}
            self.completion = {**chunk, "object": "chat.completion", "choices": [choice]}
            if chunk["choices"][0]["delta"].get("role") != "assistant":
                raise GrammarError("the first chunk does not say whose turn it is")
        for member in ("id", "created", "model"):
            if chunk[member] != self.completion[member]:
                raise GrammarError("%s changes on the way" % member)
        if chunk.get("usage"):
            self.completion["usage"] = chunk["usage"]
        choice = self._choice()
        for part in chunk["choices"]:
            if choice["finish_reason"] is not None:
                raise GrammarError("a choice after finish_reason")
            self._delta(choice["message"], part["delta"])
            choice["finish_reason"] = part["finish_reason"]
        if not chunk["choices"] and choice["finish_reason"] is None:
            raise GrammarError("a chunk without choices before finish_reason")

    def _delta(self, message, delta):
        for member, value in delta.items():
            if member == "tool_calls":
                for piece in value:
                    self._call(message.setdefault("tool_calls", []), piece)
            elif member == "function_call":
                message["function_call"] = _grown(message.get("function_call", {}), value)
            elif member in GROWING:
                message[member] = (message.get(member) or "") + (value or "")
            else:
                message[member] = value

    def _call(self, calls, piece):
        piece = dict(piece)
        index = piece.pop("index")
        if index == len(calls):
            if not piece.get("id") or not piece["function"].get("name"):
                raise GrammarError("a call begins without its id or name")
            calls.append({**piece, "function": dict(piece["function"])})
        elif index == len(calls) - 1:
            calls[index]["function"] = _grown(calls[index]["function"], piece.get("function", {}))
        else:
            raise GrammarError("a call grows while another does")


def _grown(function, piece):
    arguments = function.get("arguments", "") + piece.get("arguments", "")
    return {**piece, **function, "arguments": arguments}
