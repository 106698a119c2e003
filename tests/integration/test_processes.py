"""Processes that are stopped, reloaded and killed under each web server, and a house that is full."""

import os
import signal
import time
import unittest

import castor
import client
import scratch
from test_streaming import StreamTests, slow_text, stalling
from under_servers import UnderServerOnce, under_servers


class ProcessTests(StreamTests, UnderServerOnce):
    def begin(self, seconds=None):
        """A stream of so many seconds, under way. CGI gives a program that was told to end two seconds more."""
        seconds = seconds or (1 if self.server.starts == "request" else 3)
        stream = self.client.stream(slow_text(seconds))
        self.addCleanup(stream.leave)
        stream.until("content_block_delta")
        return stream

    def assert_ends_well(self, stream):
        self.assert_whole(stream.rest())
        self.assertEqual(len(client.text_of(stream.events).split()), 30)

    def assert_serves(self):
        """A new request is answered; web servers may need a moment to start castor again."""
        def answered():
            try:
                return self.client.message("Hello").status == 200
            except OSError:
                return False
        scratch.wait_until(answered, 10, "requests are answered again")

    def wait_for_end_of(self, pids, seconds):
        scratch.wait_until(lambda: not set(pids) & set(self.castor.pids()), seconds, "processes end: %s" % pids)


@under_servers()
class Processes(ProcessTests):
    def test_sigterm_to_castor_lets_a_stream_end(self):
        stream = self.begin()
        pids = self.castor.pids()
        for pid in self.castor.masters():
            os.kill(pid, signal.SIGTERM)
        self.assert_ends_well(stream)
        self.wait_for_end_of(pids, 5)
        if self.server.starts == "pool":
            self.assertEqual(self.server.pool.wait(5), 0)
        else:
            self.assert_serves()

    def test_a_stream_that_cannot_end_in_time_is_closed_with_an_error(self):
        if self.server.starts not in ("request", "server, each"):
            self.skipTest("its grace is longer than a test's patience")
        stream = self.begin(30)
        if self.server.starts == "request":
            began = time.monotonic()
            for pid in self.castor.pids():
                os.kill(pid, signal.SIGTERM)
            self.assertEqual(client.names_of(stream.rest())[-1], "error")
            self.assertLess(time.monotonic() - began, 2.8, "Apache kills after 3 s")
        else:
            # mod_fcgid ends its processes, and kills them some eight seconds after it has told them.
            self.server.process.send(signal.SIGUSR1)
            self.assertEqual(client.names_of(stream.rest())[-1], "error")
        self.assertEqual([row["outcome"] for row in self.castor.settled("SELECT outcome FROM requests")], ["overloaded"])

    def test_a_reload_of_the_server_lets_a_stream_end(self):
        if self.server.reload_signal is None:
            self.skipTest("its reload ends castor")
        stream = self.begin()
        self.server.process.send(self.server.reload_signal)
        self.assert_ends_well(stream)
        self.assert_serves()

    def test_a_graceful_stop_of_the_server_lets_a_stream_end(self):
        stream = self.begin()
        self.server.process.send(self.server.graceful_stop_signal)
        if self.server.graceful_stop_signal != signal.SIGTERM:
            self.assert_ends_well(stream)
        stream.leave()
        self.server.process.wait(15)

    def test_a_stop_leaves_no_process_behind(self):
        stream = self.begin()
        self.assertTrue(self.castor.pids())
        self.server.stop()
        stream.leave()
        scratch.wait_until(lambda: not self.castor.pids(), 10, "castor ends with its server")

    def test_a_killed_worker_harms_nothing_but_its_request(self):
        stream = self.client.stream(stalling())
        self.addCleanup(stream.leave)
        stream.until("content_block_delta")
        for pid in self.castor.workers():
            os.kill(pid, signal.SIGKILL)
        names = client.names_of(stream.rest_or_cut())
        self.assertNotIn("message_stop", names)
        self.assertEqual(self.castor.integrity(), "ok")
        self.assert_serves()

        def rows():
            found = self.castor.rows("SELECT status, finished_ms, outcome FROM requests ORDER BY id")
            return found if found[-1]["finished_ms"] else None
        broken, *later = scratch.wait_until(rows, 5, "the later request is settled")
        self.assertEqual((broken["status"], broken["finished_ms"]), (None, None))
        self.assertEqual({row["outcome"] for row in later}, {"ok"})
        self.assertEqual(len(self.castor.rows("SELECT * FROM unsettled_requests")), 1)


@under_servers(lambda server: server.starts == "pool" or server.name == "lighttpd")
class Pool(ProcessTests):
    """Where castor has a process that keeps others."""

    def setUp(self):
        super().setUp()
        self.master, = self.castor.masters()

    def test_sighup_rereads_the_configuration_and_lets_a_stream_end(self):
        self.assertEqual(self.client.message("Hello", model="swift").status, 404)
        stream = self.begin()
        old = self.castor.workers()
        self.castor.configure({"aliases": {"swift": client.MODEL}})
        os.kill(self.master, signal.SIGHUP)
        scratch.wait_until(lambda: self.client.message("Hello", model="swift").status == 200, 5, "the alias is known")
        self.assert_ends_well(stream)
        self.wait_for_end_of(old, 5)
        self.assertEqual(self.castor.masters(), [self.master])

    def test_workers_end_with_their_master_but_not_before_their_streams(self):
        stream = self.begin(2)
        pids = self.castor.pids()
        os.kill(self.master, signal.SIGKILL)
        self.assert_ends_well(stream)
        self.wait_for_end_of(pids, 5)

    def test_a_broken_configuration_is_not_taken(self):
        workers = self.castor.workers()
        self.castor.write("castor.ini", "[upstream]\nno_such_setting = 1\n")
        os.kill(self.master, signal.SIGHUP)
        scratch.wait_until(lambda: "no_such_setting" in self.castor.logs(), 5, "the operator is told")
        self.assertEqual(self.castor.workers(), workers)
        self.assert_serves()


@under_servers(lambda server: server.starts == "pool" or server.name == "lighttpd")
class FullHouse(StreamTests):
    pool = {"processes": 1, "threads": 2}

    def test_a_request_too_many_is_turned_away_at_once(self):
        streams = [self.client.stream(stalling()) for _ in range(2)]
        for stream in streams:
            self.addCleanup(stream.leave)
            stream.until("content_block_delta")
        began = time.monotonic()
        reply = self.client.message("Hello")
        self.assertLess(time.monotonic() - began, 1.0)
        self.assertEqual(reply.status, 529, reply)
        self.assertEqual(reply.json()["error"]["type"], "overloaded_error")
        self.assertGreater(int(reply.headers["retry-after"]), 0)
        self.assertEqual(len(self.upstream.generations(False)), 2)

        for stream in streams:
            stream.leave()
        self.wait_for_departure(6)
        scratch.wait_until(lambda: self.client.message("Hello").status == 200, 5, "there is room again")


if __name__ == "__main__":
    unittest.main()
