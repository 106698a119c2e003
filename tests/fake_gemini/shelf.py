"""What a project owns at Google for a while: the keys of other projects do not see it."""

import datetime
import threading
import time

from errors import ApiError, RuleError


def project_of(key):
    """Keys with the same text behind an `@` (fake-ok.one@twins) are of one project; each other key
    has its own.
    """
    return key.rpartition("@")[2]


class Clock:
    """The time in seconds since 1970, which tests put forward so as not to wait for an expiry."""

    def __init__(self):
        self._ahead = 0

    def now(self):
        return time.time() + self._ahead

    def advance(self, seconds):
        self._ahead += seconds

    def reset(self):
        self._ahead = 0


def timestamp(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Shelf:
    """Things with an id and a time `expires`, each of one project. Shared by all connections.

    `refusal` is Google's text for what is not there and for what is another project's: it does not
    tell the two apart. `%s` in it becomes the id.
    """

    def __init__(self, clock, refusal):
        self._clock = clock
        self._refusal = refusal
        self._lock = threading.Lock()
        self._kept = {}

    def reset(self):
        with self._lock:
            self._kept.clear()

    def put(self, project, id_, thing):
        with self._lock:
            self._kept[project, id_] = thing

    def get(self, project, id_):
        with self._lock:
            thing = self._kept.get((project, id_))
        if thing is None or thing.expires <= self._clock.now():
            raise self._missing(id_)
        return thing

    def has(self, id_):
        """Whether any project owns something of that name."""
        with self._lock:
            return any(kept == id_ for _, kept in self._kept)

    def remove(self, project, id_):
        self.get(project, id_)
        with self._lock:
            self._kept.pop((project, id_), None)

    def list(self, project):
        """The project's things that have not expired, the newest first."""
        with self._lock:
            kept = [thing for (owner, _), thing in self._kept.items() if owner == project]
        return [thing for thing in reversed(kept) if thing.expires > self._clock.now()]

    def _missing(self, id_):
        return ApiError(403, self._refusal % id_ if "%s" in self._refusal else self._refusal)


def page(things, query, name, default, largest):
    """One page of a list: {name: [...], nextPageToken?}. A token says where the next starts."""
    size = _number(query, "pageSize", "Invalid value at 'page_size' (TYPE_INT32), \"%s\"")
    start = _number(query, "pageToken", "Invalid page token: %s")
    if size < 0:
        raise RuleError("page", "page_size must be non-negative.")
    size = min(size or default, largest)
    shown = things[start : start + size]
    more = {"nextPageToken": str(start + size)} if start + size < len(things) else {}
    return {**({name: shown} if shown else {}), **more}


def _number(query, name, text):
    value = query.get(name) or "0"
    try:
        return int(value)
    except ValueError as error:
        raise RuleError("page", text % value) from error
