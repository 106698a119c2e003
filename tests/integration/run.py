"""Runs test modules, several classes at the same time: most of their time is waiting for streams.

    run.py MODULE…      $T chooses tests by a pattern, $V shows each, $JOBS says how many classes run at once

Each class is a process of its own (python3 -m unittest does the same for one), so that nothing is shared but the
machine. What it printed is shown whole when something failed, else one line.
"""

import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import time
import unittest

PATIENCE = 400  # seconds for one class

Outcome = collections.namedtuple("Outcome", "name passed seconds output")


def classes(modules, pattern):
    """The names of those that have a test to run, in order."""
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [pattern if "*" in pattern else "*%s*" % pattern]
    found = {}

    def walk(tests):
        for test in tests:
            if isinstance(test, unittest.TestSuite):
                walk(test)
            else:
                # A module that cannot be imported is a test as well, and shows why when it runs.
                broken = type(test).__module__ == "unittest.loader"
                found[test.id().rpartition(".")[2] if broken else test.id().rpartition(".")[0]] = True

    walk(loader.loadTestsFromNames(modules))
    return list(found)


def run(name, pattern):
    began = time.monotonic()
    argv = [sys.executable, "-B", "-m", "unittest", "-v", *(["-k", pattern] if pattern else []), name]
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=PATIENCE, check=False)
        passed, output = done.returncode == 0, done.stdout
    except subprocess.TimeoutExpired as error:
        passed, output = False, "%s\nnot done after %d s\n" % ((error.stdout or b"").decode(errors="replace"), PATIENCE)
    return Outcome(name, passed, time.monotonic() - began, output)


def summary(outcome):
    """ok   3.4 s  test_requests.Mount_nginx: 4 tests, 1 skipped"""
    tests = re.search(r"^Ran (\d+) test", outcome.output, re.MULTILINE)
    skipped = re.search(r"skipped=(\d+)", outcome.output)
    return "%-4s %5.1f s  %s: %s tests%s" % (
        "ok" if outcome.passed else "FAIL", outcome.seconds, outcome.name, tests[1] if tests else "no",
        ", %s skipped" % skipped[1] if skipped else "")


def main():
    pattern = os.environ.get("T", "")
    names = classes(sys.argv[1:], pattern)
    if not names:
        raise SystemExit("no test fits SERVER=%s T=%s" % (os.environ.get("SERVER", ""), pattern))
    jobs = int(os.environ.get("JOBS") or 2 * len(os.sched_getaffinity(0)))
    failed = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for future in concurrent.futures.as_completed([pool.submit(run, name, pattern) for name in names]):
            outcome = future.result()
            if os.environ.get("V") or not outcome.passed:
                print(outcome.output)
            print(summary(outcome), flush=True)
            if not outcome.passed:
                failed.append(outcome.name)
    if failed:
        raise SystemExit("failed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
