"""Reading request bodies: how much of them, and JSON as strictly as Google's parser reads it."""

import json

import faults
from errors import RuleError

MAX_BYTES = 100 * 1024 * 1024  # Google's limit of a request with inline data
MAX_DEPTH = 100  # of nested JSON
PAYLOAD = "Invalid JSON payload received. %s"


def read(headers, file):
    """The bytes of the body, sent with a length or in chunks. Raises ApiError 413 and leaves the
    rest unread.
    """
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return _read_chunks(file)
    size = int(headers.get("Content-Length") or 0)
    if size > MAX_BYTES:
        raise faults.error_named("413", "")
    return file.read(size)


def _read_chunks(file):
    body = b""
    while True:
        size = int(file.readline(64).split(b";")[0], 16)
        if len(body) + size > MAX_BYTES:
            raise faults.error_named("413", "")
        body += file.read(size)
        file.readline(64)
        if size == 0:
            return body


def parse(body):
    """The JSON of a body. UTF-8 without lone surrogates, numbers without NaN, not too deep."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise RuleError("json", PAYLOAD % "Invalid surrogate pair.") from error
    except ValueError as error:
        raise RuleError("json", PAYLOAD % ("Unexpected token.\n%s" % error)) from error
    except RecursionError:
        value = None
    if value is None or _is_deeper(value, MAX_DEPTH):
        raise RuleError("json", PAYLOAD % "Message too deep. Max recursion depth reached.")
    return value


def _refuse_constant(name):
    raise ValueError("%s is not JSON" % name)


def _is_deeper(value, levels):
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(_is_deeper(member, levels - 1) for member in value)
