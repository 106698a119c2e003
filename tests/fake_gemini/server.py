"""The HTTP side: routes, credentials, and the order in which a request is judged and answered."""

import dataclasses
import http.client
import http.server
import json
import os
import re
import socketserver
import sys
import threading
import urllib.parse

import assistant
import continuation
import counting
import faults
import models
import plans
import replies
import rules
import streaming
from errors import ApiError, RuleError, error_info
from records import Records, name_of_key

MAX_BODY = 100 * 1024 * 1024  # Google's limit of a request with inline data
MAX_DEPTH = 100  # of nested JSON, the limit of Google's parser
MODEL_NAME = re.compile(r"[A-Za-z0-9._-]+")
METHOD_PATH = re.compile(r"/v1(?:beta)?/models/([^/:]+):(\w+)")
MODEL_PATH = re.compile(r"/v1(?:beta)?/models/([^/:]+)")
LIST_PATH = re.compile(r"/v1(?:beta)?/models")
# Credentials and vendor headers of castor's own clients; none of Google's business.
FOREIGN_HEADERS = re.compile(r"authorization|x-api-key|anthropic-.*|openai-.*|x-stainless-.*|x-claude-.*|cookie")

NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other"
    " form of API consumer identity to call this API."
)
NOT_FOUND = (
    "models/%s is not found for API version v1beta, or is not supported for %s. Call ModelService.ListModels to see"
    " the list of available models and their supported methods."
)
PAYLOAD = "Invalid JSON payload received. %s"


@dataclasses.dataclass
class Options:
    keys: tuple = ()  # accepted besides "fake-…" ones; empty: every key is
    delay: float = 0.03  # seconds between chunks
    foreign_signatures: bool = False  # accept signatures this fake did not issue
    any_model: bool = False  # serve models that are not in the list
    golden: str = ""  # directory of recorded answers for replay
    record: str = ""  # file to which requests are appended


class FakeGemini(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Listens on 127.0.0.1. Everything that lives longer than one request is here."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port=0, options=None):
        self.options = options or Options()
        self.records = Records(self.options.record or None)
        self.keys = faults.KeyBehaviour()
        self._lock = threading.Lock()
        self._faults_played = {}
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self):
        # HTTPServer would look up the host's name here, which can take seconds without a network.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request, client_address):
        """A peer that resets an idle connection is none of our errors."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def fault_is_due(self, step):
        """False once a fault with `times` has been played that often."""
        if "times" not in step:
            return True
        name = json.dumps(step, sort_keys=True)
        with self._lock:
            self._faults_played[name] = count = self._faults_played.get(name, 0) + 1
        return count <= step["times"]

    def reset(self):
        self.records.reset()
        self.keys.reset()
        with self._lock:
            self._faults_played.clear()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = None

    def log_message(self, format, *args):
        pass  # requests are recorded, not logged

    def do_GET(self):
        self._handle()

    def do_POST(self):
        self._handle()

    def _handle(self):
        url = urllib.parse.urlsplit(self.path)
        self._query = dict(urllib.parse.parse_qsl(url.query))
        self._path = urllib.parse.unquote(url.path)
        if self._path.startswith("/_fake/"):
            self._control()
            return
        self._record = self.server.records.open(self.command, self.path, self._shown_headers())
        self._line = streaming.Line(self.connection, self._record)
        outcome = "complete"
        try:
            self._answer()
        except ApiError as error:
            outcome = self._try_to_send_error(error)
        except streaming.ClientGone:
            outcome = "client-closed"
        except streaming.Broken:
            outcome = "broken"
        except Exception as error:
            self._record.verdict = "fake Gemini failed: %r" % error
            outcome = "failed"
            raise
        finally:
            if outcome != "complete":
                self.close_connection = True
            self.server.records.close(self._record, outcome)

    def _try_to_send_error(self, error):
        if isinstance(error, RuleError):
            self._record.violations.append("%s: %s" % (error.rule, error.message.strip()))
        if self._record.verdict == "unanswered":
            name = "refused" if isinstance(error, RuleError) else "error"
            self._record.verdict = "%s %d: %s" % (name, error.code, error.message.strip())
        try:
            self._send_error(error)
        except streaming.ClientGone:
            return "client-closed"
        return "complete"

    # Reading.

    def _read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._read_chunks()
        size = int(self.headers.get("Content-Length") or 0)
        if size > MAX_BODY:
            self.close_connection = True
            raise faults.error_named("413", "")
        return self.rfile.read(size)

    def _read_chunks(self):
        body = b""
        while True:
            size = int(self.rfile.readline(64).split(b";")[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline(64)
            if size == 0:
                return body
            if len(body) > MAX_BODY:
                self.close_connection = True
                raise faults.error_named("413", "")

    def _shown_headers(self):
        known = self.server.options.keys
        return {
            name.lower(): name_of_key(value, known) if name.lower() == "x-goog-api-key" else value
            for name, value in self.headers.items()
        }

    def _parse(self, body):
        """The JSON of the body. UTF-8 without lone surrogates, numbers without NaN, as Google's parser wants it."""
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise RuleError("json", PAYLOAD % "Invalid surrogate pair.") from error
        except ValueError as error:
            raise RuleError("json", PAYLOAD % ("Unexpected token.\n%s" % error)) from error
        except RecursionError:
            value = None
        if value is None or _is_deeper(value, MAX_DEPTH):
            raise RuleError("json", PAYLOAD % "Message too deep. Max recursion depth reached.")
        return value

    # Judging.

    def _answer(self):
        self._record.body = self._read_body() if self.command == "POST" else b""
        key = self._credential()
        named = METHOD_PATH.fullmatch(self._path)
        if named and self.command == "POST":
            self._answer_method(key, urllib.parse.unquote(named[1]), named[2])
            return
        self._apply_key(key, "", generating=False)
        found = MODEL_PATH.fullmatch(self._path)
        if self.command == "GET" and found:
            self._send_json(self._model(found[1], "generateContent").describe())
        elif self.command == "GET" and LIST_PATH.fullmatch(self._path):
            self._send_json(self._model_list())
        else:
            raise RuleError("route", "fake Gemini: there is no %s %s" % (self.command, self._path), code=404)
        self._record.verdict = "ok"

    def _credential(self):
        """The key, which travels in one header only: a URL ends up in logs."""
        if "key" in self._query or "$key" in self._query:
            raise RuleError("key-in-url", "fake Gemini: the key must not be in the URL, use x-goog-api-key.")
        for name in self.headers:
            if FOREIGN_HEADERS.fullmatch(name.lower()):
                raise RuleError("foreign-header", "fake Gemini: the header %s is none of Gemini's." % name)
        key = self.headers.get("x-goog-api-key", "")
        if not key:
            raise RuleError("no-key", NO_KEY, code=403)
        self._record.key = name_of_key(key, self.server.options.keys)
        if self.server.options.keys and key not in self.server.options.keys and not key.startswith("fake-"):
            text = "API key not valid. Please pass a valid API key."
            raise ApiError(400, text, details=error_info("API_KEY_INVALID", message=text))
        return key

    def _apply_key(self, key, model, generating):
        error = self.server.keys.error_for(key, model, generating)
        if error:
            raise error

    def _model(self, name, verb):
        if not MODEL_NAME.fullmatch(name):
            raise RuleError("model-name", "* GenerateContentRequest.model: unexpected model name format\n")
        base, self._model_fault = models.split_fault(name)
        model = models.find(base, self.server.options.any_model)
        verbs = {"streamGenerateContent": "generateContent", "batchEmbedContents": "embedContent"}
        if model is None or verbs.get(verb, verb) not in model.methods:
            raise ApiError(404, NOT_FOUND % (name, verbs.get(verb, verb)))
        return dataclasses.replace(model, id=name) if self._model_fault else model

    def _model_list(self):
        size = min(int(self._query.get("pageSize") or 50), 1000)
        start = int(self._query.get("pageToken") or 0)
        page = [model.describe() for model in models.KNOWN[start : start + size]]
        more = {"nextPageToken": str(start + size)} if start + size < len(models.KNOWN) else {}
        return {"models": page, **more}

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
        model = self._model(name, verb)
        answer(model, self._parse(self._record.body))
        if self._record.verdict == "unanswered":
            self._record.verdict = "ok"

    # Answering.

    def _count_tokens(self, model, body):
        request = rules.check_count(body, model, self.server.options.foreign_signatures)
        count = counting.prompt_tokens(request)
        self._send_json({"totalTokens": count, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": count}]})

    def _embed(self, model, body):
        request = rules.check_embed(body, model)
        self._send_json({"embedding": self._embedding(request), "usageMetadata": _embed_usage([request])})

    def _batch_embed(self, model, body):
        requests = rules.check_batch_embed(body, model)
        vectors = [self._embedding(request) for request in requests]
        self._send_json({"embeddings": vectors, "usageMetadata": _embed_usage(requests)})

    def _embedding(self, request):
        text = "".join(part.get("text", "") for part in request["content"]["parts"])
        return {"values": assistant.vector(text, rules.dimensions_of(request) or 3072)}

    def _generate(self, model, body):
        streamed = "streamGenerateContent" in self._path
        request = rules.check_generate(body, model, streamed, self.server.options.foreign_signatures)
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
            raise ApiError(400, "The input token count (%d) exceeds the maximum number of tokens allowed (%d)."
                           % (count, model.input_limit))

    def _step(self, request, hop):
        try:
            step = plans.step_for(request, hop)
        except ValueError as error:
            raise RuleError("plan", "fake Gemini: %s" % error) from error
        step = step or plans.step_with_fault(self._model_fault) or {}
        if step.get("fault") and not self.server.fault_is_due(step):
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
        if step.get("fault") == "one-byte":
            self._line.trickle()
        delay = step.get("delay_ms", self.server.options.delay * 1000) / 1000
        error_chunk = self._error(step.get("like", "503"), model)
        streaming.play(self._line, style, reply.chunks(), step, delay, error_chunk)

    def _send_whole(self, reply, step):
        data = json.dumps(reply.whole(), indent=2, ensure_ascii=False).encode() + b"\n"
        self._head(200, streaming.ArrayStream.content_type, len(data))
        if step.get("fault") in ("stall", "cut", "reset"):
            self._line.write(data[: len(data) // 2])
            if step["fault"] == "stall":
                self._line.wait(step.get("seconds", streaming.STALL_SECONDS))
                data = data[len(data) // 2 :]
            else:
                self._line.hang_up()
        self._line.write(data)

    def _replay(self, step):
        """Recorded bytes as they are, one write for each event."""
        root = os.path.realpath(self.server.options.golden or ".")
        path = os.path.realpath(os.path.join(root, step["replay"]))
        if os.path.commonpath([root, path]) != root or not os.path.isfile(path):
            raise RuleError("plan", "fake Gemini: there is no %s under --golden" % step["replay"])
        with open(path, "rb") as file:
            data = file.read()
        sse = path.endswith(".sse")
        self._head(200, streaming.EventStream.content_type if sse else streaming.ArrayStream.content_type)
        if step.get("fault") == "one-byte":
            self._line.trickle()
        events = re.findall(rb".*?(?:\r?\n\r?\n|\Z)", data, re.DOTALL) if sse else [data]
        for i, event in enumerate(filter(None, events)):
            if i:
                self._line.wait(step.get("delay_ms", self.server.options.delay * 1000) / 1000)
            self._line.write(event)
        self._line.end()

    def _wants_events(self):
        return self._query.get("alt") == "sse"

    def _send_json(self, value):
        data = json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"
        self._head(200, streaming.ArrayStream.content_type, len(data))
        self._line.write(data)

    def _send_error(self, error):
        """An error keeps the content type of the stream it replaces, whatever its body is."""
        streamed = "streamGenerateContent" in self._path
        data = error.body(as_array=streamed and not self._wants_events())
        kind = streaming.EventStream.content_type if streamed and self._wants_events() else \
            streaming.ArrayStream.content_type
        self._head(error.code, "text/html; charset=UTF-8" if error.html else kind, len(data))
        self._line.write(data)

    def _head(self, status, content_type, length=None):
        self._record.status = status
        headers = [("Content-Type", content_type), ("Vary", "Origin, X-Origin, Referer"),
                   ("Server", "scaffolding on HTTPServer2"), ("Server-Timing", "gfet4t7; dur=1")]
        if status == 200:
            headers.append(("X-Gemini-Service-Tier", "standard"))
        if self.close_connection:
            headers.append(("Connection", "close"))
        self._line.start(status, http.client.responses.get(status, "Unknown"), headers, length)

    # The control interface; it records nothing.

    def _control(self):
        body = self._read_body()
        name = self._path[len("/_fake/") :]
        if self.command == "GET" and name == "requests":
            since = int(self._query.get("since") or 0)
            value = {"requests": self.server.records.list(since, self._query.get("bodies") != "0")}
        elif self.command == "GET" and name == "violations":
            value = {"violations": self.server.records.violations()}
        elif self.command == "POST" and name == "reset":
            self.server.reset()
            value = {}
        else:
            value = None
        del body
        data = json.dumps(value if value is not None else {"error": "unknown control path"}).encode()
        self.send_response(200 if value is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _refuse_constant(name):
    raise ValueError("%s is not JSON" % name)


def _embed_usage(requests):
    count = sum(counting.part_tokens(part) for request in requests for part in request["content"]["parts"])
    return {"promptTokenCount": count, "promptTokenDetails": [{"modality": "TEXT", "tokenCount": count}]}


def _is_deeper(value, levels):
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(_is_deeper(member, levels - 1) for member in value)
