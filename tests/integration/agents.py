"""What the tests of coding agents share: a home and a folder for the agent, and what castor was asked meanwhile."""

import json
import pathlib
import struct
import tempfile
import zlib

import castor
from under_servers import UnderServer

# What has to survive every layer of quoting on its way into a file.
NOTE = "castor and pollux: \"twins\", 'Zwillinge', \\n is no line feed, ${HOME} and `id` are text, 双子\n"


class AgentTests(UnderServer):
    """`home` and `work` are new for each test; castor has two keys."""

    keys = ("fake-ok.first", "fake-ok.second")

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory(prefix="agent-")
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name) / "home"
        self.work = pathlib.Path(directory.name) / "work"
        for path in (self.home, self.work):
            path.mkdir()
        self.first_request = max((row["id"] for row in self.castor.rows("SELECT id FROM requests")), default=0)

    def logged(self):
        """The requests of this test that ask for an answer."""
        return self.castor.settled("SELECT * FROM requests WHERE id > ? AND path NOT LIKE '%countTokens' ORDER BY id",
                                   self.first_request)

    def attempts(self):
        return self.castor.settled("SELECT * FROM attempts WHERE request > ? ORDER BY request, number",
                                   self.first_request)

    def violations(self):
        """What the upstream found fault with."""
        return self.upstream.violations()

    def assert_asked(self, turns, refused=0):
        """So many turns were asked for, each streamed and once: a broken stream is silently asked for again.

        The upstream got as many, and those that it refused before.
        """
        rows = self.logged()
        self.assertEqual([(row["stream"], row["outcome"], row["status"]) for row in rows], [(1, "ok", 200)] * turns)
        self.assertEqual(self.violations(), [])
        sent = self.upstream.generations()
        self.assertEqual(len(sent), turns + refused)
        self.assertNotIn(castor.DUMMY, json.dumps([record["body"] for record in sent]))

    def assert_a_key_ran_dry(self):
        """One attempt was refused by a key, which another made good."""
        refused = [a for a in self.attempts() if a["fault"]]
        self.assertEqual([(a["status"], a["fault"]) for a in refused], [(429, "rate_limited")])
        self.assertEqual(refused[0]["key_effect"], "cool_key_model")
        self.assertEqual({a["key_id"] for a in self.attempts() if not a["fault"]}, {1, 2})
        after = [a for a in self.attempts() if a["request"] == refused[0]["request"]][-1]
        self.assertNotEqual(after["key_id"], refused[0]["key_id"])


def png(side=8):
    """A small red picture."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
