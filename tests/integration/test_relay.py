"""The native Gemini API: what passes untouched, what is changed, where files go, and keys that clients bring."""

import json
import os
import re
import urllib.parse

import castor
import client
import scratch
from raw_upstream import RawUpstream
from under_servers import UnderServer, under_servers

MODEL = "gemini-3.8-flash"
SSE = {"Content-Type": "text/event-stream"}
JSON = {"Content-Type": "application/json; charset=UTF-8"}
TWO_SERVERS = ("lighttpd", "apache-proxy-fcgi")


def contents(text, **more):
    return {"contents": [{"role": "user", "parts": [{"text": text}]}], **more}


def chunk(text, finish=None, **more):
    """A chunk as Google writes one, and in no way as a library would."""
    end = ', "finishReason" : "%s"' % finish if finish else ""
    return ('{ "candidates" : [ {"content": {"parts": [{"text": "%s", "x": 1.0, "x": 1e5, "y": "\\ud83d"}],\n'
            '"role": "model"}%s} ], "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 3,'
            ' "thoughtsTokenCount": 2}, "modelVersion": "%s" }' % (text, end, MODEL)).encode()


def event(data):
    return b"data: " + data.replace(b"\n", b" ") + b"\r\n\r\n"


class NativeTests(UnderServer):
    def headers(self, **more):
        values = {"x_goog_api_key": self.castor.client_key, "content_type": "application/json", **more}
        return {name.replace("_", "-"): value for name, value in values.items() if value is not None}

    def post(self, path, body, **headers):
        body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.client.request("POST", path, body, self.headers(**headers))

    def get(self, path, method="GET", **headers):
        return self.client.request(method, path, headers=self.headers(content_type=None, **headers))

    def generate(self, body, method="generateContent", version="v1beta", model=MODEL, query="", **headers):
        return self.post("/%s/models/%s:%s%s" % (version, model, method, query), body, **headers)

    def stream(self, body, query="?alt=sse", **headers):
        return self.generate(body, "streamGenerateContent", query=query, **headers)

    def assert_error(self, reply, status, word):
        """An error in Google's words; its message."""
        self.assertEqual(reply.status, status, reply)
        error = reply.json()["error"]
        self.assertEqual(error["code"], status, reply)
        self.assertEqual(error["status"], word, reply)
        return error["message"]

    def last_row(self):
        return self.castor.settled("SELECT * FROM requests ORDER BY id DESC LIMIT 1")[0]


@under_servers(lambda server: server.name in TWO_SERVERS)
class Bytes(NativeTests):
    """Against an upstream that keeps and gives bytes."""

    keys = ("fake-ok.one", "fake-ok.two")

    @classmethod
    def open_site(cls, owner, add_cleanup):
        owner.raw = RawUpstream()
        add_cleanup(owner.raw.close)
        cls.settings = {"upstream": {"base_url": owner.raw.url}}
        super().open_site(owner, add_cleanup)

    def setUp(self):
        super().setUp()
        self.raw.requests.clear()
        self.raw.answers.clear()

    def test_bytes_are_equal_in_both_directions(self):
        sent = (b'{ "contents" : [ { "parts":[{"text":"\\ud83d lone, caf\xc3\xa9", "text" : "twice"}]}],\r\n'
                b' "generationConfig":{"maxOutputTokens":1.0,"seed":100000.0,"x":18446744073709551616}, "contents":[] }\n')
        given = b"\n" + chunk("whole", "STOP") + b" \r\n"
        self.raw.answers.append((200, JSON, [given[:20], given[20:]]))
        reply = self.generate(sent)
        self.assertEqual(reply.body, given)
        self.assertEqual(reply.headers["Content-Type"], JSON["Content-Type"])
        method, path, headers, body = self.raw.requests[0]
        self.assertEqual((method, path, body), ("POST", "/v1beta/models/%s:generateContent" % MODEL, sent))
        self.assertEqual(headers["x-goog-api-key"], "fake-ok.one")
        row = self.last_row()
        self.assertEqual([row[name] for name in ("api", "requested_model", "model", "stream", "status", "stop_reason",
                                                 "prompt_tokens", "output_tokens", "thought_tokens", "outcome")],
                         ["gemini", MODEL, MODEL, 0, 200, "STOP", 7, 3, 2, "ok"])

    def test_streams_are_equal_in_both_framings_however_they_are_cut(self):
        events = event(chunk("one")) + event(chunk("two")) + event(chunk("", "STOP"))
        array = b"[" + b",\r\n".join([chunk("one"), chunk("]}\\\""), chunk("", "STOP")]) + b"\n]\n"
        for given, query, headers in ((events, "?alt=sse", SSE), (array, "", JSON)):
            for size in (1, 7, 100, 5000):
                pieces = [given[i : i + size] for i in range(0, len(given), size)]
                self.raw.answers.append((200, headers, pieces))
                reply = self.stream("{}", query)
                self.assertEqual(reply.body, given)
                self.assertEqual(reply.headers["Content-Type"], headers["Content-Type"])
        self.assertEqual(self.raw.requests[0][1], "/v1beta/models/%s:streamGenerateContent?alt=sse" % MODEL)
        self.assertEqual(self.raw.requests[-1][1], "/v1beta/models/%s:streamGenerateContent" % MODEL)
        row = self.last_row()
        self.assertEqual((row["stream"], row["stop_reason"], row["output_tokens"]), (1, "STOP", 3))

    def test_a_cut_stream_ends_with_an_error_and_no_half_event(self):
        first = event(chunk("one"))
        self.raw.answers.append((200, SSE, [first, event(chunk("two"))[:50], None]))
        reply = self.stream("{}")
        self.assertTrue(reply.body.startswith(first), reply)
        last = reply.body[len(first):]
        self.assertRegex(last, rb"^data: \{.*\}\r\n\r\n$")
        self.assertEqual(json.loads(last[6:])["error"]["status"], "UNAVAILABLE")
        self.assertEqual(self.last_row()["outcome"], "bad_gateway")
        for cut in (b",\r\n" + chunk("two")[:50], b",", b"", b"\n]"):
            self.raw.answers.append((200, JSON, [b"[" + chunk("one"), cut, None]))
            value = json.loads(self.stream("{}", "").body, strict=False)
            self.assertEqual(value[0]["candidates"][0]["content"]["parts"][0]["text"], "one")
            self.assertEqual([list(element) for element in value[1:]], [["error"]])

    def test_before_the_first_content_an_attempt_is_invisible(self):
        empty = chunk("", "STOP").replace(b'{"text": "", "x": 1.0, "x": 1e5, "y": "\\ud83d"}', b"")
        given = event(chunk("all", "STOP"))
        for first in ((503, JSON, [b'{"error":{"code":503,"status":"UNAVAILABLE","message":"overloaded"}}']),
                      (200, SSE, [event(b'{"error":{"code":503,"status":"UNAVAILABLE","message":"x"}}')]),
                      (200, SSE, [event(empty)]), (200, SSE, []), (200, SSE, [given[:30], None])):
            self.raw.answers += [first, (200, SSE, [given])]
            self.assertEqual(self.stream("{}").body, given)
            self.assertEqual(self.raw.answers, [])
            rows = self.castor.settled("SELECT fault FROM attempts WHERE request = ?", self.last_row()["id"])
            self.assertEqual(len(rows), 2)
            self.assertTrue(rows[0]["fault"])
            self.assertEqual(rows[1]["fault"], "")

    def test_twice_nothing_is_geminis_answer(self):
        empty = chunk("", "STOP").replace(b'{"text": "", "x": 1.0, "x": 1e5, "y": "\\ud83d"}', b"")
        self.raw.answers += [(200, JSON, [empty])] * 2
        reply = self.generate("{}")
        self.assertEqual((reply.status, reply.body), (200, empty))

    def test_an_error_in_a_stream_under_way_is_told_once_and_without_the_key(self):
        error = b'{"error": {"code": 500, "status": "INTERNAL", "message": "api_key:fake-ok.one is bad"}}'
        first = event(chunk("one"))
        self.raw.answers.append((200, SSE, [first + event(error)]))
        reply = self.stream("{}")
        self.assertTrue(reply.body.startswith(first))
        rest = reply.body[len(first):]
        self.assertEqual(rest.count(b"error"), 1, reply)
        self.assertNotIn(b"fake-ok.one", reply.body)
        self.assertEqual(json.loads(rest[6:])["error"]["code"], 500)
        self.raw.answers.append((200, JSON, [b"[" + chunk("one") + b",\n" + error + b"]"]))
        value = json.loads(self.stream("{}", "").body, strict=False)
        self.assertEqual([list(element) for element in value[1:]], [["error"]])

    def test_the_key_in_the_url_goes_no_further(self):
        secret = self.castor.client_key
        self.raw.answers.append((200, JSON, [chunk("whole", "STOP")]))
        reply = self.generate("{}", query="?key=%s&prettyPrint=false&$httpHeaders=x" % secret, x_goog_api_key=None)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.raw.requests[0][1],
                         "/v1beta/models/%s:generateContent?prettyPrint=false" % MODEL)
        self.assertEqual(reply.headers["x-castor-note"], "dropped=query")
        self.assertNotIn(secret, json.dumps(self.castor.settled("SELECT * FROM requests")))
        self.assertNotIn(secret, "".join(
            path.read_text(errors="replace") for path in self.castor.log_directory.iterdir() if "access" not in path.name))

    def test_googles_own_words_for_the_clients_own_mistakes(self):
        words = b'{ "error" : {"code":400,"message":"Invalid JSON payload received. Unknown name \\"x\\""' \
                b',"status":"INVALID_ARGUMENT","x":1.0}}'
        self.raw.answers.append((400, JSON, [words]))
        reply = self.generate("{}")
        self.assertEqual((reply.status, reply.body), (400, words))
        html = b"<html>413</html>"
        self.raw.answers.append((413, {"Content-Type": "text/html"}, [html]))
        self.assert_error(self.generate("{}"), 413, "INVALID_ARGUMENT")
        self.raw.answers += [(429, JSON, [b'{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"q",'
                                          b'"details":[{"@type":"x/google.rpc.RetryInfo","retryDelay":"40s"}]}}'])] * 2
        reply = self.generate("{}", model="gemini-3.5-flash")
        self.assert_error(reply, 429, "RESOURCE_EXHAUSTED")
        self.assertEqual(reply.headers["retry-after"], "40")
        self.assertIn("RetryInfo", reply.body.decode())

    def test_sampling_and_lost_signatures_are_mended_in_place(self):
        sent = (b'{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"}}]}],'
                b'"generationConfig":{"temperature":1,"topP":0.95,"topK":64,"thinkingConfig":{"thinkingBudget":8192}}}')
        self.raw.answers.append((200, JSON, [chunk("whole", "STOP")]))
        reply = self.generate(sent, model="models/" + MODEL)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.raw.requests[0][3], (
            b'{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"},'
            b'"thoughtSignature":"skip_thought_signature_validator"}]}],'
            b'"generationConfig":{"thinkingConfig":{"thinkingLevel":"HIGH"}}}'))
        self.assertEqual(self.last_row()["thinking"], "budget=8192")


@under_servers(lambda server: server.name in TWO_SERVERS)
class Native(NativeTests):
    """Against the strict fake."""

    keys = ("fake-ok.one", "fake-ok.two", "fake-ok.three")
    settings = {"aliases": {"swift": MODEL}}

    def test_every_method_of_models_under_both_versions(self):
        prompt = contents("Hello")
        for version in ("v1beta", "v1"):
            reply = self.generate(prompt, version=version)
            self.assertIn("You wrote", reply.json()["candidates"][0]["content"]["parts"][-1]["text"])
            reply = self.generate(prompt, "streamGenerateContent", version, query="?alt=sse")
            events = [json.loads(line[6:]) for line in reply.body.decode().split("\r\n") if line.startswith("data: ")]
            self.assertEqual(events[-1]["candidates"][0]["finishReason"], "STOP")
            self.assertNotRegex(reply.body, rb"(?m)^:")
            reply = self.generate(prompt, "streamGenerateContent", version)
            self.assertEqual(reply.json()[-1]["candidates"][0]["finishReason"], "STOP")
            self.assertGreater(self.generate(prompt, "countTokens", version).json()["totalTokens"], 0)
            embed = {"content": {"parts": [{"text": "Hello"}]}}
            reply = self.generate(embed, "embedContent", version, "gemini-embedding-001")
            self.assertEqual(len(reply.json()["embedding"]["values"]), 3072)
            batch = {"requests": [{"model": "models/gemini-embedding-001", **embed}] * 2}
            reply = self.generate(batch, "batchEmbedContents", version, "gemini-embedding-001")
            self.assertEqual(len(reply.json()["embeddings"]), 2)
        self.assertEqual(self.upstream.violations(), [])

    def test_an_alias_is_resolved_in_path_and_body(self):
        reply = self.generate(contents("Hello"), model="swift")
        self.assertEqual(reply.status, 200, reply)
        body = {"generateContentRequest": contents("Hello", model="models/swift")}
        self.assertEqual(self.generate(body, "countTokens", model="swift").status, 200)
        row = self.last_row()
        self.assertEqual((row["requested_model"], row["model"]), ("swift", MODEL))

    def test_what_gemini_cli_sends_is_taken(self):
        config = {"temperature": 1, "topP": 0.95, "topK": 64,
                  "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"}}
        reply = self.stream(contents("Hello", generationConfig=config))
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.headers["x-castor-note"], "dropped=temperature, dropped=topP, dropped=topK")
        self.assertEqual(self.upstream.violations(), [])

    def test_a_fault_of_one_key_is_not_seen(self):
        for key in ("fake-429-day.one", "fake-503-once.two"):
            self.castor.add_keys(key)
            self.addCleanup(self.castor.command, "keys", "disable", str(self.castor.rows(
                "SELECT max(id) AS id FROM api_keys")[0]["id"]))
        for _ in range(5):
            self.assertEqual(self.generate(contents("Hello")).status, 200)

    def test_what_is_not_served_is_said_in_googles_words(self):
        prompt = contents("Hello")
        self.assert_error(self.generate(prompt, "batchGenerateContent"), 501, "UNIMPLEMENTED")
        self.assert_error(self.get("/v1beta/tunedModels"), 501, "UNIMPLEMENTED")
        self.assert_error(self.generate(prompt, "sing"), 404, "NOT_FOUND")
        self.assert_error(self.get("/v1beta/corpora"), 404, "NOT_FOUND")
        self.assert_error(self.generate(prompt, model="nobody"), 404, "NOT_FOUND")
        self.assert_error(self.generate(prompt, model="gemini-4/../../x"), 404, "NOT_FOUND")
        self.assert_error(self.get("/v1beta/files/..%2fx"), 404, "NOT_FOUND")
        self.assertIn("API key not valid", self.assert_error(
            self.generate(prompt, x_goog_api_key="wrong"), 400, "INVALID_ARGUMENT"))
        self.assertEqual(self.upstream.requests(), [])

    def test_a_client_is_held_to_its_models_and_limits(self):
        key = self.castor.add_client("narrow", "--models", MODEL, "--requests-per-minute", "3")
        self.assert_error(self.generate(contents("Hello"), model="gemini-3.5-flash", x_goog_api_key=key),
                          403, "PERMISSION_DENIED")
        file = self.upload(key=key)
        for _ in range(2):
            self.assertEqual(self.generate(self.using(file), x_goog_api_key=key).status, 200)
        self.assert_error(self.generate(contents("Hello"), x_goog_api_key=key), 429, "RESOURCE_EXHAUSTED")

    # Files.

    def upload(self, text=b"Hello", name="notes", key=None):
        """Resumable, as Google's SDKs do it; the file."""
        auth = {"x_goog_api_key": key} if key else {}
        reply = self.post("/upload/v1beta/files", {"file": {"display_name": name}}, **auth,
                          X_Goog_Upload_Protocol="resumable", X_Goog_Upload_Command="start",
                          X_Goog_Upload_Header_Content_Length=str(len(text)),
                          X_Goog_Upload_Header_Content_Type="text/plain")
        self.assertEqual(reply.status, 200, reply)
        url = reply.headers["x-goog-upload-url"]
        self.assertTrue(url.startswith(self.server.url), url)
        self.assertNotRegex(url, r"fake-ok|[?&]key=")
        address = urllib.parse.urlsplit(url)
        path = address.path[len(self.server.mount.rstrip("/")):] + "?" + address.query
        # Whoever has the address needs no key.
        reply = self.post(path, text, x_goog_api_key=None, content_type="text/plain", X_Goog_Upload_Offset="0",
                          X_Goog_Upload_Command="upload, finalize")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.headers["x-goog-upload-status"], "final")
        return reply.json()["file"]

    def using(self, *files):
        parts = [{"fileData": {"fileUri": file["uri"], "mimeType": "text/plain"}} for file in files]
        return {"contents": [{"role": "user", "parts": [*parts, {"text": "Hello"}]}]}

    def test_a_file_is_used_with_the_key_that_uploaded_it(self):
        first, second = self.upload(), self.upload()
        for _ in range(3):
            reply = self.generate(self.using(first, second))
            self.assertEqual(reply.status, 200, reply)
            self.assertEqual(self.get("/v1beta/" + first["name"]).json()["uri"], first["uri"])
        self.assertEqual(self.get("/v1beta/" + first["name"], "DELETE").status, 200)
        self.assert_error(self.get("/v1beta/" + first["name"]), 403, "PERMISSION_DENIED")
        self.assertEqual(self.upstream.violations(), [])

    def test_multipart_uploads(self):
        body = ('--b\r\nContent-Type: application/json\r\n\r\n{"file":{"displayName":"m"}}\r\n'
                "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n")
        reply = self.post("/upload/v1beta/files?uploadType=multipart", body,
                          content_type="multipart/related; boundary=b", X_Goog_Upload_Protocol="multipart")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.generate(self.using(reply.json()["file"])).status, 200)

    def test_generated_files_are_downloaded(self):
        file = self.upload(b"\x00\xff" * 5000, "fake-generated")
        reply = self.get("/v1beta/%s:download?alt=media" % file["name"])
        self.assertEqual((reply.status, reply.body), (200, b"\x00\xff" * 5000))

    def test_each_client_sees_its_own_files_of_all_keys(self):
        self.assertEqual(self.get("/v1beta/files").json(), {})
        mine = [self.upload(name="mine-%d" % i)["name"] for i in range(3)]
        other = self.castor.add_client("other-" + self.id()[-20:])
        theirs = self.upload(name="theirs", key=other)
        listed = self.get("/v1beta/files?pageSize=2").json()
        more = self.get("/v1beta/files?pageSize=2&pageToken=" + listed["nextPageToken"]).json()
        self.assertEqual(sorted(f["name"] for f in listed["files"] + more["files"]), sorted(mine))
        self.assertNotIn("nextPageToken", more)
        self.assert_error(self.get("/v1beta/" + theirs["name"]), 403, "PERMISSION_DENIED")
        self.assert_error(self.get("/v1beta/" + theirs["name"], "DELETE"), 403, "PERMISSION_DENIED")
        self.assert_error(self.generate(self.using(theirs)), 403, "PERMISSION_DENIED")
        self.assertEqual(len(self.get("/v1beta/files", x_goog_api_key=other).json()["files"]), 1)
        self.assert_error(self.get("/v1beta/files?pageSize=x"), 400, "INVALID_ARGUMENT")
        for name in mine:
            self.get("/v1beta/" + name, "DELETE")

    def test_cached_contents_live_where_they_were_made(self):
        made = self.post("/v1beta/cachedContents", contents("word " * 3000, model="models/swift", ttl="300s"))
        self.assertEqual(made.status, 200, made)
        name = made.json()["name"]
        for _ in range(3):
            reply = self.generate(contents("Hello", cachedContent=name))
            self.assertEqual(reply.status, 200, reply)
        self.assertGreater(self.last_row()["cached_tokens"], 1000)
        self.assertEqual(self.get("/v1beta/" + name).json()["model"], "models/" + MODEL)
        reply = self.client.request("PATCH", "/v1beta/%s?updateMask=ttl" % name, json.dumps({"ttl": "600s"}), self.headers())
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual([c["name"] for c in self.get("/v1beta/cachedContents").json()["cachedContents"]], [name])
        self.assertEqual(self.get("/v1beta/" + name, "DELETE").status, 200)
        self.assertEqual(self.get("/v1beta/cachedContents").json(), {})


@under_servers(lambda server: server.name in TWO_SERVERS)
class PassThrough(NativeTests):
    """Keys that clients bring."""

    settings = {"clients": {"pass_through": "yes"}}
    mine = "fake-ok.0123456789abcdef"

    def used(self):
        return [request["key"] for request in self.upstream.generations(bodies=False)]

    def test_a_key_is_taken_from_every_place_by_every_api(self):
        for headers in ({"x_goog_api_key": self.mine}, {"x_api_key": self.mine}, {"authorization": "Bearer " + self.mine}):
            self.assertEqual(self.generate(contents("Hello"), **{"x_goog_api_key": None, **headers}).status, 200)
            reply = self.client.message("Hello", self.client.headers(**{"x_api_key": None, **headers}))
            self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.generate(contents("Hello"), query="?key=" + self.mine, x_goog_api_key=None).status, 200)
        self.assertEqual(len(set(self.used())), 1)
        self.assertEqual(len(self.used()), 7)
        rows = self.castor.settled("SELECT DISTINCT key_id FROM requests WHERE key_id < 0")
        self.assertEqual(len(rows), 1)
        self.assertEqual(self.castor.rows("SELECT sum(leases) AS n FROM api_keys")[0]["n"], 0)
        secret = self.mine.encode()
        for path in self.castor.database.parent.iterdir():
            self.assertNotIn(secret, path.read_bytes(), path)
        log = "".join(p.read_text(errors="replace") for p in self.castor.log_directory.iterdir() if "access" not in p.name)
        self.assertNotIn(self.mine, log)

    def test_of_several_keys_a_bad_one_is_not_noticed(self):
        keys = "fake-429-day.0123456789, %s" % self.mine
        for _ in range(3):
            self.assertEqual(self.generate(contents("Hello"), x_goog_api_key=keys).status, 200)
        self.assertEqual(self.castor.settled("SELECT count(*) AS n FROM key_cooldowns")[0]["n"], 0)

    def test_a_refused_key_is_told_in_googles_words_and_the_pool_is_left_alone(self):
        reply = self.generate(contents("Hello"), x_goog_api_key="fake-invalid.0123456789abcdef")
        self.assertIn("API key not valid", self.assert_error(reply, 400, "INVALID_ARGUMENT"))
        self.assertNotIn("0123456789abcdef", reply.body.decode())
        reply = self.client.message("Hello", self.client.headers(x_api_key="fake-invalid.0123456789abcdef"))
        self.assertEqual(reply.status, 401, reply)
        self.assertEqual(len(set(self.used())), 1)

    def test_client_keys_are_still_client_keys_and_other_secrets_stay_here(self):
        self.assertEqual(self.generate(contents("Hello")).status, 200)
        row = self.last_row()
        self.assertEqual((row["client_id"], row["key_id"]), (1, 1))
        self.upstream.reset()
        for secret in ("sk-ant-REDACTED", "ck_0123456789abcdefghijklmnop", "short",
                       "ya29.0123456789abcdefghij"):
            self.assert_error(self.generate(contents("Hello"), x_goog_api_key=secret), 400, "INVALID_ARGUMENT")
        self.assertEqual(self.upstream.requests(), [])

    def test_files_belong_to_the_clients_own_key(self):
        mine = {"x_goog_api_key": self.mine}
        reply = self.post("/upload/v1beta/files", b"--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b\r\n"
                          b"Content-Type: text/plain\r\n\r\nHello\r\n--b--\r\n", **mine,
                          content_type="multipart/related; boundary=b", X_Goog_Upload_Protocol="multipart")
        self.assertEqual(reply.status, 200, reply)
        name = reply.json()["file"]["name"]
        both = {"x_goog_api_key": "fake-ok.another-0123456789," + self.mine}
        for _ in range(3):
            self.assertEqual(self.get("/v1beta/" + name, **both).status, 200)
        self.assertEqual([f["name"] for f in self.get("/v1beta/files", **mine).json()["files"]], [name])
        self.assert_error(self.get("/v1beta/" + name), 403, "PERMISSION_DENIED")
