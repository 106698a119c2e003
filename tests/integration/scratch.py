"""A directory and processes of our own, gone when the test is."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# Where Debian keeps servers; not in the PATH of ordinary users.
PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"


def account():
    """Who servers and castor run as: (uid, gid) of www-data when we are root, as Apache refuses to be it; else None."""
    if os.geteuid() != 0:
        return None
    for name in ("www-data", "nobody"):
        try:
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
        except KeyError:
            pass
    return None


def as_account():
    """Arguments for subprocess that run a program under that account."""
    found = account()
    return {"user": found[0], "group": found[1], "extra_groups": []} if found else {}


def find_program(name):
    return shutil.which(name, path=PATH)


class Scratch:
    """A directory that belongs to `account()`. Its path is short, because sockets live in it."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="castor-test-"))
        os.chmod(self.path, 0o755)
        self._give(self.path)

    def directory(self, name, mode=0o700):
        path = self.path / name
        path.mkdir(exist_ok=True)
        path.chmod(mode)
        self._give(path)
        return path

    def write(self, name, text, mode=0o600):
        path = self.path / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        self._give(path)
        return path

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)

    @staticmethod
    def _give(path):
        if account():
            os.chown(path, *account())


class Process:
    """A program that runs beside the test, in a session of its own; what it prints goes to a file.

    It ends with us even if we are killed (setpriv). `user`: as_account(), or nothing for our own.
    """

    def __init__(self, argv, log, env=None, user=None):
        self._log = pathlib.Path(log)
        with open(self._log, "ab") as output:
            self._popen = subprocess.Popen(
                [find_program("setpriv"), "--pdeathsig", "TERM", find_program(argv[0]) or argv[0], *argv[1:]],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={"PATH": PATH, "LANG": "C.UTF-8", **(env or {})}, **(user or {}))
        self.pid = self._popen.pid

    def is_running(self):
        return self._popen.poll() is None

    def send(self, number):
        self._popen.send_signal(number)

    def wait(self, seconds):
        """The exit status; subprocess.TimeoutExpired when it takes longer."""
        return self._popen.wait(seconds)

    def stop(self, number=signal.SIGTERM, seconds=10):
        if self.is_running():
            self.send(number)
        try:
            return self.wait(seconds)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            return self.wait(seconds)

    def log(self):
        return self._log.read_text(encoding="utf-8", errors="replace")


def pids_of(program):
    """The processes that run this executable file, whoever started them."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if os.readlink("/proc/%s/exe" % entry) == str(program):
                    found.append(int(entry))
            except OSError:
                pass  # it ended meanwhile, or is a zombie
    return sorted(found)


def parent_of(pid):
    """0 when there is no such process."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def wait_until(condition, seconds, what):
    """Polls until `condition()` is truthy and returns that; AssertionError with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError("not within %g s: %s" % (seconds, what() if callable(what) else what))
        time.sleep(0.02)
