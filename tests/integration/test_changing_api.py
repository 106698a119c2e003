"""A conversation that goes on in another API than it began in, with nothing but texts, calls and their ids."""

import json
import unittest

import castor
from under_servers import UnderServer, under_servers

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
MODEL = "gemini-3.8-flash"


def call(city):
    return {"call": {"name": "get_weather", "args": {"city": city}}}


class Turn:
    """What the model said in one turn: a text, or calls as (id, city)."""

    def __init__(self, text, calls):
        self.text = text
        self.calls = calls


class Messages:
    """How a client of the Messages API says it all, thinking left out."""

    path = "/v1/messages"

    @staticmethod
    def body(prompt, turns):
        messages = [{"role": "user", "content": prompt}]
        for turn in turns:
            messages += [
                {"role": "assistant", "content": [
                    {"type": "tool_use", "id": id_, "name": "get_weather", "input": {"city": city}}
                    for id_, city in turn.calls]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": id_, "content": "fine in " + city}
                    for id_, city in turn.calls]}]
        return {"model": MODEL, "max_tokens": 4000, "messages": messages, "thinking": {"type": "adaptive"},
                "tools": [{"name": "get_weather", "input_schema": SCHEMA}]}

    @staticmethod
    def read(reply):
        return Turn("".join(block.get("text", "") for block in reply["content"]),
                    [(block["id"], block["input"]["city"])
                     for block in reply["content"] if block["type"] == "tool_use"])


class Chat:
    """A client of Chat Completions, which drops what OpenAI does not send."""

    path = "/v1/chat/completions"

    @staticmethod
    def body(prompt, turns):
        messages = [{"role": "user", "content": prompt}]
        for turn in turns:
            messages.append({"role": "assistant", "content": None, "tool_calls": [
                {"id": id_, "type": "function",
                 "function": {"name": "get_weather", "arguments": json.dumps({"city": city})}}
                for id_, city in turn.calls]})
            messages += [{"role": "tool", "tool_call_id": id_, "content": "fine in " + city}
                         for id_, city in turn.calls]
        return {"model": MODEL, "messages": messages,
                "tools": [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]}

    @staticmethod
    def read(reply):
        message = reply["choices"][0]["message"]
        return Turn(message["content"], [(made["id"], json.loads(made["function"]["arguments"])["city"])
                                         for made in message.get("tool_calls") or []])


class Responses:
    """A client of the Responses API that keeps no reasoning."""

    path = "/v1/responses"

    @staticmethod
    def body(prompt, turns):
        items = [{"role": "user", "content": prompt}]
        for turn in turns:
            items += [{"type": "function_call", "call_id": id_, "name": "get_weather",
                       "arguments": json.dumps({"city": city})} for id_, city in turn.calls]
            items += [{"type": "function_call_output", "call_id": id_, "output": "fine in " + city}
                      for id_, city in turn.calls]
        return {"model": MODEL, "input": items, "store": False,
                "tools": [{"type": "function", "name": "get_weather", "parameters": SCHEMA}]}

    @staticmethod
    def read(reply):
        parts = [part for item in reply["output"] if item["type"] == "message" for part in item["content"]]
        return Turn("".join(part["text"] for part in parts),
                    [(item["call_id"], json.loads(item["arguments"])["city"])
                     for item in reply["output"] if item["type"] == "function_call"])


@under_servers(lambda server: server.name == "lighttpd")
class ChangingApi(UnderServer):
    def converse(self, *apis):
        """A conversation whose turns are asked for in those APIs, one after another; the last turn."""
        prompt = castor.plan(
            [{"thought": "Both at once."}, call("Ulm"), call("Jena")],
            [{"thought": "One more."}, call("Bonn")],
            [{"thought": "And one."}, call("Kiel")],
            [{"text": "{{result:0}}, {{result:1}}, {{result:2}}, {{result:3}}"}])
        turns = []
        for api in apis:
            headers = self.client.headers(authorization="Bearer " + self.castor.client_key, x_api_key=None,
                                          anthropic_version=None if api is not Messages else "2023-06-01")
            reply = self.client.request("POST", api.path, json.dumps(api.body(prompt, turns)), headers)
            self.assertEqual(reply.status, 200, reply)
            turns.append(api.read(reply.json()))
        return turns[-1]

    def signatures(self):
        """Of the calls in the last request, by city."""
        parts = [part for content in self.upstream.generations()[-1]["body"]["contents"] for part in content["parts"]]
        return {part["functionCall"]["args"]["city"]: part.get("thoughtSignature")
                for part in parts if "functionCall" in part}

    def test_every_signature_that_castor_has_seen_goes_back_whoever_asks(self):
        for apis in ((Messages, Chat, Messages, Chat), (Chat, Messages, Responses, Messages),
                     (Responses, Chat, Messages, Responses), (Messages, Responses, Chat, Messages)):
            with self.subTest(" ".join(api.__name__ for api in apis)):
                self.upstream.reset()
                last = self.converse(*apis)
                self.assertEqual(last.text, "fine in Ulm, fine in Jena, fine in Bonn, fine in Kiel")
                signatures = self.signatures()
                self.assertIsNone(signatures.pop("Jena"))  # only the first of parallel calls has one
                self.assertEqual(set(signatures), {"Ulm", "Bonn", "Kiel"})
                for city, signature in signatures.items():
                    self.assertGreater(len(signature), 100, city)
                self.assertEqual(len(set(signatures.values())), 3)
                self.assertNotIn(castor.DUMMY, signatures.values())
                self.assertEqual(self.upstream.violations(), [])


if __name__ == "__main__":
    unittest.main()
