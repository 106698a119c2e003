"""Everything that can go wrong at Google, by name.

Two ways in: an API key whose text starts with "fake-" (which key gets used is what failover tests
are about), and a `fault` in a plan or on the model name (plans.py). Bodies follow recorded and
reported answers; texts that name a person's project are made up.
"""

import re
import threading

from errors import TYPE_PREFIX, ApiError, error_info

QUOTA_TEXT = (
    "You exceeded your current quota, please check your plan and billing details. For more"
    " information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To"
    " monitor your current usage, head to: https://ai.dev/rate-limit. "
)
HELP = {
    "@type": TYPE_PREFIX + "Help",
    "links": [
        {
            "description": "Learn more about Gemini API quotas",
            "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
        }
    ],
}
PROJECT = "projects/100000000001"
TOO_LARGE = (
    "<!DOCTYPE html>\n<html lang=en>\n<title>Error 413 (Request Entity Too"
    " Large)!!1</title>\n<p><b>413.</b> <ins>That\u2019s an error.</ins>\n<p>Your client issued a"
    " request that was too large.\n"
)
BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad"
    " Gateway</h1></body></html>\n"
)


def quota(model, metric, quota_id, limit, retry):
    """429 with the three details Google sends; `retry` is in seconds."""
    metric = "generativelanguage.googleapis.com/" + metric
    text = "%s\n* Quota exceeded for metric: %s, limit: %d, model: %s\nPlease retry in %ss." % (
        QUOTA_TEXT,
        metric,
        limit,
        model,
        repr(retry),
    )
    violation = {
        "quotaMetric": metric,
        "quotaId": quota_id,
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": str(limit),
    }
    details = [
        HELP,
        {"@type": TYPE_PREFIX + "QuotaFailure", "violations": [violation]},
        {"@type": TYPE_PREFIX + "RetryInfo", "retryDelay": "%ds" % retry},
    ]
    return ApiError(429, text, details=details)


def _minute(model):
    return quota(
        model,
        "generate_content_free_tier_requests",
        "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
        10,
        34.400291817,
    )


def _tokens(model):
    return quota(
        model,
        "generate_content_paid_tier_input_token_count",
        "GenerateContentPaidTierInputTokensPerModelPerMinute",
        1000000,
        48.939935699,
    )


def _day(model):
    return quota(
        model,
        "generate_content_free_tier_requests",
        "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        250,
        21.08,
    )


def _limit0(model):
    return quota(
        model,
        "generate_content_free_tier_requests",
        "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        0,
        12.5,
    )


def _invalid_key(text):
    return lambda model: ApiError(400, text, details=error_info("API_KEY_INVALID", message=text))


def _suspended(model):
    # Google prints the key itself here: castor has to scrub it.
    text = "Permission denied: Consumer 'api_key:%(key)s' has been suspended."
    metadata = {"consumer": PROJECT, "containerInfo": "api_key:%(key)s"}
    return ApiError(403, text, details=error_info("CONSUMER_SUSPENDED", metadata, text))


def _denied_with(reason, text):
    return lambda model: ApiError(
        403, text, details=error_info(reason, {"consumer": PROJECT}, text)
    )


def _plain(code, text, status=None):
    return lambda model: ApiError(code, text, status)


def _too_long(model):
    return ApiError(
        400,
        "The input token count (1048999) exceeds the maximum number of tokens allowed (1048576).",
    )


SHORT_QUOTA = "Resource has been exhausted (e.g. check quota)."
OVERLOADED = "The model is overloaded. Please try again later."
INTERNAL = (
    "An internal error has occurred. Please retry or report in"
    " https://developers.generativeai.google/guide/troubleshooting"
)

# Answers that concern the key whatever is asked of it, model lists included.
KEY_ERRORS = {
    "invalid": _invalid_key("API key not valid. Please pass a valid API key."),
    "expired": _invalid_key("API key expired. Please renew the API key."),
    "leaked": _plain(403, "Your API key was reported as leaked. Please use another API key."),
    "suspended": _suspended,
    "denied": _plain(403, "Your project has been denied access. Please contact support."),
    "service-disabled": _denied_with(
        "SERVICE_DISABLED",
        (
            "Generative Language API has not been used in project 100000000001 before or it is"
            " disabled."
        ),
    ),
    "blocked-referrer": _denied_with(
        "API_KEY_HTTP_REFERRER_BLOCKED", "Requests from referer <empty> are blocked."
    ),
    "blocked-ip": _denied_with(
        "API_KEY_IP_ADDRESS_BLOCKED", "The provided API key has an IP address restriction."
    ),
    "blocked-service": _denied_with(
        "API_KEY_SERVICE_BLOCKED",
        "Requests to this API generativelanguage.googleapis.com method are blocked.",
    ),
    "401": lambda model: ApiError(
        401,
        "Request had invalid authentication credentials.",
        details=error_info("ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    ),
    "403": _plain(403, "The caller does not have permission"),
    "location": _plain(
        400, "User location is not supported for the API use.", "FAILED_PRECONDITION"
    ),
}

# Answers that concern one request.
REQUEST_ERRORS = {
    "429-minute": _minute,
    "429-tokens": _tokens,
    "429-day": _day,
    "429-limit0": _limit0,
    "429-plain": _plain(429, SHORT_QUOTA),
    "429-help": lambda model: ApiError(429, QUOTA_TEXT, details=[HELP]),
    "429-spend": _plain(
        429,
        "Your project has reached its spend limit for the current window. Please try again later.",
    ),
    "billing": _plain(
        400,
        (
            "Gemini API free tier is not available in your country. Please enable billing on your"
            " project in Google AI Studio."
        ),
        "FAILED_PRECONDITION",
    ),
    "402": _plain(
        402,
        "Your prepay credit balance is depleted. Please go to AI Studio to manage your billing.",
    ),
    "404": lambda model: ApiError(
        404,
        "This model models/%s is no longer available to new users. Please update your code to use a"
        " newer model for the latest features and improvements." % model,
    ),
    "file-403": _plain(
        403, "You do not have permission to access the File abc123 or it may not exist."
    ),
    "500": _plain(500, INTERNAL),
    "503": _plain(503, OVERLOADED),
    "504": _plain(504, "Deadline expired before operation could complete."),
    "499": _plain(499, "The operation was cancelled."),
    "413": lambda model: ApiError(413, "too large", html=TOO_LARGE),
    "502": lambda model: ApiError(502, "bad gateway", html=BAD_GATEWAY),
    "too-long": _too_long,
    "missing-signature": _plain(
        400, "Function call is missing a thought_signature in functionCall parts."
    ),
    "model-turn": _plain(400, "Requests ending with a model turn are not supported."),
    "schema": _plain(
        400, "The specified schema produces a constraint that has too many states for serving."
    ),
    "level": _plain(400, "Thinking level is not supported for this model."),
}

KEY_PATTERN = re.compile(
    r"fake-(?P<name>.+?)(?P<once>-once)?(?:-after-(?P<after>\d+))?(?:\.(?P<label>.*))?"
)

# Bad behaviour of a stream; each is read by streaming.py or replies.py.
STREAM_FAULTS = ("stall", "slow", "cut", "error-chunk", "one-byte", "reset", "close")
REPLY_FAULTS = ("empty", "malformed", "finish", "blocked")


def error_named(name, model, key=""):
    """The ApiError of that name, or None. `%(key)s` in it becomes the key, as Google does for
    suspended ones.
    """
    make = KEY_ERRORS.get(name) or REQUEST_ERRORS.get(name)
    if make is None:
        return None
    error = make(model)
    if name == "suspended":
        error.message = error.message.replace("%(key)s", key)
        for detail in error.details:
            if "metadata" in detail:
                detail["metadata"]["containerInfo"] = "api_key:" + key
            else:
                detail["message"] = error.message
    return error


class KeyBehaviour:
    """Counts what each key was asked, for the "-once" and "-after-N" forms. Shared by all
    connections.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._asked = {}

    def reset(self):
        with self._lock:
            self._asked.clear()

    def error_for(self, key, model, generating):
        """The answer this key has earned now, or None. `generating` is false for model lists."""
        found = KEY_PATTERN.fullmatch(key)
        if not found:
            return None
        name = found["name"]
        if not generating and name not in KEY_ERRORS:
            return None
        with self._lock:
            self._asked[key] = count = self._asked.get(key, 0) + 1
        if found["once"] and count > 1 or found["after"] and count < int(found["after"]):
            return None
        error = error_named(name, model, key)
        if error is None and name != "ok":
            return ApiError(
                500, "fake Gemini: no behaviour is named %s, see tests/fake_gemini/README.md" % name
            )
        return error
