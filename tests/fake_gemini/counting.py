"""Token counts: made up, deterministic, growing with the content, the same for countTokens and
usageMetadata.
"""

import json
import math

BYTES_PER_TOKEN = 4
TOKENS_PER_TURN = 1
TOKENS_PER_MEDIUM = 258  # what an image or a PDF page costs, whatever its size


def text_tokens(text):
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN)


def prompt_tokens(request):
    """Tokens of the contents, the system instruction and the tools of a request in camelCase."""
    contents = list(request.get("contents", []))
    if "systemInstruction" in request:
        contents.append(request["systemInstruction"])
    count = sum(
        TOKENS_PER_TURN + sum(map(part_tokens, content.get("parts", []))) for content in contents
    )
    if request.get("tools"):
        count += _json_tokens(request["tools"])
    return count


def part_tokens(part):
    if "text" in part:
        return text_tokens(part["text"])
    if "inlineData" in part or "fileData" in part:
        return TOKENS_PER_MEDIUM
    return _json_tokens({name: value for name, value in part.items() if name != "thoughtSignature"})


def _json_tokens(value):
    return text_tokens(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
