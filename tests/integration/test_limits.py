"""What a client may do and how often, as its SDK is told: limits, expiry, blocked addresses, replies from the cache."""

import os
import signal
import unittest

import castor
import client
import scratch
from under_servers import UnderServer, UnderServerOnce, under_servers


def only_lighttpd(server):
    return server.name == "lighttpd"


class LimitTests:
    def client_with(self, name, *rights):
        """A client of its own, with a key that has these rights."""
        key = self.castor.add_client(name)
        if rights:
            self.castor.command("clients", "set", name, *rights)
        return client.Client(self.server.url, key)

    def assert_error(self, reply, status, kind):
        self.assertEqual(reply.status, status, reply)
        value = reply.json()
        self.assertEqual((value["type"], value["error"]["type"]), ("error", kind), reply)
        return value["error"]["message"]


@under_servers(only_lighttpd)
class Limits(LimitTests, UnderServer):
    settings = {"server": {"trusted_proxies": "127.0.0.1"}, "clients": {"max_failures": 3, "block": "1h"}}

    def test_requests_per_day(self):
        team = self.client_with("team", "--requests-per-day", "2")
        reply = team.message("Hello")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.headers["anthropic-ratelimit-requests-limit"], "2")
        self.assertEqual(reply.headers["anthropic-ratelimit-requests-remaining"], "1")
        self.assertRegex(reply.headers["anthropic-ratelimit-requests-reset"], r"^\d{4}-\d\d-\d\dT00:00:00Z$")
        with team.stream("Hello") as stream:
            self.assertEqual(stream.headers["anthropic-ratelimit-requests-remaining"], "0")
            self.assertEqual(stream.rest()[-1].name, "message_stop")
        reply = team.message("Hello")
        self.assertIn("2 requests per day", self.assert_error(reply, 429, "rate_limit_error"))
        self.assertGreater(int(reply.headers["retry-after"]), 0)
        self.assertEqual(reply.headers["anthropic-ratelimit-requests-remaining"], "0")
        self.assertEqual(len(self.upstream.generations()), 2)
        self.assertEqual(self.client.message("Hello").status, 200)  # another client's
        self.assertNotIn("anthropic-ratelimit-requests-limit", self.client.message("Hello").headers)

    def test_many_at_once_are_counted_exactly(self):
        crowd = self.client_with("crowd", "--requests-per-day", "20")
        replies = client.together(*[lambda: crowd.message("Hello").status] * 40)
        self.assertEqual((replies.count(200), replies.count(429)), (20, 20))

    def test_the_limits_in_the_words_of_openai(self):
        team = self.client_with("chatters", "--requests-per-day", "1")
        headers = {"authorization": "Bearer " + team.headers()["x-api-key"], "content-type": "application/json"}
        content = '{"model": "gemini-3.8-flash", "messages": [{"role": "user", "content": "Hello"}]}'
        reply = team.request("POST", "/v1/chat/completions", content, headers)
        self.assertEqual((reply.status, reply.headers["x-ratelimit-remaining-requests"]), (200, "0"), reply)
        reply = team.request("POST", "/v1/chat/completions", content, headers)
        self.assertEqual(reply.status, 429, reply)
        self.assertRegex(reply.headers["x-ratelimit-reset-requests"], r"^(\d+h)?(\d+m)?\d+s$")
        self.assertIn("1 requests per day", reply.json()["error"]["message"])

    def test_tokens_count_when_the_answer_has_ended(self):
        reader = self.client_with("reader", "--tokens-per-day", "5000")
        reply = reader.message("Hello", max_tokens=10)
        self.assertEqual(reply.status, 200, reply)
        self.castor.settled("SELECT 1")
        used = self.castor.rows("SELECT u.day_tokens FROM client_usage u JOIN clients c ON c.id = u.client_id"
                                " WHERE c.name = 'reader'")[0]["day_tokens"]
        usage = reply.json()["usage"]
        self.assertGreaterEqual(used, usage["input_tokens"] + usage["output_tokens"])
        self.assertIn("more than this client key's limit of 5000 tokens per day",
                      self.assert_error(reader.message("word " * 8000), 429, "rate_limit_error"))

    def test_an_expired_key_and_a_foreign_model(self):
        guest = self.client_with("guest", "--models", "gemini-3.5-*")
        self.assertIn("gemini-3.8-flash", self.assert_error(guest.message("Hello"), 403, "permission_error"))
        self.assertEqual(guest.message("Hello", model="gemini-3.5-flash").status, 200)
        self.castor.command("clients", "set", "guest", "--expires", "2026-01-31")
        self.assertIn("expired at 2026-02-01", self.assert_error(
            guest.message("Hello", model="gemini-3.5-flash"), 401, "authentication_error"))

    def test_an_administrators_key_is_no_clients(self):
        key = self.castor.command("clients", "add", "ops", "--admin").strip()
        self.assertIn("administrator", self.assert_error(
            client.Client(self.server.url, key).message("Hello"), 403, "permission_error"))

    def test_costs_are_in_the_log(self):
        self.client_with("payer").message("Hello")
        row = self.castor.settled("SELECT * FROM client_costs WHERE client = 'payer'")[0]
        self.assertEqual(row["requests"], 1)
        self.assertGreater(row["cost_usd"], 0)

    def test_an_address_that_tries_keys_is_blocked_by_all_workers(self):
        def ask(key, address):
            return self.client.message("Hello", self.client.headers(x_api_key=key, x_forwarded_for=address))

        for _ in range(3):
            self.assert_error(ask("castor-wrong", "203.0.113.9"), 401, "authentication_error")
        for _ in range(8):  # whichever worker it is
            reply = ask(self.castor.client_key, "203.0.113.9")
            self.assertIn("blocked", self.assert_error(reply, 429, "rate_limit_error"))
            self.assertEqual(reply.headers["x-should-retry"], "false")
            self.assertGreater(int(reply.headers["retry-after"]), 3000)
        reply = ask(self.castor.client_key, "198.51.100.7")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.castor.settled("SELECT address FROM requests ORDER BY id DESC")[0]["address"],
                         "198.51.100.7")
        scratch.wait_until(lambda: "203.0.113.9 is blocked until" in self.castor.logs(), 5, "the operator is told")

    def test_this_machine_is_not_blocked(self):
        for _ in range(6):
            self.assert_error(self.client.message("Hello", self.client.headers(x_api_key="castor-wrong")),
                              401, "authentication_error")
        self.assertEqual(self.client.message("Hello").status, 200)


@under_servers(only_lighttpd)
class StreamsAtATime(LimitTests, UnderServerOnce):
    def test_a_worker_that_is_killed_gives_its_streams_back(self):
        one = self.client_with("one", "--streams", "1")
        prompt = castor.plan({"parts": [{"text": "one two three"}], "fault": "stall", "after_chunks": 1, "seconds": 60})
        with one.stream(prompt) as stream:
            stream.until("content_block_delta")
            reply = one.message("Hello")
            self.assertIn("1 requests at a time", self.assert_error(reply, 429, "rate_limit_error"))
            self.assertEqual(reply.headers["retry-after"], "2")
            for pid in self.castor.workers():
                os.kill(pid, signal.SIGKILL)
            stream.rest_or_cut()
        scratch.wait_until(lambda: one.message("Hello").status == 200, 10, "its place is free again")
        self.assertEqual(self.castor.integrity(), "ok")


@under_servers(only_lighttpd)
class Cache(LimitTests, UnderServer):
    settings = {"cache": {"clients": "cached-*", "models": "gemini-3.5-flash"}}

    def said(self, reply):
        self.assertEqual(reply.status, 200, reply)
        return reply.json()["content"][-1]["text"]

    def wait_for_cached(self, count):
        scratch.wait_until(lambda: len(self.castor.rows("SELECT 1 FROM cached_replies")) == count, 5, "it is cached")

    def test_a_reply_is_given_again_in_either_framing_and_api(self):
        before = len(self.castor.rows("SELECT 1 FROM cached_replies"))
        one = self.client_with("cached-one")
        first = one.message("What is new?")
        self.assertEqual(first.headers["x-castor-cache"], "miss")
        self.wait_for_cached(before + 1)

        again = one.message("What is new?")
        self.assertEqual((again.headers["x-castor-cache"], self.said(again)), ("hit", self.said(first)))
        self.assertNotEqual(again.json()["id"], first.json()["id"])
        self.assertEqual(again.json()["usage"], first.json()["usage"])
        with one.stream("What is new?") as stream:
            self.assertEqual(stream.headers["x-castor-cache"], "hit")
            events = stream.rest()
        self.assertEqual((client.text_of(events), events[-1].name), (self.said(first), "message_stop"))
        self.assertEqual(len(self.upstream.generations()), 1)

        rows = self.castor.settled("SELECT r.cache, r.cost_nano, r.prompt_tokens, count(a.request) AS attempts"
                                   "  FROM requests r LEFT JOIN attempts a ON a.request = r.id"
                                   " WHERE r.cache <> '' GROUP BY r.id ORDER BY r.id DESC LIMIT 3")
        self.assertEqual([(row["cache"], row["attempts"]) for row in rows], [("hit", 0), ("hit", 0), ("miss", 1)])
        self.assertEqual((rows[0]["cost_nano"], rows[0]["prompt_tokens"]), (0, 0))
        self.assertGreater(rows[2]["cost_nano"], 0)

    def test_a_streamed_reply_is_given_again_whole(self):
        before = len(self.castor.rows("SELECT 1 FROM cached_replies"))
        one = self.client_with("cached-streamer")
        with one.stream("How are you?") as stream:
            self.assertEqual(stream.headers["x-castor-cache"], "miss")
            text = client.text_of(stream.rest())
        self.wait_for_cached(before + 1)
        again = one.message("How are you?")
        self.assertEqual((again.headers["x-castor-cache"], self.said(again)), ("hit", text))

    def test_nobody_gets_what_another_asked_or_another_question(self):
        before = len(self.castor.rows("SELECT 1 FROM cached_replies"))
        one, two = self.client_with("cached-a"), self.client_with("cached-b")
        one.message("Who am I?")
        self.wait_for_cached(before + 1)
        self.assertEqual(two.message("Who am I?").headers["x-castor-cache"], "miss")
        for fields in ({"max_tokens": 17}, {"system": "Be brief."}, {"stop_sequences": ["x"]},
                       {"model": "gemini-3.5-flash"}):
            self.assertEqual(one.message("Who am I?", **fields).headers["x-castor-cache"], "miss", fields)

    def test_only_those_who_were_chosen(self):
        self.assertNotIn("x-castor-cache", self.client.message("Hello").headers)
        self.assertEqual(self.client.message("Hello", model="gemini-3.5-flash").headers["x-castor-cache"], "miss")

    def test_no_tools_and_nothing_that_failed_was_refused_or_cut(self):
        tool = {"name": "look", "input_schema": {"type": "object", "properties": {}}}
        one = self.client_with("cached-picky")
        self.assertNotIn("x-castor-cache", one.message("Hello", tools=[tool]).headers)
        before = len(self.castor.rows("SELECT 1 FROM cached_replies"))
        for step in ({"fault": "400"}, {"fault": "blocked"}, {"fault": "finish", "reason": "SAFETY", "message": ""},
                     {"fault": "finish", "reason": "MAX_TOKENS", "message": ""},
                     {"parts": [{"text": "one two three four"}], "fault": "cut", "after_chunks": 1}):
            prompt = castor.plan(step)
            one.message(prompt)
            self.assertNotEqual(one.message(prompt).headers["x-castor-cache"], "hit", step)
        self.castor.settled("SELECT 1")
        self.assertEqual(len(self.castor.rows("SELECT 1 FROM cached_replies")), before)


if __name__ == "__main__":
    unittest.main()
