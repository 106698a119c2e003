"""The second reading of Gemini's replies, on made-up ones."""

import json
import unittest

from expected_reply import ExpectedReply


def whole(*parts, finish="STOP", **members):
    candidate = {"content": {"parts": list(parts)}, "finishReason": finish}
    return ExpectedReply(json.dumps({"candidates": [candidate], **members}), True)


def streamed(*chunks):
    return ExpectedReply("".join("data: %s\r\n\r\n" % json.dumps(c) for c in chunks), False)


class ExpectedReplyTest(unittest.TestCase):
    def test_reads_text_thoughts_and_calls(self):
        call = {"functionCall": {"name": "default_api:f", "args": {"a": 1}, "id": "1"}}
        reply = whole(
            {"text": "T", "thought": True}, {"text": "A"}, {**call, "thoughtSignature": "S"}, call
        )
        self.assertEqual((reply.failure, reply.stop_reason), (None, "tool_use"))
        self.assertEqual((reply.texts, reply.thoughts), (["A"], ["T"]))
        self.assertEqual(reply.calls, [("f", {"a": 1}, "S", "1")])

    def test_puts_chunks_together(self):
        chunk = lambda **c: {"candidates": [c], "usageMetadata": {"promptTokenCount": 9}}
        reply = streamed(
            chunk(content={"parts": [{"text": "a"}]}),
            chunk(content={"parts": [{"text": "", "thoughtSignature": "S"}]}),
            chunk(finishReason="MAX_TOKENS"),
        )
        self.assertEqual(("".join(reply.texts), reply.stop_reason), ("a", "max_tokens"))
        self.assertEqual(reply.text_signature, "S")
        self.assertEqual(reply.usage["input_tokens"], 9)

    def test_counts_as_anthropic_does(self):
        counts = {
            "promptTokenCount": 10,
            "cachedContentTokenCount": 4,
            "toolUsePromptTokenCount": 2,
            "candidatesTokenCount": 3,
            "thoughtsTokenCount": 5,
        }
        self.assertEqual(
            whole({"text": "a"}, usageMetadata=counts).usage,
            {
                "input_tokens": 8,
                "cache_read_input_tokens": 4,
                "output_tokens": 8,
                "output_tokens_details": {"thinking_tokens": 5},
            },
        )

    def test_knows_refusals(self):
        self.assertEqual(whole(finish="SAFETY").stop_reason, "refusal")
        self.assertEqual(whole(finish="IMAGE_OTHER").stop_reason, "refusal")
        blocked = streamed({"promptFeedback": {"blockReason": "OTHER"}})
        self.assertEqual((blocked.failure, blocked.stop_reason), (None, "refusal"))

    def test_knows_failures(self):
        self.assertTrue(streamed({"candidates": [{"content": {"parts": [{"text": "a"}]}}]}).failure)
        self.assertTrue(streamed({"error": {"code": 503}}).failure)
        self.assertTrue(whole(finish="MALFORMED_FUNCTION_CALL").failure)
        self.assertTrue(whole(finish="OTHER").failure)
        self.assertIsNone(whole({"text": "a"}, finish="OTHER").failure)
        self.assertTrue(ExpectedReply("<html>", True).failure)
        self.assertTrue(whole({"functionCall": {"name": "f", "willContinue": True}}).failure)

    def test_looks_for_every_piece_of_text_in_order(self):
        self.assertTrue(whole({"text": "a"}, {"text": "b"}).shows_all_text("ab"))
        self.assertFalse(whole({"text": "a"}).shows_all_text("ab"))
        code = whole({"text": "a"}, {"executableCode": {"code": "x = 1"}}, {"text": "b"})
        self.assertTrue(code.shows_all_text("a```\nx = 1\n```b"))
        self.assertFalse(code.shows_all_text("ab```\nx = 1\n```"))


if __name__ == "__main__":
    unittest.main()
