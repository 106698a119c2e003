"""cachedContents: prompts that Google keeps, for the project that created them."""

import dataclasses
import secrets
import string

import counting
import fields
import models
import rules
import shelf
from errors import RuleError

DEFAULT_SECONDS = 3600
MIN_TOKENS = 1024
MIN_TOKENS_OF_PRO = 4096
PAGE, LARGEST_PAGE = 50, 1000
ID_LENGTH = 40
# What a request with a cache takes from it and may not bring itself.
KEPT = ("systemInstruction", "tools", "toolConfig")
ALPHABET = string.ascii_lowercase + string.digits

REFUSAL = "CachedContent not found (or permission denied)"
OTHER_MODEL = (
    "Model used by GenerateContent request (models/%s) and CachedContent (%s) has to be the same."
)
ONLY_EXPIRATION = "Only the expiration (ttl or expire_time) of a CachedContent can be updated."


@dataclasses.dataclass
class Cache:
    name: str
    model: str  # with "models/"
    display_name: str
    prompt: dict  # contents and the members of KEPT
    tokens: int
    created: float
    updated: float
    expires: float

    def describe(self):
        """The resource without what is kept: Google takes prompts and never gives them out."""
        return {
            "name": "cachedContents/" + self.name,
            "model": self.model,
            "createTime": shelf.timestamp(self.created),
            "updateTime": shelf.timestamp(self.updated),
            "expireTime": shelf.timestamp(self.expires),
            "displayName": self.display_name,
            "usageMetadata": {"totalTokenCount": self.tokens},
        }

    def complete(self, request):
        """The request as the model sees it: what is kept comes first."""
        contents = self.prompt.get("contents", []) + request["contents"]
        return {**request, **self.prompt, "contents": contents}


class Caches:
    """The methods of the collection. Each gives the answer's JSON or raises Google's error."""

    def __init__(self, clock):
        self._clock = clock
        self._kept = shelf.Shelf(clock, REFUSAL)

    def reset(self):
        self._kept.reset()

    def answer(self, command, id_, query, body, project):
        """The JSON for a request to the collection (no id) or to one of its members; None if there
        is no such method.
        """
        if not id_:
            if command == "POST":
                return self._create(project, body)
            return self._list(project, query) if command == "GET" else None
        if command == "GET":
            return self._kept.get(project, id_).describe()
        if command == "PATCH":
            return self._patch(project, id_, query, body)
        if command == "DELETE":
            self._kept.remove(project, id_)
            return {}
        return None

    def used_by(self, request, model, project):
        """The cache that a request names; raises Google's error if it may not be used there."""
        prefix, _, id_ = request["cachedContent"].partition("/")
        if prefix != "cachedContents" or not id_:
            raise RuleError("cached-content", "Invalid cached content name.")
        cache = self._kept.get(project, id_)
        if cache.model != "models/" + model.id:
            raise RuleError("cached-content", OTHER_MODEL % (model.id, cache.model))
        return cache

    def _create(self, project, body):
        request = fields.read(body, "CachedContent")
        prefix, _, name = request.get("model", "").rpartition("/")
        if prefix != "models":
            raise RuleError(
                "model-field", "* CreateCachedContentRequest.model: unexpected model name format\n"
            )
        model, _ = models.named(name, "createCachedContent")
        prompt = {name: request[name] for name in ("contents",) + KEPT if name in request}
        rules.check_cached_prompt(prompt, model)
        tokens = counting.prompt_tokens(prompt)
        least = MIN_TOKENS_OF_PRO if "-pro" in model.id else MIN_TOKENS
        if tokens < least:
            raise RuleError(
                "cached-content",
                "Cached content is too small. total_token_count=%d, min_total_token_count=%d"
                % (tokens, least),
            )
        now = self._clock.now()
        id_ = "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))
        cache = Cache(
            name=id_,
            model=request["model"],
            display_name=request.get("displayName", ""),
            prompt=prompt,
            tokens=tokens,
            created=now,
            updated=now,
            expires=self._expiry(request, now),
        )
        self._kept.put(project, id_, cache)
        return cache.describe()

    def _list(self, project, query):
        things = [cache.describe() for cache in self._kept.list(project)]
        return shelf.page(things, query, "cachedContents", PAGE, LARGEST_PAGE)

    def _patch(self, project, id_, query, body):
        cache = self._kept.get(project, id_)
        request = fields.read(body, "CachedContent")
        mask = [fields.snake(path) for path in query.get("updateMask", "").split(",") if path]
        fixed = [name for name in ("contents", "displayName") + KEPT if name in request]
        if fixed or set(mask) - {"ttl", "expire_time"}:
            raise RuleError("cached-content", ONLY_EXPIRATION)
        cache.updated = self._clock.now()
        cache.expires = self._expiry(request, cache.updated)
        return cache.describe()

    def _expiry(self, request, now):
        if "ttl" in request and "expireTime" in request:
            raise RuleError(
                "cached-content",
                "Invalid value at 'cached_content' (oneof), oneof field 'expiration' is already"
                " set. Cannot set 'expireTime'",
            )
        if "expireTime" in request:
            expires = fields.seconds_of_timestamp(request["expireTime"])
        else:
            expires = now + float(request.get("ttl", "%ds" % DEFAULT_SECONDS)[:-1])
        if expires <= now:
            raise RuleError(
                "cached-content", "* CachedContent.expire_time: must be in the future\n"
            )
        return expires
