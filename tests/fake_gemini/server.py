"""The HTTP side: the listening server, connections, and the control interface."""

import dataclasses
import http.server
import json
import socketserver
import sys
import threading
import urllib.parse

import bodies
import faults
import streaming
from exchange import Exchange
from records import Records, name_of_key
from resources import Resources


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
        self.resources = Resources(self.options.any_model)
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
        self.resources.reset()
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

    do_PATCH = do_PUT = do_DELETE = do_POST

    def _handle(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path.startswith("/_fake/"):
            self._control(url)
            return
        record = self.server.records.open(self.command, self.path, self._shown_headers())
        line = streaming.Line(self.connection, record)
        exchange = Exchange(self.server, line, record, self.command, url, self.headers)
        outcome, keep = "failed", False
        try:
            keep = exchange.answer(lambda: bodies.read(self.headers, self.rfile))
            outcome = "complete"
        except streaming.ClientGone:
            outcome = "client-closed"
        except streaming.Broken:
            outcome = "broken"
        finally:
            self.close_connection = self.close_connection or not keep
            self.server.records.close(record, outcome)

    def _shown_headers(self):
        known = self.server.options.keys
        return {
            name.lower(): name_of_key(value, known) if name.lower() == "x-goog-api-key" else value
            for name, value in self.headers.items()
        }

    def _control(self, url):
        """The control interface of tests. It records nothing."""
        bodies.read(self.headers, self.rfile)
        query = dict(urllib.parse.parse_qsl(url.query))
        records = self.server.records
        status, asked = 200, (self.command, url.path)
        if asked == ("GET", "/_fake/requests"):
            kept = records.list(int(query.get("since", 0)), query.get("bodies") != "0")
            value = {"requests": kept}
        elif asked == ("GET", "/_fake/violations"):
            value = {"violations": records.violations()}
        elif asked == ("POST", "/_fake/advance"):
            self.server.resources.clock.advance(float(query["seconds"]))
            value = {}
        elif asked == ("POST", "/_fake/reset"):
            self.server.reset()
            value = {}
        else:
            status, value = 404, {"error": "fake Gemini: there is no %s %s" % asked}
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
