"""Requests that no client would send, made from the ones that clients do send (tests/golden)."""

import copy
import json

import scratch

GOLDEN = scratch.REPOSITORY / "tests" / "golden"

ODD = (
    None, True, False, 0, -1, 2**31, 2**53, 2**63, 2**64 - 1, -(2**63), 1e308, 0.1, "", "\0", "a\0b", "\r\nx: 1", "\x1b[31m",
    "\U0001f600", [], {}, [[]], [None], [{}], {"": ""}, {"type": None}, {"type": "text"}, "user", "system", "tool_use",
    "tool_result", "image", "enabled", "adaptive", "any", "data:image/png;base64,!", "file:///etc/passwd", "A" * 5000,
    "../../x", "%s%n", "toolu_" + "x" * 300,
)
PIECES = (
    b"\0", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\\ud800", b"\\udc00\\ud800", b"\\u0000", b'"', b"{", b"}", b"[", b"]",
    b",", b":", b"1e999", b"NaN", b"-", b"//x", b"\\x41", b"\xef\xbb\xbf", b"9" * 400, b"[" * 3000, b'{"a":' * 300,
)
MOST_BYTES = 2_000_000  # of what one change adds: all together stay within what a web server accepts
MEMBERS = ("$ref", "type", "anyOf", "properties", "enum", "content", "source", "cache_control", "")


def seeds(dialect, name="request.json"):
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("%s/*/%s" % (dialect, name)))]


def mutated(request, random):
    """The bytes of a request that is a little wrong, or very much so."""
    value = copy.deepcopy(request)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        value = with_change(value, random)
    content = json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    return damaged(content, random) if random.random() < 0.25 else content


def with_change(value, random):
    places = list(places_in(value))
    container, key = random.choice(places) if places else (None, None)
    if container is None:
        return copy.deepcopy(random.choice(ODD))
    old = container[key]
    change = random.randrange(6)
    if change == 0:
        del container[key]
    elif change == 1:
        other, other_key = random.choice(places)
        container[key] = copy.deepcopy(other[other_key])
    elif change == 2:
        container[key] = nested(random.choice((5, 100, 240, 256, 300)), random.random() < 0.5)
    elif change == 3 and isinstance(old, list):
        most = MOST_BYTES // len(json.dumps(old[:1]))
        for _ in range(min(most, random.choice((1, 100, 1000)))):
            old.extend(copy.deepcopy(old[:1]))
    elif change == 3 and isinstance(old, str):
        container[key] = (old * 1000)[:100_000]
    elif change == 4 and isinstance(old, dict):
        old[random.choice(MEMBERS)] = copy.deepcopy(random.choice(ODD))
    else:
        container[key] = copy.deepcopy(random.choice(ODD))
    return value


def places_in(value):
    """(container, key) of everything in it, as far as that is not endless."""
    open_values = [value]
    for _ in range(2000):
        if not open_values:
            return
        container = open_values.pop()
        keys = list(container) if isinstance(container, dict) else range(len(container)) if isinstance(container, list) else ()
        for key in keys:
            yield container, key
            open_values.append(container[key])


def nested(depth, lists):
    value = 1
    for _ in range(depth):
        value = [value] if lists else {"type": "object", "properties": value}
    return value


def damaged(content, random):
    content = bytearray(content)
    for _ in range(random.choice((1, 1, 3))):
        at = random.randrange(len(content) + 1)
        if random.random() < 0.5:
            content[at:at] = random.choice(PIECES)
        else:
            del content[at : at + random.choice((1, 5, 50))]
    return bytes(content)
