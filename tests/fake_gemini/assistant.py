"""The small friendly assistant that answers when no plan says otherwise."""

import counting
import turns

GREETING = (
    "Hello! I am the fake Gemini that comes with castor: no model, no network, always in a good"
    " mood."
)


def answer(request):
    """The parts of an ordinary reply to a request in camelCase."""
    contents = request.get("contents", [])
    config = request.get("generationConfig", {})
    parts = [
        {"thought": "**Reading the question**\n\nThe user wrote something; I will say it back."}
    ]
    function = _forced_function(request)
    if function:
        return parts + [
            {"call": {"name": function["name"], "args": example(_parameters(function))}}
        ]
    if config.get("responseMimeType") == "application/json":
        schema = (
            config.get("responseJsonSchema") or config.get("responseSchema") or {"type": "object"}
        )
        return parts + [{"json": example(schema)}]
    results = turns.responses_of(contents[-1]) if contents else []
    if results:
        names = ", ".join(result["name"] for result in results)
        return parts + [
            {"text": "Thank you, I have read the result of %s. That is all I needed." % names}
        ]
    words = last_user_text(contents)
    if not words:
        return parts + [{"text": GREETING}]
    if len(words) > 400:
        words = words[:400] + "…"
    return parts + [{"text": "%s You wrote: “%s”" % (GREETING, words)}]


def last_user_text(contents):
    for content in reversed(contents):
        if not turns.is_model(content):
            texts = [part["text"] for part in content.get("parts", []) if part.get("text")]
            if texts:
                return texts[-1].strip()
    return ""


def _forced_function(request):
    """The function to call when the request says that one must be called."""
    config = request.get("toolConfig", {}).get("functionCallingConfig", {})
    if config.get("mode") != "ANY":
        return None
    allowed = config.get("allowedFunctionNames")
    declared = [
        d for tool in request.get("tools", []) for d in tool.get("functionDeclarations", [])
    ]
    return next(d for d in declared if not allowed or d["name"] in allowed)


def _parameters(function):
    return function.get("parametersJsonSchema") or function.get("parameters") or {}


def example(schema, root=None, depth=0):
    """A small value that fits a schema of either language."""
    root = schema if root is None else root
    if not isinstance(schema, dict) or depth > 8:
        return None
    if "$ref" in schema:
        return example(_resolve(schema["$ref"], root), root, depth + 1)
    if schema.get("enum"):
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if schema.get(choice):
            return example(schema[choice][0], root, depth + 1)
    type_ = schema.get("type", "object" if "properties" in schema else "string")
    type_ = (type_[0] if isinstance(type_, list) else type_).lower()
    if type_ == "object":
        wanted = schema.get("required") or list(schema.get("properties", {}))
        properties = schema.get("properties", {})
        return {
            name: example(properties[name], root, depth + 1)
            for name in wanted
            if name in properties
        }
    if type_ == "array":
        return [example(schema.get("items", {}), root, depth + 1)] * max(
            1, int(schema.get("minItems", 1))
        )
    number = schema.get("minimum", 1)
    return {"integer": int(number), "number": number, "boolean": True, "null": None}.get(
        type_, "example"
    )


def _resolve(reference, root):
    node = root
    for step in reference.lstrip("#/").split("/"):
        node = node.get(step, {}) if isinstance(node, dict) else {}
    return node


def vector(text, dimensions):
    """Deterministic. Like a real embedding it has length 1 only in the full size of 3072."""
    state = counting.text_tokens(text) + sum(text.encode("utf-8", "replace")) * 2654435761
    values = []
    for _ in range(dimensions):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append((state >> 11) / 2**53 - 0.5)
    norm = sum(value * value for value in values) ** 0.5
    scale = (1.0 if dimensions == 3072 else 0.7) / norm
    return [round(value * scale, 9) for value in values]
