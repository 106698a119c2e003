"""The driver survives whatever the program under test does."""

import os
import pathlib
import tempfile
import unittest

from translator import Crash, Translator

# Answers "ok", and does what else it is asked to do.
PROGRAM = """#!/usr/bin/env python3
import json, sys, time
for line in sys.stdin:
    question = json.loads(line)
    if question["id"] == "die":
        sys.exit(3)
    if question["id"] == "hang":
        time.sleep(60)
    if question["id"] == "babble":
        print("Hello", flush=True)
        continue
    print(json.dumps({"id": "other" if question["id"] == "mix up" else question["id"]}), flush=True)
"""


class TranslatorTest(unittest.TestCase):
    def setUp(self):
        handle, path = tempfile.mkstemp(suffix=".py")
        os.write(handle, PROGRAM.encode())
        os.close(handle)
        os.chmod(path, 0o700)
        self.addCleanup(pathlib.Path(path).unlink)
        self.translator = Translator(path, timeout=1)
        self.addCleanup(self.translator.close)

    def test_goes_on_after_an_answer_that_did_not_come(self):
        for bad in ("die", "hang"):
            with self.assertRaises(Crash):
                self.translator.ask({"id": bad})
            self.assertEqual(self.translator.ask({"id": "good"}), {"id": "good"})

    def test_refuses_an_answer_to_something_else(self):
        for bad in ("babble", "mix up"):
            with self.assertRaises(Crash):
                self.translator.ask({"id": bad})

    def test_tells_how_the_program_ended(self):
        self.assertEqual(self.translator.close(), 0)
        self.translator.ask({"id": "good"})
        self.assertEqual(self.translator.close(), 0)


if __name__ == "__main__":
    unittest.main()
