"""The judgement of embeddings: good batches pass, what is lost or too much is told."""

import unittest

import check_embeddings

MODEL = "gemini-embedding-001"
BODY = {"model": "text-embedding-3-small", "input": ["cat", "dog"], "dimensions": 256}


class Anything:
    def faults(self, value, name):
        return []


def wanted(text, **members):
    content = {"parts": [{"text": text}]}
    return {"model": "models/" + MODEL, "content": content, "outputDimensionality": 256, **members}


class EmbeddingsTest(unittest.TestCase):
    def check(self, *requests):
        answer = {"model": MODEL, "batches": [{"requests": list(requests)}]}
        return check_embeddings.check("x", BODY, MODEL, lambda question: answer, Anything())

    def test_passes_the_texts_in_their_order(self):
        self.assertEqual(self.check(wanted("cat"), wanted("dog")), ("translated", []))

    def test_tells_what_is_wrong(self):
        for text, requests in (
            ("2 texts became 1", [wanted("cat")]),
            ("or others", [wanted("dog"), wanted("cat")]),
            ("rule batch", [wanted("cat")] * 101),
            ("dimensions 512", [wanted("cat"), wanted("dog", outputDimensionality=512)]),
        ):
            faults = self.check(*requests)[1]
            self.assertTrue(any(text in fault for fault in faults), (text, faults))

    def test_takes_a_reasoned_refusal(self):
        refusal = {"error": {"status": 400, "message": "input: no tokens"}}
        kind, faults = check_embeddings.check("x", BODY, None, lambda question: refusal, Anything())
        self.assertEqual((kind, faults), ("refused: input: no tokens", []))


if __name__ == "__main__":
    unittest.main()
