"""Thought signatures that one worker gave out, found by another although the client sent none of them back."""

import os
import signal
import unittest

import castor
import scratch
from under_servers import UnderServerOnce, under_servers

WEATHER = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}


def call(city):
    return {"call": {"name": "get_weather", "args": {"city": city}}}


@under_servers()
class Signatures(UnderServerOnce):
    def replace_workers(self):
        """Ends all there are, so that whatever answers next is another process."""
        pids = self.castor.workers()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        scratch.wait_until(lambda: not set(pids) & set(self.castor.pids()), 5, "the workers end")

    def ask(self, messages):
        """The answer of a worker that has answered nothing before."""
        self.replace_workers()

        def answered():
            try:
                reply = self.client.message("", messages=messages, tools=[WEATHER], thinking={"type": "adaptive"})
            except OSError:
                return None  # the web server has not started castor again yet
            return reply if reply.status == 200 else None
        return scratch.wait_until(answered, 10, lambda: "an answer: " + self.castor.logs()).json()

    def without_carriers(self, message):
        """What a client keeps that knows nothing of thinking: texts, and calls by their ids."""
        kinds = {block["type"] for block in message["content"]}
        self.assertTrue(kinds & {"thinking", "redacted_thinking"}, "no carrier to take away: %s" % message)
        content = [block for block in message["content"] if block["type"] in ("text", "tool_use")]
        return {"role": "assistant", "content": content}

    @staticmethod
    def results(message):
        return {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": block["id"], "content": "fine in " + block["input"]["city"]}
            for block in message["content"] if block["type"] == "tool_use"]}

    def test_a_call_is_replayed_by_another_worker_after_its_carriers_were_stripped(self):
        messages = [{"role": "user", "content": castor.plan(
            [{"thought": "Both at once."}, call("Ulm"), call("Jena")],
            [{"thought": "One more."}, call("Bonn")],
            [{"text": "{{result:0}}, {{result:1}}, {{result:2}}"}])}]
        for _ in range(2):
            answer = self.ask(messages)
            self.assertEqual(answer["stop_reason"], "tool_use")
            messages += [self.without_carriers(answer), self.results(answer)]
        answer = self.ask(messages)
        self.assertEqual(answer["content"][-1]["text"], "fine in Ulm, fine in Jena, fine in Bonn")

        # The first call of each step carries the one the upstream itself had given: it refuses all others.
        calls = [part for content in self.upstream.generations()[-1]["body"]["contents"] for part in content["parts"]
                 if "functionCall" in part]
        self.assertEqual([part["functionCall"]["args"]["city"] for part in calls], ["Ulm", "Jena", "Bonn"])
        first, parallel, second = (part.get("thoughtSignature") for part in calls)
        self.assertGreater(len(first), 100)
        self.assertGreater(len(second), 100)
        self.assertNotIn(castor.DUMMY, (first, second))
        self.assertIsNone(parallel)
        self.assertEqual(self.upstream.violations(), [])


if __name__ == "__main__":
    unittest.main()
