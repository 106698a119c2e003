"""What a test class inherits that runs under every web server.

    @under_servers()
    class Streaming(UnderServer):
        def test_the_first_event_arrives_before_the_last_is_sent(self): …

makes Streaming_lighttpd, Streaming_nginx … of it, each with a server and a castor of its own. $SERVER chooses among
them. A server that is not installed skips its class, or fails it where $REQUIRE_SERVERS says that all must be there.
"""

import os
import sys
import unittest

import castor
import client
import servers


class UnderServer:
    """`settings` are sections of castor.ini, `keys` Gemini keys, `pool` the size of the castor behind the server."""

    mount = "/"
    settings = {}
    keys = ("fake-ok.one",)
    pool = {}
    server_class = None

    @classmethod
    def setUpClass(cls):
        cls.open_site(cls, cls.addClassCleanup)

    def setUp(self):
        self.upstream.reset()

    @classmethod
    def open_site(cls, owner, add_cleanup):
        """Gives `owner` a castor behind a server."""
        missing = cls.server_class.missing()
        if missing and os.environ.get("REQUIRE_SERVERS"):
            raise AssertionError("REQUIRE_SERVERS is set, and there is no %s" % missing)
        if missing:
            raise unittest.SkipTest("not installed: " + missing)
        owner.castor = castor.Castor(cls.settings, cls.keys)
        add_cleanup(owner.castor.close)
        cls.prepare(owner.castor, add_cleanup)
        owner.server = cls.server_class(owner.castor, cls.mount, **cls.pool)
        add_cleanup(owner.server.stop)
        owner.client = client.Client(owner.server.url, owner.castor.client_key)
        owner.upstream = owner.castor.upstream

    @classmethod
    def prepare(cls, made, add_cleanup):
        """For what a castor must meet before its server starts."""

    def run(self, result=None):
        """As unittest does, and shows the logs of servers when a test fails."""
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before and hasattr(self, "castor"):
            for kept in (result.failures, result.errors):
                if kept and kept[-1][0] is self:
                    kept[-1] = (self, "%s\n%s\n" % (kept[-1][1], self.castor.logs()))
        return result


class UnderServerOnce(UnderServer):
    """For tests that end or change what runs: each has a server and a castor of its own."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        self.open_site(self, self.addCleanup)


def under_servers(accept=lambda server: True):
    """Makes one test case of a class for each chosen server that `accept` takes."""

    def make(case):
        module = sys.modules[case.__module__]
        for server in servers.chosen():
            if accept(server):
                name = "%s_%s" % (case.__name__, server.name.replace("-", "_"))
                setattr(module, name, type(name, (case, unittest.TestCase),
                                           {"server_class": server, "__module__": case.__module__}))
        return case

    return make
