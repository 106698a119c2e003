"""From the parts a step wants to the chunks Gemini sends.

Shapes are those of recorded streams: every chunk carries cumulative usageMetadata (prompt counts
only while thinking), modelVersion and responseId; each function call comes whole in its own chunk;
only the first is signed; a text answer of Gemini 3 and later is signed on an empty text part beside
the finishReason.
"""

import json
import re
import secrets
import string

import continuation
import counting
import signatures

WORDS_PER_CHUNK = 3
WORD = re.compile(r"\s*\S+\s*|\s+")
ENDS_WITH_CONTENT = ("STOP", "MAX_TOKENS", "CONTINUATION")
CALL_FINISH_MESSAGE = "Model generated function call(s)."
MALFORMED_MESSAGE = "Malformed function call: print(default_api.read(path='notes"
ALPHABET = string.ascii_letters + string.digits


class Reply:
    """One answer, as `chunks()` or as a `whole()`. `request` is in camelCase."""

    def __init__(self, request, model, step, hop=0):
        self._request = request
        self._model = model
        self._step = step
        self._hop = hop
        self._prompt_tokens = counting.prompt_tokens(request)
        self._thought_tokens = 0
        self._answer_tokens = 0
        self._response_id = secrets.token_urlsafe(17)[:23]
        self._finish = step.get("finishReason", "STOP")
        self._signed = False

    def chunks(self):
        """GenerateContentResponse objects in order; usage counts what was taken so far."""
        fault = self._step.get("fault")
        if fault == "blocked":
            yield self._blocked()
            return
        if fault in ("empty", "malformed"):
            yield self._bare_end(fault)
            return
        limit = self._step.get("after_chunks", 1) if fault == "finish" else None
        held = None  # Gemini 2.5 puts its finishReason on the last text chunk
        for sent, part in enumerate(
            self._parts(self._step.get("words_per_chunk", WORDS_PER_CHUNK))
        ):
            if limit is not None and sent >= limit:
                break
            if held is not None:
                yield self._chunk([held])
            held = part
            self._count(part)
            if self._model.signs or "text" not in part or part.get("thought") or fault == "finish":
                yield self._chunk([held])
                held = None
        yield self._end([held] if held is not None else None)

    def whole(self):
        """The same as one object: adjacent text joined, the signature on the last text part."""
        parts, last = [], {}
        for chunk in self.chunks():
            last = chunk
            for candidate in chunk.get("candidates", []):
                for part in candidate.get("content", {}).get("parts", []):
                    _append(parts, part)
        if "candidates" in last and "content" in last["candidates"][0]:
            candidate = last["candidates"][0]
            if parts:
                candidate["content"]["parts"] = parts
            if (
                any("functionCall" in part for part in parts)
                and candidate.get("finishReason") == "STOP"
            ):
                candidate["finishMessage"] = CALL_FINISH_MESSAGE
        return last

    # The parts, cut where the request says so.

    def _parts(self, words_per_chunk):
        config = self._request.get("generationConfig", {})
        show_thoughts = config.get("thinkingConfig", {}).get("includeThoughts", False)
        left = config.get("maxOutputTokens", 2**31)
        for part in self._step.get("parts", []):
            part, stopped = self._shape(part, config.get("stopSequences", []))
            cost = counting.part_tokens(part)
            if cost > left:
                self._finish, stopped = "MAX_TOKENS", True
                part = (
                    {**part, "text": part["text"][: left * counting.BYTES_PER_TOKEN]}
                    if "text" in part
                    else None
                )
            left -= cost
            if part and part.get("thought") and not show_thoughts:
                self._thought_tokens += counting.part_tokens(part)
            elif part:
                yield from _in_words(part, words_per_chunk)
            if stopped:
                return

    def _shape(self, part, stops):
        """(a Gemini part, whether a stop sequence ended the answer in it)."""
        if "call" in part:
            return self._call(part["call"]), False
        if isinstance(part.get("thought"), str):
            return {"text": part["thought"], "thought": True}, False
        if "json" in part:
            return {"text": json.dumps(part["json"], ensure_ascii=False)}, False
        if "text" in part and not part.get("thought"):
            text = part["text"]
            end = min((at for at in map(text.find, stops) if at >= 0), default=None)
            return {**part, "text": text[:end]}, end is not None
        return part, False

    def _call(self, wanted):
        call = {"name": wanted["name"], "args": wanted.get("args", {})}
        if self._model.gives_call_ids:
            call["id"] = wanted.get("id") or self._new_id()
        part = {"functionCall": call}
        if not self._signed and (self._model.signs or self._model.version == (2, 5)):
            part["thoughtSignature"] = self._sign(signatures.CALL, call)
        self._signed = True
        return part

    def _new_id(self):
        """Both shapes seen in the wild, by turns: 8 random characters, call_123456."""
        if self._step.get("number", 0) % 2:
            return "call_%06d" % secrets.randbelow(10**6)
        return "".join(secrets.choice(ALPHABET) for _ in range(8))

    def _sign(self, kind, call=None):
        size = self._step.get("signature_bytes", signatures.DEFAULT_SIZE)
        return signatures.issue(self._model.family, kind, call, size)

    # The chunks around them.

    def _count(self, part):
        if part.get("thought"):
            self._thought_tokens += counting.part_tokens(part)
        else:
            self._answer_tokens += counting.part_tokens(part)

    def _chunk(self, parts):
        return self._response({"content": {"parts": parts, "role": "model"}, "index": 0})

    def _end(self, parts):
        candidate = {"finishReason": self._finish, "index": 0}
        if self._step.get("fault") == "finish":
            candidate["finishReason"] = self._step.get("reason", "SAFETY")
        if "finishMessage" in self._step or "message" in self._step:
            candidate["finishMessage"] = self._step.get("finishMessage") or self._step["message"]
        if candidate["finishReason"] in ENDS_WITH_CONTENT:
            last = {"text": ""}
            if self._model.signs and not self._signed:
                last["thoughtSignature"] = self._sign(signatures.TEXT)
            candidate = {"content": {"parts": parts or [last], "role": "model"}, **candidate}
        if self._model.continues and candidate["finishReason"] in ("CONTINUATION", "MAX_TOKENS"):
            candidate["continuationToken"] = continuation.issue(self._request, self._hop + 1)
        return self._response(candidate, answered=True)

    def _bare_end(self, fault):
        if fault == "empty":
            return self._response(
                {"content": {"role": "model"}, "finishReason": "STOP", "index": 0}
            )
        message = self._step.get("message", MALFORMED_MESSAGE)
        reason = self._step.get("reason", "MALFORMED_FUNCTION_CALL")
        return self._response(
            {"content": {}, "finishReason": reason, "index": 0, "finishMessage": message}
        )

    def _blocked(self):
        reason = self._step.get("reason", "PROHIBITED_CONTENT")
        return {"promptFeedback": {"blockReason": reason}, **self._tail(answered=False)}

    def _response(self, candidate, answered=False):
        return {"candidates": [candidate], **self._tail(answered or self._answer_tokens > 0)}

    def _tail(self, answered):
        usage = {"promptTokenCount": self._prompt_tokens}
        total = self._prompt_tokens
        if answered:
            usage["candidatesTokenCount"] = self._answer_tokens
            total += self._answer_tokens + self._thought_tokens
        usage["totalTokenCount"] = total
        if "cachedTokens" in self._request:
            usage["cachedContentTokenCount"] = self._request["cachedTokens"]
        usage["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": self._prompt_tokens}]
        if answered and self._thought_tokens:
            usage["thoughtsTokenCount"] = self._thought_tokens
        if self._model.version >= (3, 5):
            usage["serviceTier"] = "standard"
        usage.update(self._step.get("usage", {}))
        return {
            "usageMetadata": usage,
            "modelVersion": self._model.model_version,
            "responseId": self._response_id,
        }


def _in_words(part, words_per_chunk):
    words = WORD.findall(part["text"]) if "text" in part else []
    if len(words) <= words_per_chunk or "thoughtSignature" in part:
        yield part
        return
    for i in range(0, len(words), words_per_chunk):
        yield {**part, "text": "".join(words[i : i + words_per_chunk])}


def _append(parts, part):
    last = parts[-1] if parts else {}
    alike = (
        "text" in part and "text" in last and bool(part.get("thought")) == bool(last.get("thought"))
    )
    if alike and "thoughtSignature" not in last:
        last["text"] += part["text"]
        if "thoughtSignature" in part:
            last["thoughtSignature"] = part["thoughtSignature"]
    elif part != {"text": ""}:
        parts.append(dict(part))
