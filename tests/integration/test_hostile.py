"""Strangers, accidents and secrets: what may come back of nonsense, what is kept of it, and what never gets out."""

import contextlib
import gzip
import json
import os
import random
import re
import signal
import socket
import sqlite3
import time
import unittest

import castor
import client
import mutation
import scratch
from test_requests import MEGABYTE, with_image
from test_streaming import StreamTests
from under_servers import UnderServerOnce, under_servers

# Where requests go, and whose golden cases they are made of.
ROUTES = {
    "/v1/messages": "anthropic",
    "/v1/messages/count_tokens": "anthropic",
    "/v1/chat/completions": "openai-chat",
    "/v1/responses": "openai-responses",
    "/v1/embeddings": "openai-embeddings",
}
REQUESTS = 240 * len(ROUTES)
CLIENTS = 8


def only_lighttpd(server):
    return server.name == "lighttpd"


def memory_peak(pid):
    """Bytes."""
    with open("/proc/%d/status" % pid, encoding="utf-8") as file:
        return int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) * 1024


class HostileTests(StreamTests, UnderServerOnce):
    pool = {"processes": 2, "threads": 16}

    def assert_sane(self, reply, what):
        """An answer, or a client's mistake in the words of its API."""
        anthropic = reply.headers["request-id"]
        self.assertTrue(200 <= reply.status < 500 or reply.status == (529 if anthropic else 503), "%s: %r" % (what, reply))
        self.assertTrue(anthropic or reply.headers["x-request-id"], "%s: %r" % (what, reply))
        if reply.body.startswith(b"event: response."):  # the last event repeats all the others
            self.assertRegex(reply.body, rb"\nevent: response\.(completed|incomplete|failed)\ndata: .*\n\n$", what)
        elif "text/event-stream" in reply.headers["content-type"]:
            end = rb"event: (message_stop|error)\n" if anthropic else rb'data: (\[DONE\]|\{"error":.*)\n\n$'
            self.assertRegex(reply.body[-3000:], end, what)
        elif reply.status != 204:
            value = reply.json()
            if reply.status >= 400:
                self.assertEqual(value["type"] if anthropic else "error", "error", what)
                self.assertTrue(value["error"]["type"] and value["error"]["message"], what)

    def raw(self, text, seconds=5):
        """The status of what a server says to bytes that are no proper request; 0: it says nothing."""
        with socket.create_connection(("127.0.0.1", self.server.port), seconds) as connection:
            connection.sendall(text)
            connection.settimeout(seconds)
            try:
                answer = connection.recv(4096)
            except (TimeoutError, ConnectionError):
                return 0
        return int(answer.split()[1]) if answer else 0


@under_servers(only_lighttpd)
class Nonsense(HostileTests):
    def test_mutated_requests_are_answered_or_refused_in_words(self):
        workers = self.castor.workers()
        seeds = {dialect: mutation.seeds(dialect) for dialect in set(ROUTES.values())}

        def send_some(number):
            chance = random.Random(number)
            for _ in range(REQUESTS // CLIENTS):
                path, dialect = chance.choice(list(ROUTES.items()))
                content = mutation.mutated(chance.choice(seeds[dialect]), chance)
                self.assert_sane(self.client.request("POST", path, content), content[:1000])

        client.together(*(lambda n=n: send_some(n) for n in range(CLIENTS)))
        self.assertEqual(self.castor.workers(), workers)
        self.assertEqual(self.castor.rows("SELECT * FROM api_keys WHERE enabled = 0"), [])
        self.assertEqual(self.castor.integrity(), "ok")

    def native(self, method, path, content=None, **headers):
        """An answer of the native API, or a client's mistake in Google's words."""
        given = {"x-goog-api-key": self.castor.client_key, **headers}
        reply = self.client.request(method, path, content, given)
        self.assertTrue(200 <= reply.status < 500 or reply.status in (501, 503), "%s %s: %r" % (method, path, reply))
        self.assertTrue(reply.headers["x-request-id"], "%s: %r" % (path, reply))
        if reply.status >= 400:
            error = reply.json()
            error = (error[0] if isinstance(error, list) else error)["error"]
            self.assertEqual(error["code"], reply.status, path)
            self.assertTrue(error["status"] and error["message"], path)
        return reply

    def test_mutated_native_requests_are_answered_or_refused_in_googles_words(self):
        workers = self.castor.workers()
        seeds = mutation.seeds("*", "upstream_request.json")
        methods = ("generateContent", "streamGenerateContent", "streamGenerateContent?alt=sse", "countTokens", "embedContent")

        def send_some(number):
            chance = random.Random(number)
            for _ in range(240 // CLIENTS):
                path = "/v1beta/models/%s:%s" % (client.MODEL, chance.choice(methods))
                self.native("POST", path, mutation.mutated(chance.choice(seeds), chance))

        client.together(*(lambda n=n: send_some(n) for n in range(CLIENTS)))
        self.assertEqual(self.castor.workers(), workers)
        self.assertEqual(self.castor.rows("SELECT * FROM api_keys WHERE enabled = 0"), [])

    def test_odd_native_requests(self):
        for path in (":generateContent", "a:b:c:generateContent", "%2e%2e:generateContent", "a%3fkey=x:generateContent",
                     "a/b:generateContent", "a" * 5000 + ":generateContent", "x:", "::"):
            self.native("POST", "/v1beta/models/" + path, "{}")
        for path in ("/v1beta/files/%2e%2e", "/v1beta/files/a:delete", "/v1beta/files?pageToken=-1", "/v1beta/cachedContents/a/b",
                     "/v1beta/files?pageSize=99999999999999999999", "/v1beta/files?pageToken=99999999999", "/v1beta/nothing"):
            self.native("GET", path)
        for path in ("?upload_id=x&upload_protocol=resumable", "?upload_id=" + "x" * 5000, "?uploadType=media", ""):
            self.native("POST", "/upload/v1beta/files" + path, "\0\xff", **{"x-goog-upload-command": "start, finalize, x"})
        self.native("PATCH", "/v1beta/cachedContents/a?updateMask=*", "{")
        self.native("DELETE", "/v1beta/files/a")
        self.assertEqual(self.castor.rows("SELECT * FROM api_keys WHERE enabled = 0"), [])
        self.assertEqual(self.castor.integrity(), "ok")

    def test_odd_paths_and_headers(self):
        for path in ("/v1/%2e%2e/%2e%2e/etc/passwd", "/v1/models/" + "a" * 5000,
                     "/v1/models/%25%32%30", "/v1/models?limit=x&after_id=%c2%9b", "/v1/models?limit=99999999999999999999",
                     "/v1/models/a%C2%9B31m", "/v1/messages/../models", "/v1" * 2000, "/messages" + "/v1" * 2000, "/%2f%2f/v1/models"):
            self.assert_sane(self.client.get(path), path)
        for headers in ({"user_agent": "caf\xe9 \xff"}, {"anthropic_beta": "x" * 6000}, {"anthropic_version": "'; --"},
                        {"content_encoding": "br"}, {"authorization": "Bearer " + "x" * 5000}, {"accept": ""}):
            self.assert_sane(self.client.message("Hello", self.client.headers(**headers)), headers)
        # What a web server refuses by itself it may; nothing may break.
        for path in ("/v1/models/%00", "/v1/models/%ff%c3", "/v1/models?limit=%ff", "/v1/models/%0d%0ax-injected:%201", "/v1/models/%1b%5b31m"):
            self.assertIn(self.client.get(path).status, (400, 404), path)
        rows = self.castor.rows("SELECT user_agent FROM requests WHERE user_agent LIKE 'caf%'")
        self.assertEqual(rows, [{"user_agent": "caf\ufffd \ufffd"}])

    def test_lies_about_the_body(self):
        head = b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: %s\r\n" % self.castor.client_key.encode()
        for lie in (b"Content-Length: 99999999999999999999\r\n\r\n{}", b"Content-Length: -1\r\n\r\n{}",
                    b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
                    b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}\r\n"):
            self.assertIn(self.raw(head + lie, 2), (0, 400, 411, 413), lie)
        self.raw(head + b"Content-Length: 1000\r\n\r\n{}", 0.2)  # and is gone
        headers = self.client.headers(content_encoding="gzip")
        bomb = gzip.compress(bytes(100 * MEGABYTE), 1)
        for content in (bomb, gzip.compress(bomb), bomb[:5000], gzip.compress(b"{}") + b"more", b""):
            self.assert_sane(self.client.request("POST", "/v1/messages", content, headers), content[:20])
        self.assertEqual(self.client.message("Hello").status, 200)

    def test_of_a_large_body_few_copies_are_kept_and_none_of_a_strangers(self):
        self.server.stop()
        self.server = type(self.server)(self.castor, processes=1, threads=2)
        self.client = client.Client(self.server.url, self.castor.client_key)
        worker, = self.castor.workers()
        content = json.dumps(with_image(33 * MEGABYTE)[0])
        before = memory_peak(worker)
        reply = self.client.request("POST", "/v1/messages", content, self.client.headers(x_api_key="a-stranger's-key"))
        self.assertEqual(reply.status, 401, reply)
        self.assertEqual(self.client.request("POST", "/health", content, headers={}).status, 405)
        self.assertLess(memory_peak(worker) - before, 8 * MEGABYTE)
        self.assertEqual(self.client.request("POST", "/v1/messages", content).status, 200)
        # Sanitizers have a shadow of what they cover, and keep for a while what was freed.
        if not re.search(rb"__[at]san_init", castor.PROGRAM.read_bytes()):
            self.assertLess(memory_peak(worker) - before, 3.3 * len(content))


@under_servers(only_lighttpd)
class Accidents(HostileTests):
    keys = ("fake-ok.one", "fake-ok.two")

    def test_an_answer_that_is_cut_before_its_content_is_asked_for_again(self):
        for stream in (True, False):
            self.upstream.reset()
            prompt = castor.plan({"parts": [{"text": "Whole."}], "fault": "cut", "after_chunks": 0, "times": 1})
            reply = self.client.message(prompt, stream=stream)
            self.assertEqual(reply.status, 200, reply)
            self.assertIn(b"Whole.", reply.body)
            self.assertEqual(len(self.upstream.generations()), 2)

    def test_a_locked_database_delays_rows_but_no_replies(self):
        self.client.message("Hello")
        with contextlib.closing(sqlite3.connect(self.castor.database, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            replies = client.together(*[lambda: self.client.message("Hello")] * 6)
            other.execute("COMMIT")
        self.assertEqual([reply.status for reply in replies], [200] * 6)
        os.kill(self.castor.masters()[0], signal.SIGHUP)  # workers write what is left, and end
        scratch.wait_until(lambda: len(self.castor.rows("SELECT 1 FROM requests WHERE outcome = 'ok'")) == 7, 10,
                           "the rows come later")

    def test_workers_that_are_killed_again_and_again_harm_no_key_and_no_row(self):
        ended = time.monotonic() + 3

        def ask():
            while time.monotonic() < ended:
                with contextlib.suppress(OSError, ValueError, client.http.client.HTTPException):
                    self.client.message("Hello")

        def kill():
            chance = random.Random(1)
            while time.monotonic() < ended:
                time.sleep(0.15)
                for pid in chance.sample(self.castor.workers(), 1) if self.castor.workers() else []:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

        client.together(kill, *[ask] * CLIENTS)
        scratch.wait_until(lambda: self.client.message("Hello").status == 200, 5, "castor serves again")
        self.assertEqual(self.castor.integrity(), "ok")
        self.assertEqual(self.castor.rows("SELECT * FROM api_keys WHERE enabled = 0"), [])
        self.assertEqual(self.castor.rows("SELECT * FROM key_cooldowns"), [])


@under_servers(only_lighttpd)
class Secrets(HostileTests):
    # Google names some of them in what it says of them.
    keys = ("fake-suspended.0123456789abcdef", "fake-leaked.0123456789abcdef", "fake-invalid.0123456789abcdef",
            "fake-429-day.0123456789abcdef", "fake-403.0123456789abcdef", "fake-500.0123456789abcdef")

    def test_no_key_is_ever_shown(self):
        stranger = "a-key-that-castor-does-not-know"
        shown = []
        for _ in range(8):
            shown.append(self.client.message("Hello").body)
        shown.append(self.client.message("Hello", self.client.headers(x_api_key=stranger)).body)
        shown.append(self.client.message("My key is %s." % self.keys[0], max_tokens="?").body)
        for arguments in (("keys", "list"), ("clients", "list")):
            shown.append(self.castor.command(*arguments).encode())
        for pid in self.castor.pids():
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                shown.append(file.read())
        self.server.stop()
        shown.append(self.castor.logs().encode())
        for path in (self.castor.path / "state").iterdir():
            shown.append(path.read_bytes())
        for secret in (*self.keys, self.castor.client_key, stranger):
            for text in shown:
                self.assertNotIn(secret.encode(), text)

    def test_a_line_of_the_log_is_one_line_that_no_terminal_obeys(self):
        # lighttpd refuses control characters in paths, but not their spelling as U+009B.
        self.client.get("/v1/models/a%C2%9B31mb", user_agent="x")
        self.client.message("Hello", model="\x1b]0;title\x07\r\ncastor: error: forged")
        scratch.wait_until(lambda: "forged" in self.castor.logs(), 5, "the requests are logged")
        log = self.castor.logs()
        self.assertNotRegex(log, "[\x00-\x08\x0b-\x1f\x7f-\x9f]")
        self.assertNotRegex(log, r"(?m)^castor: error: forged")


if __name__ == "__main__":
    unittest.main()
