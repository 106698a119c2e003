"""Continuation tokens of Gemini 4: "send the identical request again plus this".

The token names the hop and, under an HMAC, the request it belongs to; only maxOutputTokens may be
raised.
"""

import base64
import hashlib
import json

import signatures
from errors import RuleError
from fields import decode_base64

MARK = b"\x0aFC1"


def issue(request, hop):
    """The token with which the answer number `hop` (from 1) to this request is fetched."""
    payload = bytes([hop]) + _digest(request)
    return base64.b64encode(MARK + signatures.mac(payload) + payload).decode()


def hop_of(request, model):
    """0 for a first request, else the number of the continuation asked for. Raises RuleError on a
    bad token.
    """
    if "continuationToken" not in request:
        return 0
    if not model.continues:
        raise RuleError("continuation", "Continuation tokens are not supported for this model.")
    raw = decode_base64(request["continuationToken"])
    mac, payload = (
        raw[len(MARK) : len(MARK) + signatures.MAC_SIZE],
        raw[len(MARK) + signatures.MAC_SIZE :],
    )
    if not raw.startswith(MARK) or signatures.mac(payload) != mac:
        raise RuleError("continuation", "Invalid continuation token.")
    if payload[1:] != _digest(request):
        raise RuleError(
            "continuation",
            "The request does not match the one the continuation token was issued for.",
        )
    return payload[0]


def _digest(request):
    same = {name: value for name, value in request.items() if name != "continuationToken"}
    config = same.get("generationConfig", {})
    same["generationConfig"] = {
        name: value for name, value in config.items() if name != "maxOutputTokens"
    }
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).digest()[:16]
