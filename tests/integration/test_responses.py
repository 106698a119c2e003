"""The Responses API: whole and streamed, errors in OpenAI's words, tools whose signatures come back through the client or
through the database, and responses that are kept."""

import json
import unittest

import castor
import client
from under_servers import UnderServer, under_servers

PATH = "/v1/responses"
DUMMY = "skip_thought_signature_validator"  # Google's word for "do not validate"; castor's last resort
ENCRYPTED = "reasoning.encrypted_content"

WEATHER = {"type": "function", "name": "get_weather", "strict": False,
           "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
CLOCK = {"type": "namespace", "name": "clock", "description": "Times.", "tools": [
    {"type": "function", "name": "now", "parameters": {"type": "object", "properties": {}}}]}
APPLY_PATCH = {"type": "custom", "name": "apply_patch", "description": "Edits files.",
               "format": {"type": "grammar", "syntax": "lark", "definition": "start: /.+/"}}
PATCH = '*** Begin Patch\n+\t"quoted" \\ é \U0001f600\n*** End Patch\n'


def call(city):
    return {"call": {"name": "get_weather", "args": {"city": city}}}


def user(text):
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def text_of(response):
    return "".join(part["text"] for item in response["output"] if item["type"] == "message" for part in item["content"])


def calls_of(response):
    return [item for item in response["output"] if item["type"].endswith("_call")]


def output(item, text):
    return {"type": item["type"] + "_output", "call_id": item["call_id"], "output": text}


class Responses(UnderServer):
    settings = {"stream": {"commit_after": "300ms", "ping_every": "1s"}}

    def body(self, input, **fields):
        return json.dumps({"model": client.MODEL, "input": input, **fields})

    def headers(self, key=None):
        return {"Authorization": "Bearer " + (key or self.castor.client_key), "Content-Type": "application/json"}

    def ask(self, input, path=PATH, key=None, **fields):
        return self.client.request("POST", path, self.body(input, **fields), self.headers(key))

    def fetch(self, method, path, key=None, **more):
        return self.client.request(method, PATH + path, headers={**self.headers(key), **more})

    def stream(self, input, **fields):
        return client.Stream(*self.client.open("POST", PATH, self.body(input, stream=True, **fields), self.headers()))

    def response(self, stream, input, **fields):
        """The whole response, or what a client makes of a stream."""
        if not stream:
            reply = self.ask(input, **fields)
            self.assertEqual(reply.status, 200, reply)
            return reply.json()
        with self.stream(input, **fields) as events:
            events.rest()
        self.assertEqual([event.data["sequence_number"] for event in events.events], list(range(len(events.events))))
        last = events.events[-1]
        done = [event.data["item"] for event in events.events if event.name == "response.output_item.done"]
        self.assertEqual(last.data["response"]["output"], done)
        return last.data["response"]

    def assert_error(self, reply, status, **wanted):
        self.assertEqual(reply.status, status, reply)
        self.assertTrue(reply.headers["x-request-id"], reply)
        error = reply.json()["error"]
        self.assertEqual(set(error), {"message", "type", "param", "code"}, reply)
        self.assertEqual({name: error[name] for name in wanted}, wanted, reply)


@under_servers(lambda server: server.name == "lighttpd")
class ResponsesApi(Responses):
    def test_a_whole_response_and_its_row(self):
        reply = self.ask("Hello", user="ann", instructions="Be brief.", temperature=None, metadata={"a": "b"}, store=False)
        self.assertEqual(reply.status, 200, reply)
        response = reply.json()
        self.assertEqual((response["object"], response["status"]), ("response", "completed"))
        self.assertTrue(response["id"].startswith("resp_"))
        self.assertIn("Hello", text_of(response))
        self.assertEqual((response["instructions"], response["metadata"], response["store"], response["tools"]),
                         ("Be brief.", {"a": "b"}, False, []))
        usage = response["usage"]
        self.assertGreater(usage["input_tokens"], 0)
        self.assertEqual(usage["input_tokens"] + usage["output_tokens"], usage["total_tokens"])
        row, = self.castor.settled("SELECT * FROM requests WHERE request_id = ?", reply.headers["x-request-id"])
        self.assertEqual((row["api"], row["path"], row["outcome"]), ("openai-responses", PATH, "ok"))
        self.assertEqual(self.upstream.violations(), [])

    def test_a_stream_comes_as_it_is_made(self):
        plan = castor.plan({"parts": [{"thought": "Hm."}, {"text": "one two three four"}], "delay_ms": 200})
        with self.stream(plan, reasoning={"summary": "auto"}) as stream:
            self.assertIn("text/event-stream", stream.headers["content-type"])
            events = stream.rest()
        names = [event.name for event in events]
        self.assertEqual(names[:2], ["response.created", "response.in_progress"])
        self.assertEqual(names[-1], "response.completed")
        self.assertEqual("".join(e.data["delta"] for e in events if e.name == "response.output_text.delta"), "one two three four")
        self.assertIn("response.reasoning_summary_text.delta", names)
        self.assertGreater(events[-1].at - events[0].at, 0.3, "it came at once")

    def test_silence_is_filled_with_comments(self):
        connection, response = self.client.open("POST", PATH, self.body(
            castor.plan({"parts": [{"text": "late"}], "fault": "slow", "seconds": 2}), stream=True), self.headers())
        with client.Stream(connection, response):
            content = response.read()
        self.assertTrue(content.startswith(b"event: response.created\n"), content)
        self.assertIn(b"\n: ping\n\n", content)
        self.assertIn(b"event: response.completed\n", content)

    def test_errors_are_openais(self):
        self.assert_error(self.ask("Hello", model="nobody-9"), 404, code="model_not_found", type="invalid_request_error")
        self.assert_error(self.ask("Hello", background=True), 400, code="unsupported_value", param="background")
        self.assert_error(self.ask([{"type": "telepathy"}]), 400, code=None, param="input[0].type")
        self.assert_error(self.ask("Hello", key="a-stranger's-key"), 401, code="invalid_api_key")
        self.assert_error(self.client.request("POST", PATH, "{", self.headers()), 400, type="invalid_request_error")
        self.assert_error(self.ask(castor.plan({"fault": "too-long"})), 400, code="context_length_exceeded")
        self.assert_error(self.ask("Hello", previous_response_id="resp_x"), 400, code="previous_response_not_found",
                          param="previous_response_id")
        self.assert_error(self.fetch("GET", "/resp_x"), 404)
        self.assert_error(self.fetch("DELETE", "/resp_x"), 404)
        self.assert_error(self.fetch("PUT", ""), 405)

    def test_a_conversation_that_is_too_long_is_told_in_the_stream(self):
        with self.stream(castor.plan({"fault": "too-long"})) as stream:
            self.assertEqual(stream.status, 200)
            last = stream.rest()[-1]
        self.assertEqual(last.name, "response.failed")
        self.assertEqual(last.data["response"]["error"]["code"], "context_length_exceeded")

    def test_a_stream_that_breaks_ends_in_a_failed_response(self):
        plan = castor.plan({"parts": [{"text": "one two three four five six"}], "delay_ms": 10, "fault": "cut", "after_chunks": 2})
        with self.stream(plan) as stream:
            last = stream.rest()[-1]
        self.assertEqual(last.name, "response.failed")
        self.assertEqual(last.data["response"]["error"]["code"], "server_error")
        self.assertGreater(last.data["response"]["usage"]["total_tokens"], 0)

    def test_base_urls_of_other_layers_lead_here(self):
        for path in ("/responses", "/v1/v1/responses", "/openai/v1/responses"):
            self.assertEqual(self.ask("Hello", path).status, 200, path)

    def play(self, stream, change, **fields):
        """Two steps of calls and an answer; `change` is what the client does to the items before it sends them back."""
        items = [user(castor.plan(
            [{"thought": "Both at once."}, call("Ulm"), call("Jena")],
            [{"thought": "One more."}, call("Bonn"), {"call": {"name": "clock__now", "args": {}}}],
            [{"text": "{{result:0}}, {{result:1}}, {{result:2}}, {{result:3}}"}]))]
        fields.update(tools=[WEATHER, CLOCK], store=False)
        for _ in range(2):
            response = self.response(stream, items, **fields)
            items += change(response["output"])
            items += [output(each, "fine in " + json.loads(each["arguments"])["city"] if each["name"] == "get_weather" else "noon")
                      for each in calls_of(response)]
        self.assertEqual([(each["name"], each.get("namespace")) for each in calls_of(response)],
                         [("get_weather", None), ("now", "clock")])
        response = self.response(stream, items, **fields)
        self.assertEqual(text_of(response), "fine in Ulm, fine in Jena, fine in Bonn, noon")
        # The upstream accepts no signature but those it gave, each on its call.
        self.assertEqual(self.upstream.violations(), [])
        self.assertNotIn(DUMMY, json.dumps(self.upstream.generations()))

    def test_signatures_return_in_reasoning_items(self):
        def kept(items):
            self.assertIn("reasoning", [item["type"] for item in items])
            self.castor.forget_signatures()
            return items

        for stream in (False, True):
            with self.subTest(stream=stream):
                self.play(stream, kept, include=[ENCRYPTED], reasoning={"effort": "low"})

    def test_signatures_return_from_the_database_where_the_client_drops_reasoning(self):
        def stripped(items):
            return [{key: value for key, value in item.items() if key not in ("id", "status")}
                    for item in items if item["type"] != "reasoning"]

        for stream in (False, True):
            for include in ([], [ENCRYPTED]):
                with self.subTest(stream=stream, include=include):
                    self.play(stream, stripped, include=include)

    def test_a_custom_tool_is_called_with_any_text(self):
        prompt = user(castor.plan([{"call": {"name": "apply_patch", "args": {"input": PATCH}}}], [{"text": "{{result:0}}"}]))
        for stream in (False, True):
            response = self.response(stream, [prompt], tools=[APPLY_PATCH])
            patch, = calls_of(response)
            self.assertEqual((patch["type"], patch["name"], patch["input"]), ("custom_tool_call", "apply_patch", PATCH))
            response = self.response(stream, [prompt, *response["output"], output(patch, "patched")], tools=[APPLY_PATCH])
            self.assertEqual(text_of(response), "patched")
        self.assertEqual(self.upstream.violations(), [])

    def test_a_conversation_is_compacted_and_goes_on(self):
        trigger = {"type": "compaction_trigger"}
        for stream in (False, True):
            response = self.response(stream, [user(castor.plan([{"text": "We know that ä is 1."}])), trigger], tools=[WEATHER])
            item, = response["output"]
            self.assertEqual(item["type"], "compaction")
            response = self.response(stream, [item, user("Go on.")])
            asked = json.dumps(self.upstream.generations()[-1]["body"], ensure_ascii=False)
            self.assertIn("We know that ä is 1.", asked)
        self.assertEqual(self.upstream.violations(), [])


@under_servers(lambda server: server.name in ("lighttpd", "apache-fcgid"))
class KeptResponses(Responses):
    settings = {"storage": {"keep_responses": "1h"}}

    def test_there_are_no_websockets_and_codex_is_told_at_once(self):
        key = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
        self.assertEqual(self.fetch("GET", "", **key).status, 426)
        self.assertEqual(self.fetch("GET", "").status, 426)

    def test_a_conversation_goes_on_from_a_response(self):
        for stream in (False, True):
            self.upstream.reset()
            plan = castor.plan([{"thought": "Look."}, call("Ulm")], [{"text": "{{result:0}}"}], [{"text": "once more {{result:0}}"}])
            first = self.response(stream, plan, tools=[WEATHER])
            self.assertTrue(first["store"])
            weather, = calls_of(first)
            second = self.response(stream, [output(weather, "fine")], tools=[WEATHER], previous_response_id=first["id"])
            self.assertEqual((text_of(second), second["previous_response_id"]), ("fine", first["id"]))
            third = self.response(stream, "Again?", previous_response_id=second["id"])
            self.assertEqual(text_of(third), "once more fine")
            self.assertEqual(self.upstream.violations(), [])
            self.assertNotIn(DUMMY, json.dumps(self.upstream.generations()))

    def test_items_are_referred_to(self):
        plan = user(castor.plan([call("Ulm")], [{"text": "{{result:0}}"}]))
        first = self.response(False, [plan], tools=[WEATHER])
        weather, = calls_of(first)
        reference = {"type": "item_reference", "id": weather["id"]}
        second = self.response(False, [plan, reference, output(weather, "fine")], tools=[WEATHER])
        self.assertEqual(text_of(second), "fine")
        self.assertEqual(self.upstream.violations(), [])

    def test_a_response_is_fetched_and_deleted_by_its_client_only(self):
        stranger = self.castor.add_client("stranger")
        response = self.response(False, "Hello")
        path = "/" + response["id"]
        self.assertEqual(self.fetch("GET", path).json(), response)
        items = self.fetch("GET", path + "/input_items").json()
        self.assertEqual([item["content"] for item in items["data"]], ["Hello"])
        for method in ("GET", "DELETE"):
            self.assert_error(self.fetch(method, path, key=stranger), 404)
        self.assert_error(self.ask("Hello", key=stranger, previous_response_id=response["id"]), 400,
                          code="previous_response_not_found")
        self.assertTrue(self.fetch("DELETE", path).json()["deleted"])
        self.assert_error(self.fetch("GET", path), 404)
        self.assert_error(self.ask("Hello", previous_response_id=response["id"]), 400, param="previous_response_id")

    def test_nothing_is_kept_of_a_client_that_says_so(self):
        response = self.response(False, "Hello", store=False)
        self.assertFalse(response["store"])
        self.assert_error(self.fetch("GET", "/" + response["id"]), 404)


if __name__ == "__main__":
    unittest.main()
