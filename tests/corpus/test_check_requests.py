"""The judgement of translated requests: a good one passes, each thing gone wrong is told."""

import copy
import unittest

import check_requests
import check_round_trips
from corpus import Reply

PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
BODY = {
    "model": "claude-x",
    "max_tokens": 4096,
    "tool_choice": {"type": "any"},
    "system": [
        {"type": "text", "text": "x-anthropic-billing-header: 1"},
        {"type": "text", "text": "Be short."},
    ],
    "tools": [
        {"name": "read", "description": "Reads.", "input_schema": SCHEMA},
        {"name": "late", "defer_loading": True},
        {"type": "bash_20250124", "name": "bash"},
    ],
    "messages": [
        {"role": "user", "content": "Read it."},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "t1", "name": "read", "input": {"a": 1}}],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "t1",
                    "content": [{"type": "text", "text": "It says hi."}],
                },
                PICTURE,
            ],
        },
    ],
}
SIGNATURE = "c2lnbmVk"
CALL = {
    "functionCall": {"name": "read", "id": "t1", "args": {"a": 1}},
    "thoughtSignature": SIGNATURE,
}
RESULT = {"functionResponse": {"name": "read", "id": "t1", "response": {"output": "It says hi."}}}
ANSWER = {
    "model": "gemini-3.8-flash",
    "notes": [],
    "tool_names": {},
    "wrapped_tools": [],
    "generates_nothing": False,
    "upstream": {
        "generationConfig": {"maxOutputTokens": 4096},
        "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
        "systemInstruction": {"parts": [{"text": "Be short."}]},
        "tools": [
            {
                "functionDeclarations": [
                    {"name": "read", "description": "Reads.", "parametersJsonSchema": SCHEMA}
                ]
            }
        ],
        "contents": [
            {"role": "user", "parts": [{"text": "Read it."}]},
            {"role": "model", "parts": [CALL]},
            {"role": "user", "parts": [RESULT]},
            {"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "aGk="}}]},
        ],
    },
}


class Anything:
    def faults(self, value, name):
        return []


class RequestTest(unittest.TestCase):
    def check(self, change=lambda answer: None):
        answer = copy.deepcopy(ANSWER)
        change(answer)
        return check_requests.check(
            "x", BODY, "anthropic", None, lambda question: answer, Anything()
        )

    def assert_fault(self, text, change):
        kind, faults = self.check(change)
        self.assertTrue(any(text in fault for fault in faults), (kind, faults))

    def test_passes_a_good_translation(self):
        self.assertEqual(self.check(), ("translated", []))

    def test_takes_a_reasoned_refusal_only(self):
        refusal = {"error": {"status": 400, "message": "messages: no"}}
        self.assertEqual(self.check(lambda a: a.update(refusal)), ("refused: messages: no", []))
        for error in ({"status": 500, "message": "bug"}, {"status": 400, "message": ""}):
            self.assertTrue(self.check(lambda a, e=error: a.update(error=e))[1])

    def test_asks_the_rules_of_the_fake(self):
        def end_with_model(answer):
            answer["upstream"]["contents"].append({"role": "model", "parts": [{"text": "Hm"}]})

        self.assert_fault("rule trailing-model-turn", end_with_model)
        self.assert_fault("rule unknown-field", lambda a: a["upstream"].update(betas=[]))

    def test_misses_what_is_lost(self):
        parts = lambda a, i: a["upstream"]["contents"][i]["parts"]
        self.assert_fault("system[1] is lost", lambda a: a["upstream"].pop("systemInstruction"))
        self.assert_fault(
            "messages[0].content[0] is lost", lambda a: parts(a, 0)[0].update(text="Read")
        )
        self.assert_fault("media became 0", lambda a: a["upstream"]["contents"].pop())
        self.assert_fault("tool read is not declared", lambda a: a["upstream"].pop("tools"))

    def test_compares_calls_and_results(self):
        call = lambda a: a["upstream"]["contents"][1]["parts"][0]["functionCall"]
        response = lambda a: a["upstream"]["contents"][2]["parts"][0]["functionResponse"]
        self.assert_fault("became", lambda a: call(a).update(args={"a": 2}))
        self.assert_fault("is named", lambda a: response(a).update(id="t2"))
        self.assert_fault("does not say", lambda a: response(a).update(response={"output": "It"}))

    def test_compares_tools_and_settings(self):
        tool = lambda a: a["upstream"]["tools"][0]["functionDeclarations"][0]
        schema = lambda a: tool(a)["parametersJsonSchema"]
        config = lambda a: a["upstream"]["generationConfig"]
        calling = lambda a: a["upstream"]["toolConfig"]["functionCallingConfig"]
        self.assert_fault("lost its description", lambda a: tool(a).update(description=""))
        self.assert_fault("lost ['a']", lambda a: schema(a).update(properties={}, required=[]))
        self.assert_fault("requires []", lambda a: schema(a).update(required=[]))
        self.assert_fault("max_tokens", lambda a: config(a).update(maxOutputTokens=100))
        self.assert_fault("tool_choice", lambda a: calling(a).update(mode="AUTO"))


class RoundTripTest(unittest.TestCase):
    reply = Reply(
        "x",
        '{"candidates": [{"finishReason": "STOP", "content": {"parts": [{"functionCall":'
        ' {"name": "read", "id": "t1", "args": {"a": 1}}, "thoughtSignature": "c2lnbmVk"}]}}]}',
        True,
    )

    def check(self, change=lambda answer: None):
        answer = copy.deepcopy(ANSWER)
        del answer["upstream"]["contents"][3], answer["upstream"]["systemInstruction"]
        answer["upstream"]["contents"][0]["parts"][0]["text"] = "Begin."
        answer["upstream"]["contents"][2]["parts"][0]["functionResponse"]["response"][
            "output"
        ] = "Result of t1"
        declaration = answer["upstream"]["tools"][0]["functionDeclarations"][0]
        declaration["parametersJsonSchema"] = {"type": "object"}
        change(answer["upstream"]["contents"][1]["parts"][0])
        whole = '{"content": [{"type": "tool_use", "id": "t1", "name": "read", "input": {"a": 1}}]}'
        return check_round_trips.check(
            self.reply, "thoughts shown", lambda question: {**answer, "whole": whole}, Anything()
        )

    def test_passes_what_comes_back(self):
        self.assertEqual(self.check(), ("came back", []))

    def test_misses_a_signature_an_id_and_arguments(self):
        signed = self.check(lambda part: part.update(thoughtSignature="b3RoZXI="))[1]
        self.assertIn("the signature of read came back", signed[0])
        self.assertTrue(self.check(lambda part: part["functionCall"].update(id="t2"))[1])
        self.assertTrue(self.check(lambda part: part["functionCall"].update(args={}))[1])


if __name__ == "__main__":
    unittest.main()
