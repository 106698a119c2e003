"""Every recorded Embeddings request must become batches that Gemini takes, or a reasoned refusal."""

import check_requests
import models
import rules
from errors import RuleError

MODELS = ("gemini-embedding-001", "gemini-embedding-2")


def check(name, body, model, ask, gemini):
    """(the kind of outcome, faults) of one request, as the client sent it or for another model."""
    question = {"id": name, "kind": "embeddings", "body": body}
    answer = ask({**question, "model": model} if model else question)
    error = answer.get("error")
    if error:
        if error["status"] in check_requests.CLIENT_ERRORS and error["message"]:
            return "refused: " + error["message"], []
        return "invalid", ["refused with %r" % error]
    faults, texts = [], []
    for batch in answer["batches"]:
        faults += gemini.faults(batch, "BatchEmbedContentsRequest")
        try:
            requests = rules.check_batch_embed(batch, models.find(answer["model"]))
        except RuleError as broken:
            return "translated", faults + ["rule %s: %s" % (broken.rule, broken.message.strip())]
        texts += ["".join(p["text"] for p in r["content"]["parts"]) for r in requests]
        for request in requests:
            if rules.dimensions_of(request) not in (None, body.get("dimensions")) and model:
                faults.append("dimensions %r" % rules.dimensions_of(request))
    given = body["input"] if isinstance(body["input"], list) else [body["input"]]
    if texts != given:
        faults.append("%d texts became %d, or others" % (len(given), len(texts)))
    return "translated", faults
