"""generationConfig: ranges, and what each generation of models no longer takes.

Sampling parameters on recent models are the one place where this judge is stricter than Google is
today (they are ignored, and announced to become an error): castor must never send them there.
"""

import schemas
from errors import RuleError

SAMPLING = ("temperature", "topP", "topK")
PENALTIES = ("presencePenalty", "frequencyPenalty")
MIME_TYPES = ("text/plain", "application/json", "text/x.enum")
MAX_STOP_SEQUENCES = 5
LONGEST_ANSWER = (
    1048576  # Gemini 4 continues an answer over several requests up to this many tokens
)
DYNAMIC_BUDGET = -1

PATH = "GenerateContentRequest.generation_config"


def check(config, model, streamed, has_tools):
    _check_sampling(config, model)
    _check_candidates(config, model)
    _check_lengths(config, model)
    _check_logprobs(config, streamed)
    _check_format(config, model, has_tools)
    _check_media(config, model)
    if "thinkingConfig" in config:
        _check_thinking(config["thinkingConfig"], model)


def _refuse(rule, text):
    raise RuleError(rule, text)


def _check_range(config, name, low, high, path_name, open_end=False):
    value = config.get(name)
    if value is not None and not (low <= value < high if open_end else low <= value <= high):
        _refuse(
            "range",
            "* %s.%s: %s must be in the range [%s, %s%s.\n"
            % (PATH, path_name, path_name, low, high, ")" if open_end else "]"),
        )


def _check_sampling(config, model):
    for name in SAMPLING:
        if name in config and model.is_recent:
            _refuse("sampling", "%s is not supported for this model." % name)
    _check_range(config, "temperature", 0.0, 2.0, "temperature")
    _check_range(config, "topP", 0.0, 1.0, "top_p")
    _check_range(config, "topK", 1, 1000, "top_k")
    for name in PENALTIES:
        if name in config and (model.version == (2, 5) or model.is_recent):
            _refuse("penalty", "Penalty is not enabled for this model")
        _check_range(config, name, -2.0, 2.0, name, open_end=True)


def _check_candidates(config, model):
    count = config.get("candidateCount", 1)
    if count != 1 and model.signs or "candidateCount" in config and model.is_recent:
        _refuse("candidates", "Multiple candidates is not enabled for this model")
    _check_range(config, "candidateCount", 1, 8, "candidate_count")


def _check_lengths(config, model):
    limit = LONGEST_ANSWER if model.continues else model.output_limit
    value = config.get("maxOutputTokens")
    if value is not None and not 1 <= value <= limit:
        _refuse(
            "max-tokens",
            "Unable to submit request because it has a maxOutputTokens value of %d but the"
            " supported range is from 1 (inclusive) to %d (exclusive). Update the value and try"
            " again." % (value, limit + 1),
        )
    stops = config.get("stopSequences", [])
    if len(stops) > MAX_STOP_SEQUENCES:
        _refuse(
            "stop-sequences",
            "* %s.stop_sequences: at most %d stop sequences are allowed.\n"
            % (PATH, MAX_STOP_SEQUENCES),
        )
    if not all(stops):
        _refuse("stop-sequences", "* %s.stop_sequences: must not contain an empty string.\n" % PATH)


def _check_logprobs(config, streamed):
    if config.get("responseLogprobs") or "logprobs" in config:
        _refuse(
            "logprobs",
            (
                "LogProbs is not supported in streaming mode"
                if streamed
                else "Logprobs is not enabled for this model"
            ),
        )


def _check_format(config, model, has_tools):
    mime_type = config.get("responseMimeType")
    if mime_type is not None and mime_type not in MIME_TYPES:
        _refuse(
            "mime-type",
            "* %s.response_mime_type: allowed mimetypes are `text/plain`, `application/json`,"
            " `application/xml`, `application/yaml` and `text/x.enum`.\n" % PATH,
        )
    if mime_type == "application/json" and has_tools and not model.signs:
        _refuse(
            "json-with-tools",
            "Function calling with a response mime type: 'application/json' is unsupported",
        )
    if "responseSchema" in config and "responseJsonSchema" in config:
        _refuse(
            "schema-both",
            "* %s: only one of response_schema and response_json_schema may be set.\n" % PATH,
        )
    if "responseSchema" in config:
        if mime_type not in ("application/json", "text/x.enum"):
            _refuse(
                "schema-mime",
                "* %s.response_schema: only supported with response_mime_type `application/json` or"
                " `text/x.enum`.\n" % PATH,
            )
        schemas.check_openapi(config["responseSchema"], PATH + ".response_schema")
    if "responseJsonSchema" in config:
        if mime_type != "application/json":
            _refuse(
                "schema-mime",
                "* %s.response_json_schema: only supported with response_mime_type"
                " `application/json`.\n" % PATH,
            )
        schemas.check_json_schema(config["responseJsonSchema"], PATH + ".response_json_schema")


def _check_media(config, model):
    wanted = set(config.get("responseModalities", [])) - {"TEXT"}
    if (wanted or "speechConfig" in config or "imageConfig" in config) and not model.makes_media:
        _refuse("modalities", "This model only supports text output.")


def _check_thinking(config, model):
    level, budget = config.get("thinkingLevel"), config.get("thinkingBudget")
    if level is not None and budget is not None:
        _refuse("thinking-both", "You can only set only one of thinking budget and thinking level.")
    if level is not None and not model.levels:
        _refuse("thinking-level", "Thinking level is not supported for this model.")
    if level is not None and level not in model.levels:
        _refuse("thinking-level", "Thinking level %s is not supported for this model." % level)
    if budget is not None:
        _check_budget(budget, model)
    if config.get("includeThoughts") and not (model.levels or model.budget or model.makes_media):
        _refuse("thinking", "Thinking is not enabled for this model")


def _check_budget(budget, model):
    if not model.is_gemini or model.continues or not (model.levels or model.budget):
        _refuse("thinking-budget", "Thinking budget is not supported for this model.")
    low, high = model.budget or (0, 32768)
    if budget == 0 and not (model.can_stop_thinking or model.signs):
        _refuse("thinking-budget", "Budget 0 is invalid. This model only works in thinking mode.")
    if budget not in (0, DYNAMIC_BUDGET) and not low <= budget <= high:
        _refuse(
            "thinking-budget",
            "The thinking budget %d is invalid. Please choose a value between %d and %d."
            % (budget, low, high),
        )
