"""What a client must get to see of an answer of Gemini, told from the answer alone.

A second reading of Gemini's replies beside castor's decoder, for the recordings of the corpus:
simple, whole in memory, and after protocol-mapping D.11 only.
"""

import json

REFUSED = (
    "SAFETY RECITATION LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII ESCALATION MODEL_ARMOR".split()
)
BROKEN_OFF = (
    "MALFORMED_FUNCTION_CALL MALFORMED_RESPONSE UNEXPECTED_TOOL_CALL"
    " MISSING_THOUGHT_SIGNATURE".split()
)
NAMESPACES = ("default_api:", "default_api.")


class ExpectedReply:
    """`failure` says why the client gets an error; if None, the rest describes the Message."""

    def __init__(self, text, whole):
        self.failure = None
        self.texts = []  # visible pieces, in order; None where castor says it in its own words
        self.thoughts = []
        self.calls = []  # (name, args, signature, id)
        self.text_signature = ""  # the last that belongs to text which was said
        self.searched = False
        self._counts = {}
        self._finish = None
        self._blocked = None
        self._ids = set()
        self._in_text = False
        for chunk in chunks(text, whole):
            if self.failure:
                break
            self._chunk(chunk)
        self._judge()

    @property
    def stop_reason(self):
        if self._blocked or self._finish in REFUSED or str(self._finish).startswith("IMAGE_"):
            return "refusal"
        if self._finish in ("MAX_TOKENS", "CONTINUATION"):
            return "max_tokens"
        return "tool_use" if self.calls else "end_turn"

    @property
    def usage(self):
        """The counts of the Message; without those of the input if Gemini sent none."""
        count = lambda name: max(0, self._counts.get(name) or 0)
        cached = count("cachedContentTokenCount")
        given = count("promptTokenCount") + count("toolUsePromptTokenCount")
        thoughts = count("thoughtsTokenCount")
        usage = {
            "cache_read_input_tokens": cached,
            "output_tokens": count("candidatesTokenCount") + thoughts,
            "output_tokens_details": {"thinking_tokens": thoughts},
        }
        return {**usage, "input_tokens": max(0, given - cached)} if given else usage

    def _chunk(self, chunk):
        if not isinstance(chunk, dict):
            self.failure = "a chunk that is no object"
        elif chunk.get("error"):
            self.failure = "an error"
        else:
            self._counts.update(chunk.get("usageMetadata") or {})
            feedback = chunk.get("promptFeedback") or {}
            blocked = feedback.get("blockReason") or feedback.get("blockReasonMessage")
            self._blocked = blocked or self._blocked
            for candidate in (chunk.get("candidates") or [])[:1]:
                self._candidate(candidate)

    def _candidate(self, candidate):
        content = candidate.get("content")
        for part in (content.get("parts") if isinstance(content, dict) else None) or []:
            self._part(part)
        self._finish = candidate.get("finishReason") or self._finish
        self.searched |= bool((candidate.get("groundingMetadata") or {}).get("webSearchQueries"))

    def _part(self, part):
        signature = part.get("thoughtSignature") or ""
        if part.get("functionCall") is not None:
            self._call(part["functionCall"], signature)
            self._in_text = False
        elif part.get("thought"):
            self.thoughts.append(part.get("text") or "")
            self._in_text = False
        elif isinstance(part.get("text"), str):
            self.texts.append(part["text"])
            self._in_text |= bool(part["text"])
            if signature and self._in_text:
                self.text_signature = signature
        elif "executableCode" in part:
            self.texts += [None, part["executableCode"].get("code") or "", None]
        elif "codeExecutionResult" in part:
            self.texts += [None, part["codeExecutionResult"].get("output") or "", None]
        elif "inlineData" in part:
            self.texts.append(None)

    def _call(self, call, signature):
        if call.get("willContinue") or "partialArgs" in call:
            self.failure = "a call in pieces, which nobody asked for"
            return
        name, id_ = call.get("name") or "", call.get("id")
        for namespace in NAMESPACES:
            name = name[len(namespace) :] if name.startswith(namespace) else name
        if name and (not id_ or id_ not in self._ids):
            self._ids.add(id_)
            self.calls.append((name, call.get("args") or {}, signature, id_ or ""))

    def _judge(self):
        has_content = bool(self.calls) or any(text is None or text for text in self.texts)
        if self.failure or self._blocked:
            return
        if self._finish is None:
            self.failure = "no end"
        elif self._finish in BROKEN_OFF:
            self.failure = self._finish
        elif not has_content and self.stop_reason == "end_turn" and self._finish != "STOP":
            self.failure = "%s without content" % self._finish

    def shows_all_text(self, shown):
        """Is all visible text in `shown`, in order, and nothing else where castor adds no words?"""
        if None not in self.texts:
            return "".join(self.texts) == shown
        at = 0
        for piece in self.texts:
            found = shown.find(piece or "", at)
            if found < 0:
                return False
            at = found + len(piece or "")
        return True


def chunks(text, whole):
    """The JSON values of a stream or a whole answer; None for what is no JSON."""
    if whole:
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        return document if isinstance(document, list) else [document]
    events = text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
    return [_event(event) for event in events if "data:" in event]


def _event(event):
    lines = [line[len("data:") :] for line in event.split("\n") if line.startswith("data:")]
    try:
        return json.loads("\n".join(lines))
    except ValueError:
        return None
