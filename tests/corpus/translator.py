"""Talks to build/translate: one JSON object per line there and back."""

import json
import subprocess


class Crash(Exception):
    """The translator died, or said something else than an answer to the question."""


class Translator:
    def __init__(self, program, timeout=60):
        self._program = program
        self._timeout = timeout
        self._process = None
        self.crashes = 0

    def ask(self, question):
        """The answer to one question. Raises Crash, after which one may go on asking."""
        line = json.dumps(question, ensure_ascii=True) + "\n"
        process = self._start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self._process = None
            self.crashes += 1
            status = process.wait(self._timeout)
            raise Crash("the translator ended with status %d" % status)
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
        self._process.stdin.close()
        return self._process.wait(self._timeout)

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
