import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import plans
from server import Options
from support import ADD, ServerTest, ask, user


class Routes(ServerTest):
    def test_models_are_listed_in_pages(self):
        first = self.request("GET", "/v1beta/models?pageSize=3").json()
        self.assertEqual(len(first["models"]), 3)
        second = self.request(
            "GET", "/v1beta/models?pageSize=1000&pageToken=" + first["nextPageToken"]
        ).json()
        self.assertNotIn("nextPageToken", second)
        names = [model["name"] for model in first["models"] + second["models"]]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("models/gemini-embedding-001", names)

    def test_a_model_tells_its_limits(self):
        model = self.request("GET", "/v1beta/models/gemini-3.8-flash").json()
        self.assertEqual((model["inputTokenLimit"], model["outputTokenLimit"]), (1048576, 65536))

    def test_unknown_models_are_404_in_googles_words(self):
        for path in (
            "gemini-3.6-flahs:generateContent",
            "gemini-embedding-001:generateContent",
            "gemini-1.5-pro:countTokens",
        ):
            answer = self.request("POST", "/v1beta/models/" + path, ask())
            self.assertEqual(answer.status, 404)
            self.assertEqual(answer.json()["error"]["status"], "NOT_FOUND")
            self.assertIn("is not found for API version v1beta", answer.json()["error"]["message"])
        self.assertEqual(self.control("violations")["violations"], [])

    def test_a_bad_model_name(self):
        answer = self.request("POST", "/v1beta/models/bad%20model:generateContent", ask())
        self.assertEqual(
            answer.json()["error"]["message"],
            "* GenerateContentRequest.model: unexpected model name format\n",
        )

    def test_counting_grows_with_everything_counted(self):
        def count(body):
            answer = self.request("POST", "/v1beta/models/gemini-3.8-flash:countTokens", body)
            self.assertEqual(answer.status, 200, answer.data)
            return answer.json()["totalTokens"]

        def whole(**members):
            return {
                "generateContentRequest": {"model": "models/gemini-3.8-flash", **ask(**members)}
            }

        bare = count(ask())
        self.assertEqual(count(whole()), bare)
        with_system = count(whole(systemInstruction={"parts": [{"text": "Be kind and brief."}]}))
        with_tools = count(whole(tools=[{"functionDeclarations": [ADD]}]))
        self.assertGreater(with_system, bare)
        self.assertGreater(with_tools, bare)

    def test_U5_counting_refuses_what_belongs_elsewhere(self):
        path = "/v1beta/models/gemini-3.8-flash:countTokens"
        inner = {"model": "models/gemini-3.8-flash", **ask()}
        for bad in (
            ask(safetySettings=[]),
            ask(generationConfig={}),
            ask(tools=[]),
            {},
            {**ask(), "generateContentRequest": inner},
            {"generateContentRequest": ask()},
        ):
            answer = self.request("POST", path, bad)
            self.assertEqual(answer.status, 400, bad)

    def test_embeddings_are_deterministic_and_shortened_ones_not_normalised(self):
        request = {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "cat"}]}}
        path = "/v1beta/models/gemini-embedding-001:"
        one = self.request("POST", path + "embedContent", request).json()["embedding"]["values"]
        short = {**request, "outputDimensionality": 128}
        batch = self.request(
            "POST", path + "batchEmbedContents", {"requests": [request, short]}
        ).json()["embeddings"]
        self.assertEqual(one, batch[0]["values"])
        self.assertEqual([len(one), len(batch[1]["values"])], [3072, 128])
        self.assertAlmostEqual(sum(v * v for v in one), 1, 5)
        self.assertNotAlmostEqual(sum(v * v for v in batch[1]["values"]), 1, 1)

    def test_embedding_batches_have_limits(self):
        request = {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "cat"}]}}
        path = "/v1beta/models/gemini-embedding-001:batchEmbedContents"
        self.assertEqual(self.request("POST", path, {"requests": [request] * 100}).status, 200)
        empty = {**request, "content": {"parts": [{"text": ""}]}}
        image = {"parts": [{"inlineData": {"mimeType": "image/png", "data": "aGk="}}]}
        for bad in (
            [request] * 101,
            [],
            [{"content": request["content"]}],
            [empty],
            [{**request, "content": image}],
            [{**request, "dimensions": 8}],
            [{**request, "outputDimensionality": 4000}],
            [{**request, "outputDimensionality": 127}],
            [{**request, "taskType": "POETRY"}],
            [{**request, "taskType": "CLUSTERING", "title": "Cats"}],
            [{**request, "model": "models/gemini-embedding-2"}],
        ):
            self.assertEqual(self.request("POST", path, {"requests": bad}).status, 400)

    def test_a_bad_page_of_models_and_parameters_of_others(self):
        for query in ("pageToken=first", "pageSize=many", "limit=20", "beta=true"):
            self.assertEqual(self.request("GET", "/v1beta/models?" + query).status, 400, query)

    def test_a_model_of_any_kind_is_described(self):
        model = self.request("GET", "/v1/models/gemini-embedding-2").json()
        self.assertEqual(model["name"], "models/gemini-embedding-2")
        self.assertIn("embedContent", model["supportedGenerationMethods"])
        self.assertEqual(self.request("GET", "/v1/models/gemini-none").status, 404)

    def test_unknown_routes(self):
        self.assertEqual(self.request("GET", "/v1beta/nothing").status, 404)
        self.assertEqual(
            self.request("POST", "/v1beta/models/gemini-3.8-flash:predict", {}).status, 404
        )
        self.assertEqual(len(self.control("violations")["violations"]), 2)


class Bodies(ServerTest):
    def test_broken_json(self):
        for bad in (
            b"",
            b"{",
            b"[1",
            b"\xff{}",
            b'{"a": NaN}',
            b'{"contents": "\\ud800"}',
            b"[" * 3000,
            b"[" * 200 + b"]" * 200,
        ):
            answer = self.generate(bad)
            self.assertEqual(answer.status, 400)
            self.assertIn("Invalid JSON payload received.", answer.json()["error"]["message"])

    def test_chunked_requests(self):
        data = json.dumps(ask()).encode()
        connection = self.connect()
        connection.request(
            "POST",
            "/v1beta/models/gemini-3.8-flash:generateContent",
            iter([data[:9], data[9:]]),
            {"x-goog-api-key": "fake-ok.test"},
            encode_chunked=True,
        )
        self.assertEqual(connection.getresponse().status, 200)

    def test_too_large_is_an_html_page(self):
        connection = self.connect()
        connection.putrequest("POST", "/v1beta/models/gemini-3.8-flash:generateContent")
        connection.putheader("x-goog-api-key", "fake-ok.test")
        connection.putheader("Content-Length", str(101 * 1024 * 1024))
        connection.endheaders()
        response = connection.getresponse()
        self.assertEqual(
            (response.status, response.headers["Content-Type"]), (413, "text/html; charset=UTF-8")
        )

    def test_U10_a_prompt_over_the_context_window(self):
        answer = self.generate(ask(user("word " * 850000)))
        self.assertEqual(answer.status, 400)
        self.assertRegex(
            answer.json()["error"]["message"],
            (
                r"The input token count \(\d+\) exceeds the maximum number of tokens allowed"
                r" \(1048576\)\."
            ),
        )


class Credentials(ServerTest):
    options = Options(delay=0, keys=("good-key",))

    def test_the_key_is_checked(self):
        self.assertEqual(self.generate(ask(), key="good-key").status, 200)
        answer = self.generate(ask(), key="bad-key")
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.json()["error"]["details"][0]["reason"], "API_KEY_INVALID")
        self.assertEqual(self.control("violations")["violations"], [])

    def test_K2_the_key_never_travels_in_the_url(self):
        answer = self.request(
            "POST", "/v1beta/models/gemini-3.8-flash:generateContent?key=good-key", ask()
        )
        self.assertEqual(answer.status, 400)
        self.assertIn("key-in-url", self.control("violations")["violations"][0]["what"])

    def test_no_key_at_all(self):
        self.assertEqual(self.generate(ask(), key=None).status, 403)

    def test_headers_of_other_vendors_do_not_reach_google(self):
        for name in ("Authorization", "x-api-key", "anthropic-version", "anthropic-beta", "Cookie"):
            self.assertEqual(self.generate(ask(), headers={name: "x"}).status, 400)
        self.assertEqual(len(self.control("violations")["violations"]), 5)

    def test_unknown_keys_are_recorded_by_their_end_only(self):
        self.generate(ask(), key="AQ.0123456789secret")
        record = self.records()[0]
        self.assertEqual(
            (record["headers"]["x-goog-api-key"], self.records()[0]["status"]), ("…cret", 400)
        )


class Errors(ServerTest):
    def test_an_error_keeps_the_content_type_of_the_stream(self):
        answer = self.stream({"contents": []})
        self.assertEqual(
            (answer.status, answer.headers["Content-Type"]), (400, "text/event-stream")
        )
        self.assertEqual(answer.json()["error"]["status"], "INVALID_ARGUMENT")

    def test_without_sse_it_is_an_array_of_one(self):
        answer = self.request(
            "POST", "/v1beta/models/gemini-3.8-flash:streamGenerateContent", {"contents": []}
        )
        self.assertEqual([list(item) for item in answer.json()], [["error"]])

    def test_the_connection_stays_usable(self):
        connection = self.connect()
        self.assertEqual(self.generate({"contents": []}, connection=connection).status, 400)
        self.assertEqual(self.generate(ask(), connection=connection).status, 200)
        self.assertEqual(self.stream(ask(), connection=connection).status, 200)


class Records(ServerTest):
    def test_requests_are_kept_with_verdict_and_times(self):
        self.generate(ask(), key="fake-ok.one")
        self.generate(ask(nonsense=1), key="fake-ok.two")
        first, second = self.records()
        self.assertEqual(
            (first["key"], first["verdict"], first["status"], first["outcome"]),
            ("fake-ok.one", "ok", 200, "complete"),
        )
        self.assertEqual(first["body"], ask())
        self.assertGreater(first["ended_after"], 0)
        self.assertTrue(second["verdict"].startswith("refused 400: Invalid JSON payload"))
        self.assertEqual(self.control("violations")["violations"][0]["number"], second["number"])
        since = self.control("requests?since=%d&bodies=0" % first["number"])["requests"]
        self.assertEqual(
            [("body" in record, record["number"]) for record in since], [(False, second["number"])]
        )

    def test_advice_is_listed_beside_violations(self):
        self.generate(ask(generationConfig={"thinkingConfig": {"thinkingBudget": 5}}))
        self.assertEqual(self.control("violations")["violations"][0]["kind"], "advice")

    def test_reset_forgets_everything(self):
        self.generate(ask())
        self.control("reset", "POST")
        self.assertEqual(self.records(), [])


class Load(ServerTest):
    def test_a_thousand_requests_on_one_connection(self):
        connection = self.connect()
        for _ in range(1000):
            self.assertEqual(self.generate(ask(), connection=connection).status, 200)

    def test_sixty_four_streams_at_once(self):
        body = ask(
            user(
                plans.encode(
                    {"steps": [[{"text": "one two three four five six seven"}]], "delay_ms": 50}
                )
            )
        )
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(self.stream(body))) for _ in range(64)
        ]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        self.assertEqual([answer.status for answer in answers], [200] * 64)
        self.assertTrue(
            all(
                answer.events()[-1]["candidates"][0]["finishReason"] == "STOP" for answer in answers
            )
        )
        self.assertLess(time.monotonic() - started, 64 * 0.15)


class CommandLine(unittest.TestCase):
    def test_it_writes_its_port_and_appends_to_its_record(self):
        import http.client

        with tempfile.TemporaryDirectory() as scratch:
            port_file, record = os.path.join(scratch, "port"), os.path.join(scratch, "record")
            program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake_gemini.py")
            process = subprocess.Popen(
                [sys.executable, program, "--port-file", port_file, "--record", record],
                stdout=subprocess.PIPE,
                text=True,
            )
            try:
                line = process.stdout.readline()
                with open(port_file) as file:
                    port = int(file.read())
                self.assertIn("http://127.0.0.1:%d" % port, line)
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", "/v1beta/models", headers={"x-goog-api-key": "k"})
                self.assertEqual(connection.getresponse().status, 200)
                connection.close()
                for _ in range(100):
                    with open(record) as file:
                        lines = file.read().splitlines()
                    if lines:
                        break
                    time.sleep(0.02)
                self.assertEqual(json.loads(lines[0])["path"], "/v1beta/models")
            finally:
                process.terminate()
                process.wait(10)
                process.stdout.close()


if __name__ == "__main__":
    unittest.main()
