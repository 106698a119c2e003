"""What reaches castor through each web server, and what comes back: credentials, bodies, paths, methods, errors."""

import base64
import hashlib
import json
import unittest

import castor
import client
import scratch
from under_servers import UnderServer, under_servers

MEGABYTE = 1 << 20


def with_image(size):
    """A request whose body has about `size` bytes, and the digest of what it carries."""
    data = base64.b64encode(bytes(range(256)) * (size * 3 // 4 // 256)).decode()
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    return client.body([image, {"type": "text", "text": "What is this?"}]), digest(data)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


@under_servers()
class Requests(UnderServer):
    settings = {"server": {"max_body": "40M"}}

    def assert_error(self, reply, status, kind):
        """An error in the words of the Messages API."""
        self.assertEqual(reply.status, status, reply)
        value = reply.json()
        self.assertEqual(value["type"], "error")
        self.assertEqual(value["error"]["type"], kind)
        self.assertTrue(value["error"]["message"])
        self.assertTrue(reply.headers["request-id"])
        self.assertEqual(value["request_id"], reply.headers["request-id"])

    def assert_arrived(self, reply, wanted):
        """The image of the request is what the upstream got."""
        self.assertEqual(reply.status, 200, reply)
        parts = self.upstream.generations()[-1]["body"]["contents"][-1]["parts"]
        data = next(part["inlineData"]["data"] for part in parts if "inlineData" in part)
        self.assertEqual(digest(data), wanted)

    # Credentials.

    def test_the_key_is_taken_from_x_api_key_and_from_authorization(self):
        key = self.castor.client_key
        for headers in ({"x_api_key": key}, {"x_api_key": None, "authorization": "Bearer " + key},
                        {"x_api_key": None, "authorization": "bearer " + key}):
            reply = self.client.message("Hello", self.client.headers(**headers))
            self.assertEqual(reply.status, 200, reply)
            self.assertIn("You wrote", reply.json()["content"][-1]["text"])

    def test_a_wrong_key_and_none_are_401(self):
        for headers in ({"x_api_key": "castor-wrong"}, {"x_api_key": None},
                        {"x_api_key": None, "authorization": "Bearer wrong"}):
            self.assert_error(self.client.message("Hello", self.client.headers(**headers)),
                              401, "authentication_error")
        self.assertEqual(self.upstream.requests(), [])

    # Bodies.

    def test_bodies_of_2_and_33_megabytes_arrive_whole(self):
        for size in (2 * MEGABYTE, 33 * MEGABYTE):
            value, wanted = with_image(size)
            self.assert_arrived(self.client.request("POST", "/v1/messages", json.dumps(value)), wanted)

    def test_a_chunked_body_arrives_whole(self):
        value, wanted = with_image(2 * MEGABYTE)
        self.assert_arrived(self.client.request("POST", "/v1/messages", json.dumps(value), chunked=True), wanted)

    def test_a_client_that_asks_before_it_sends_is_told_to_go_on(self):
        value, wanted = with_image(2 * MEGABYTE)
        with self.client.curl(json.dumps(value), "-H", "Expect: 100-continue", "--expect100-timeout", "30") as curl:
            answer = curl.stdout.read()
        self.assertEqual(json.loads(answer)["type"], "message", answer)
        self.assert_arrived(client.Reply(200, {}, answer), wanted)

    def test_a_compressed_body_is_inflated(self):
        value, wanted = with_image(2 * MEGABYTE)
        headers = self.client.headers(content_encoding="gzip")
        self.assert_arrived(self.client.request("POST", "/v1/messages", client.packed(value), headers), wanted)

    def test_a_body_beyond_the_limit_is_413_and_read_to_its_end(self):
        reply = self.client.request("POST", "/v1/messages", b"x" * (41 * MEGABYTE))
        self.assert_error(reply, 413, "request_too_large")

    def test_a_small_packed_body_that_inflates_beyond_the_limit_is_413(self):
        headers = self.client.headers(content_encoding="gzip")
        reply = self.client.request("POST", "/v1/messages", client.packed("x" * (60 * MEGABYTE)), headers)
        self.assert_error(reply, 413, "request_too_large")

    def test_broken_bodies_are_400(self):
        for content in (b"", b"{", b"[]", json.dumps(client.body("Hello"))[:-20].encode(), b"\xff\xfe{}"):
            self.assert_error(self.client.request("POST", "/v1/messages", content), 400, "invalid_request_error")
        headers = self.client.headers(content_encoding="gzip")
        self.assert_error(self.client.request("POST", "/v1/messages", b"no gzip at all", headers),
                          400, "invalid_request_error")

    def test_a_header_of_6_kilobytes_passes(self):
        headers = self.client.headers(anthropic_beta=",".join("feature-%04d" % i for i in range(480)))
        self.assertEqual(self.client.message("Hello", headers).status, 200)

    # Paths and methods.

    def test_an_unknown_path_is_404(self):
        for path in ("/v1/nothing", "/v2/messages", "/v1/messages/more"):
            self.assert_error(self.client.get(path), 404, "not_found_error")

    def test_a_wrong_method_is_405_and_says_the_right_one(self):
        reply = self.client.get("/v1/messages")
        self.assert_error(reply, 405, "invalid_request_error")
        self.assertIn("POST", reply.headers["allow"])
        reply = self.client.request("DELETE", "/v1/models")
        self.assertEqual(reply.status, 405, reply)
        self.assertIn("GET", reply.headers["allow"])

    def test_head_is_get_without_a_body(self):
        for path, status in (("/health", 200), ("/v1/models", 200), ("/api/hello", 404)):
            reply = self.client.request("HEAD", path)
            self.assertEqual((reply.status, reply.body), (status, b""), path)

    def test_options_says_what_is_allowed(self):
        reply = self.client.request("OPTIONS", "/v1/messages")
        self.assertIn(reply.status, (200, 204), reply)
        self.assertIn("POST", reply.headers["allow"])

    def test_doubled_slashes_and_a_query_do_not_matter(self):
        for path in ("//v1/messages", "/v1//messages", "/v1/messages?beta=true", "/v1/messages/"):
            reply = self.client.request("POST", path, json.dumps(client.body("Hello")))
            self.assertEqual(reply.status, 200, "%s: %r" % (path, reply))

    def test_a_base_url_may_end_in_any_version_or_name_the_api(self):
        for path in ("/messages", "/v1/v1/messages", "/anthropic/v1/messages"):
            reply = self.client.request("POST", path, json.dumps(client.body("Hello")))
            self.assertEqual(reply.status, 200, "%s: %r" % (path, reply))

    def test_an_unknown_path_is_told_in_the_words_of_the_api_it_names(self):
        for path, told in (("/v1beta/nothing", {"code": 404, "status": "NOT_FOUND"}),
                           ("/v1beta/openai/nothing", {"type": "invalid_request_error", "code": None})):
            reply = self.client.get(path)
            self.assertEqual(reply.status, 404, reply)
            self.assertEqual({**reply.json()["error"], **told}, reply.json()["error"])
            self.assertTrue(reply.headers["x-request-id"])

    def test_an_encoded_slash_reaches_castor(self):
        if self.server.name == "apache-htaccess":
            self.skipTest("Apache answers 404 itself; AllowEncodedSlashes is not for .htaccess")
        self.assert_error(self.client.get("/v1/models/tuned%2Fmodel"), 404, "not_found_error")

    # Statuses.

    def test_the_status_of_an_error_and_its_headers_pass(self):
        # A model of its own, because the key rests for it afterwards.
        reply = self.client.message(castor.plan({"fault": "429-minute"}), model="gemini-3.5-flash")
        self.assert_error(reply, 429, "rate_limit_error")
        self.assertIn(int(reply.headers["retry-after"]), range(20, 40))

    def test_health_needs_no_key(self):
        reply = self.client.request("GET", "/health", headers={})
        self.assertEqual(reply.status, 200, reply)
        self.assertNotIn(self.castor.client_key.encode(), reply.body)


@under_servers(lambda server: server.starts == "request")
class BrokenSettings(UnderServer):
    def test_the_client_gets_an_error_and_only_the_operator_the_reason(self):
        self.castor.write("castor.ini", "[upstream]\nno_such_setting = secret-value\n")
        reply = self.client.message("Hello")
        self.assertEqual(reply.status, 500, reply)
        self.assertEqual(reply.json()["error"]["type"], "api_error")
        self.assertEqual(reply.json()["request_id"], reply.headers["request-id"])
        self.assertEqual(reply.headers["x-should-retry"], "false")
        self.assertNotIn(b"setting", reply.body)
        scratch.wait_until(lambda: "no_such_setting" in self.castor.logs(), 5, "the operator is told")


@under_servers()
class Mount(UnderServer):
    """Below a path, beside whatever else the site has."""

    mount = "/ai/"

    def test_requests_below_the_mount_are_answered(self):
        reply = self.client.message("Hello", self.client.headers(
            x_api_key=None, authorization="Bearer " + self.castor.client_key))
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.client.get("/v1/models").status, 200)
        self.assertEqual(self.client.get("//v1//models").status, 200)

    def test_streams_below_the_mount_are_answered(self):
        with self.client.stream("Hello") as stream:
            self.assertEqual(stream.rest()[-1].name, "message_stop")

    def test_unknown_paths_below_the_mount_are_castors(self):
        reply = self.client.get("/v1/nothing")
        self.assertEqual(reply.status, 404)
        self.assertEqual(reply.json()["error"]["type"], "not_found_error")

    def test_what_is_beside_the_mount_is_not_castors(self):
        site = client.Client(self.server.origin, self.castor.client_key)
        for path in ("/v1/models", "/aix/v1/models"):
            reply = site.get(path)
            self.assertEqual(reply.status, 404)
            self.assertNotIn("request-id", reply.headers)


if __name__ == "__main__":
    unittest.main()
