"""Streams through each web server: on time, many at once, through silence, and left by the client."""

import json
import time
import unittest

import castor
import client
import scratch
from under_servers import UnderServer, under_servers

# A departed client may cost this long (webservers.md 4.6: two pings, 5 s of silence apart at most).
FAREWELL = 6


def slow_text(seconds, pieces=10):
    """An answer that takes so long, in even pieces of three words."""
    return castor.plan({"parts": [{"text": "one two three " * pieces}], "delay_ms": 1000 * seconds / pieces})


def stalling(seconds=3600, **more):
    """An answer that falls silent after its first words."""
    return castor.plan({"parts": [{"text": "one two three four five six"}], "delay_ms": 10,
                        "fault": "stall", "after_chunks": 1, "seconds": seconds, **more})


class StreamTests(UnderServer):
    def assert_whole(self, events):
        """The stream has all its parts in order, and nothing after its end."""
        names = client.names_of(events)
        self.assertEqual(names[0], "message_start", names)
        self.assertEqual(names[-2:], ["message_delta", "message_stop"], names)
        for name in ("message_start", "message_delta", "message_stop"):
            self.assertEqual(names.count(name), 1, names)
        self.assertEqual(names.count("content_block_start"), names.count("content_block_stop"), names)
        self.assertNotIn("error", names)

    def wait_for_request(self):
        return scratch.wait_until(lambda: self.upstream.generations(False), 10, "the upstream is asked")[-1]

    def wait_for_departure(self, seconds):
        """Until castor has dropped every request to the upstream; the records."""
        def gone():
            records = self.upstream.generations(False)
            return records if all(record["ended_after"] is not None for record in records) else None
        return scratch.wait_until(gone, seconds, lambda: "castor drops the upstream: %s" % self.upstream.generations(False))


@under_servers()
class Streaming(StreamTests):
    def test_the_first_event_arrives_before_the_last_is_sent(self):
        # A client that would accept compression, behind servers that love to compress.
        headers = self.client.headers(accept_encoding="gzip, deflate, br")
        sent = time.monotonic()
        with self.client.stream(slow_text(2), headers) as stream:
            self.assertEqual(stream.status, 200)
            self.assertIn("text/event-stream", stream.headers["content-type"])
            self.assertIsNone(stream.headers["content-encoding"])
            first = stream.until("content_block_delta")
            self.assertIsNone(self.upstream.generations(False)[0]["ended_after"], "the upstream has ended already")
            events = stream.rest()
        self.assert_whole(events)
        deltas = [event.at for event in events if event.name == "content_block_delta"]
        self.assertLess(first.at - sent, 1.0)
        self.assertGreater(deltas[-1] - deltas[0], 1.4)
        # Not in blocks either: no two pieces come further apart than a few of the upstream's pauses.
        self.assertLess(max(b - a for a, b in zip(deltas, deltas[1:])), 0.8)
        self.assertEqual(client.text_of(events).split(), ["one", "two", "three"] * 10)

    def test_a_stream_over_http2_is_as_prompt(self):
        if not self.server.speaks_http2:
            self.skipTest("only with TLS")
        value = client.body(slow_text(2), stream=True)
        with self.client.curl(json.dumps(value), "--http2-prior-knowledge") as curl:
            self.addCleanup(curl.kill)
            for line in curl.stdout:
                if line.startswith(b"event: content_block_delta"):
                    break
            else:
                self.fail("no delta came")
            self.assertIsNone(self.upstream.generations(False)[0]["ended_after"], "the upstream has ended already")
            self.assertIn(b"event: message_stop", curl.stdout.read())

    def test_the_answer_ends_with_its_last_event(self):
        with self.client.stream("Hello") as stream:
            last = stream.until("message_stop")
            self.assertEqual(list(stream), [])
            self.assertLess(time.monotonic() - last.at, 1.0)

    def test_a_conversation_of_some_hundred_kilobytes_starts_to_stream_as_soon(self):
        past = "A long time ago. " * 20000
        messages = [{"role": "user", "content": past}, {"role": "assistant", "content": "I see."},
                    {"role": "user", "content": slow_text(2)}]
        sent = time.monotonic()
        with self.client.stream("", messages=messages) as stream:
            self.assertLess(stream.until("content_block_delta").at - sent, 1.0)
            self.assert_whole(stream.rest())

    def test_streams_do_not_wait_for_each_other(self):
        count, seconds = 8, 2

        def one():
            with self.client.stream(slow_text(seconds)) as stream:
                return stream.rest()

        began = time.monotonic()
        for events in client.together(*[one] * count):
            self.assert_whole(events)
        # mod_fcgid starts a process for each, which takes it a second now and then.
        self.assertLess(time.monotonic() - began, seconds + 5)

    def test_a_client_that_leaves_ends_the_call_upstream(self):
        silent = self.client.stream(stalling())
        busy = self.client.stream(slow_text(30, 100))
        for stream in (silent, busy):
            self.addCleanup(stream.leave)
            stream.until("content_block_delta")
        silent.leave()
        busy.leave()
        for record in self.wait_for_departure(FAREWELL):
            self.assertEqual(record["outcome"], "client-closed", record)
        rows = self.castor.settled("SELECT outcome, status FROM requests ORDER BY id DESC LIMIT 2")
        self.assertEqual([(row["outcome"], row["status"]) for row in rows], [("client_gone", 200)] * 2)

    def test_an_upstream_that_breaks_off_becomes_an_error_event(self):
        prompt = castor.plan({"parts": [{"text": "one two three four five six"}], "fault": "cut", "after_chunks": 1})
        with self.client.stream(prompt) as stream:
            events = stream.rest()
        self.assertEqual(client.names_of(events)[-1], "error", events)
        self.assertNotIn("message_stop", client.names_of(events))
        self.assertTrue(events[-1].data["error"]["message"])

    def test_a_whole_answer_comes_with_its_length_or_in_chunks(self):
        reply = self.client.message(castor.plan({"parts": [{"text": "word " * 20000}], "delay_ms": 0}), max_tokens=60000)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.json()["content"][-1]["text"].split(), ["word"] * 20000)


@under_servers()
class Silence(StreamTests):
    """With short intervals, because tests have less patience than web servers."""

    settings = {"stream": {"commit_after": "1s", "ping_every": "1s", "whole_commit_after": "1s"}}

    def test_pings_fill_the_silence(self):
        with self.client.stream(stalling(4)) as stream:
            self.assert_whole(stream.rest())
        pings = [event.at for event in stream.events if event.name == "ping"]
        self.assertGreaterEqual(len(pings), 4, stream.events)
        times = [event.at for event in stream.events]
        self.assertLess(max(b - a for a, b in zip(times, times[1:])), 1.7)

    def test_a_stream_opens_although_nothing_came(self):
        prompt = castor.plan({"parts": [{"text": "At last."}], "fault": "slow", "seconds": 3})
        sent = time.monotonic()
        with self.client.stream(prompt) as stream:
            opened = stream.until("message_start")
            self.assertLess(opened.at - sent, 2.2)
            self.assertIsNone(self.upstream.generations(False)[0]["head_after"], "the upstream has answered already")
            self.assert_whole(stream.rest())
        self.assertEqual(client.text_of(stream.events), "At last.")

    def test_an_error_after_that_is_an_event(self):
        prompt = castor.plan({"fault": "slow", "seconds": 2, "finishReason": "PROHIBITED_CONTENT", "parts": []})
        with self.client.stream(prompt) as stream:
            names = client.names_of(stream.rest())
        self.assertEqual(names[0], "message_start", names)
        self.assertIn(names[-1], ("error", "message_stop"), names)

    def test_a_whole_answer_that_is_late_starts_with_white_space(self):
        value = client.body(stalling(3))
        sent = time.monotonic()
        connection, response = self.client.open("POST", "/v1/messages", json.dumps(value))
        self.addCleanup(connection.close)
        first = response.read(1)
        self.assertLess(time.monotonic() - sent, 2.5)
        self.assertTrue(first.isspace(), first)
        whole = json.loads(first + response.read())
        self.assertEqual(whole["content"][-1]["text"].split(), "one two three four five six".split())

    def test_a_client_that_leaves_before_the_first_event_ends_the_call_upstream(self):
        value = client.body(castor.plan({"parts": [{"text": "late"}], "fault": "slow", "seconds": 60}), stream=True)
        for streamed in (True, False):
            self.upstream.reset()
            connection = self.client.connect()
            connection.request("POST", "/v1/messages", json.dumps({**value, "stream": streamed}), self.client.headers())
            self.wait_for_request()
            connection.close()
            for record in self.wait_for_departure(5):
                self.assertEqual(record["outcome"], "client-closed", record)


if __name__ == "__main__":
    unittest.main()
