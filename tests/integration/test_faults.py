"""Faults around castor, and what is left when they have passed.

Behind one server: what is tested is not how servers differ.
"""

import unittest

import castor
import client
from test_streaming import StreamTests
from under_servers import under_servers

only_lighttpd = under_servers(lambda server: server.name == "lighttpd")


@only_lighttpd
class NoStreamsUpstream(StreamTests):
    """For the days on which Gemini's streams are out of order."""

    settings = {"upstream": {"streaming": "no"}, "stream": {"commit_after": "1s", "ping_every": "1s"}}

    def asked(self):
        return [record["path"].rpartition(":")[2] for record in self.upstream.generations(False)]

    def test_a_stream_is_made_of_a_whole_reply(self):
        with self.client.stream(castor.plan({"parts": [{"text": "At last."}], "fault": "slow", "seconds": 3})) as stream:
            self.assert_whole(stream.rest())
        self.assertIn("ping", client.names_of(stream.events))
        self.assertEqual(client.text_of(stream.events), "At last.")
        self.assertEqual(self.asked(), ["generateContent"])

    def test_a_tool_call_is_one(self):
        prompt = castor.plan({"parts": [{"call": {"name": "look", "args": {"at": "all"}}}]})
        tool = {"name": "look", "input_schema": {"type": "object", "properties": {"at": {"type": "string"}}}}
        with self.client.stream(prompt, tools=[tool]) as stream:
            self.assert_whole(stream.rest())
        self.assertEqual(stream.events[-2].data["delta"]["stop_reason"], "tool_use")

    def test_a_whole_reply_is_one(self):
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertEqual(self.asked(), ["generateContent"])

    def test_a_reply_that_breaks_off_is_asked_for_again(self):
        # In a stream the client would have the first words, and then an error.
        text = "one two three four five six " * 20
        with self.client.stream(castor.plan({"parts": [{"text": text}], "fault": "cut", "times": 1})) as stream:
            self.assert_whole(stream.rest())
        self.assertEqual(client.text_of(stream.events), text)
        self.assertEqual(self.asked(), ["generateContent"] * 2)


if __name__ == "__main__":
    unittest.main()
