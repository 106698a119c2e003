"""What the model is to do, carried by the prompt.

A user text with the line `FAKE-PLAN: <base64 of JSON>` scripts the rest of that conversation. The
JSON is a list of steps, or one object {"steps": [...], ...defaults of every step}. A step is a list
of parts, or an object:

  parts         a list of {"thought": "…"}, {"text": "…"}, {"call": {"name", "args", "id"?}},
                {"json": value} or any raw Gemini part
  finishReason  default STOP;  finishMessage
  continue      further answers for CONTINUATION: a list of {"parts", "finishReason"}
  usage         members that replace those of usageMetadata
  delay_ms      pause before each chunk;  signature_bytes  size of signatures before base64
  replay        file under --golden whose bytes are the answer
  fault         see faults.py; with after_chunks, seconds, reason, message, like, mid_chunk,
                clean, times

The step is chosen by how many model turns follow the text that carries the plan. A step with calls
is passed over when the request declares no function (clients ask for titles with the same text).
Strings may hold `{{result:N}}`, the text of the N-th tool result since then. A call's name may be a
pattern (`mcp__*__read`): the first declared function that fits is called, because gateways rename
functions.
"""

import base64
import binascii
import fnmatch
import json
import re

import tools
import turns

LINE = re.compile(r"FAKE-PLAN:\s*([A-Za-z0-9+/=_-]+)")
RESULT = re.compile(r"\{\{result:(\d+)\}\}")
FINISHED = {"parts": [{"text": "The plan has no further step."}]}


def encode(plan):
    """The line that carries a plan; for tests written in Python."""
    return "FAKE-PLAN: " + base64.b64encode(json.dumps(plan).encode()).decode()


def decode(text):
    """The plan in a user text, or None. A line that is there but broken raises ValueError."""
    found = LINE.search(text)
    if not found:
        return None
    try:
        raw = found[1].replace("-", "+").replace("_", "/")
        plan = json.loads(base64.b64decode(raw + "=" * (-len(raw) % 4)))
    except (binascii.Error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("FAKE-PLAN is not base64 of JSON: %s" % error) from error
    if isinstance(plan, list):
        plan = {"steps": plan}
    if not isinstance(plan, dict) or not isinstance(plan.setdefault("steps", [{}]), list):
        raise ValueError("FAKE-PLAN must be a list of steps or an object with steps")
    return plan


def step_for(request, hop=0):
    """The step of the newest plan in the conversation, ready to be played; None without a plan.

    `hop` counts the continuations of one answer (CONTINUATION, Gemini 4).
    """
    contents = request.get("contents", [])
    for i in range(len(contents) - 1, -1, -1):
        if turns.is_model(contents[i]):
            continue
        for part in contents[i].get("parts", []):
            plan = decode(part["text"]) if "text" in part else None
            if plan is not None:
                step = _step(plan, contents[i + 1 :], request, hop)
                return step if _can_be_played(step, request) else None
    return None


def _can_be_played(step, request):
    return bool(tools.declared_names(request)) or not any(
        "call" in part for part in step.get("parts", [])
    )


def step_with_fault(fault):
    """The step a model name such as gemini-3.8-flash-fake-stall asks for: the fault, else an
    ordinary answer.
    """
    return {"fault": fault, "after_chunks": 1} if fault else None


def _step(plan, after, request, hop):
    number = _model_turns(after)
    defaults = {name: value for name, value in plan.items() if name != "steps"}
    chosen = plan["steps"][number] if number < len(plan["steps"]) else FINISHED
    chosen = {"parts": chosen} if isinstance(chosen, list) else chosen
    step = {**defaults, **chosen, "number": number}
    if hop:
        more = step.get("continue", [])
        step = {**step, **(more[hop - 1] if hop <= len(more) else FINISHED)}
    if "parts" in step:
        results = [
            _result_text(answer) for content in after for answer in turns.responses_of(content)
        ]
        names = tools.declared_names(request)
        step["parts"] = [_fill(part, results, names) for part in step["parts"]]
    return step


def _model_turns(contents):
    count, previous_is_model = 0, False
    for content in contents:
        now = turns.is_model(content)
        count += now and not previous_is_model
        previous_is_model = now
    if contents and turns.is_model(contents[-1]):
        count -= 1  # a trailing model turn is a beginning to be continued, not a finished step
    return count


def _fill(part, results, names):
    part = _replace(part, results)
    if "call" in part:
        call = dict(part["call"])
        call["name"] = next(
            (name for name in names if fnmatch.fnmatchcase(name, call["name"])), call["name"]
        )
        part = {**part, "call": call}
    return part


def _replace(value, results):
    if isinstance(value, str):
        return RESULT.sub(
            lambda found: results[int(found[1])] if int(found[1]) < len(results) else "", value
        )
    if isinstance(value, list):
        return [_replace(item, results) for item in value]
    if isinstance(value, dict):
        return {name: _replace(item, results) for name, item in value.items()}
    return value


def _result_text(answer):
    response = answer.get("response", {})
    for name in ("output", "result", "content", "error"):
        if isinstance(response.get(name), str):
            return response[name]
    return json.dumps(response, ensure_ascii=False)
