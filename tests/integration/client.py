"""A client that looks closely: raw paths, times of arrival, and leaving in the middle."""

import contextlib
import gzip
import http.client
import json
import subprocess
import threading
import time
import urllib.parse

ANTHROPIC_VERSION = "2023-06-01"
MODEL = "gemini-3.8-flash"


class Reply:
    """A whole answer. `headers` find names in any case."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return "Reply(%d, %r, %r)" % (self.status, dict(self.headers.items()), self.body[:2000])


class Event:
    """One server-sent event. `at` is when its last line arrived, in time.monotonic() seconds."""

    def __init__(self, name, data, at):
        self.name = name
        self.data = data
        self.at = at

    def __repr__(self):
        return "Event(%s, %s)" % (self.name, json.dumps(self.data)[:200])


class Stream:
    """An answer as it comes. Iterating yields events until the server ends the stream."""

    def __init__(self, connection, response):
        self._connection = connection
        self._response = response
        self.status = response.status
        self.headers = response.headers
        self.events = []

    def __iter__(self):
        name, data = "", []
        for line in self._response:
            line = line.rstrip(b"\r\n").decode()
            if line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                data.append(line[5:].strip())
            elif not line and (name or data):
                text = "\n".join(data)  # OpenAI's last is no JSON
                event = Event(name, text if text == "[DONE]" else json.loads(text), time.monotonic())
                self.events.append(event)
                yield event
                name, data = "", []

    def until(self, name):
        """The next event of that name."""
        for event in self:
            if event.name == name:
                return event
        raise AssertionError("the stream ended without %s: %r" % (name, self.events))

    def rest(self):
        """All events, those that were taken before included."""
        for _ in self:
            pass
        return self.events

    def rest_or_cut(self):
        """The same, where the stream may break off in the middle of anything."""
        try:
            return self.rest()
        except (OSError, http.client.HTTPException):
            return self.events

    def leave(self):
        """What a client does that is stopped: closes the connection."""
        self._response.close()
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()


class Client:
    """Speaks HTTP/1.1 with one site. `key` goes into x-api-key unless a request says otherwise."""

    def __init__(self, url, key, timeout=60):
        parts = urllib.parse.urlsplit(url)
        self._address = parts.netloc
        self._base = parts.path.rstrip("/")
        self._key = key
        self._timeout = timeout

    def headers(self, **more):
        """Of an Anthropic request. Names are written with _ for -; None takes one away."""
        values = {"x_api_key": self._key, "anthropic_version": ANTHROPIC_VERSION, "content_type": "application/json",
                  **more}
        return {name.replace("_", "-"): value for name, value in values.items() if value is not None}

    def request(self, method, path, body=None, headers=None, chunked=False):
        """`path` goes out as it is, behind the site's mount."""
        connection, response = self.open(method, path, body, headers, chunked)
        with contextlib.closing(connection):
            return Reply(response.status, response.headers, response.read())

    def get(self, path, **headers):
        return self.request("GET", path, headers=self.headers(content_type=None, **headers))

    def message(self, prompt, headers=None, **fields):
        """A whole answer of /v1/messages."""
        return self.request("POST", "/v1/messages", json.dumps(body(prompt, **fields)), headers)

    def stream(self, prompt, headers=None, **fields):
        """A streamed one."""
        return Stream(*self.open("POST", "/v1/messages", json.dumps(body(prompt, stream=True, **fields)), headers))

    def connect(self):
        """A connection for what this class does not do."""
        return http.client.HTTPConnection(self._address, timeout=self._timeout)

    def curl(self, content, *options):
        """A running curl that posts `content` to /v1/messages; its standard output is the answer as it comes."""
        command = ["curl", "-sSN", "--max-time", str(self._timeout), "--data-binary", "@-", *options]
        for header in self.headers().items():
            command += ["-H", "%s: %s" % header]
        process = subprocess.Popen([*command, "http://%s%s/v1/messages" % (self._address, self._base)],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        process.stdin.write(content.encode())
        process.stdin.close()
        return process

    def open(self, method, path, content=None, headers=None, chunked=False):
        """(connection, response) once the answer's head has come; the caller closes the connection."""
        connection = self.connect()
        content = content.encode() if isinstance(content, str) else content
        if chunked:
            content = in_pieces(content)
        try:
            connection.request(method, self._base + path, content, self.headers() if headers is None else headers,
                               encode_chunked=chunked)
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise


def body(prompt, **fields):
    """A request of the Messages API; `prompt` is a text or a list of content blocks."""
    return {"model": MODEL, "max_tokens": 4000, "messages": [{"role": "user", "content": prompt}], **fields}


def in_pieces(content, size=65536):
    for start in range(0, len(content), size):
        yield content[start : start + size]


def packed(value):
    return gzip.compress(json.dumps(value).encode(), 1)


def text_of(events):
    """The visible text that a stream carried."""
    deltas = [e.data["delta"] for e in events if e.name == "content_block_delta"]
    return "".join(delta["text"] for delta in deltas if delta["type"] == "text_delta")


def names_of(events):
    return [event.name for event in events]


def together(*works):
    """Calls all at the same time; their results in order. The first exception is raised."""
    results = [None] * len(works)

    def run(i):
        try:
            results[i] = (works[i](), None)
        except BaseException as error:
            results[i] = (None, error)

    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _, error in results:
        if error is not None:
            raise error
    return [value for value, _ in results]
