"""One request to the API: the order in which it is judged, and its answer."""

import http.client
import json
import os
import re
import urllib.parse

import assistant
import bodies
import continuation
import counting
import faults
import models
import plans
import replies
import resources
import rules
import shelf
import streaming
from errors import ApiError, RuleError, error_info
from records import name_of_key

METHOD_PATH = re.compile(r"/v1(?:beta)?/models/([^/:]+):(\w+)")
PARAMETERS = frozenset(
    "alt fields prettyPrint pageSize pageToken updateMask uploadType upload_id"
    " upload_protocol".split()
)
# Credentials and vendor headers of castor's own clients; none of Google's business.
FOREIGN_HEADERS = re.compile(
    r"authorization|x-api-key|anthropic-.*|openai-.*|x-stainless-.*|x-claude-.*|cookie"
)

NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use"
    " API Key or other form of API consumer identity to call this API."
)


class Exchange:
    """Judges and answers one request. `record` gets the verdict, `line` the bytes."""

    def __init__(self, server, line, record, command, url, headers):
        self._server = server
        self._options = server.options
        self._line = line
        self._record = record
        self._command = command
        self._path = urllib.parse.unquote(url.path)
        self._query = dict(urllib.parse.parse_qsl(url.query))
        self._headers = headers
        self._model_fault = ""
        self._project = ""  # of the key
        self._last = False  # whether the connection ends with this answer

    def answer(self, read_body):
        """Raises ClientGone or Broken (streaming.py) when the answer could not be completed.

        Returns whether the connection can take another request.
        """
        try:
            # Also of a DELETE: Google's own SDK sends {} with it.
            self._record.body = self._read(read_body)
            if self._command == "GET" and self._record.body:
                raise RuleError("get-body", "fake Gemini: a GET has no body.")
            self._route()
        except ApiError as error:
            self._note(error)
            self._send_error(error)
        return not self._last

    def _read(self, read_body):
        try:
            return read_body()
        except ApiError:
            self._last = True  # the rest of the body is still on its way
            raise

    def _note(self, error):
        if isinstance(error, RuleError):
            self._record.violations.append("%s: %s" % (error.rule, error.message.strip()))
        if self._record.verdict == "unanswered":
            name = "refused" if isinstance(error, RuleError) else "error"
            self._record.verdict = "%s %d: %s" % (name, error.code, error.message.strip())

    # Judging.

    def _route(self):
        request = resources.Request(
            self._command, self._path, self._query, self._headers, self._record.body
        )
        if self._server.resources.is_upload_session(request):
            self._send(self._server.resources.proceed_with_upload(request))
            return
        key = self._credential()
        self._check_parameters()
        named = METHOD_PATH.fullmatch(self._path)
        if named and self._command == "POST":
            self._answer_method(key, urllib.parse.unquote(named[1]), named[2])
            return
        self._apply_key(key, "", generating=False)
        request.project = self._project
        self._send(self._server.resources.answer(request))

    def _check_parameters(self):
        """Google's own only: what a client of castor puts there is none of its business."""
        for name in self._query:
            if name not in PARAMETERS:
                raise RuleError(
                    "query",
                    'Invalid JSON payload received. Unknown name "%s": Cannot bind query parameter.'
                    " Field '%s' could not be found in request message." % (name, name),
                )

    def _credential(self):
        """The key, which travels in one header only: a URL ends up in logs."""
        if "key" in self._query or "$key" in self._query:
            raise RuleError(
                "key-in-url", "fake Gemini: the key must not be in the URL, use x-goog-api-key."
            )
        for name in self._headers:
            if FOREIGN_HEADERS.fullmatch(name.lower()):
                raise RuleError(
                    "foreign-header", "fake Gemini: the header %s is none of Gemini's." % name
                )
        key = self._headers.get("x-goog-api-key", "")
        if not key:
            raise RuleError("no-key", NO_KEY, code=403)
        self._record.key = name_of_key(key, self._options.keys)
        self._project = shelf.project_of(key)
        if self._options.keys and key not in self._options.keys and not key.startswith("fake-"):
            text = "API key not valid. Please pass a valid API key."
            raise ApiError(400, text, details=error_info("API_KEY_INVALID", message=text))
        return key

    def _apply_key(self, key, model, generating):
        error = self._server.keys.error_for(key, model, generating)
        if error:
            raise error

    def _answer_method(self, key, name, verb):
        answer = {
            "generateContent": self._generate,
            "streamGenerateContent": self._generate,
            "countTokens": self._count_tokens,
            "embedContent": self._embed,
            "batchEmbedContents": self._batch_embed,
        }.get(verb)
        if answer is None:
            raise RuleError("route", "fake Gemini: there is no method " + verb, code=404)
        self._apply_key(key, name, generating=True)
        model, self._model_fault = models.named(name, verb, self._options.any_model)
        answer(model, bodies.parse(self._record.body))
        if self._record.verdict == "unanswered":
            self._record.verdict = "ok"

    # Answering.

    def _count_tokens(self, model, body):
        request = rules.check_count(body, model, self._options.foreign_signatures)
        count = counting.prompt_tokens(request)
        self._send_json(
            {
                "totalTokens": count,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": count}],
            }
        )

    def _embed(self, model, body):
        request = rules.check_embed(body, model)
        self._send_json(
            {"embedding": self._embedding(request), "usageMetadata": _embed_usage([request])}
        )

    def _batch_embed(self, model, body):
        requests = rules.check_batch_embed(body, model)
        vectors = [self._embedding(request) for request in requests]
        self._send_json({"embeddings": vectors, "usageMetadata": _embed_usage(requests)})

    def _embedding(self, request):
        text = "".join(part.get("text", "") for part in request["content"]["parts"])
        return {"values": assistant.vector(text, rules.dimensions_of(request) or 3072)}

    def _generate(self, model, body):
        streamed = "streamGenerateContent" in self._path
        request = rules.check_generate(body, model, streamed, self._options.foreign_signatures)
        request = self._server.resources.complete(request, model, self._project)
        self._check_length(request, model)
        self._record.advice.extend(rules.advice(request, model))
        self._record.verdict = "ok"
        hop = continuation.hop_of(request, model)
        step = self._step(request, hop)
        self._fail_before_the_head(step, model)
        reply = replies.Reply(request, model, step, hop)
        if "replay" in step:
            self._replay(step)
        elif streamed:
            self._stream(reply, step, model)
        else:
            self._send_whole(reply, step)

    def _check_length(self, request, model):
        count = counting.prompt_tokens(request)
        if count > model.input_limit:
            raise ApiError(
                400,
                "The input token count (%d) exceeds the maximum number of tokens allowed (%d)."
                % (count, model.input_limit),
            )

    def _step(self, request, hop):
        try:
            step = plans.step_for(request, hop)
        except ValueError as error:
            raise RuleError("plan", "fake Gemini: %s" % error) from error
        step = step or plans.step_with_fault(self._model_fault) or {}
        if step.get("fault") and not self._server.fault_is_due(step):
            step = {name: value for name, value in step.items() if name != "fault"}
        if step.get("fault"):
            self._record.verdict = "fault: " + step["fault"]
        return step if "parts" in step else {**step, "parts": assistant.answer(request)}

    def _fail_before_the_head(self, step, model):
        fault = step.get("fault")
        if fault == "slow":
            self._line.wait(step.get("seconds", 2))
        elif fault == "close":
            self._line.hang_up()
        elif fault == "reset" and step.get("after_chunks", 0) == 0:
            self._line.reset()
        elif fault == "error":
            raise self._error(step.get("like", "500"), model)
        elif fault and fault not in faults.STREAM_FAULTS + faults.REPLY_FAULTS:
            raise self._error(fault, model)

    def _error(self, name, model):
        error = faults.error_named(name, model.id, self._record.key)
        return error or RuleError("plan", "fake Gemini: no fault is named " + name)

    def _stream(self, reply, step, model):
        style = streaming.EventStream() if self._wants_events() else streaming.ArrayStream()
        self._head(200, style.content_type)
        error_chunk = self._error(step.get("like", "503"), model)
        streaming.play(self._line, style, reply.chunks(), step, self._delay(step), error_chunk)

    def _send_whole(self, reply, step):
        data = json.dumps(reply.whole(), indent=2, ensure_ascii=False).encode() + b"\n"
        self._head(200, streaming.ArrayStream.content_type, len(data))
        streaming.play_whole(self._line, data, step)

    def _replay(self, step):
        root = os.path.realpath(self._options.golden or ".")
        path = os.path.realpath(os.path.join(root, step["replay"]))
        if os.path.commonpath([root, path]) != root or not os.path.isfile(path):
            raise RuleError("plan", "fake Gemini: there is no %s under --golden" % step["replay"])
        with open(path, "rb") as file:
            data = file.read()
        style = streaming.EventStream if path.endswith(".sse") else streaming.ArrayStream
        self._head(200, style.content_type)
        streaming.replay(self._line, data, step, self._delay(step))

    def _delay(self, step):
        """Seconds between chunks."""
        return step["delay_ms"] / 1000 if "delay_ms" in step else self._options.delay

    def _wants_events(self):
        return self._query.get("alt") == "sse"

    def _send_json(self, value):
        data = json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"
        self._head(200, streaming.ArrayStream.content_type, len(data))
        self._line.write(data)

    def _send(self, answer):
        self._head(200, answer.content_type, len(answer.data), answer.headers)
        self._line.write(answer.data)
        self._record.verdict = "ok"

    def _send_error(self, error):
        """An error keeps the content type of the stream it replaces, whatever its body is."""
        streamed = "streamGenerateContent" in self._path
        data = error.body(as_array=streamed and not self._wants_events())
        kind = (
            streaming.EventStream.content_type
            if streamed and self._wants_events()
            else streaming.ArrayStream.content_type
        )
        self._head(error.code, "text/html; charset=UTF-8" if error.html else kind, len(data))
        self._line.write(data)

    def _head(self, status, content_type, length=None, more=()):
        self._record.status = status
        headers = [
            ("Content-Type", content_type),
            ("Vary", "Origin, X-Origin, Referer"),
            ("Server", "scaffolding on HTTPServer2"),
            ("Server-Timing", "gfet4t7; dur=1"),
            *more,
        ]
        if status == 200:
            headers.append(("X-Gemini-Service-Tier", "standard"))
        if self._last:
            headers.append(("Connection", "close"))
        self._line.start(status, http.client.responses.get(status, "Unknown"), headers, length)


def _embed_usage(requests):
    count = sum(
        counting.part_tokens(part) for request in requests for part in request["content"]["parts"]
    )
    return {
        "promptTokenCount": count,
        "promptTokenDetails": [{"modality": "TEXT", "tokenCount": count}],
    }
