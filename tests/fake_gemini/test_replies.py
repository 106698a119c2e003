import json
import os
import tempfile
import unittest

import plans
import signatures
from server import Options
from support import ADD, ServerTest, answer, ask, model_turn, user, with_tools

MULTIPLY = {"name": "multiply", "parametersJsonSchema": {"type": "object", "properties": {}}}
BOTH = [{"functionDeclarations": [ADD, MULTIPLY]}]


def texts(events):
    return "".join(
        part.get("text", "")
        for event in events
        for part in event["candidates"][0].get("content", {}).get("parts", [])
        if not part.get("thought")
    )


def parts_of(event):
    return event["candidates"][0]["content"]["parts"]


class Streams(ServerTest):
    def test_bytes_are_crlf_events_without_names_or_sentinel(self):
        reply = self.stream(ask())
        self.assertEqual(reply.headers["Content-Type"], "text/event-stream")
        self.assertTrue(reply.data.startswith(b'data: {"candidates": [{'))
        self.assertTrue(reply.data.endswith(b"}\r\n\r\n"))
        self.assertEqual(reply.data.replace(b"\r\n", b"").count(b"\n"), 0)
        self.assertNotIn(b"[DONE]", reply.data)
        self.assertNotIn(b"event:", reply.data)
        self.assertGreater(len(reply.events()), 4)

    def test_every_chunk_has_usage_model_and_response_id(self):
        events = self.stream(
            ask(generationConfig={"thinkingConfig": {"includeThoughts": True}})
        ).events()
        self.assertEqual(len({event["responseId"] for event in events}), 1)
        self.assertEqual({event["modelVersion"] for event in events}, {"gemini-3.8-flash"})
        thinking = [
            event for event in events if any(part.get("thought") for part in parts_of(event))
        ]
        self.assertTrue(thinking)
        for event in thinking:
            self.assertEqual(
                event["usageMetadata"]["totalTokenCount"],
                event["usageMetadata"]["promptTokenCount"],
            )
            self.assertNotIn("candidatesTokenCount", event["usageMetadata"])
        counts = [
            event["usageMetadata"]["candidatesTokenCount"] for event in events[len(thinking) :]
        ]
        self.assertEqual(counts, sorted(counts))
        last = events[-1]["usageMetadata"]
        self.assertEqual(
            last["totalTokenCount"],
            last["promptTokenCount"] + last["candidatesTokenCount"] + last["thoughtsTokenCount"],
        )

    def test_thoughts_are_shown_on_request_only(self):
        self.assertNotIn(b'"thought"', self.stream(ask()).data)

    def test_a_text_answer_is_signed_on_an_empty_last_part(self):
        last = self.stream(ask()).events()[-1]
        self.assertEqual(last["candidates"][0]["finishReason"], "STOP")
        self.assertEqual(parts_of(last)[0]["text"], "")
        self.assertEqual(signatures.claim_of(parts_of(last)[0]["thoughtSignature"])["kind"], "text")

    def test_the_second_generation_ends_on_its_last_text(self):
        last = self.stream(ask(), model="gemini-2.5-flash").events()[-1]
        self.assertNotEqual(parts_of(last)[0]["text"], "")
        self.assertEqual(last["candidates"][0]["finishReason"], "STOP")
        self.assertNotIn("thoughtSignature", parts_of(last)[0])

    def test_without_sse_the_stream_is_one_array(self):
        reply = self.request("POST", "/v1beta/models/gemini-3.8-flash:streamGenerateContent", ask())
        self.assertEqual(reply.headers["Content-Type"], "application/json; charset=UTF-8")
        self.assertGreater(len(reply.json()), 4)

    def test_generate_content_joins_the_same_answer(self):
        whole = self.generate(ask()).json()
        self.assertEqual(len(parts_of(whole)), 1)
        self.assertIn("thoughtSignature", parts_of(whole)[0])
        self.assertEqual(parts_of(whole)[0]["text"], texts(self.stream(ask()).events()))


class Assistant(ServerTest):
    def test_it_says_the_question_back(self):
        self.assertIn(
            "You wrote: “Who are you?”", texts(self.stream(ask(user("Who are you?"))).events())
        )

    def test_it_calls_a_function_when_it_must(self):
        add = {
            "name": "add",
            "parametersJsonSchema": {
                "type": "object",
                "required": ["a", "mode"],
                "properties": {
                    "a": {"type": "integer"},
                    "mode": {"enum": ["fast"]},
                    "b": {"type": "string"},
                },
            },
        }
        config = {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["add"]}}
        body = ask(tools=[{"functionDeclarations": [MULTIPLY, add]}], toolConfig=config)
        first = parts_of(self.stream(body).events()[0])[0]
        self.assertEqual(
            (first["functionCall"]["name"], first["functionCall"]["args"]),
            ("add", {"a": 1, "mode": "fast"}),
        )

    def test_it_answers_json_with_something_that_fits_the_schema(self):
        schema = {
            "type": "object",
            "required": ["title"],
            "properties": {"title": {"type": "string"}},
        }
        config = {"responseMimeType": "application/json", "responseJsonSchema": schema}
        self.assertEqual(
            json.loads(texts(self.stream(ask(generationConfig=config)).events())),
            {"title": "example"},
        )

    def test_it_keeps_to_the_longest_answer_and_the_stop_sequences(self):
        events = self.stream(ask(generationConfig={"maxOutputTokens": 25})).events()
        self.assertEqual(events[-1]["candidates"][0]["finishReason"], "MAX_TOKENS")
        stopped = texts(self.stream(ask(generationConfig={"stopSequences": ["fake"]})).events())
        self.assertEqual(stopped, "Hello! I am the ")


class Plans(ServerTest):
    def play(self, plan, *more, model="gemini-3.8-flash", **members):
        return self.stream(
            ask(user("Please\n" + plans.encode(plan)), *more, **members), model=model
        )

    def test_a_tool_loop(self):
        plan = [
            [
                {"thought": "Both at once."},
                {"text": "Let me see."},
                {"call": {"name": "add", "args": {"a": 1}}},
                {"call": {"name": "multiply", "args": {"a": 2}}},
            ],
            [{"call": {"name": "add", "args": {"a": "{{result:1}}"}}}],
            [{"text": "It is {{result:0}}."}],
        ]
        first = self.play(plan, tools=BOTH).events()
        calls = [part for event in first for part in parts_of(event) if "functionCall" in part]
        self.assertTrue(all(len(parts_of(event)) == 1 for event in first))
        self.assertEqual(["thoughtSignature" in part for part in calls], [True, False])
        self.assertRegex(calls[0]["functionCall"]["id"], r"^\w{8}$")
        self.assertEqual(
            (parts_of(first[-1]), first[-1]["candidates"][0]["finishReason"]),
            ([{"text": ""}], "STOP"),
        )

        ids = [part["functionCall"]["id"] for part in calls]
        turn = (
            model_turn("Let me see.", *calls),
            user(
                answer("multiply", ids[1], {"output": "six"}),
                answer("add", ids[0], {"result": "3"}),
            ),
        )
        second = self.play(plan, *turn, tools=BOTH).events()
        again = parts_of(second[0])[0]
        self.assertEqual(again["functionCall"]["args"], {"a": "3"})
        self.assertRegex(again["functionCall"]["id"], r"^call_\d{6}$")

        turn += (model_turn(again), user(answer("add", again["functionCall"]["id"])))
        self.assertEqual(texts(self.play(plan, *turn, tools=BOTH).events()), "It is six.")

    def test_the_newest_plan_wins_and_counts_from_its_own_text(self):
        old, new = plans.encode([[{"text": "old"}]]), plans.encode([[{"text": "new"}]])
        self.assertEqual(
            texts(self.stream(ask(user(old), model_turn("old"), user(new))).events()), "new"
        )

    def test_after_its_last_step_a_plan_says_so(self):
        self.assertIn(
            "no further step",
            texts(self.play([[{"text": "x"}]], model_turn("x"), user("Go on")).events()),
        )

    def test_a_broken_plan_is_refused(self):
        reply = self.stream(ask(user("FAKE-PLAN: abc")))
        self.assertEqual(reply.status, 400)
        self.assertIn("FAKE-PLAN", reply.json()["error"]["message"])

    def test_ids_and_signatures_by_generation(self):
        plan = [[{"call": {"name": "add", "args": {}}}]]
        part = parts_of(self.play(plan, tools=BOTH, model="gemini-2.5-flash").events()[0])[0]
        self.assertNotIn("id", part["functionCall"])
        self.assertIn("thoughtSignature", part)
        part = parts_of(
            self.play([[{"call": {"name": "add", "id": "mine"}}]], tools=BOTH).events()[0]
        )[0]
        self.assertEqual(part["functionCall"]["id"], "mine")

    def test_non_streamed_calls_carry_a_finish_message(self):
        body = ask(user(plans.encode([[{"call": {"name": "add"}}]])), tools=BOTH)
        self.assertEqual(
            self.generate(body).json()["candidates"][0]["finishMessage"],
            "Model generated function call(s).",
        )

    def test_renamed_functions_are_found_by_pattern(self):
        body = with_tools({"name": "mcp__notes__read_it"})
        part = parts_of(
            self.play([[{"call": {"name": "mcp__*__read*"}}]], tools=body["tools"]).events()[0]
        )[0]
        self.assertEqual(part["functionCall"]["name"], "mcp__notes__read_it")

    def test_calls_need_declared_functions(self):
        self.assertIn("You wrote", texts(self.play([[{"call": {"name": "add"}}]]).events()))

    def test_raw_parts_usage_and_finish_reason_are_taken_as_given(self):
        code = {"executableCode": {"language": "PYTHON", "code": "1"}}
        events = self.play(
            {
                "steps": [{"parts": [code], "finishReason": "OTHER", "finishMessage": "why"}],
                "usage": {"cachedContentTokenCount": 7},
            }
        ).events()
        self.assertEqual(parts_of(events[0]), [code])
        last = events[-1]["candidates"][0]
        self.assertEqual(
            (last["finishReason"], last["finishMessage"], "content" in last),
            ("OTHER", "why", False),
        )
        self.assertEqual(events[-1]["usageMetadata"]["cachedContentTokenCount"], 7)

    def test_the_size_of_signatures(self):
        events = self.play({"steps": [[{"text": "x"}]], "signature_bytes": 3000}).events()
        self.assertEqual(len(parts_of(events[-1])[0]["thoughtSignature"]), 4000)

    def test_an_answer_of_the_fourth_generation_is_continued(self):
        plan = [
            {
                "parts": [{"text": "one"}],
                "finishReason": "CONTINUATION",
                "continue": [[{"text": "two"}]],
            }
        ]
        plan[0]["continue"] = [{"parts": [{"text": "two"}], "finishReason": "STOP"}]
        body = ask(user(plans.encode(plan)))
        last = self.stream(body, model="gemini-4-argon").events()[-1]["candidates"][0]
        self.assertEqual(last["finishReason"], "CONTINUATION")
        again = {**body, "continuationToken": last["continuationToken"]}
        self.assertEqual(texts(self.stream(again, model="gemini-4-argon").events()), "two")
        changed = {**again, "systemInstruction": {"parts": [{"text": "x"}]}}
        self.assertEqual(self.stream(changed, model="gemini-4-argon").status, 400)


class Replay(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        with open(os.path.join(cls.scratch.name, "upstream_reply.sse"), "wb") as file:
            file.write(b'data: {"a": 1}\r\n\r\ndata: {"b": 2}\r\n\r\n')
        cls.options = Options(delay=0, golden=cls.scratch.name)
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.scratch.cleanup()

    def test_recorded_bytes_come_as_they_are(self):
        for fault in ({}, {"fault": "one-byte"}):
            reply = self.stream(
                ask(user(plans.encode([{"replay": "upstream_reply.sse", **fault}])))
            )
            self.assertEqual(reply.data, b'data: {"a": 1}\r\n\r\ndata: {"b": 2}\r\n\r\n')

    def test_nothing_outside_the_directory(self):
        for path in ("../x.sse", "/etc/passwd", "missing.sse"):
            self.assertEqual(self.stream(ask(user(plans.encode([{"replay": path}])))).status, 400)


if __name__ == "__main__":
    unittest.main()
