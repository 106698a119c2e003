"""What castor did to us: every request with its verdict and its times, for tests to look at."""

import collections
import itertools
import json
import threading
import time

KEEP = 2000
KEEP_BYTES = 128 * 1024 * 1024  # of bodies; beyond, the oldest records lose theirs
SHOWN_KEY_LENGTH = 4


class Record:
    """One request. Times are seconds after `time` (Unix); None means it never happened."""

    def __init__(self, number, method, path, headers):
        self.number = number
        self.time = time.time()
        self._began = time.monotonic()
        self.method = method
        self.path = path
        self.headers = headers
        self.key = ""
        self.body = b""
        self.status = None
        self.verdict = "unanswered"
        self.violations = []  # broken rules
        self.advice = []  # legal, but castor should not do it
        self.chunks = 0
        self.bytes = 0
        self.head_after = None
        self.first_chunk_after = None
        self.ended_after = None
        self.client_closed_after = None
        self.outcome = "open"

    def elapsed(self):
        return round(time.monotonic() - self._began, 4)

    def began(self):
        self.head_after = self.elapsed()

    def sent(self, size):
        self.first_chunk_after = self.first_chunk_after or self.elapsed()
        self.chunks += 1
        self.bytes += size

    def close(self, outcome):
        self.ended_after = self.elapsed()
        self.outcome = outcome
        if outcome == "client-closed":
            self.client_closed_after = self.ended_after

    def show(self, with_body=True):
        shown = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        del shown["body"]
        if with_body:
            try:
                shown["body"] = json.loads(self.body) if self.body else None
            except ValueError:
                shown["body"] = self.body.decode("utf-8", "replace")
        return shown


class Records:
    """The latest requests, safe to use from all connections. `path` also appends each finished one
    as a JSON line.
    """

    def __init__(self, path=None):
        self._lock = threading.Lock()
        self._file = open(path, "a", encoding="utf-8") if path else None
        self._numbers = itertools.count(1)
        self._kept = collections.deque(maxlen=KEEP)

    def open(self, method, path, headers):
        with self._lock:
            record = Record(next(self._numbers), method, path, headers)
            self._kept.append(record)
            return record

    def close(self, record, outcome):
        record.close(outcome)
        with self._lock:
            if self._file:
                self._file.write(json.dumps(record.show(), ensure_ascii=True) + "\n")
                self._file.flush()
            self._drop_old_bodies()

    def _drop_old_bodies(self):
        left = KEEP_BYTES
        for kept in reversed(self._kept):
            left -= len(kept.body)
            if left < 0:
                kept.body = b""

    def reset(self):
        with self._lock:
            self._kept.clear()

    def list(self, since=0, with_body=True):
        with self._lock:
            kept = [record for record in self._kept if record.number > since]
        return [record.show(with_body) for record in kept]

    def violations(self):
        return [
            {"number": shown["number"], "path": shown["path"], "kind": kind, "what": what}
            for shown in self.list(with_body=False)
            for kind in ("violations", "advice")
            for what in shown[kind]
        ]


def name_of_key(key, known):
    """A made-up key is its own name; of any other only the end is kept."""
    if not key or key.startswith("fake-") or key in known:
        return key
    return "…" + key[-SHOWN_KEY_LENGTH:]
