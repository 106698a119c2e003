"""Chat Completions: whole and streamed replies, errors in OpenAI's words, and tools whose signatures come back either
through the client or through the database."""

import json
import unittest

import castor
import client
from under_servers import UnderServer, under_servers

PATH = "/v1/chat/completions"
DUMMY = "skip_thought_signature_validator"  # Google's word for "do not validate"; castor's last resort

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}
APPLY_PATCH = {"type": "custom", "custom": {"name": "apply_patch", "description": "Edits files.", "format": {
    "type": "grammar", "grammar": {"syntax": "lark", "definition": "start: /.+/"}}}}
PATCH = '*** Begin Patch\n+\t"quoted" \\ é \U0001f600\n*** End Patch\n'


def call(city):
    return {"call": {"name": "get_weather", "args": {"city": city}}}


def grow(value, delta):
    """Adds a delta as OpenAI's SDKs do: texts are joined, objects and calls, by their index, member by member."""
    for name, more in delta.items():
        if name == "tool_calls":
            calls = value.setdefault(name, [])
            for call_delta in more:
                while len(calls) <= call_delta["index"]:
                    calls.append({})
                grow(calls[call_delta["index"]], {key: part for key, part in call_delta.items() if key != "index"})
        elif isinstance(more, dict):
            grow(value.setdefault(name, {}), more)
        elif name in value and isinstance(more, str):
            value[name] += more
        else:
            value[name] = more


def assembled(chunks):
    message = {}
    for chunk in chunks:
        for choice in chunk["choices"]:
            grow(message, choice["delta"])
    return message


@under_servers(lambda server: server.name == "lighttpd")
class ChatCompletions(UnderServer):
    keys = ("fake-ok.one", "fake-ok.two", "fake-ok.three")
    settings = {"stream": {"commit_after": "300ms", "ping_every": "1s"}}

    def body(self, prompt, **fields):
        return json.dumps({"model": client.MODEL, "messages": [{"role": "user", "content": prompt}], **fields})

    def headers(self, key=None):
        return {"Authorization": "Bearer " + (key or self.castor.client_key), "Content-Type": "application/json"}

    def chat(self, prompt, path=PATH, key=None, **fields):
        return self.client.request("POST", path, self.body(prompt, **fields), self.headers(key))

    def stream(self, prompt, **fields):
        return client.Stream(*self.client.open("POST", PATH, self.body(prompt, stream=True, **fields), self.headers()))

    def message(self, stream, **fields):
        """The whole reply's message, or what a stream amounts to."""
        if stream:
            with self.stream("", **fields) as events:
                return assembled(event.data for event in events.rest()[:-1])
        reply = self.chat("", **fields)
        self.assertEqual(reply.status, 200, reply)
        return reply.json()["choices"][0]["message"]

    def assert_error(self, reply, status, **wanted):
        self.assertEqual(reply.status, status, reply)
        self.assertTrue(reply.headers["x-request-id"], reply)
        error = reply.json()["error"]
        self.assertEqual(set(error), {"message", "type", "param", "code"}, reply)
        self.assertEqual({name: error[name] for name in wanted}, wanted, reply)

    def test_a_whole_reply_and_its_row(self):
        reply = self.chat("Hello", user="ann")
        self.assertEqual(reply.status, 200, reply)
        completion = reply.json()
        self.assertEqual(completion["object"], "chat.completion")
        self.assertTrue(completion["id"].startswith("chatcmpl-"))
        self.assertEqual(completion["model"], client.MODEL)
        choice, = completion["choices"]
        self.assertEqual(choice["finish_reason"], "stop")
        self.assertIn("Hello", choice["message"]["content"])
        usage = completion["usage"]
        self.assertGreater(usage["prompt_tokens"], 0)
        self.assertEqual(usage["prompt_tokens"] + usage["completion_tokens"], usage["total_tokens"])
        row, = self.castor.settled("SELECT * FROM requests WHERE request_id = ?", reply.headers["x-request-id"])
        self.assertEqual((row["api"], row["path"], row["outcome"]), ("openai-chat", PATH, "ok"))
        self.assertEqual(self.upstream.violations(), [])

    def test_a_stream_with_usage_ends_in_done(self):
        plan = castor.plan({"parts": [{"thought": "Hm."}, {"text": "one two three four"}], "delay_ms": 200})
        with self.stream(plan, stream_options={"include_usage": True}, reasoning_effort="low") as stream:
            self.assertIn("text/event-stream", stream.headers["content-type"])
            events = stream.rest()
        chunks = [event.data for event in events]
        self.assertEqual(chunks.pop(), "[DONE]")
        usage = chunks.pop()
        self.assertEqual(usage["choices"], [])
        self.assertGreater(usage["usage"]["total_tokens"], 0)
        self.assertEqual({json.dumps(chunk["usage"]) for chunk in chunks}, {"null"})
        self.assertEqual(chunks[-1]["choices"][0]["finish_reason"], "stop")
        message = assembled(chunks)
        self.assertEqual(message["content"], "one two three four")
        self.assertEqual(message["reasoning_content"], "Hm.")
        self.assertGreater(events[-1].at - events[0].at, 0.3, "it came at once")

    def test_silence_is_filled_with_comments(self):
        connection, response = self.client.open("POST", PATH, self.body(
            castor.plan({"parts": [{"text": "late"}], "fault": "slow", "seconds": 2}), stream=True), self.headers())
        with client.Stream(connection, response):
            self.assertIn(b'"role":"assistant"', response.readline())
            content = response.read()
        self.assertIn(b"\n: ping\n\n", content)
        self.assertTrue(content.endswith(b"data: [DONE]\n\n"), content)

    def test_errors_are_openais(self):
        self.assert_error(self.chat("Hello", model="nobody-9"), 404, code="model_not_found", type="invalid_request_error")
        self.assert_error(self.chat("Hello", n=2), 400, code="unsupported_value", param="n")
        self.assert_error(self.chat("Hello", messages=[]), 400, code=None, param="messages")
        self.assert_error(self.chat("Hello", key="a-stranger's-key"), 401, code="invalid_api_key")
        self.assert_error(self.client.request("POST", PATH, "{", self.headers()), 400, type="invalid_request_error")
        self.assert_error(self.chat(castor.plan({"fault": "too-long"})), 400, code="context_length_exceeded")
        self.assert_error(self.client.request("GET", PATH, headers=self.headers()), 405)

    def test_a_stream_that_breaks_ends_in_an_error_and_without_done(self):
        plan = castor.plan({"parts": [{"text": "one two three four five six"}], "delay_ms": 10, "fault": "cut", "after_chunks": 2})
        with self.stream(plan) as stream:
            last = stream.rest()[-1].data
        self.assertEqual(set(last), {"error"}, last)
        self.assertEqual(last["error"]["type"], "server_error")

    def test_base_urls_of_other_layers_lead_here(self):
        for path in ("/chat/completions", "/v1/v1/chat/completions", "/v1beta/openai/chat/completions"):
            self.assertEqual(self.chat("Hello", path).status, 200, path)

    def test_cached_content_is_asked_for_with_the_key_that_made_it(self):
        words = {"model": "models/" + client.MODEL, "ttl": "300s", "contents": [{"role": "user", "parts": [{"text": "word " * 3000}]}]}
        made = self.client.request("POST", "/v1beta/cachedContents", json.dumps(words), self.headers())
        self.assertEqual(made.status, 200, made)
        google = {"cached_content": made.json()["name"]}
        for number in range(4):
            reply = self.chat("Hello %d" % number, google=google)
            self.assertEqual(reply.status, 200, reply)
            self.assertGreater(reply.json()["usage"]["prompt_tokens_details"]["cached_tokens"], 1000)
        self.assertEqual(len(self.upstream.generations()), 4)
        self.assert_error(self.chat("Hello", key=self.castor.add_client("bob"), extra_body={"google": google}), 403)

    def play(self, stream, change):
        """Two steps of calls and an answer; `change` is what the client does to each message before it sends it back."""
        messages = [{"role": "user", "content": castor.plan(
            [{"thought": "Both at once."}, call("Ulm"), call("Jena")],
            [{"thought": "One more."}, call("Bonn")],
            [{"text": "{{result:0}}, {{result:1}}, {{result:2}}"}])}]
        for _ in range(2):
            message = self.message(stream, messages=messages, tools=[WEATHER])
            messages.append(change(message))
            for each in message["tool_calls"]:
                city = json.loads(each["function"]["arguments"])["city"]
                messages.append({"role": "tool", "tool_call_id": each["id"], "content": "fine in " + city})
        message = self.message(stream, messages=messages, tools=[WEATHER])
        self.assertEqual(message["content"], "fine in Ulm, fine in Jena, fine in Bonn")
        # The upstream accepts no signature but those it gave, each on its call.
        self.assertEqual(self.upstream.violations(), [])
        self.assertNotIn(DUMMY, json.dumps(self.upstream.generations()))

    def test_signatures_return_in_extra_content(self):
        def kept(message):
            first, *others = message["tool_calls"]
            self.assertTrue(first["extra_content"]["google"]["thought_signature"])
            self.assertFalse([other for other in others if "extra_content" in other])
            self.castor.forget_signatures()
            return message

        for stream in (False, True):
            with self.subTest(stream=stream):
                self.play(stream, kept)

    def test_signatures_return_from_the_database_where_the_client_drops_them(self):
        def stripped(message):
            calls = [{key: each[key] for key in ("id", "type", "function")} for each in message["tool_calls"]]
            return {"role": "assistant", "content": message["content"], "tool_calls": calls}

        for stream in (False, True):
            with self.subTest(stream=stream):
                self.play(stream, stripped)

    def test_a_custom_tool_is_called_with_any_text(self):
        prompt = {"role": "user", "content": castor.plan(
            [{"call": {"name": "apply_patch", "args": {"input": PATCH}}}], [{"text": "{{result:0}}"}])}
        for stream in (False, True):
            message = self.message(stream, messages=[prompt], tools=[APPLY_PATCH])
            patch, = message["tool_calls"]
            self.assertEqual((patch["type"], patch["custom"]), ("custom", {"name": "apply_patch", "input": PATCH}))
            result = {"role": "tool", "tool_call_id": patch["id"], "content": "patched"}
            message = self.message(stream, messages=[prompt, message, result], tools=[APPLY_PATCH])
            self.assertEqual(message["content"], "patched")
        self.assertEqual(self.upstream.violations(), [])

    def test_functions_of_old_are_called_by_function_call(self):
        functions = [WEATHER["function"]]
        prompt = {"role": "user", "content": castor.plan([call("Ulm")], [{"text": "{{result:0}}"}])}
        for stream in (False, True):
            message = self.message(stream, messages=[prompt], functions=functions)
            self.assertEqual(json.loads(message["function_call"]["arguments"]), {"city": "Ulm"})
            result = {"role": "function", "name": "get_weather", "content": "fine"}
            message = self.message(stream, messages=[prompt, message, result], functions=functions)
            self.assertEqual(message["content"], "fine")
        self.assertEqual(self.upstream.violations(), [])


if __name__ == "__main__":
    unittest.main()
