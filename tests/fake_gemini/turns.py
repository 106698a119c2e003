"""The order of a conversation: who speaks, which calls are answered, which signatures come back.

All functions take contents as fields.read returns them (camelCase, no nulls) and raise RuleError.
"""

import signatures
from errors import RuleError

DATA_FIELDS = (
    "text inlineData functionCall functionResponse fileData executableCode codeExecutionResult"
    " toolCall toolResponse"
).split()

CALL_TURN = (
    "Please ensure that function call turn comes immediately after a user turn or after a function"
    " response turn."
)
RESPONSE_TURN = (
    "Please ensure that function response turn comes immediately after a function call turn. And"
    " the number of function response parts should be equal to number of function call parts of the"
    " function call turn."
)
RESPONSE_COUNT = (
    "Please ensure that the number of function response parts is equal to the number of function"
    " call parts of the function call turn."
)
TRAILING_MODEL_TURN = "Requests ending with a model turn are not supported."
MISSING_SIGNATURE = (
    "Function call is missing a thought_signature in functionCall parts. This is required for tools"
    " to work correctly, and missing thought_signature may lead to degraded model performance."
    " Additional data, function call `default_api:%s` , position %d. Please refer to"
    " https://ai.google.dev/gemini-api/docs/thought-signatures for more details."
)
INVALID_SIGNATURE = "Invalid thought signature."
CORRUPTED_SIGNATURE = "Corrupted thought signature."

TOOL_RESULT_MIME_TYPES = ("image/png", "image/jpeg", "image/webp", "application/pdf", "text/plain")


def calls_of(content):
    return [part["functionCall"] for part in content.get("parts", []) if "functionCall" in part]


def responses_of(content):
    return [
        part["functionResponse"] for part in content.get("parts", []) if "functionResponse" in part
    ]


def is_model(content):
    return content.get("role") == "model"


def check(contents, model, foreign_signatures=False, served_elsewhere=False):
    """Everything about contents that is not a matter of single fields. The parts themselves come
    first.

    `served_elsewhere`: Google itself calls MCP servers and then keeps call and result in the
    model's turns.
    """
    if not contents:
        raise RuleError(
            "contents", "* GenerateContentRequest.contents: contents is not specified\n"
        )
    for i, content in enumerate(contents):
        check_role(content, alone=len(contents) == 1)
        check_parts(content, "GenerateContentRequest.contents[%d]" % i, model)
    if not served_elsewhere:
        check_pairing(contents, model)
    check_signatures(contents, model, foreign_signatures)
    if is_model(contents[-1]) and model.is_recent:
        raise RuleError("trailing-model-turn", TRAILING_MODEL_TURN)


def check_role(content, alone):
    role = content.get("role")
    if role in ("user", "model", "function") or (role is None and alone):
        return
    raise RuleError("role", "Please use a valid role: user, model.")


def check_parts(content, path, model):
    parts = content.get("parts", [])
    if not parts:
        raise RuleError("empty-parts", "* %s.parts: contents.parts must not be empty.\n" % path)
    for i, part in enumerate(parts):
        _check_part(part, "%s.parts[%d]" % (path, i), model)


def _check_part(part, path, model):
    present = [name for name in DATA_FIELDS if name in part]
    if len(present) > 1:
        text = (
            "Invalid value at '%s' (oneof), oneof field 'data' is already set. Cannot set '%s'"
            % (path, present[1])
        )
        raise RuleError("part-data", text)
    if not part.get("thoughtSignature") and (not present or part.get("text") == ""):
        raise RuleError(
            "part-data",
            "* %s.data: required oneof field 'data' must have one initialized field\n" % path,
        )
    if "inlineData" in part:
        _check_blob(part["inlineData"], path + ".inline_data")
    if "fileData" in part and not part["fileData"].get("fileUri"):
        raise RuleError("media", "* %s.file_data.file_uri: file_uri must not be empty.\n" % path)
    if "functionCall" in part:
        _check_named(part["functionCall"], path + ".function_call")
    if "functionResponse" in part:
        _check_response(part["functionResponse"], path + ".function_response", model)


def _check_blob(blob, path):
    mime_type = blob.get("mimeType", "")
    kind, _, rest = mime_type.partition("/")
    if kind not in ("image", "audio", "video", "text", "application") or not rest:
        raise RuleError(
            "media",
            "Unable to submit request because it has a mimeType parameter with value %s, which is"
            " not supported. Update the mimeType and try again." % (mime_type or "(none)"),
        )
    if not blob.get("data"):
        raise RuleError("media", "* %s.data: must not be empty.\n" % path)


def _check_named(call, path):
    if not call.get("name"):
        raise RuleError("function-name", "* %s.name: Name cannot be empty.\n" % path)
    if call.get("id") is not None and not call["id"]:
        raise RuleError("function-id", "* %s.id: must not be empty.\n" % path)


def _check_response(response, path, model):
    _check_named(response, path)
    if "response" not in response:
        raise RuleError("response-object", "* %s.response: must be specified.\n" % path)
    if _has_reference(response["response"]) and not response.get("parts"):
        raise RuleError(
            "response-object", "* %s.response: $ref does not name a part of the response.\n" % path
        )
    for i, part in enumerate(response.get("parts", [])):
        where = "%s.parts[%d]" % (path, i)
        if not model.signs:
            raise RuleError(
                "response-media",
                "* %s: multimodal function responses are not supported for this model.\n" % where,
            )
        if "inlineData" in part:
            _check_blob(part["inlineData"], where + ".inline_data")
        mime_type = part.get("inlineData", part.get("fileData", {})).get("mimeType")
        if mime_type not in TOOL_RESULT_MIME_TYPES:
            raise RuleError(
                "response-media", "* %s: mime type %s is not supported.\n" % (where, mime_type)
            )


def _has_reference(value):
    if isinstance(value, dict):
        return "$ref" in value or any(_has_reference(member) for member in value.values())
    return isinstance(value, list) and any(_has_reference(member) for member in value)


def check_pairing(contents, model):
    """Every model turn with calls is answered by exactly the next content, and nothing else
    answers.
    """
    previous = None
    for content in contents:
        calls, responses = calls_of(content), responses_of(content)
        expected = calls_of(previous) if previous and is_model(previous) else []
        if calls and (not is_model(content) or previous is None or is_model(previous)):
            raise RuleError("call-turn", CALL_TURN)
        if responses and (is_model(content) or not expected):
            raise RuleError("response-turn", RESPONSE_TURN)
        if len(responses) != len(expected):
            raise RuleError("response-count", RESPONSE_COUNT)
        if responses:
            _check_answers(expected, responses)
            _check_unmixed(content, model)
        previous = content


def _check_answers(calls, responses):
    """Results may come in any order: ids pair them, names where there is no id."""
    open_calls = list(calls)
    for response in sorted(responses, key=lambda answer: "id" not in answer):
        for call in open_calls:
            same_id = "id" not in response or "id" not in call or response["id"] == call["id"]
            if same_id and response["name"] == call["name"]:
                open_calls.remove(call)
                break
        else:
            raise RuleError("response-match", RESPONSE_TURN)


def _check_unmixed(content, model):
    if model.is_recent and any("text" in part for part in content["parts"]):
        raise RuleError("mixed-response", RESPONSE_TURN)


def window_start(contents):
    """Index behind the newest content that is the user's own and not tool results: from there on
    signatures are due.
    """
    for i in range(len(contents) - 1, -1, -1):
        if not is_model(contents[i]) and not responses_of(contents[i]):
            return i + 1
    return 0


def check_signatures(contents, model, foreign=False):
    start = window_start(contents)
    for i, content in enumerate(contents):
        first_call = True
        for part in content.get("parts", []):
            signature = part.get("thoughtSignature")
            call = part.get("functionCall")
            if signature and not foreign:
                _check_signature(part, signature, model, first_call and call is not None)
            if call is not None:
                if first_call and not signature and model.signs and i >= start:
                    raise RuleError("signature-missing", MISSING_SIGNATURE % (call["name"], i + 1))
                first_call = False


def _check_signature(part, signature, model, is_first_call):
    if signature in signatures.DUMMIES:
        if not is_first_call:
            raise RuleError("signature-dummy", INVALID_SIGNATURE)
        return
    claim = signatures.claim_of(signature)
    if claim is None or not signatures.fits_family(claim, model.family):
        raise RuleError("signature-foreign", INVALID_SIGNATURE)
    call = part.get("functionCall")
    if call is not None:
        if not is_first_call or not signatures.fits_call(claim, call):
            raise RuleError("signature-moved", CORRUPTED_SIGNATURE)
    elif claim["kind"] == signatures.CALL or "functionResponse" in part:
        raise RuleError("signature-moved", CORRUPTED_SIGNATURE)
