"""Talks to build/translate: one JSON object per line there and back."""

import contextlib
import json
import subprocess
import threading


class Crash(Exception):
    """The translator died, or said something else than an answer to the question."""


class Translator:
    def __init__(self, program, timeout=60):
        self._program = program
        self._timeout = timeout
        self._process = None

    def ask(self, question):
        """The answer to one question. Raises Crash, after which one may go on asking."""
        line = json.dumps(question, ensure_ascii=True) + "\n"
        process = self._start()
        watchdog = threading.Timer(self._timeout, process.kill)
        watchdog.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            watchdog.cancel()
        if not answer:
            status = self.close()
            raise Crash("the translator ended with status %d, or took too long" % status)
        try:
            answer = json.loads(answer)
        except ValueError as error:
            raise Crash("the translator's answer is no JSON: %s" % error) from error
        if answer.get("id") != question["id"]:
            raise Crash("the translator answered %r to %r" % (answer.get("id"), question["id"]))
        return answer

    def close(self):
        """How it ended, 0 if it was in order (a sanitizer may have the last word)."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        return process.wait(self._timeout)

    def _start(self):
        if self._process is None:
            self._process = subprocess.Popen(
                [str(self._program)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        return self._process
