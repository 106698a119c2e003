"""What all client APIs share, through web servers: whose words an answer has, CORS, lists of models, embeddings."""

import base64
import json
import struct
import unittest

import scratch
from under_servers import UnderServer, under_servers

OPENAI = {"x_api_key": None, "anthropic_version": None}
ORIGIN = "https://chat.example.org"


def lighttpd_or_apache(server):
    return server.name in ("lighttpd", "apache-fcgid")


class SurfaceTests(UnderServer):
    def openai(self, method, path, value=None, **headers):
        headers = {**OPENAI, "authorization": "Bearer " + self.castor.client_key, **headers}
        content = None if value is None else json.dumps(value)
        return self.client.request(method, path, content, self.client.headers(**headers))

    def google(self, path, **headers):
        headers = {**OPENAI, "x_goog_api_key": self.castor.client_key, **headers}
        return self.client.request("GET", path, headers=self.client.headers(**headers))

    def asked(self, end):
        """The upstream's requests whose paths end so."""
        return [r for r in self.upstream.requests() if r["path"].split("?")[0].endswith(end)]


@under_servers(lighttpd_or_apache)
class Models(SurfaceTests):
    def test_each_client_gets_its_own_list_at_the_same_path(self):
        anthropic = self.client.get("/v1/models").json()
        self.assertEqual(anthropic["data"][0]["type"], "model")
        self.assertIn("has_more", anthropic)
        openai = self.openai("GET", "/v1/models").json()
        self.assertEqual(openai["object"], "list")
        self.assertEqual({"id", "object", "created", "owned_by", "shutdown_date"}, set(openai["data"][0]))
        google = self.google("/v1/models?pageSize=3").json()
        self.assertEqual(len(google["models"]), 3)
        self.assertTrue(google["nextPageToken"])
        self.assertEqual(self.google("/v1beta/models?pageSize=1000").json().keys(), {"models"})
        for path in ("/v1beta/openai/models", "/openai/v1/models", "/models", "/v1/v1/models"):
            self.assertEqual(self.openai("GET", path).json(), openai, path)

    def test_a_model_is_found_by_every_name_that_a_request_may_have(self):
        self.assertEqual(self.openai("GET", "/v1/models/gpt-5.5").json()["id"], "gpt-5.5")
        self.assertEqual(self.google("/v1/models/gpt-5.5").json()["name"], "models/gpt-5.5")
        self.assertEqual(self.client.get("/v1/models/gpt-5.5").json()["id"], "gpt-5.5")
        missing = self.openai("GET", "/v1/models/nobody")
        self.assertEqual((missing.status, missing.json()["error"]["code"]), (404, "model_not_found"))
        self.assertEqual(self.google("/v1/models/nobody").json()["error"]["status"], "NOT_FOUND")

    def test_google_s_words_are_used_and_asked_for_once(self):
        for _ in range(3):
            model = self.google("/v1beta/models/gemini-3.8-flash").json()
            self.assertTrue(model["description"].startswith("Made-up description"), model)
        self.assertLessEqual(len(self.asked("/v1beta/models")), 1)
        self.assertEqual(self.upstream.violations(), [])


@under_servers(lambda server: server.name == "lighttpd")
class ModelsWithoutAnyKey(SurfaceTests):
    def test_the_file_s_models_are_shown(self):
        self.castor.command("keys", "disable", "1", "--reason", "for this test")
        for _ in range(2):
            reply = self.openai("GET", "/v1/models")
            self.assertEqual(reply.status, 200, reply)
            self.assertIn("gemini-3.8-flash", [model["id"] for model in reply.json()["data"]])


@under_servers(lambda server: server.name == "lighttpd")
class ModelsOfABrokenUpstream(SurfaceTests):
    keys = ("fake-500.one", "fake-invalid.one")

    def test_the_file_s_models_are_shown_and_the_upstream_is_let_alone(self):
        for _ in range(3):
            self.assertEqual(self.openai("GET", "/v1/models").status, 200)
        self.assertLessEqual(len(self.asked("/v1beta/models")), 6)


@under_servers(lighttpd_or_apache)
class Embeddings(SurfaceTests):
    def embed(self, inputs, **fields):
        return self.openai("POST", "/v1/embeddings", {"model": "text-embedding-3-small", "input": inputs, **fields})

    def test_vectors_come_in_order_and_in_either_encoding(self):
        texts = ["text %d" % i for i in range(150)]
        reply = self.embed(texts, encoding_format="base64")
        self.assertEqual(reply.status, 200, reply)
        self.assertTrue(reply.headers["x-request-id"].startswith("req_"))
        value = reply.json()
        self.assertEqual([entry["index"] for entry in value["data"]], list(range(150)))
        self.assertEqual(value["model"], "text-embedding-3-small")
        self.assertGreater(value["usage"]["prompt_tokens"], 0)
        packed = struct.unpack("<1536f", base64.b64decode(value["data"][149]["embedding"]))
        self.assertAlmostEqual(sum(x * x for x in packed), 1, places=4)
        floats = self.embed(texts[149]).json()["data"][0]["embedding"]
        for one, other in zip(floats, packed, strict=True):
            self.assertAlmostEqual(one, other, places=6)
        self.assertEqual([len(r["body"]["requests"]) for r in self.asked(":batchEmbedContents")], [100, 50, 1])
        self.assertEqual(self.upstream.violations(), [])

    def test_both_names_of_the_model_are_logged_and_every_batch_is_an_attempt(self):
        self.embed(["x"] * 101, user="somebody")
        query = "SELECT * FROM requests WHERE path = '/v1/embeddings' ORDER BY id DESC LIMIT 1"
        scratch.wait_until(lambda: self.castor.rows(query)[0]["outcome"], 5, "the request is settled")
        row = self.castor.rows(query)[0]
        self.assertEqual((row["api"], row["requested_model"], row["model"], row["outcome"]),
                         ("openai", "text-embedding-3-small", "gemini-embedding-001", "ok"))
        self.assertGreater(row["prompt_tokens"], 0)
        self.assertTrue(row["user_hash"])
        attempts = self.castor.rows("SELECT status FROM attempts WHERE request = %d" % row["id"])
        self.assertEqual(attempts, [{"status": 200}, {"status": 200}])

    def test_dimensions(self):
        for dimensions in (3072, 256, 128, 5):
            vector = self.embed("x", dimensions=dimensions).json()["data"][0]["embedding"]
            self.assertEqual(len(vector), dimensions)
            self.assertAlmostEqual(sum(x * x for x in vector), 1, places=4)

    def test_wrong_requests_are_told_in_openai_s_words(self):
        for inputs in ("", [], [1, 2], [[1]], ["a"] * 2049, {"a": 1}, None):
            reply = self.embed(inputs)
            self.assertEqual(reply.status, 400, reply)
            self.assertEqual(reply.json()["error"]["type"], "invalid_request_error")
            self.assertTrue(reply.json()["error"]["param"].startswith("input"), reply)
        self.assertEqual(self.embed("a", model="nobody").status, 404)
        self.assertEqual(self.upstream.requests(), [])


@under_servers(lighttpd_or_apache)
class Pages(SurfaceTests):
    settings = {"server": {"cors_origins": ORIGIN}}

    def test_a_page_of_a_listed_origin_may_ask_and_read(self):
        asked = {"origin": ORIGIN, "access_control_request_method": "POST",
                 "access_control_request_headers": "anthropic-version,x-api-key,x-stainless-os", **OPENAI}
        reply = self.client.request("OPTIONS", "/v1/messages", headers=self.client.headers(**asked))
        self.assertEqual(reply.status, 204, reply)
        self.assertEqual(reply.headers["access-control-allow-origin"], ORIGIN)
        self.assertIn("POST", reply.headers["access-control-allow-methods"])
        self.assertIn("x-stainless-os", reply.headers["access-control-allow-headers"])
        for wanted in (200, 401):
            key = self.castor.client_key if wanted == 200 else "wrong"
            reply = self.client.message("Hello", self.client.headers(x_api_key=key, origin=ORIGIN))
            self.assertEqual(reply.status, wanted, reply)
            self.assertEqual(reply.headers["access-control-allow-origin"], ORIGIN)
            self.assertIn("request-id", reply.headers["access-control-expose-headers"])
            self.assertIn("Origin", reply.headers["vary"])

    def test_other_pages_may_not(self):
        for origin in ("https://evil.example", "null", ORIGIN + ".evil.example"):
            reply = self.client.request("OPTIONS", "/v1/messages", headers=self.client.headers(
                origin=origin, access_control_request_method="POST"))
            self.assertNotIn("access-control-allow-origin", reply.headers, reply)


if __name__ == "__main__":
    unittest.main()
