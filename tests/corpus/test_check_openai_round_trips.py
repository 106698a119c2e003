"""The judgement of what comes back from OpenAI's clients: a good request passes, each loss is told."""

import copy
import json
import unittest

import check_openai_round_trips
from corpus import Reply

CALL = {"name": "read", "id": "t1", "args": {"a": 1}}
REPLY = {
    "candidates": [
        {
            "finishReason": "STOP",
            "content": {"parts": [{"functionCall": CALL, "thoughtSignature": "c2lnbmVk"}]},
        }
    ]
}
ARGUMENTS = {"name": "read", "arguments": '{"a": 1}'}
WHOLE = {
    "Chat Completions": {
        "choices": [
            {
                "message": {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{"id": "t1", "type": "function", "function": ARGUMENTS}],
                }
            }
        ]
    },
    "Responses": {"output": [{"type": "function_call", "call_id": "t1", **ARGUMENTS}]},
}
UPSTREAM = {
    "tools": [{"functionDeclarations": [{"name": "read", "description": ""}]}],
    "contents": [
        {"role": "user", "parts": [{"text": "Begin."}]},
        {"role": "model", "parts": [{"functionCall": CALL, "thoughtSignature": "c2lnbmVk"}]},
        {
            "role": "user",
            "parts": [
                {
                    "functionResponse": {
                        "name": "read",
                        "id": "t1",
                        "response": {"output": "Result of t1"},
                    }
                }
            ],
        },
    ],
}


class Anything:
    def faults(self, value, name):
        return []


class RoundTripTest(unittest.TestCase):
    def check(self, api, change=lambda part: None):
        upstream = copy.deepcopy(UPSTREAM)
        change(upstream["contents"][1]["parts"][0])
        answer = {
            "whole": json.dumps(WHOLE[api]),
            "upstream": upstream,
            "model": "gemini-4-hydrogen",
            "tool_names": {},
            "wrapped_tools": [],
            "generates_nothing": False,
        }
        reply = Reply("x", json.dumps(REPLY), True)
        return check_openai_round_trips.check(
            reply, api, "thoughts shown", lambda question: answer, Anything()
        )

    def test_passes_what_comes_back(self):
        for api in WHOLE:
            self.assertEqual(self.check(api), ("came back", []))

    def test_misses_a_signature_an_id_and_arguments(self):
        for api in WHOLE:
            faults = self.check(api, lambda part: part.update(thoughtSignature="b3RoZXI="))[1]
            self.assertIn("the signature of read came back", faults[0])
            self.assertTrue(self.check(api, lambda part: part["functionCall"].update(id="t2"))[1])
            self.assertTrue(self.check(api, lambda part: part["functionCall"].update(args={}))[1])


if __name__ == "__main__":
    unittest.main()
