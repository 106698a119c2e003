"""The grammar of a Responses stream, and its fold into the response that it stands for.

    created  in_progress  item*  (completed | incomplete | failed)
    item     := output_item.added  (part | arguments | input | search steps)*  output_item.done

One item is open at a time, sequence_number counts from 0. Written from OpenAI's description of the
events, not from castor's writer.
"""

import messages_stream
from messages_stream import GrammarError

ENDS = ("response.completed", "response.incomplete", "response.failed")
# What grows by deltas: the member of its `done` event that says it whole.
GROWTH = {
    "response.output_text": "text",
    "response.refusal": "refusal",
    "response.reasoning_summary_text": "text",
    "response.reasoning_text": "text",
    "response.function_call_arguments": "arguments",
    "response.custom_tool_call_input": "input",
}


def events(raw):
    """The events of a raw stream, which must be framed with a name and data, without comments."""
    kept = [block for block in raw.split("\n\n") if not block.startswith(":")]
    return messages_stream.events("\n\n".join(kept))


class Fold:
    """Checks events one after another; then `response` is the last word, `error` set if it failed."""

    def __init__(self, stream):
        self.response = None
        self.error = None
        self._items = []
        self._open = None
        self._texts = {}  # what has grown, by event and place
        for number, event in enumerate(stream):
            if event.get("sequence_number") != number:
                raise GrammarError(
                    "event %d has number %r" % (number, event.get("sequence_number"))
                )
            self._take(number, event)
        if self.response is None:
            raise GrammarError("the stream has no end")

    def _take(self, number, event):
        kind = event["type"]
        if self.response is not None:
            raise GrammarError("%s after the end" % kind)
        if number < 2:
            if kind != ("response.created", "response.in_progress")[number] and kind not in ENDS:
                raise GrammarError("event %d is %s" % (number, kind))
        if kind in ENDS:
            return self._end(event["response"], kind)
        if kind == "response.output_item.added":
            if self._open is not None or event["output_index"] != len(self._items):
                raise GrammarError("an item begins out of turn")
            self._open = event["item"]
        elif kind == "response.output_item.done":
            self._close(event)
        elif number >= 2:
            self._inside(kind, event)

    def _inside(self, kind, event):
        if self._open is None or event.get("output_index") != len(self._items):
            raise GrammarError("%s outside of its item" % kind)
        if event.get("item_id") != self._open["id"]:
            raise GrammarError("%s names another item" % kind)
        name, _, step = kind.rpartition(".")
        if name in GROWTH:
            key = name, event.get("content_index"), event.get("summary_index")
            if step == "delta":
                self._texts[key] = self._texts.get(key, "") + event["delta"]
            elif step == "done" and self._texts.get(key, "") != event[GROWTH[name]]:
                raise GrammarError("%s does not say what has grown" % kind)

    def _close(self, event):
        item, begun = event["item"], self._open
        if begun is None or event["output_index"] != len(self._items):
            raise GrammarError("an item ends that had not begun")
        if (item["type"], item["id"]) != (begun["type"], begun["id"]):
            raise GrammarError("another item ends than had begun")
        grown = "".join(self._texts.values())
        if self._texts and grown != _said(item):
            raise GrammarError("the item %s does not say what has grown" % item["id"])
        self._items.append(item)
        self._open, self._texts = None, {}

    def _end(self, response, kind):
        if kind != "response." + response["status"]:
            raise GrammarError("%s has status %s" % (kind, response["status"]))
        if kind != "response.failed" and (
            self._open is not None or response["output"] != self._items
        ):
            raise GrammarError("the output is not the items of the stream")
        self.response = response
        self.error = response["error"] if kind == "response.failed" else None


def _said(item):
    texts = [part.get("text", part.get("refusal", "")) for part in item.get("content") or []]
    texts += [part["text"] for part in item.get("summary") or []]
    return "".join(texts) + item.get("arguments", "") + item.get("input", "")
