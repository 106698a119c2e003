"""What the requests of OpenAI's clients lose: nothing of a good one, and each loss is told."""

import copy
import unittest

import nothing_lost_openai

PICTURE = "data:image/png;base64,aGk="
UPSTREAM = {
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "tools": [{"functionDeclarations": [{"name": "read"}, {"name": "shout"}]}],
    "contents": [
        {
            "role": "user",
            "parts": [
                {"text": "Read it."},
                {"inlineData": {"mimeType": "image/png", "data": "aGk="}},
            ],
        },
        {"role": "model", "parts": [{"functionCall": {"name": "read", "args": {"a": 1}}}]},
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"name": "read", "response": {"output": "It says hello."}}}
            ],
        },
    ],
}
ANSWER = {"upstream": UPSTREAM, "tool_names": {}, "wrapped_tools": []}
CHAT = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Read it."},
                {"type": "image_url", "image_url": {"url": PICTURE}},
            ],
        },
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": "t1",
                    "type": "function",
                    "function": {"name": "read", "arguments": '{"a": 1}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "t1", "content": "It says hello."},
    ],
    "tools": [
        {"type": "function", "function": {"name": "read"}},
        {"type": "custom", "custom": {"name": "shout"}},
    ],
}
RESPONSES = {
    "instructions": "Be brief.",
    "input": [
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "Read it."},
                {"type": "input_image", "image_url": PICTURE},
            ],
        },
        {"type": "function_call", "call_id": "t1", "name": "read", "arguments": '{"a": 1}'},
        {"type": "function_call_output", "call_id": "t1", "output": "It says hello."},
        {
            "type": "additional_tools",
            "tools": [{"type": "namespace", "tools": [{"type": "custom", "name": "shout"}]}],
        },
    ],
    "tools": [{"type": "function", "name": "read"}],
}


class LossesTest(unittest.TestCase):
    def losses(self, change=lambda upstream: None):
        answer = copy.deepcopy(ANSWER)
        change(answer["upstream"])
        chat = list(nothing_lost_openai.chat_losses(CHAT, answer))
        responses = list(nothing_lost_openai.responses_losses(RESPONSES, answer))
        self.assertEqual(chat, responses)
        return chat

    def test_passes_what_is_complete(self):
        self.assertEqual(self.losses(), [])

    def test_tells_what_is_lost(self):
        for text, change in (
            ("a text is lost: 'Be brief.'", lambda u: u.pop("systemInstruction")),
            ("1 calls became 0", lambda u: u["contents"].pop(1)),
            (
                "the arguments",
                lambda u: u["contents"][1]["parts"][0]["functionCall"].update(args={}),
            ),
            ("a text is lost: 'It says hello.'", lambda u: u["contents"].pop(2)),
            ("tool shout is not declared", lambda u: u["tools"][0]["functionDeclarations"].pop(1)),
            ("1 media became 0", lambda u: u["contents"][0]["parts"].pop(1)),
        ):
            losses = self.losses(change)
            self.assertEqual(len(losses), 1, losses)
            self.assertIn(text, losses[0])


if __name__ == "__main__":
    unittest.main()
