"""Google's error answers: one exception that carries exactly what goes on the wire.

The shape is google.rpc.Status as the Gemini API prints it:
{"error": {"code", "message", "status", "details"}}; `details` is left out when there are none.
"""

import json

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "RESOURCE_EXHAUSTED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

TYPE_PREFIX = "type.googleapis.com/google.rpc."


class ApiError(Exception):
    """An answer other than 200. `html` replaces the JSON body (what Google's front end sends, e.g.
    for 413).
    """

    def __init__(self, code, message, status=None, details=None, html=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUS_NAMES.get(code, "UNKNOWN")
        self.details = details or []
        self.html = html

    def to_json(self):
        error = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def body(self, as_array=False):
        """The bytes of the answer; a stream without alt=sse wraps the object in an array of one."""
        if self.html is not None:
            return self.html.encode()
        value = self.to_json()
        return (
            json.dumps([value] if as_array else value, indent=2, ensure_ascii=False).encode()
            + b"\n"
        )


class RuleError(ApiError):
    """A request that breaks one of Gemini's rules. `rule` is our short name for it, for tests and
    reports.
    """

    def __init__(self, rule, message, details=None, code=400):
        super().__init__(code, message, details=details)
        self.rule = rule


def bad_request(violations):
    """google.rpc.BadRequest for [(field, description)]."""
    return [
        {
            "@type": TYPE_PREFIX + "BadRequest",
            "fieldViolations": [
                {"field": field, "description": text} for field, text in violations
            ],
        }
    ]


def error_info(reason, metadata=None, message=None):
    """google.rpc.ErrorInfo, followed by a LocalizedMessage when `message` is given."""
    metadata = {"service": "generativelanguage.googleapis.com", **(metadata or {})}
    details = [
        {
            "@type": TYPE_PREFIX + "ErrorInfo",
            "reason": reason,
            "domain": "googleapis.com",
            "metadata": metadata,
        }
    ]
    if message:
        details.append(
            {"@type": TYPE_PREFIX + "LocalizedMessage", "locale": "en-US", "message": message}
        )
    return details
