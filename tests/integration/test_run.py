"""`make run`, as a newcomer meets it: tools/run.sh with a scratch directory for its state."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import castor
import scratch
import servers

SCRIPT = scratch.REPOSITORY / "tools" / "run.sh"


class Run:
    """One run of the script, or of a command that leads to it, in a session of its own as under a terminal."""

    def __init__(self, directory, command=(str(SCRIPT),), **environment):
        self.port = servers.free_port()
        self._output = directory / "output"
        with open(self._output, "wb") as output:
            self._popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={"PATH": scratch.PATH, "PORT": str(self.port), "CASTOR_STATE": str(directory / "state"),
                     "CASTOR_PROGRAM": str(directory / "castor"), **environment})

    def output(self):
        return self._output.read_text(encoding="utf-8")

    def wait_for_greeting(self):
        def greeted():
            if self._popen.poll() is not None:
                raise AssertionError("it ended: " + self.output())
            return "Ctrl-C ends everything" in self.output()
        scratch.wait_until(greeted, 30, lambda: "the greeting: " + self.output())
        return self

    def children(self):
        """The processes it started, and theirs."""
        parents = {int(entry): scratch.parent_of(int(entry)) for entry in os.listdir("/proc") if entry.isdigit()}
        found = [self._popen.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found[1:]

    def interrupt(self):
        """Ctrl-C; the exit status."""
        os.killpg(self._popen.pid, signal.SIGINT)
        return self.wait()

    def wait(self):
        return self._popen.wait(20)

    def kill(self, number):
        """Tells the command alone, none of what it has started; the exit status."""
        self._popen.send_signal(number)
        return self.wait()

    def close(self):
        if self._popen.poll() is None:
            self._popen.terminate()
            self.wait()


def is_running(pid):
    """Not so of a zombie, which stays where process 1 collects none."""
    try:
        stat_line = pathlib.Path("/proc/%d/stat" % pid).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat_line.rpartition(")")[2].split()[0] != "Z"


@unittest.skipUnless(scratch.find_program("lighttpd") or os.environ.get("REQUIRE_SERVERS"), "lighttpd is not installed")
class MakeRun(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="castor-run-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        # A copy, so that its processes can be told from others.
        shutil.copy(castor.PROGRAM, self.directory / "castor")

    def start(self, **environment):
        run = Run(self.directory, **environment)
        self.addCleanup(run.close)
        return run.wait_for_greeting()

    def start_fake(self):
        work = scratch.Scratch()
        self.addCleanup(work.close)
        fake = castor.FakeGemini(work)
        self.addCleanup(fake.close)
        return fake

    def curl(self, run):
        """What the printed command prints."""
        command = re.search(r"^  curl .*(?:\n    .*)?", run.output(), re.MULTILINE)[0]
        return subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30, check=True).stdout

    def keys(self):
        with contextlib.closing(sqlite3.connect(self.directory / "state" / "gemini.db")) as database:
            return dict(database.execute("SELECT last4, enabled FROM api_keys"))

    def test_without_keys_the_fake_answers_and_it_says_so(self):
        run = self.start()
        self.assertIn("the FAKE Gemini", run.output())
        self.assertIn("message_stop", self.curl(run))
        self.assertRegex(run.output(), r"ANTHROPIC_BASE_URL=http://127.0.0.1:%d ANTHROPIC_AUTH_TOKEN=\S+ claude" % run.port)

    def test_ctrl_c_ends_everything_at_once_even_in_the_middle_of_a_stream(self):
        run = self.start()
        key = re.search(r"ANTHROPIC_AUTH_TOKEN=(\S+)", run.output())[1]
        request = urllib.request.Request(
            "http://127.0.0.1:%d/v1/messages" % run.port, headers={"x-api-key": key, "content-type": "application/json"},
            data=b'{"model":"gemini-3.8-flash-fake-stall","max_tokens":100,"stream":true,'
                 b'"messages":[{"role":"user","content":"Hello"}]}')
        with urllib.request.urlopen(request, timeout=20) as reply:
            while not reply.readline().startswith(b"event: content_block_delta"):
                pass
            pids = run.children()
            self.assertGreaterEqual(len(pids), 3)  # lighttpd, castor, the fake
            began = time.monotonic()
            self.assertEqual(run.interrupt(), 130)
            self.assertLess(time.monotonic() - began, 8)
        self.assertEqual([pid for pid in pids if scratch.parent_of(pid) > 1], [])
        self.assertEqual(scratch.pids_of(self.directory / "castor"), [])
        with self.assertRaises(urllib.error.URLError):
            urllib.request.urlopen("http://127.0.0.1:%d/health" % run.port, timeout=5)

    def test_nothing_is_left_when_only_make_is_told_to_end(self):
        build = {name: os.environ[name] for name in ("SANITIZE", "CXX") if name in os.environ}
        for number in (signal.SIGTERM, signal.SIGKILL):
            run = self.start(command=("make", "-C", str(scratch.REPOSITORY), "run"), **build)
            pids = run.children()
            self.assertGreaterEqual(len(pids), 4)  # the script, lighttpd, castor, the fake
            self.assertEqual(run.kill(number), -number)
            scratch.wait_until(lambda: not [pid for pid in pids if is_running(pid)], 8, "they end")

    def test_the_key_of_clients_survives_a_restart(self):
        keys = []
        for _ in range(2):
            run = self.start()
            self.assertIn("message_stop", self.curl(run))
            keys.append(re.search(r"x-api-key: (\S+)'", run.output())[1])
            run.interrupt()
        self.assertEqual(keys[0], keys[1])

    def test_a_client_key_that_was_given_up_is_not_taken_back(self):
        def key_of(**environment):
            run = self.start(**environment)
            self.assertIn("message_stop", self.curl(run))
            run.interrupt()
            return re.search(r"x-api-key: (\S+)'", run.output())[1]

        chosen = {"CASTOR_CLIENT_KEY": "chosen-by-the-user-0123"}
        made = key_of()
        self.assertEqual(key_of(**chosen), "chosen-by-the-user-0123")
        self.assertEqual(key_of(**chosen), "chosen-by-the-user-0123")
        self.assertNotEqual(key_of(), made)
        run = Run(self.directory, **chosen)
        self.addCleanup(run.close)
        self.assertEqual(run.wait(), 1)
        self.assertIn("choose a new one", run.output())

    def test_keys_follow_the_environment(self):
        fake = self.start_fake()

        def run_with(keys):
            run = self.start(GEMINI_API_KEYS=keys, GEMINI_BASE_URL=fake.url, CASTOR_CLIENT_KEY="chosen-by-the-user-0123")
            self.assertNotIn("FAKE", run.output())
            self.assertIn("message_stop", self.curl(run))
            run.interrupt()
            return self.keys()

        self.assertEqual(run_with("fake-ok.number-aaaa,fake-ok.number-bbbb"), {"aaaa": 1, "bbbb": 1})
        self.assertEqual(run_with("fake-ok.number-bbbb"), {"aaaa": 0, "bbbb": 1})
        self.assertEqual(run_with("fake-ok.number-bbbb,fake-ok.number-aaaa"), {"aaaa": 1, "bbbb": 1})

    def test_no_key_is_seen_in_ps_or_read_by_others(self):
        fake = self.start_fake()
        secrets = ("fake-ok.secret-of-gemini", "secret-of-the-client-0123")
        run = self.start(GEMINI_API_KEYS=secrets[0], GEMINI_BASE_URL=fake.url, CASTOR_CLIENT_KEY=secrets[1])
        programs = set()
        for pid in run.children():
            process = pathlib.Path("/proc/%d" % pid)
            try:
                texts = [(process / name).read_text(encoding="utf-8", errors="replace") for name in ("cmdline", "environ")]
            except (ProcessLookupError, FileNotFoundError):
                continue  # it ended between
            programs.add(texts[0].partition("\0")[0].rpartition("/")[2])
            for secret in secrets:
                self.assertNotIn(secret, "".join(texts))
        self.assertLessEqual({"lighttpd", "castor"}, programs)
        for path in [self.directory / "state", *(self.directory / "state").iterdir()]:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)

    def test_a_port_that_is_taken_is_said(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            run = Run(self.directory, PORT=str(port))
            self.addCleanup(run.close)
            self.assertEqual(run.wait(), 1)
            self.assertIn("port %d is taken" % port, run.output())

    def test_a_base_url_without_keys_is_refused(self):
        run = Run(self.directory, GEMINI_BASE_URL="http://127.0.0.1:9")
        self.addCleanup(run.close)
        self.assertEqual(run.wait(), 1)
        self.assertIn("GEMINI_BASE_URL needs GEMINI_API_KEYS", run.output())


if __name__ == "__main__":
    unittest.main()
