"""Every recorded request of a client must become one that Gemini takes, or a reasoned refusal."""

import pathlib
import sys

import nothing_lost
import nothing_lost_openai

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fake_gemini"))

import models  # noqa: E402
import rules  # noqa: E402
from errors import RuleError  # noqa: E402

# Asked for in place of the model the client wrote, which is tried as well: one of every kind.
MODELS = (
    "gemini-4-hydrogen",
    "gemini-3.8-flash",
    "gemini-3.5-flash",
    "gemini-3.1-pro-preview",
    "gemini-2.5-flash",
    "gemini-2.5-pro",
    "gemma-4-31b-it",
)
CLIENT_ERRORS = (400, 404, 413)
# By the client APIs, as castor's log names them.
LOSSES = {
    "anthropic": nothing_lost.losses,
    "openai-chat": nothing_lost_openai.chat_losses,
    "openai-responses": nothing_lost_openai.responses_losses,
}


def check(name, body, dialect, model, ask, gemini):
    """(the kind of outcome, faults) of one request, as the client sent it or for another model."""
    kind, faults, answer = _translate(name, body, dialect, model, ask, gemini)
    if kind == "translated":
        faults = faults + list(LOSSES[dialect](body, answer))
    return kind, faults


def check_form(name, body, dialect, model, ask, gemini):
    """The same of a request that may mean anything."""
    kind, faults, _ = _translate(name, body, dialect, model, ask, gemini)
    return kind.split(":")[0], faults


def _translate(name, body, dialect, model, ask, gemini):
    question = {"id": name, "kind": "request", "dialect": dialect, "body": body}
    answer = ask({**question, "model": model} if model else question)
    error = answer.get("error")
    if error:
        if error["status"] in CLIENT_ERRORS and error["message"]:
            return "refused: " + error["message"], [], answer
        return "invalid", ["refused with %r" % error], answer
    if answer["generates_nothing"]:
        return "answered without Gemini", [], answer
    upstream = answer["upstream"]
    faults = gemini.faults(upstream, "GenerateContentRequest")
    faults += _judge(upstream, models.find(answer["model"], any_model=True))
    return "translated", faults, answer


def _judge(upstream, model):
    """What the strict fake says. It has not issued the signatures of recordings: they count."""
    try:
        request = rules.check_generate(upstream, model, True, foreign_signatures=True)
    except RuleError as error:
        return ["rule %s: %s" % (error.rule, error.message.strip())]
    return ["advice: " + advice for advice in rules.advice(request, model)]
