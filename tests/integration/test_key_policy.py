"""What each failure of the upstream does to the key, to the request and to the client (protocol-mapping F.2, F.3).

Behind one server, since the table knows none. The upstream's keys say by their names how they fail
(tests/fake_gemini/README.md); each case has keys of its own and an empty log.
"""

import contextlib
import json
import sqlite3
import time
import unittest
import zoneinfo
from datetime import datetime, timedelta

import castor
import client
import scratch
import servers
from under_servers import UnderServer, under_servers

HOUR = 3600
DAY = 24 * HOUR


def until_pacific_midnight():
    """Seconds until Google's daily quotas turn over, and a minute."""
    now = datetime.now(zoneinfo.ZoneInfo("America/Los_Angeles"))
    day = (now - timedelta(minutes=1)).date() + timedelta(days=1)
    return (datetime(day.year, day.month, day.day, tzinfo=now.tzinfo) - now).total_seconds() + 60


class PolicyTests(UnderServer):
    settings = {"upstream": {"first_byte_timeout": "1s"}}

    def give_keys(self, *names):
        """These keys and no others; nothing is remembered. Their ids."""
        with contextlib.closing(sqlite3.connect(self.castor.database, timeout=10)) as database:
            for table in ("attempts", "requests", "key_cooldowns", "api_keys", "model_brakes", "refused_thinking"):
                database.execute("DELETE FROM " + table)
            database.commit()
        self.upstream.reset()
        if names:
            self.castor.add_keys(*("fake-%s.of-the-test-%d" % (name, i) for i, name in enumerate(names)))
        return [row["id"] for row in self.castor.rows("SELECT id FROM api_keys ORDER BY id")]

    def rest(self, key, seconds, model=client.MODEL):
        now = time.time() * 1000
        with contextlib.closing(sqlite3.connect(self.castor.database, timeout=10)) as database:
            database.execute("INSERT OR REPLACE INTO key_cooldowns VALUES (?, ?, ?, ?, 'rate_limited', 'test', 0)",
                             (key, model, int(now + seconds * 1000), int(now)))
            database.commit()

    def settled(self):
        """The row of the one request, once it is complete, and those of its attempts."""
        row = scratch.wait_until(
            lambda: self.castor.rows("SELECT * FROM requests WHERE status IS NOT NULL"), 5, "the request is settled")[0]
        return row, self.castor.rows("SELECT * FROM attempts ORDER BY number")

    def told(self):
        """Each attempt as "fault status effect retry"."""
        return [" ".join(str(word) for word in (a["fault"], a["status"], a["key_effect"], a["retry"]) if word != "")
                for a in self.settled()[1]]

    def cooldowns(self):
        """Seconds that keys rest from now on, by (place of the key, model)."""
        rows = self.castor.rows("SELECT c.*, k.id - (SELECT min(id) FROM api_keys) place"
                                "  FROM key_cooldowns c JOIN api_keys k ON k.id = c.key_id")
        return {(row["place"], row["model"]): row["until_ms"] / 1000 - time.time() for row in rows}

    def disabled(self):
        """Why keys are disabled, by place."""
        rows = self.castor.rows("SELECT *, id - (SELECT min(id) FROM api_keys) place FROM api_keys WHERE NOT enabled")
        return {row["place"]: row["disabled_reason"] for row in rows}

    def assert_error(self, reply, status, kind):
        self.assertEqual(reply.status, status, reply)
        value = reply.json()
        self.assertEqual((value["type"], value["error"]["type"]), ("error", kind))
        self.assertEqual(value["request_id"], reply.headers["request-id"])
        self.assertNotIn(b"fake-", reply.body)
        self.assertNotIn(b"of-the-test", reply.body)
        return value["error"]["message"]

    def assert_unharmed(self):
        self.assertEqual((self.disabled(), self.cooldowns()), ({}, {}))

    def assert_nearly(self, value, wanted):
        self.assertLess(abs(float(value) - wanted), 10, "%s is not about %s" % (value, wanted))


only_once = under_servers(lambda server: server is next((s for s in servers.chosen() if s.starts != "request"), None))


@only_once
class KeyPolicy(PolicyTests):
    # Keys at fault: another one answers, and without another one the client is told.

    def test_bad_keys_are_disabled_and_another_one_answers(self):
        for name, status, reason in (
                ("invalid", 400, "invalid key"), ("expired", 400, "invalid key"), ("401", 401, "invalid key"),
                ("billing", 400, "billing"), ("leaked", 403, "denied by Google"),
                ("suspended", 403, "denied by Google"), ("denied", 403, "denied by Google"),
                ("service-disabled", 403, "SERVICE_DISABLED"), ("blocked-ip", 403, "API_KEY_IP_ADDRESS_BLOCKED"),
                ("blocked-referrer", 403, "API_KEY_HTTP_REFERRER_BLOCKED"),
                ("blocked-service", 403, "API_KEY_SERVICE_BLOCKED")):
            with self.subTest(name):
                self.give_keys(name, "ok")
                reply = self.client.message("Hello")
                self.assertEqual(reply.status, 200, reply)
                first, second = self.told()
                self.assertRegex(first, r"^\w+ %d disable other_key$" % status)
                self.assertEqual(second, "200")
                self.assertEqual(self.disabled(), {0: reason})
                self.assertEqual(self.cooldowns(), {})
                for attempt in self.settled()[1]:
                    self.assertNotIn("of-the-test", attempt["message"])

                self.give_keys(name)
                reply = self.client.message("Hello")
                self.assert_error(reply, 503, "api_error")
                self.assertEqual(reply.headers["x-should-retry"], "false")
                self.assertIsNone(reply.headers["retry-after"])
                self.assertEqual(len(self.told()), 1)
                # The next one is told without asking.
                self.assert_error(self.client.message("Hello"), 503, "api_error")
                self.assertEqual(len(self.upstream.generations(False)), 1)

    def test_quotas_rest_the_key_and_another_one_answers(self):
        midnight = until_pacific_midnight()
        model = client.MODEL
        for name, fault, seconds, scope in (
                ("429-minute", "rate_limited", 35, model), ("429-tokens", "rate_limited", 49, model),
                ("429-day", "daily_quota", midnight, model), ("429-limit0", "no_access", DAY, model),
                ("429-plain", "exhausted", 30, model), ("429-help", "exhausted", 30, model),
                ("429-spend", "spend_limit", 600, ""), ("402", "no_credit", HOUR, ""),
                ("403", "forbidden", HOUR, model)):
            effect = "cool_key_model" if scope else "cool_key"
            with self.subTest(name):
                self.give_keys(name, "ok")
                self.assertEqual(self.client.message("Hello").status, 200)
                first, second = self.told()
                self.assertEqual(first, "%s %s %s other_key" % (fault, name[:3], effect))
                self.assertEqual(second, "200")
                self.assertEqual(self.disabled(), {})
                cooldowns = self.cooldowns()
                self.assertEqual(list(cooldowns), [(0, scope)])
                self.assert_nearly(cooldowns[0, scope], seconds)

                self.give_keys(name)
                reply = self.client.message("Hello")
                if name == "403":
                    self.assert_error(reply, 403, "permission_error")
                    self.assertEqual(reply.headers["x-should-retry"], "false")
                    continue
                self.assert_error(reply, 429, "rate_limit_error")
                self.assert_nearly(reply.headers["retry-after"], seconds)
                self.assertEqual(reply.headers["x-should-retry"], "false" if seconds > 60 else None)
                # The next one is told the same without asking.
                again = self.client.message("Hello")
                self.assert_error(again, 429, "rate_limit_error")
                self.assert_nearly(again.headers["retry-after"], seconds)
                self.assertEqual(again.headers["x-should-retry"], reply.headers["x-should-retry"])
                self.assertEqual(len(self.upstream.generations(False)), 1)

    def test_a_key_that_is_forbidden_three_models_is_disabled(self):
        self.give_keys("403")
        for model in ("gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.6-flash"):
            self.assert_error(self.client.message("Hello", model=model), 403, "permission_error")
        scratch.wait_until(self.disabled, 5, "the key is disabled")
        self.assertEqual(self.disabled(), {0: "forbidden on three models"})

    def test_siblings_of_a_project_rest_together(self):
        self.give_keys()
        for name in ("429-day.of-the-test-a", "ok.of-the-test-b"):
            self.castor.command("keys", "add", "--project", "p", input="fake-%s\n" % name)
        self.assert_error(self.client.message("Hello"), 429, "rate_limit_error")
        self.assertEqual(set(self.cooldowns()), {(0, client.MODEL), (1, client.MODEL)})
        self.assertEqual(len(self.upstream.generations(False)), 1)

    def test_a_429_without_details_rests_longer_each_time_and_does_not_walk_the_pool(self):
        key, = self.give_keys("429-plain")
        for seconds in (30, 60, 120):
            reply = self.client.message("Hello")
            self.assert_error(reply, 429, "rate_limit_error")
            self.assert_nearly(self.cooldowns()[0, client.MODEL], seconds)
            with contextlib.closing(sqlite3.connect(self.castor.database, timeout=10)) as database:
                database.execute("UPDATE key_cooldowns SET until_ms = 1, set_ms = 1 WHERE key_id = ?", (key,))
                database.commit()

        self.give_keys(*["429-plain"] * 4, "ok")
        reply = self.client.message("Hello")
        self.assert_error(reply, 429, "rate_limit_error")
        self.assertEqual(len(self.told()), 3)
        # Another key may answer, once the model's brake is off.
        self.assertIn(int(reply.headers["retry-after"]), range(1, 7))
        self.assertIsNone(reply.headers["x-should-retry"])

    def test_a_key_that_wakes_soon_is_waited_for(self):
        key, = self.give_keys("ok")
        self.rest(key, 2)
        began = time.monotonic()
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertGreater(time.monotonic() - began, 1)

        _, key = self.give_keys("429-minute", "ok")
        self.rest(key, 2)
        began = time.monotonic()
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertGreater(time.monotonic() - began, 1)
        self.assertEqual(self.told(), ["rate_limited 429 cool_key_model other_key", "200"])

        key, = self.give_keys("ok")
        self.rest(key, 20)
        began = time.monotonic()
        reply = self.client.message("Hello")
        self.assertLess(time.monotonic() - began, 1)
        self.assert_error(reply, 429, "rate_limit_error")
        self.assert_nearly(reply.headers["retry-after"], 20)

    def test_a_request_has_six_attempts(self):
        self.give_keys(*["429-day"] * 8, "ok")
        reply = self.client.message("Hello")
        # Two keys have not been asked: another try may help.
        self.assert_error(reply, 429, "rate_limit_error")
        self.assertEqual(len(self.told()), 6)
        self.assertLess(int(reply.headers["retry-after"]), 3)
        self.assertIsNone(reply.headers["x-should-retry"])
        self.assertEqual(self.client.message("Hello").status, 200)

    # The place, the request or the model at fault: no key suffers.

    def test_a_place_that_google_does_not_serve_is_tried_on_one_other_key(self):
        self.give_keys("location", "ok")
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertEqual(self.told(), ["location 400 other_key", "200"])
        self.give_keys("location", "location", "ok")
        reply = self.client.message("Hello")
        self.assert_error(reply, 403, "permission_error")
        self.assertEqual(reply.headers["x-should-retry"], "false")
        self.assertEqual(len(self.told()), 2)
        self.assert_unharmed()

    def test_the_mistakes_of_a_request_are_told_at_once(self):
        for name, status, kind, text in (
                ("too-long", 400, "invalid_request_error", "prompt is too long: 1048999 tokens > 1048576 maximum"),
                ("413", 413, "request_too_large", ""), ("file-403", 404, "not_found_error", ""),
                ("499", 502, "api_error", "")):
            with self.subTest(name):
                self.give_keys(name, "ok")
                message = self.assert_error(self.client.message("Hello"), status, kind)
                self.assertIn(text, message)
                self.assertEqual(len(self.told()), 1)
                self.assert_unharmed()
        self.give_keys("ok", "ok")
        message = self.assert_error(self.client.message(castor.plan({"fault": "no-such"})), 400, "invalid_request_error")
        self.assertIn("no fault is named no-such", message)  # in Google's words
        self.assertEqual(len(self.told()), 1)
        self.assert_unharmed()

    def test_a_model_that_google_does_not_know_is_tried_on_one_other_key(self):
        self.give_keys("ok", "ok", "ok")
        reply = self.client.message("Hello", model="gemini-3.8-flahs")
        self.assert_error(reply, 404, "not_found_error")
        self.assertEqual(self.told(), ["model_unknown 404 other_key", "model_unknown 404"])
        self.assert_unharmed()

        self.give_keys("404", "404", "ok")
        reply = self.client.message("Hello")
        self.assert_error(reply, 404, "not_found_error")
        self.assertEqual(len(self.told()), 2)
        for seconds in self.cooldowns().values():
            self.assert_nearly(seconds, DAY)
        self.assertEqual(self.client.message("Hello").status, 200)  # by the third

    def test_bodies_are_repaired_once_on_the_same_key(self):
        tool = {"name": "read", "strict": True, "input_schema": {
            "type": "object", "properties": {"path": {"type": "string", "format": "uri", "title": "Path"}}}}
        history = [{"role": "user", "content": "Hello"},
                   {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "read", "input": {}}]},
                   {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "x"}]}]
        fields = {"tools": [tool], "messages": history, "thinking": {"type": "adaptive"},
                  "output_config": {"effort": "high"}, "max_tokens": 4000}
        for name, fault in (("missing-signature", "bad_signature"), ("schema", "bad_schema"),
                            ("level", "bad_thinking"), ("model-turn", "bad_turns")):
            with self.subTest(name):
                self.give_keys(name + "-once", "ok")
                reply = self.client.message("", **fields)
                self.assertEqual(reply.status, 200, reply)
                self.assertEqual(self.told(), [fault + " 400 repair", "200"])
                row, attempts = self.settled()
                self.assertEqual(len({attempt["key_id"] for attempt in attempts}), 1)
                first, second = (r["body"] for r in self.upstream.generations())
                changed = first != second
                self.assertEqual("repaired=" + fault in row["notes"].split(), changed)
                self.assertEqual("repaired=" + fault in (reply.headers["x-castor-note"] or ""), changed)
                if name in ("schema", "level"):
                    self.assertTrue(changed)
                if name == "level":
                    self.assertNotIn("thinkingConfig", second["generationConfig"])
                    # It is remembered: the next request does not ask in vain.
                    again = self.client.message("", **fields)
                    self.assertEqual((again.status, len(self.upstream.generations(False))), (200, 3))
                    self.assertIn("dropped=thinking", again.headers["x-castor-note"])

                self.give_keys(name, "ok")
                self.assert_error(self.client.message("", **fields), 400, "invalid_request_error")
                self.assertEqual(self.told(), [fault + " 400 repair", fault + " 400"])
                self.assert_unharmed()

    # Google at fault.

    def test_faults_of_google_are_tried_again_after_a_pause(self):
        for name, fault, tries, pause, status, kind in (
                ("500", "internal", 3, 0.5 + 1.5, 500, "api_error"), ("502", "internal", 3, 2, 500, "api_error"),
                ("503", "overloaded", 4, 0.5 + 1.5 + 4, 529, "overloaded_error"),
                ("504", "timeout", 2, 0, 504, "timeout_error")):
            with self.subTest(name):
                self.give_keys(name + "-once")
                self.assertEqual(self.client.message("Hello").status, 200)
                self.assertEqual(len(self.told()), 2)
                self.give_keys(name)
                began = time.monotonic()
                reply = self.client.message("Hello")
                self.assertGreater(time.monotonic() - began, pause - 0.1)
                self.assert_error(reply, status, kind)
                told = self.told()
                self.assertEqual(len(told), tries)
                self.assertTrue(all(attempt.startswith(fault) for attempt in told), told)
                self.assert_unharmed()
        self.give_keys("500", "ok")
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertEqual(self.told(), ["internal 500 any_key", "200"])

    def test_a_silent_google_is_tried_once_more(self):
        self.give_keys("ok")
        prompt = castor.plan({"fault": "slow", "seconds": 5, "parts": [{"text": "late"}]})
        self.assert_error(self.client.message(prompt), 504, "timeout_error")
        self.assertEqual(self.told(), ["timeout 0 any_key", "timeout 0"])
        self.assert_unharmed()

    def test_an_unreachable_google_is_tried_three_times(self):
        self.give_keys("ok", "ok")
        # Of a connection that was kept the first loss does not count: Google may have closed it long before.
        self.assertEqual(self.client.message(castor.plan({"fault": "close", "times": 2})).status, 200)
        self.assertIn(self.told(), (["unreachable 0 same_key", "200"], ["unreachable 0 same_key"] * 2 + ["200"]))
        self.give_keys("ok", "ok")
        began = time.monotonic()
        self.assert_error(self.client.message(castor.plan({"fault": "close"})), 502, "api_error")
        self.assertGreater(time.monotonic() - began, 1.2)
        self.assertEqual(self.told(), ["unreachable 0 same_key"] * 2 + ["unreachable 0"])
        self.assert_unharmed()

    def test_five_overloads_in_half_a_minute_brake_the_model(self):
        first, _ = self.give_keys("503-once", "ok")
        self.overload(first, 4)
        began = time.monotonic()
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertGreater(time.monotonic() - began, 4.9)
        brake, = self.castor.rows("SELECT * FROM model_brakes")
        self.assertEqual(brake["model"], client.MODEL)
        self.assert_unharmed()

    def overload(self, key, times):
        """So many attempts of others that Google was too busy for."""
        now = int(time.time() * 1000)
        with contextlib.closing(sqlite3.connect(self.castor.database, timeout=10)) as database:
            database.execute("INSERT INTO requests (id, request_id, started_ms, address, user_agent, api, path,"
                             " requested_model, model, thinking, stream, status, pid)"
                             " VALUES (1, '', ?, '', '', '', '', '', '', '', 0, 529, 0)", (now,))
            for number in range(times):
                database.execute("INSERT INTO attempts (request, number, key_id, model, started_ms, finished_ms, fault)"
                                 " VALUES (1, ?, ?, ?, ?, ?, 'overloaded')", (number, key, client.MODEL, now, now))
            database.commit()

    # Answers of status 200 that are none.

    def test_a_blocked_prompt_is_an_answer(self):
        self.give_keys("ok", "ok")
        reply = self.client.message(castor.plan({"fault": "blocked"}))
        self.assertEqual((reply.status, reply.json()["stop_reason"]), (200, "refusal"))
        self.assertEqual(self.told(), ["200"])

    def test_an_empty_answer_is_asked_for_once_more_and_then_believed(self):
        for streamed in (False, True):
            self.give_keys("ok")
            events = self.answer(castor.plan({"fault": "empty", "times": 1, "parts": [{"text": "Here."}]}), streamed)
            self.assertIn("Here.", json.dumps(events))
            self.assertEqual(self.told(), ["bad_reply 200 same_key", "200"])
            self.give_keys("ok")
            self.assertIn('"end_turn"', json.dumps(self.answer(castor.plan({"fault": "empty"}), streamed)))
            self.assertEqual(self.told(), ["bad_reply 200 same_key", "bad_reply 200"])

    def answer(self, prompt, streamed):
        if not streamed:
            reply = self.client.message(prompt)
            self.assertEqual(reply.status, 200, reply)
            return reply.json()
        with self.client.stream(prompt) as stream:
            return [event.data for event in stream.rest()]

    def test_a_malformed_answer_is_asked_for_once_more_with_a_changed_body(self):
        tool = {"name": "read", "strict": True, "input_schema": {"type": "object", "properties": {}}}
        for reason in ("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"):
            fault = {"fault": "finish", "reason": reason, "message": "of the test", "after_chunks": 0}
            self.give_keys("ok")
            reply = self.client.message(castor.plan({**fault, "times": 1, "parts": [{"text": "Here."}]}), tools=[tool])
            self.assertEqual(reply.status, 200, reply)
            self.assertEqual(self.told(), ["bad_reply 200 repair", "200"])
            modes = [r["body"].get("toolConfig", {}).get("functionCallingConfig", {}).get("mode")
                     for r in self.upstream.generations()]
            self.assertEqual(modes, ["VALIDATED", "AUTO"])
            self.assertEqual(self.settled()[1][0]["reason"], reason)
            self.give_keys("ok")
            message = self.assert_error(self.client.message(castor.plan(fault), tools=[tool]), 502, "api_error")
            self.assertIn(reason, message)
            self.assertEqual(len(self.told()), 2)
            self.assert_unharmed()

    def test_an_error_in_a_stream_that_said_nothing_is_tried_again(self):
        self.give_keys("ok")
        prompt = castor.plan({"fault": "error-chunk", "after_chunks": 0, "like": "503", "times": 1,
                              "parts": [{"text": "Here."}]})
        with self.client.stream(prompt) as stream:
            self.assertEqual(client.names_of(stream.rest())[-1], "message_stop")
        self.assertEqual(self.told(), ["overloaded 503 same_key", "200"])

    def test_a_stream_that_breaks_after_content_is_not_tried_again(self):
        for fault, kind in (("cut", "api_error"), ("error-chunk", "overloaded_error")):
            self.give_keys("ok", "ok")
            prompt = castor.plan({"parts": [{"text": "one two three four five six"}], "fault": fault, "after_chunks": 1})
            with self.client.stream(prompt) as stream:
                last = stream.rest()[-1]
            self.assertEqual((last.name, last.data["error"]["type"]), ("error", kind))
            self.assertEqual(len(self.told()), 1)
            self.assertEqual(self.settled()[0]["status"], 200)
            self.assertNotEqual(self.settled()[0]["outcome"], "ok")
            self.assert_unharmed()


@only_once
class AfterTheCommit(PolicyTests):
    """The client has the beginning of a stream, and no content yet."""

    settings = {"stream": {"commit_after": "100ms"}}

    def test_another_try_is_hidden_and_the_last_failure_is_an_event(self):
        self.give_keys("500-once")
        with self.client.stream("Hello") as stream:
            names = client.names_of(stream.rest())
        self.assertEqual(names[:2], ["message_start", "ping"])
        self.assertEqual(names[-1], "message_stop")
        self.assertEqual(names.count("message_start"), 1)
        self.assertEqual(self.told(), ["internal 500 any_key", "200"])

        self.give_keys("500")
        with self.client.stream("Hello") as stream:
            events = stream.rest()
        self.assertEqual((stream.status, events[0].name), (200, "message_start"))
        self.assertEqual((events[-1].name, events[-1].data["error"]["type"]), ("error", "api_error"))
        self.assertNotIn("message_stop", client.names_of(events))
        row, attempts = self.settled()
        self.assertEqual((row["status"], row["outcome"], len(attempts)), (200, "internal", 3))


if __name__ == "__main__":
    unittest.main()
