"""The upstream over real TLS and HTTP/2: nginx with a certificate of our own before the fake Gemini."""

import subprocess
import unittest

import castor
import client
import scratch
import servers

CONFIGURATION = """
daemon off;
worker_processes 1;
pid %(run)s/front.pid;
events { worker_connections 64; }
http {
    log_format version '$server_protocol $request_uri';
    access_log %(log)s/front-access.log version;
    client_max_body_size 0;
    client_body_temp_path %(run)s/front-body;
    fastcgi_temp_path     %(run)s/front-fastcgi;
    proxy_temp_path       %(run)s/front-proxy;
    scgi_temp_path        %(run)s/front-scgi;
    uwsgi_temp_path       %(run)s/front-uwsgi;
    server {
        listen 127.0.0.1:%(port)d ssl http2;
        ssl_certificate     %(certificate)s;
        ssl_certificate_key %(key)s;
        location / {
            proxy_pass %(upstream)s;
            proxy_http_version 1.1;
            proxy_buffering off;
        }
    }
}
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)


class Authority:
    """A certificate authority that nobody knows, in the scratch directory of a castor."""

    def __init__(self, site, name):
        self._site = site
        self.certificate = site.write(name + ".pem", "", 0o644)
        self._key = site.write(name + ".key", "")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
                "-subj", "/CN=" + name, "-keyout", self._key, "-out", self.certificate)

    def issue(self, address):
        """The files of a certificate and its key."""
        certificate, key = self._site.write("front.pem", "", 0o644), self._site.write("front.key", "", 0o644)
        request = self._site.write("front.csr", "")
        extensions = self._site.write("front.ext", "subjectAltName=IP:%s\n" % address)
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=front",
                "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-days", 2,
                "-extfile", extensions, "-out", certificate)
        return certificate, key


@unittest.skipIf(servers.Nginx.missing() or servers.Lighttpd.missing(), "needs nginx and lighttpd")
class UpstreamTls(unittest.TestCase):
    def setUp(self):
        self.castor = castor.Castor()
        self.addCleanup(self.castor.close)
        self.authority = Authority(self.castor, "authority")

    def serve(self, *, trusted, address="127.0.0.1"):
        """castor with an upstream whose certificate is for `address`; a client of it."""
        certificate, key = self.authority.issue(address)
        port = servers.free_port()
        configuration = self.castor.write("front.conf", CONFIGURATION % {
            "run": self.castor.run_directory, "log": self.castor.log_directory, "port": port,
            "certificate": certificate, "key": key, "upstream": self.castor.upstream.url})
        front = self.castor.start(["nginx", "-e", str(self.castor.log_directory / "front.log"), "-c",
                                   str(configuration)], "front-output.log")
        self.addCleanup(front.stop)
        scratch.wait_until((self.castor.run_directory / "front.pid").exists, 15, "the front listens")
        self.castor.configure({"upstream": {
            "base_url": "https://127.0.0.1:%d" % port, "ca_file": trusted, "max_attempts": 1}})
        server = servers.Lighttpd(self.castor)
        self.addCleanup(server.stop)
        return client.Client(server.url, self.castor.client_key)

    def fault(self):
        row = scratch.wait_until(
            lambda: self.castor.rows("SELECT * FROM attempts WHERE finished_ms IS NOT NULL"), 5, "an attempt is over")[0]
        return row["fault"], row["status"]

    def test_a_certificate_of_the_operators_own_authority_is_trusted_and_http_2_is_spoken(self):
        there = self.serve(trusted=self.authority.certificate)
        self.assertEqual(there.message("Say something.").status, 200)
        # The body, which is freed once content has come, is longer than an HTTP/2 window.
        for prompt in ("Say something.", "x" * 3_000_000):
            with there.stream(prompt) as stream:
                self.assertEqual(client.names_of(stream.rest())[-1], "message_stop")
        versions = {line.split()[0] for line in
                    (self.castor.log_directory / "front-access.log").read_text().splitlines()}
        self.assertEqual(versions, {"HTTP/2.0"})

    def test_a_certificate_of_an_unknown_authority_is_refused_and_no_key_leaves_the_machine(self):
        there = self.serve(trusted=Authority(self.castor, "another").certificate)
        self.assertEqual(there.message("Say something.").status, 502)
        self.assertEqual(self.fault(), ("unreachable", 0))
        self.assertEqual(self.castor.upstream.requests(), [])

    def test_a_certificate_for_somebody_else_is_refused(self):
        there = self.serve(trusted=self.authority.certificate, address="127.0.0.2")
        self.assertEqual(there.message("Say something.").status, 502)
        self.assertEqual(self.fault(), ("unreachable", 0))
        self.assertEqual(self.castor.upstream.requests(), [])
