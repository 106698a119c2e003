"""Faults around castor, and what is left when they have passed.

Behind one server: what is tested is not how servers differ.
"""

import collections
import contextlib
import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

import castor
import client
import scratch
from test_streaming import StreamTests
from under_servers import UnderServerOnce, under_servers

only_lighttpd = under_servers(lambda server: server.name == "lighttpd")


@only_lighttpd
class NoStreamsUpstream(StreamTests):
    """For the days on which Gemini's streams are out of order."""

    settings = {"upstream": {"streaming": "no"}, "stream": {"commit_after": "1s", "ping_every": "1s"}}

    def asked(self):
        return [record["path"].rpartition(":")[2] for record in self.upstream.generations(False)]

    def test_a_stream_is_made_of_a_whole_reply(self):
        with self.client.stream(castor.plan({"parts": [{"text": "At last."}], "fault": "slow", "seconds": 3})) as stream:
            self.assert_whole(stream.rest())
        self.assertIn("ping", client.names_of(stream.events))
        self.assertEqual(client.text_of(stream.events), "At last.")
        self.assertEqual(self.asked(), ["generateContent"])

    def test_a_tool_call_is_one(self):
        prompt = castor.plan({"parts": [{"call": {"name": "look", "args": {"at": "all"}}}]})
        tool = {"name": "look", "input_schema": {"type": "object", "properties": {"at": {"type": "string"}}}}
        with self.client.stream(prompt, tools=[tool]) as stream:
            self.assert_whole(stream.rest())
        self.assertEqual(stream.events[-2].data["delta"]["stop_reason"], "tool_use")

    def test_a_whole_reply_is_one(self):
        self.assertEqual(self.client.message("Hello").status, 200)
        self.assertEqual(self.asked(), ["generateContent"])

    def test_a_reply_that_breaks_off_is_asked_for_again(self):
        # In a stream the client would have the first words, and then an error.
        text = "one two three four five six " * 20
        with self.client.stream(castor.plan({"parts": [{"text": text}], "fault": "cut", "times": 1})) as stream:
            self.assert_whole(stream.rest())
        self.assertEqual(client.text_of(stream.events), text)
        self.assertEqual(self.asked(), ["generateContent"] * 2)


Answer = collections.namedtuple("Answer", "request outcome")
DAY_MS = 24 * 3600 * 1000


def descriptors(pids):
    return sum(len(os.listdir("/proc/%d/fd" % pid)) for pid in pids)


def resident_kb(pids):
    total = 0
    for pid in pids:
        with open("/proc/%d/status" % pid, encoding="utf-8") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
    return total


class FaultTests(StreamTests, UnderServerOnce):
    """Each with a castor of its own, of one process, lest a figure means another one's."""

    pool = {"processes": 1, "threads": 48}
    keys = ("fake-ok.one", "fake-ok.two")

    def ask(self, prompt="Hello", stream=True, **fields):
        """What a client sees of an answer: "whole", "error" (it is told that there is none) or "cut"."""
        asked = None
        try:
            with (self.client.stream if stream else self.open_whole)(prompt, **fields) as answer:
                asked = answer.headers["request-id"]
                if answer.status != 200:
                    return Answer(asked, "error")
                names = client.names_of(answer.rest()) if stream else [answer.json()["type"]]
        except (OSError, ValueError, client.http.client.HTTPException):
            return Answer(asked, "cut")
        last = names[-1] if names else "cut"
        return Answer(asked, {"message_stop": "whole", "message": "whole", "error": "error"}.get(last, "cut"))

    def open_whole(self, prompt, **fields):
        return contextlib.nullcontext(self.client.message(prompt, **fields))

    def assert_answers(self, outcome, answers):
        self.assertEqual(collections.Counter(answer.outcome for answer in answers), {outcome: len(answers)})

    def row_of(self, answer):
        found = self.castor.rows("SELECT * FROM requests WHERE request_id = ?", answer.request)
        return found[0] if found else None

    def assert_all_have_settled_rows(self, answers, outcome=None):
        self.assertEqual(len({answer.request for answer in answers}), len(answers))
        for row in map(self.row_of, answers):
            self.assertTrue(row and row["finished_ms"], row)
            self.assertEqual(row["outcome"] == "ok", outcome != "error", row)

    def assert_keys_unharmed(self):
        self.assertEqual(self.castor.rows("SELECT * FROM key_cooldowns"), [])
        self.assertEqual(self.castor.rows("SELECT * FROM api_keys WHERE NOT enabled"), [])
        self.assertEqual(self.castor.rows("SELECT * FROM model_brakes"), [])

    def assert_well(self):
        """The database is whole, nothing is under way, and the next request is answered."""
        self.assertEqual(self.castor.integrity(), "ok")
        self.wait_for_departure(10)
        self.assert_answers("whole", [self.ask(), self.ask(stream=False)])


@only_lighttpd
class KilledWorkers(FaultTests):
    pool = {"processes": 4, "threads": 32}  # each has room for all clients, so that none is turned away
    REQUESTS = 2000
    CLIENTS = 16

    def test_what_was_answered_is_in_the_log(self):
        master, = self.castor.masters()
        self.ask()
        descriptors_before = descriptors([master])
        done, kills = threading.Event(), []

        def kill():
            while not done.wait(random.uniform(0.05, 0.15)):
                workers = [pid for pid in self.castor.pids() if scratch.parent_of(pid) == master]
                if workers:
                    pid = random.choice(workers)
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        kills.append(pid)

        numbers = iter(range(self.REQUESTS))
        lock = threading.Lock()

        def work():
            answers = []
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return answers
                answers.append(self.ask(castor.plan({"parts": [{"text": "one two three"}], "delay_ms": 1}), number % 2))

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        try:
            answers = list(itertools.chain.from_iterable(client.together(*[work] * self.CLIENTS)))
        finally:
            done.set()
            killer.join()

        scratch.wait_until(lambda: len(self.castor.workers()) == self.pool["processes"], 10, "all workers are back")
        self.assert_well()
        # The same without kills: then none is left open. By then all others are settled that ever will be.
        quiet = [self.ask() for _ in range(20)]
        scratch.wait_until(lambda: all((self.row_of(answer) or {"finished_ms": 0})["finished_ms"] for answer in quiet), 5,
                           "answers without kills are settled")

        outcomes = collections.Counter(answer.outcome for answer in answers)
        whole = [answer for answer in answers if answer.outcome == "whole"]
        rows = {row["request_id"]: row for row in self.castor.rows("SELECT * FROM requests")}
        still_open = [answer for answer in whole if answer.request in rows and not rows[answer.request]["finished_ms"]]
        print("%d workers killed, %s, %d of the whole ones not settled" % (len(kills), dict(outcomes), len(still_open)))
        self.assertEqual([answer for answer in whole if answer.request not in rows], [])
        # The row is completed after the answer's last byte: who is killed between the two leaves it open, and it can be
        # seen that it is. Of processes that were let live every row is complete.
        self.assertLessEqual({rows[answer.request]["pid"] for answer in still_open}, set(kills))
        self.assertEqual({rows[answer.request]["outcome"] for answer in whole if answer not in still_open}, {"ok"})
        self.assertGreater(len(kills), 5)
        self.assertGreater(outcomes["whole"], self.REQUESTS / 2)
        self.assert_keys_unharmed()
        self.assertEqual(descriptors([master]), descriptors_before)


@only_lighttpd
class BadUpstream(FaultTests):
    settings = {"upstream": {"first_byte_timeout": "1s", "idle_timeout": "1s", "retry_budget": "20s"}}
    BEFORE_CONTENT = (
        {"fault": "stall", "after_chunks": 0}, {"fault": "cut", "after_chunks": 0}, {"fault": "reset", "after_chunks": 0},
        {"fault": "close"}, {"fault": "cut", "after_chunks": 0, "clean": True})
    AFTER_CONTENT = (
        {"fault": "stall", "after_chunks": 1}, {"fault": "cut", "after_chunks": 1}, {"fault": "reset", "after_chunks": 1},
        {"fault": "cut", "after_chunks": 1, "mid_chunk": True}, {"fault": "cut", "after_chunks": 1, "clean": True})

    def ask_all(self, faults, **more):
        """A stream and a whole answer of each fault, twice, all at once."""
        prompts = [castor.plan({"parts": [{"text": "one two three four five six"}], **fault, **more}) for fault in faults]
        return client.together(*[lambda p=prompt, s=stream: self.ask(p, s)
                                 for prompt in prompts for stream in (True, False) * 2])

    def test_a_fault_harms_nobody_but_its_request(self):
        figures = []
        for _ in range(3):
            answers = self.ask_all(self.BEFORE_CONTENT + self.AFTER_CONTENT)
            self.assert_answers("error", answers)
            self.castor.settled("SELECT 1")
            self.assert_all_have_settled_rows(answers, "error")
            self.assert_keys_unharmed()
            self.assert_well()
            workers = self.castor.workers()
            figures.append((descriptors(workers), resident_kb(workers)))
        print("descriptors, resident kB after each %d faults: %s" % (len(answers), figures))
        # Connections that are kept for the next request come and go; what is lost with each fault would add up.
        self.assertLess(figures[2][0] - figures[1][0], len(answers) / 2)

    def test_a_fault_that_passes_before_content_is_not_seen(self):
        answers = self.ask_all(self.BEFORE_CONTENT, times=1)
        self.assert_answers("whole", answers)
        self.castor.settled("SELECT 1")
        self.assert_all_have_settled_rows(answers)
        self.assert_keys_unharmed()
        self.assert_well()


@only_lighttpd
class NoSuchHost(FaultTests):
    @classmethod
    def prepare(cls, made, add_cleanup):  # keys are looked at when they are added
        made.configure({"upstream": {"base_url": "https://castor-test.invalid", "retry_budget": "3s"}})

    def test_a_name_that_is_not_found_is_no_keys_fault(self):
        figures = []
        for _ in range(3):
            answers = client.together(*[lambda s=stream: self.ask(stream=s) for stream in (True, False) * 8])
            self.assert_answers("error", answers)
            self.castor.settled("SELECT 1")
            self.assert_all_have_settled_rows(answers, "error")
            self.assert_keys_unharmed()
            figures.append((descriptors(self.castor.workers()), resident_kb(self.castor.workers())))
        print("descriptors, resident kB after each %d failures: %s" % (len(answers), figures))
        self.assertLess(figures[2][0] - figures[1][0], len(answers) / 2)
        self.assertEqual(self.castor.integrity(), "ok")


class StoreTests(FaultTests):
    settings = {"storage": {"busy_timeout": "500ms"}}

    def ask_with_limits(self):
        limited = client.Client(self.server.url, self.limited_key)
        return limited.message("Hello")

    def setUp(self):
        super().setUp()
        self.limited_key = self.castor.add_client("limited", "--requests-per-minute", "100")
        self.assertEqual(self.ask_with_limits().status, 200)
        self.castor.settled("SELECT 1")

    def assert_refused(self, reply):
        self.assertEqual(reply.status, 503, reply)
        self.assertIn("database", reply.json()["error"]["message"])

    def restart_workers(self):
        """As an update or a reload does: connections that are open already do not count."""
        master, = self.castor.masters()
        old = self.castor.workers()
        os.kill(master, signal.SIGHUP)
        scratch.wait_until(lambda: not set(old) & set(self.castor.pids()) and self.castor.workers() != [master], 10,
                           "the old workers end")

    def assert_nothing_is_lost(self, answers):
        def settled():
            self.ask()  # what waits is written with the next request
            rows = [self.row_of(answer) for answer in answers]
            return all(row and row["finished_ms"] for row in rows)
        scratch.wait_until(settled, 10, "the rows of the fault's time are written")
        self.castor.settled("SELECT 1")
        self.assert_all_have_settled_rows(answers)
        self.assert_keys_unharmed()
        self.assert_well()


@only_lighttpd
class Storage(StoreTests):
    def test_a_locked_database_delays_only_the_log(self):
        with contextlib.closing(sqlite3.connect(self.castor.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answers = client.together(*[lambda s=stream: self.ask(stream=s) for stream in (True, False) * 6])
            self.assert_answers("whole", answers)
            self.assert_refused(self.ask_with_limits())
            self.assertEqual(list(filter(None, map(self.row_of, answers))), [])
            other.execute("ROLLBACK")
        self.assert_nothing_is_lost(answers)
        self.assertEqual(self.ask_with_limits().status, 200)

    def test_a_file_that_became_read_only_is_said_and_nothing_is_lost(self):
        before = self.ask()
        self.castor.database.chmod(0o400)
        self.restart_workers()
        reply = self.client.message("Hello")
        self.assert_refused(reply)
        self.assertIn("cannot open the database", self.castor.logs())
        self.castor.database.chmod(0o600)
        self.assert_nothing_is_lost([before, self.ask()])

    def test_a_newer_schema_is_left_alone(self):
        version = self.castor.rows("PRAGMA user_version")[0]["user_version"]
        with contextlib.closing(sqlite3.connect(self.castor.database)) as database:
            database.execute("PRAGMA user_version = 999")
        self.restart_workers()
        self.assert_refused(self.client.message("Hello"))
        self.assertIn("newer castor", self.castor.logs())
        self.assertEqual(self.castor.rows("PRAGMA user_version"), [{"user_version": 999}])
        with contextlib.closing(sqlite3.connect(self.castor.database)) as database:
            database.execute("PRAGMA user_version = %d" % version)
        self.assert_nothing_is_lost([self.ask()])

    def test_a_clock_that_was_ahead_leaves_no_key_resting(self):
        now = int(time.time() * 1000)
        ahead = now + 2 * DAY_MS
        with contextlib.closing(sqlite3.connect(self.castor.database)) as database:
            database.execute("INSERT INTO key_cooldowns SELECT id, ?, ?, ?, 'rate_limited', 'test', 1 FROM api_keys",
                             (client.MODEL, ahead + 60000, ahead))
            database.execute("UPDATE api_keys SET last_used_ms = ?, last_success_ms = ?", (ahead, ahead))
            database.execute("UPDATE requests SET started_ms = ?, finished_ms = ?", (ahead, ahead))
            database.execute("UPDATE clients SET last_used_ms = ?", (ahead,))
            database.execute("INSERT INTO model_brakes (model, until_ms, rounds) VALUES (?, ?, 1)", (client.MODEL, ahead))
            database.commit()
        answers = [self.ask(), self.ask(stream=False)]
        self.assert_answers("whole", answers)
        self.assertEqual(self.ask_with_limits().status, 200)
        self.castor.settled("SELECT 1")
        self.assert_all_have_settled_rows(answers)


@only_lighttpd
class FullDisk(StoreTests):
    @classmethod
    def prepare(cls, made, add_cleanup):
        state = made.database.parent
        uid, gid = scratch.account() or (os.getuid(), os.getgid())
        kept = made.path / "state-before"
        shutil.copytree(state, kept)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700,uid=%d,gid=%d" % (uid, gid), "castor-test", str(state)],
            capture_output=True, text=True, check=False)
        if mounted.returncode:  # by an ordinary user, or in a container
            raise unittest.SkipTest("a tmpfs cannot be mounted: " + mounted.stderr.strip())
        add_cleanup(lambda: subprocess.run(["umount", str(state)], check=True))
        for path in kept.iterdir():
            shutil.copy(path, state)
            os.chown(state / path.name, uid, gid)

    def test_a_full_disk_delays_only_the_log(self):
        filler = self.castor.database.parent / "filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        answers = [self.ask(stream=stream) for stream in (True, False) * 20]
        self.assert_answers("whole", answers)
        self.assertIn("full", self.castor.logs())
        self.assert_refused(self.ask_with_limits())
        filler.unlink()
        self.assert_nothing_is_lost(answers)
        self.assertEqual(self.ask_with_limits().status, 200)


if __name__ == "__main__":
    unittest.main()
