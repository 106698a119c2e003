"""The judge: is this request one that the real Gemini would take?

`check_*` return the request in camelCase (see fields.py) or raise RuleError with Google's answer.
Shares nothing with castor's converter on purpose. A few habits are legal today but announced to end
(a thinking budget on 3.x): `advice` lists them, so that a test can insist on their absence.
"""

import continuation
import fields
import generation
import tools
import turns
from errors import RuleError

CACHED_WITH_TOOLS = (
    "Tool config, tools and system instruction should not be set in the request when using cached"
    " content."
)
MAX_BATCH = 100
DIMENSIONS = (128, 3072)


def check_generate(body, model, streamed, foreign_signatures=False):
    request = fields.read(body, "GenerateContentRequest")
    _check_model_field(request, model)
    _check_conversation(request, model, foreign_signatures)
    config = request.get("generationConfig", {})
    generation.check(config, model, streamed, bool(request.get("tools")))
    _check_cached_content(request, model)
    continuation.hop_of(request, model)
    return request


def check_count(body, model, foreign_signatures=False):
    """countTokens takes bare contents or a whole request, not both; everything else belongs inside
    the latter.
    """
    request = fields.read(body, "CountTokensRequest")
    whole = request.get("generateContentRequest")
    if whole is None:
        if not request.get("contents"):
            raise RuleError(
                "contents", "* CountTokensRequest.contents: contents is not specified\n"
            )
        _check_contents_alone(request["contents"], model)
        return request
    if "contents" in request:
        raise RuleError(
            "count-both", "Only one of contents or generate_content_request may be set."
        )
    if not whole.get("model"):
        raise RuleError(
            "model-field",
            "* CountTokensRequest.generate_content_request.model: model is required\n",
        )
    _check_model_field(whole, model)
    _check_conversation(whole, model, foreign_signatures)
    return whole


def check_cached_prompt(prompt, model):
    """What a cache is to keep: contents, systemInstruction, tools and toolConfig, each optional."""
    for i, content in enumerate(prompt.get("contents", [])):
        turns.check_role(content, alone=True)
        turns.check_parts(content, "CreateCachedContentRequest.contents[%d]" % i, model)
    if "systemInstruction" in prompt:
        _check_system(prompt["systemInstruction"], model)
    tools.check(prompt, model)


def check_embed(body, model):
    request = fields.read(body, "EmbedContentRequest")
    _check_embedding(request, model, "EmbedContentRequest")
    return request


def check_batch_embed(body, model):
    requests = fields.read(body, "BatchEmbedContentsRequest").get("requests", [])
    if not requests:
        raise RuleError(
            "batch", "* BatchEmbedContentsRequest.requests: requests is not specified\n"
        )
    if len(requests) > MAX_BATCH:
        raise RuleError(
            "batch",
            "* BatchEmbedContentsRequest.requests: at most %d requests can be in one batch\n"
            % MAX_BATCH,
        )
    for i, request in enumerate(requests):
        where = "BatchEmbedContentsRequest.requests[%d]" % i
        if not request.get("model"):
            raise RuleError("model-field", "* %s.model: model is required\n" % where)
        _check_embedding(request, model, where)
    return requests


def advice(request, model):
    """Notes on a request that passed: what castor should not have sent all the same."""
    thinking = request.get("generationConfig", {}).get("thinkingConfig", {})
    if model.signs and "thinkingBudget" in thinking:
        yield "thinkingBudget on %s: deprecated, send thinkingLevel" % model.id
    for content in request.get("contents", []):
        for part in content.get("parts", []):
            if part.get("functionCall", {}).get("id") and not model.gives_call_ids:
                yield "functionCall.id on %s: this generation issues none" % model.id


def _check_model_field(request, model):
    if request.get("model") not in (None, model.id, "models/" + model.id):
        raise RuleError(
            "model-field", "* GenerateContentRequest.model: does not match the model of the URL\n"
        )


def _check_conversation(request, model, foreign_signatures):
    served_elsewhere = any("mcpServers" in tool for tool in request.get("tools", []))
    turns.check(request.get("contents"), model, foreign_signatures, served_elsewhere)
    if "systemInstruction" in request:
        _check_system(request["systemInstruction"], model)
    tools.check(request, model)


def _check_contents_alone(contents, model):
    # Counting bare contents does not play the conversation: only the parts have to be well formed.
    for i, content in enumerate(contents):
        turns.check_role(content, alone=True)
        turns.check_parts(content, "CountTokensRequest.contents[%d]" % i, model)


def _check_system(content, model):
    path = "GenerateContentRequest.system_instruction"
    turns.check_parts(content, path, model)
    if any("text" not in part for part in content["parts"]):
        raise RuleError("system-parts", "* %s: only text parts are supported.\n" % path)


def _check_cached_content(request, model):
    if "cachedContent" not in request:
        return
    if any(name in request for name in ("systemInstruction", "tools", "toolConfig")):
        raise RuleError("cached-content", CACHED_WITH_TOOLS)
    if model.continues:
        raise RuleError("cached-content", "Cached content is not supported for this model.")


def _check_embedding(request, model, where):
    if request.get("model") not in (None, "models/" + model.id):
        raise RuleError("model-field", "* %s.model: does not match the model of the URL\n" % where)
    parts = request.get("content", {}).get("parts", [])
    if not parts or not all(part.get("text") or part.get("inlineData") for part in parts):
        raise RuleError("empty-parts", "* %s.content: content contains an empty Part.\n" % where)
    if model.id.endswith("-001") and any("inlineData" in part for part in parts):
        raise RuleError("media", "* %s.content: this model embeds text only.\n" % where)
    if request.get("title") and request.get("taskType") != "RETRIEVAL_DOCUMENT":
        raise RuleError("title", "* %s.title: only for task type RETRIEVAL_DOCUMENT\n" % where)
    dimensions = dimensions_of(request)
    if dimensions is not None and not DIMENSIONS[0] <= dimensions <= DIMENSIONS[1]:
        raise RuleError(
            "dimensions",
            "* %s.output_dimensionality: must be between %d and %d\n" % ((where,) + DIMENSIONS),
        )


def dimensions_of(request):
    newer = request.get("embedContentConfig", {})
    return newer.get("outputDimensionality", request.get("outputDimensionality"))
