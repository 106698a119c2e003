"""castor as a test wants it: installed in a scratch directory, configured, with keys, a client and a fake Gemini."""

import base64
import contextlib
import json
import os
import pathlib
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import urllib.request

import scratch

PROGRAM = pathlib.Path(os.environ.get("CASTOR_PROGRAM", scratch.REPOSITORY / "build" / "castor"))
FAKE_GEMINI = scratch.REPOSITORY / "tests" / "fake_gemini" / "fake_gemini.py"

# Google's word for "do not validate" a thought signature; castor's last resort.
DUMMY = "skip_thought_signature_validator"


def plan(*steps, **defaults):
    """A prompt that says what the fake Gemini is to answer (tests/fake_gemini/README.md)."""
    value = {"steps": list(steps), **defaults}
    return "FAKE-PLAN: " + base64.b64encode(json.dumps(value).encode()).decode()


class FakeGemini:
    """The upstream. Keys starting with "fake-" decide by their name what becomes of a request."""

    def __init__(self, work, *options):
        port_file = work.path / "fake-port"
        self._process = scratch.Process(
            [sys.executable, str(FAKE_GEMINI), "--port-file", str(port_file), *options], work.path / "fake.log")
        scratch.wait_until(port_file.exists, 15, lambda: "the fake Gemini starts: " + self._process.log())
        self.url = "http://127.0.0.1:" + port_file.read_text().strip()

    def requests(self, bodies=True):
        """What castor asked of it, oldest first, and what became of that: see records.py of the fake."""
        return self._control("requests?bodies=%d" % bodies)["requests"]

    def generations(self, bodies=True):
        """Those that ask for an answer."""
        return [r for r in self.requests(bodies) if "enerateContent" in r["path"]]

    def violations(self):
        return self._control("violations")["violations"]

    def reset(self):
        self._control("reset", b"{}")

    def close(self):
        self._process.stop()

    def _control(self, name, body=None):
        with urllib.request.urlopen("%s/_fake/%s" % (self.url, name), data=body, timeout=10) as reply:
            return json.load(reply)


class Castor:
    """`settings` are sections of castor.ini. Its processes and its command line run as scratch.account()."""

    def __init__(self, settings=None, keys=("fake-ok.one",)):
        self._last_words = None
        self._work = scratch.Scratch()
        self.path = self._work.path
        with contextlib.ExitStack() as cleanup:
            cleanup.callback(self._work.close)
            self._install()
            self.log_directory = self._work.directory("log")
            self.run_directory = self._work.directory("run")
            self._work.directory("state")
            self.database = self.path / "state" / "castor.db"
            self.upstream = FakeGemini(self._work)
            cleanup.callback(self.upstream.close)
            self.configure(settings or {})
            self.command("migrate")
            self.add_keys(*keys)
            self.client_key = self.add_client("tests")
            self._cleanup = cleanup.pop_all()

    def close(self):
        """Ends it. What a sanitizer found (SANITIZE=address,undefined) is a failure of the test that made it."""
        self._last_words = self.logs()
        self._cleanup.close()
        if re.search(r"(Address|Leak|Thread)Sanitizer|: runtime error: ", self._last_words):
            raise AssertionError(self._last_words)

    def _install(self):
        """A copy, because the account of the servers may not be allowed to look into the checkout."""
        if not PROGRAM.exists():
            raise AssertionError("%s is not there: run make" % PROGRAM)
        directory = self._work.directory("bin", 0o755)
        self.program = directory / "castor"
        shutil.copy(PROGRAM, self.program)
        self.program.chmod(0o755)
        for name in ("castor.fcgi", "castor.cgi"):
            (directory / name).symlink_to("castor")

    def configure(self, settings):
        """Writes castor.ini; whoever has read the old one must be told."""
        sections = {
            "upstream": {"base_url": self.upstream.url},
            "storage": {"database": self.database},
        }
        for section, values in settings.items():
            sections.setdefault(section, {}).update(values)
        lines = []
        for section, values in sections.items():
            lines += ["[%s]" % section, *("%s = %s" % pair for pair in values.items()), ""]
        self.config = self._work.write("castor.ini", "\n".join(lines))

    def write(self, name, text, mode=0o600):
        """A file in the scratch directory."""
        return self._work.write(name, text, mode)

    def directory(self, name, mode=0o700):
        return self._work.directory(name, mode)

    def start(self, argv, log, env=None):
        """A process whose output goes to that file of the log directory."""
        return scratch.Process(argv, self.log_directory / log, env, scratch.as_account())

    def command(self, *arguments, input=""):
        """Runs `castor …`, which must succeed; its standard output."""
        done = subprocess.run(
            [self.program, *arguments], input=input, capture_output=True, text=True, timeout=60, check=False,
            cwd=self.path, env={"PATH": scratch.PATH, "CASTOR_CONFIG": str(self.config)}, **scratch.as_account())
        if done.returncode:
            raise AssertionError("castor %s: status %d\n%s%s" % (
                " ".join(arguments), done.returncode, done.stdout, done.stderr))
        return done.stdout

    def add_keys(self, *keys):
        self.command("keys", "add", input="".join(key + "\n" for key in keys))

    def add_client(self, name, *options):
        """Its key."""
        key = "castor-" + secrets.token_hex(24)
        self.command("clients", "add", name, "--key-stdin", *options, input=key + "\n")
        return key

    def rows(self, query, *values):
        """The result of a query as dictionaries."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=10)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, values)]

    def settled(self, query, *values):
        """The same, once no request has an open row: a client has its answer before its row is written."""
        scratch.wait_until(lambda: not self.rows("SELECT 1 FROM unsettled_requests"), 5, "all requests are settled")
        return self.rows(query, *values)

    def forget_signatures(self):
        with contextlib.closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            database.execute("DELETE FROM thought_signatures")

    def integrity(self):
        """"ok", if the database is."""
        return self.rows("PRAGMA integrity_check")[0]["integrity_check"]

    def pids(self):
        """All processes of this castor, whoever started them."""
        return scratch.pids_of(self.program)

    def masters(self):
        """Those that no other castor started: whom a web server or a service manager would signal."""
        pids = self.pids()
        return [pid for pid in pids if scratch.parent_of(pid) not in pids]

    def workers(self):
        """Those that answer requests: children of a master, or processes that stand alone."""
        pids = self.pids()
        parents = {scratch.parent_of(pid) for pid in pids}
        return [pid for pid in pids if pid not in parents]

    def logs(self):
        """What its servers and it printed, for a failure's report."""
        if self._last_words is not None:
            return self._last_words
        return "\n".join(
            "--- %s ---\n%s" % (path.name, path.read_text(encoding="utf-8", errors="replace")[-6000:])
            for path in sorted(self.log_directory.iterdir()) if path.stat().st_size)
