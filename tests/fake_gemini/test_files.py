import json
import unittest
import urllib.parse

from support import ServerTest, ask, user

UPLOAD = "/upload/v1beta/files"
TWIN, OTHER_TWIN, STRANGER = "fake-ok.a@twins", "fake-ok.b@twins", "fake-ok.stranger"
TEXT = b"Castor and Pollux"


class Files(ServerTest):
    def start(self, size=len(TEXT), kind="text/plain", metadata=None, key=TWIN):
        headers = {
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(size),
            "X-Goog-Upload-Header-Content-Type": kind,
        }
        body = {"file": metadata or {}}
        return self.request("POST", UPLOAD, body, key=key, headers=headers)

    def session(self, **more):
        answer = self.start(**more)
        self.assertEqual(answer.status, 200, answer.data)
        url = urllib.parse.urlsplit(answer.headers["X-Goog-Upload-URL"])
        return "%s?%s" % (url.path, url.query)

    def send(self, session, data, offset, command, key=None):
        headers = {"X-Goog-Upload-Command": command, "X-Goog-Upload-Offset": str(offset)}
        return self.request("POST", session, data, key=key, headers=headers)

    def uploaded(self, data=TEXT, **more):
        answer = self.send(self.session(size=len(data), **more), data, 0, "upload, finalize")
        self.assertEqual(answer.status, 200, answer.data)
        self.assertEqual(answer.headers["X-Goog-Upload-Status"], "final")
        return answer.json()["file"]

    def refuse(self, code, answer, text):
        self.assertEqual(answer.status, code, answer.data)
        self.assertIn(text, answer.json()["error"]["message"])

    def using(self, uri, key):
        file = {"fileData": {"fileUri": uri, "mimeType": "text/plain"}}
        return self.generate(ask(user("What is it?", file)), key=key)

    def test_a_file_is_uploaded_read_listed_and_deleted(self):
        file = self.uploaded(metadata={"display_name": "Twins"})
        self.assertRegex(file["name"], "^files/[a-z0-9]{12}$")
        self.assertEqual(
            (
                file["displayName"],
                file["mimeType"],
                file["sizeBytes"],
                file["state"],
                file["source"],
            ),
            ("Twins", "text/plain", "17", "ACTIVE", "UPLOADED"),
        )
        self.assertTrue(file["uri"].endswith("/v1beta/" + file["name"]))
        path = "/v1beta/" + file["name"]
        self.assertEqual(self.request("GET", path, key=OTHER_TWIN).json(), file)
        self.assertEqual(self.request("GET", "/v1beta/files", key=TWIN).json(), {"files": [file]})
        self.assertEqual(self.request("DELETE", path, key=TWIN).json(), {})
        self.refuse(
            403, self.request("GET", path, key=TWIN), "You do not have permission to access"
        )

    def test_an_upload_in_pieces_may_be_resumed(self):
        piece = b"x" * 256 * 1024
        session = self.session(size=2 * len(piece) + 5)
        self.assertEqual(self.send(session, piece, 0, "upload").status, 200)
        self.refuse(400, self.send(session, piece, 0, "upload"), "offset must equal 262144")
        self.refuse(400, self.send(session, b"abc", len(piece), "upload"), "multiples")
        answer = self.send(session, b"", 0, "query")
        self.assertEqual(
            (answer.headers["X-Goog-Upload-Status"], answer.headers["X-Goog-Upload-Size-Received"]),
            ("active", "262144"),
        )
        self.send(session, piece, len(piece), "upload")
        answer = self.send(session, b"12345", 2 * len(piece), "upload, finalize")
        self.assertEqual(answer.json()["file"]["sizeBytes"], str(2 * len(piece) + 5))
        self.refuse(400, self.send(session, b"x", 0, "upload, finalize"), "already been terminated")

    def test_an_upload_that_goes_wrong(self):
        self.refuse(400, self.send(self.session(size=9), TEXT, 0, "upload, finalize"), "announced")
        self.refuse(400, self.send(self.session(), TEXT, 0, "guess"), "Unknown upload command")
        self.refuse(404, self.send(UPLOAD + "?upload_id=none", TEXT, 0, "upload"), "not found")
        session = self.session()
        self.assertEqual(self.send(session, b"", 0, "cancel").status, 200)
        self.refuse(400, self.send(session, TEXT, 0, "upload, finalize"), "terminated")
        self.refuse(400, self.start(kind="nonsense"), "Unsupported MIME type")
        self.refuse(400, self.start(metadata={"name": "files/A B"}), "invalid file name")
        self.refuse(400, self.start(metadata={"colour": "red"}), "Cannot find field")
        self.refuse(400, self.request("POST", UPLOAD, {}, key=TWIN), "Unsupported upload protocol")

    def test_a_name_is_taken_once(self):
        self.assertEqual(self.uploaded(metadata={"name": "files/mine"})["name"], "files/mine")
        self.refuse(409, self.start(metadata={"name": "files/mine"}), "already exists")

    def test_a_multipart_upload(self):
        parts = [
            b"--frontier\r\nContent-Type: application/json\r\n",
            b'{"file": {"displayName": "Twins"}}',
            b"--frontier\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x00\xff",
            b"--frontier--\r\n",
        ]
        headers = {
            "X-Goog-Upload-Protocol": "multipart",
            "Content-Type": "multipart/related; boundary=frontier",
        }
        sent = {"headers": {**headers, "content-type": headers.pop("Content-Type")}, "key": TWIN}
        answer = self.request("POST", UPLOAD, b"\r\n".join(parts), **sent)
        file = answer.json()["file"]
        self.assertEqual(
            (file["displayName"], file["mimeType"], file["sizeBytes"]), ("Twins", "image/png", "8")
        )
        self.refuse(400, self.request("POST", UPLOAD, parts[0], **sent), "a part of metadata")

    def test_it_belongs_to_the_project_of_the_key(self):
        file = self.uploaded()
        path, text = "/v1beta/" + file["name"], "You do not have permission to access the File "
        for method in ("GET", "DELETE"):
            self.refuse(403, self.request(method, path, key=STRANGER), text)
        self.assertEqual(self.request("GET", "/v1beta/files", key=STRANGER).json(), {})
        self.assertEqual(self.using(file["uri"], OTHER_TWIN).status, 200)
        self.refuse(403, self.using(file["uri"], STRANGER), text)
        self.assertEqual(self.using("https://example.com/twins.txt", STRANGER).status, 200)

    def test_it_is_gone_after_two_days(self):
        file = self.uploaded()
        self.control("advance?seconds=%d" % (48 * 3600 - 60), "POST")
        self.assertEqual(self.request("GET", "/v1beta/" + file["name"], key=TWIN).status, 200)
        self.control("advance?seconds=61", "POST")
        self.refuse(403, self.request("GET", "/v1beta/" + file["name"], key=TWIN), "permission")
        self.refuse(403, self.using(file["uri"], TWIN), "permission")

    def test_only_what_a_model_made_can_be_downloaded(self):
        plain = self.uploaded()
        made = self.uploaded(metadata={"displayName": "fake-generated"})
        path = "/v1beta/%s:download?alt=media"
        self.refuse(
            400, self.request("GET", path % plain["name"], key=TWIN), "generated by a model"
        )
        answer = self.request("GET", path % made["name"], key=TWIN)
        self.assertEqual((answer.data, answer.headers["Content-Type"]), (TEXT, "text/plain"))

    def test_a_body_of_a_delete_is_taken_off_the_connection(self):
        connection = self.connect()
        path = "/v1beta/" + self.uploaded()["name"]
        more = {"key": TWIN, "connection": connection}
        self.assertEqual(self.request("DELETE", path, {}, **more).status, 200)
        self.assertEqual(self.request("GET", "/v1beta/files", **more).json(), {})
        self.refuse(400, self.request("GET", "/v1beta/files", {}, **more), "a GET has no body")

    def test_both_versions_serve_it(self):
        file = self.uploaded()
        self.assertEqual(self.request("GET", "/v1/" + file["name"], key=TWIN).json(), file)

    def test_uploads_are_recorded(self):
        self.uploaded()
        self.assertEqual([record["verdict"] for record in self.records()], ["ok", "ok"])
        self.assertEqual(self.records()[0]["body"], json.loads('{"file": {}}'))


if __name__ == "__main__":
    unittest.main()
