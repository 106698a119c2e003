"""Thought signatures: opaque to the client, self-verifying for us.

A signature carries, under an HMAC, what it was issued for: model family, kind of part and the
function call it sat on. So a restarted fake still knows its own, an altered byte shows, and a
signature moved to another part or replayed to another family of models is refused. It is padded to
the size real ones have.
"""

import base64
import hashlib
import hmac
import json

from fields import decode_base64

# Not a secret: it only tells our signatures from everybody else's.
KEY = b"made-up key of the fake Gemini"
MARK = b"\x12FG1"
MAC_SIZE = 16
DEFAULT_SIZE = 480  # bytes before base64; real ones run from 130 to 4,000 for short prompts

CALL = "call"
TEXT = "text"

# Google documents these two values as "skip validation".
DUMMIES = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")


def issue(family, kind, call=None, size=DEFAULT_SIZE):
    """A base64 signature for a part of that kind; `call` is the functionCall it is put on."""
    claim = {"family": family, "kind": kind}
    if call is not None:
        claim.update(name=call["name"], id=call.get("id"), args=_digest(call.get("args")))
    payload = json.dumps(claim, separators=(",", ":"), sort_keys=True).encode()
    body = len(payload).to_bytes(2, "big") + payload
    filler = hashlib.shake_256(payload).digest(max(0, size - len(body) - len(MARK) - MAC_SIZE))
    body += filler
    return base64.b64encode(MARK + mac(body) + body).decode()


def claim_of(signature):
    """What we issued it for, or None when it is not ours or was altered."""
    raw = decode_base64(signature)
    if raw is None or not raw.startswith(MARK):
        return None
    given, body = raw[len(MARK) : len(MARK) + MAC_SIZE], raw[len(MARK) + MAC_SIZE :]
    if not hmac.compare_digest(given, mac(body)):
        return None
    size = int.from_bytes(body[:2], "big")
    return json.loads(body[2 : 2 + size])


def fits_family(claim, family):
    """Aliases ("latest") stand for any current generation, on either side."""
    issued = claim["family"]
    if issued == family:
        return True
    return "latest" in (issued, family) and not {issued, family} & {"gemini-2.5", "gemini-2.0"}


def fits_call(claim, call):
    """Whether the signature still sits on the call it was issued for.

    Clients may normalise arguments or leave the id out, so one of the two is enough; a signature
    moved to a sibling call matches neither.
    """
    if claim["kind"] != CALL or claim["name"] != call.get("name"):
        return False
    return (
        not call.get("id")
        or call["id"] == claim["id"]
        or _digest(call.get("args")) == claim["args"]
    )


def _digest(args):
    text = json.dumps(args or {}, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mac(body):
    return hmac.new(KEY, body, hashlib.sha256).digest()[:MAC_SIZE]
