"""Which key and which model a request gets, and what it is told when there is none (protocol-mapping F.1).

Behind one server, like test_key_policy.py, since the choice knows none.
"""

import base64
import contextlib
import http.server
import sqlite3
import threading
import unittest
import urllib.request

import client
import scratch
from test_key_policy import PolicyTests, only_once

FIRST, SECOND = "gemini-3.8-flash", "gemini-3.7-flash"


def keys_of(requests):
    return [request["headers"]["x-goog-api-key"] for request in requests]


@only_once
class KeyChoice(PolicyTests):
    settings = {"upstream": {"max_wait": "3s"}}

    # K11.
    def test_a_conversation_stays_on_its_key(self):
        for names in ({"x_claude_code_session_id": "one"}, {"thread_id": "one", "session_id": "another"},
                      {"session_id": "one"}, {"x_session_id": "one"}, {"x_session_affinity": "one"}):
            with self.subTest(names):
                first, second, _ = self.give_keys("ok", "ok", "ok")
                for prompt in ("Hello", "What else?", "And then?"):
                    self.client.message(prompt, headers=self.client.headers(**names))
                leased = [row["key_id"] for row in self.castor.settled("SELECT key_id FROM attempts")]
                self.assertEqual(leased, [first] * 3)
                self.client.message("Hello", headers=self.client.headers(**{name: "two" for name in names}))
                conversations = self.castor.settled("SELECT conversation, key_id FROM requests ORDER BY id")
                self.assertEqual(conversations[-1]["key_id"], second)
                self.assertEqual(len({row["conversation"] for row in conversations}), 2)
                self.assertNotIn("one", [row["conversation"] for row in conversations])

    # K9.
    def test_a_shortage_is_told_with_its_reasons(self):
        keys = self.give_keys("ok", "ok", "ok")
        for key, seconds in zip(keys, (7000, 8000, 9000)):
            self.rest(key, seconds)
        reply = self.client.message("Hello")
        message = self.assert_error(reply, 429, "rate_limit_error")
        self.assertRegex(message, r"^3 keys rest for %s; earliest \d\d.* UTC; 3 by test\. " % FIRST)
        self.assert_nearly(reply.headers["retry-after"], 7000)
        self.assertEqual(reply.headers["x-should-retry"], "false")

    def test_those_who_wait_for_the_same_key_all_get_it(self):
        key, = self.give_keys("ok")
        self.rest(key, 1)
        replies = client.together(*[lambda: self.client.message("Hello")] * 4)
        self.assertEqual([reply.status for reply in replies], [200] * 4)

    def test_a_known_quota_is_not_overdrawn(self):
        self.give_keys("ok", "ok")
        self.castor.command("keys", "limits", FIRST, "--rpd", "2")
        replies = client.together(*[lambda: self.client.message("Hello")] * 12)
        self.assertEqual(sorted(reply.status for reply in replies), [200] * 4 + [429] * 8)
        refused = next(reply for reply in replies if reply.status == 429)
        self.assertIn("2 by known daily quota", self.assert_error(refused, 429, "rate_limit_error"))
        self.assertEqual(len(self.upstream.generations(False)), 4)
        self.assertEqual(self.client.message("Hello", model=SECOND).status, 200)
        shown = self.castor.command("keys", "limits")
        self.assertEqual(shown.count("requests today 2 of 2"), 2, shown)
        self.castor.command("keys", "limits", FIRST)
        self.assertEqual(self.castor.command("keys", "limits"), "")


@only_once
class KeyProbes(PolicyTests):
    def test_a_key_that_was_mended_is_used_again_without_anybodys_words(self):
        self.give_keys("invalid-once", "leaked-once", "ok")
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertEqual(set(self.disabled()), {0, 1})
        with contextlib.closing(sqlite3.connect(self.castor.database, timeout=10)) as database:
            database.execute("UPDATE api_keys SET probe_ms = 1 WHERE probe_ms IS NOT NULL")
            database.commit()

        def again():  # after some request, not after each
            self.client.request("POST", "/v1/messages", "{}")
            return 0 not in self.disabled()
        scratch.wait_until(again, 30, "the key is looked at")
        self.assertEqual(self.disabled(), {1: "denied by Google"})
        probe, = [r for r in self.upstream.requests() if "enerateContent" not in r["path"]]
        self.assertEqual((probe["method"], probe["path"].split("?")[0]), ("GET", "/v1beta/models"))


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes requests on, and keeps what it was told of the client."""

    def do_POST(self):
        self.server.seen.append(self.headers.get("Proxy-Authorization", ""))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items() if not name.startswith("Proxy")}
        with urllib.request.urlopen(urllib.request.Request(self.path, body, headers), timeout=10) as reply:
            content = reply.read()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.headers["Content-Type"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_):
        pass


@only_once
class KeyProxies(PolicyTests):
    # K15.
    def test_a_key_is_used_through_its_own_proxy(self):
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        proxy.seen = []
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        self.give_keys()
        url = self.castor.write("proxy", "http://name:word@127.0.0.1:%d\n" % proxy.server_port, 0o644)
        self.castor.command("keys", "add", "--proxy-file", str(url), input="fake-ok.proxied\n")
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertEqual(proxy.seen, ["Basic " + base64.b64encode(b"name:word").decode()])
        shown = self.castor.command("keys", "list")
        self.assertIn("through http://127.0.0.1:%d" % proxy.server_port, shown)
        self.assertNotIn("word", shown)

    def test_a_proxy_that_fails_costs_a_try_and_no_key(self):
        self.give_keys()
        self.castor.command("keys", "add", "--proxy", "http://127.0.0.1:9", input="fake-ok.proxied\n")
        self.castor.add_keys("fake-ok.direct")
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertEqual(self.told(), ["unreachable 0 any_key", "200"])
        self.assert_unharmed()


@only_once
class ModelChains(PolicyTests):
    settings = {"upstream": {"max_wait": "3s"}, "aliases": {"chain": "%s, %s-high" % (FIRST, SECOND)}}

    def ask(self, **fields):
        return self.client.message("Hello", model="chain", **fields)

    def models(self):
        return [request["path"].split("/")[-1].split(":")[0] for request in self.upstream.generations(False)]

    def test_the_first_model_is_asked_while_it_has_a_key(self):
        self.give_keys("ok")
        reply = self.ask()
        self.assertEqual((reply.status, reply.json()["model"]), (200, "chain"))
        self.assertIsNone(reply.headers["x-castor-model"])
        self.assertEqual(self.models(), [FIRST])

    def test_the_next_model_is_asked_when_no_key_is_left_and_that_is_said(self):
        key, = self.give_keys("ok")
        self.rest(key, 2, FIRST)  # it would be waited for
        reply = self.ask()
        self.assertEqual((reply.status, reply.json()["model"]), (200, "chain"))
        self.assertEqual(reply.headers["x-castor-model"], SECOND)
        self.assertIn("fallback=" + SECOND, reply.headers["x-castor-note"])
        self.assertEqual(self.models(), [SECOND])
        # The body is that of the second model, with its suffix.
        config = self.upstream.generations()[0]["body"]["generationConfig"]
        self.assertEqual(config["thinkingConfig"]["thinkingLevel"].lower(), "high")
        row, _ = self.settled()
        self.assertEqual((row["model"], row["requested_model"], row["thinking"]), (SECOND, "chain", "level=high"))

        with self.client.stream("Hello", model="chain") as stream:
            self.assertEqual(client.names_of(stream.rest())[-1], "message_stop")
        self.assertEqual(stream.headers["x-castor-model"], SECOND)

    def test_a_key_that_fails_with_the_first_model_serves_the_next(self):
        self.give_keys("429-day-once")
        reply = self.ask()
        self.assertEqual((reply.status, reply.headers["x-castor-model"]), (200, SECOND), reply)
        self.assertEqual(self.told(), ["daily_quota 429 cool_key_model other_key", "200"])
        self.assertEqual(self.models(), [FIRST, SECOND])

    def test_when_no_model_has_a_key_the_first_that_wakes_is_waited_for(self):
        key, = self.give_keys("ok")
        self.rest(key, 2, FIRST)
        self.rest(key, 500, SECOND)
        reply = self.ask()
        self.assertEqual((reply.status, reply.headers["x-castor-model"]), (200, None))
        self.assertEqual(self.settled()[0]["model"], FIRST)

        key, = self.give_keys("ok")
        self.rest(key, 900, FIRST)
        self.rest(key, 500, SECOND)
        reply = self.ask()
        self.assertIn("1 key rests for %s" % SECOND, self.assert_error(reply, 429, "rate_limit_error"))
        self.assert_nearly(reply.headers["retry-after"], 500)
        self.assertEqual(self.models(), [])

    def test_the_mistakes_of_a_request_are_not_told_to_the_next_model(self):
        self.give_keys("too-long")
        self.assert_error(self.ask(), 400, "invalid_request_error")
        self.assertEqual(self.models(), [FIRST])


if __name__ == "__main__":
    unittest.main()
