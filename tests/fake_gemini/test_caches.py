import unittest

from support import ADD, ServerTest, ask, user

COLLECTION = "/v1beta/cachedContents"
FLASH = "models/gemini-3.5-flash"
ENOUGH = "word " * 1000
TWIN, OTHER_TWIN, STRANGER = "fake-ok.a@twins", "fake-ok.b@twins", "fake-ok.stranger"


class Caches(ServerTest):
    def create(self, key=TWIN, **members):
        body = {"model": FLASH, "contents": [user(ENOUGH)], **members}
        return self.request("POST", COLLECTION, body, key=key)

    def created(self, **members):
        answer = self.create(**members)
        self.assertEqual(answer.status, 200, answer.data)
        return answer.json()

    def refuse(self, code, answer, text):
        error = answer.json()["error"]
        self.assertEqual((answer.status, error["code"]), (code, code), error)
        self.assertIn(text, error["message"])

    def test_a_cache_is_created_read_listed_prolonged_and_deleted(self):
        made = self.created(displayName="Words", ttl="300s")
        self.assertRegex(made["name"], "^cachedContents/[a-z0-9]{40}$")
        self.assertEqual(
            (made["model"], made["displayName"], made["usageMetadata"]),
            (FLASH, "Words", {"totalTokenCount": 1251}),
        )
        self.assertNotIn("contents", made)
        path = "/v1beta/" + made["name"]
        self.assertEqual(self.request("GET", path, key=TWIN).json(), made)
        self.assertEqual(
            self.request("GET", COLLECTION, key=OTHER_TWIN).json(), {"cachedContents": [made]}
        )
        longer = self.request("PATCH", path + "?updateMask=ttl", {"ttl": "600s"}, key=TWIN).json()
        self.assertGreater(longer["expireTime"], made["expireTime"])
        self.assertEqual(longer["createTime"], made["createTime"])
        self.assertEqual(self.request("DELETE", path, key=TWIN).json(), {})
        self.refuse(403, self.request("GET", path, key=TWIN), "CachedContent not found")

    def test_a_model_reads_it_before_the_request(self):
        made = self.created(
            systemInstruction={"parts": [{"text": "Be kind."}]},
            tools=[{"functionDeclarations": [ADD]}],
        )
        answer = self.generate(ask(cachedContent=made["name"]), "gemini-3.5-flash", key=OTHER_TWIN)
        self.assertEqual(answer.status, 200, answer.data)
        usage = answer.json()["usageMetadata"]
        self.assertEqual(usage["cachedContentTokenCount"], made["usageMetadata"]["totalTokenCount"])
        self.assertGreater(usage["promptTokenCount"], usage["cachedContentTokenCount"])

    def test_it_belongs_to_the_project_of_the_key(self):
        made = self.created()
        path, text = "/v1beta/" + made["name"], "CachedContent not found (or permission denied)"
        for method, body in (("GET", None), ("PATCH", {"ttl": "9s"}), ("DELETE", None)):
            self.refuse(403, self.request(method, path, body, key=STRANGER), text)
        self.assertEqual(self.request("GET", COLLECTION, key=STRANGER).json(), {})
        body = ask(cachedContent=made["name"])
        self.refuse(403, self.generate(body, "gemini-3.5-flash", key=STRANGER), text)

    def test_a_request_with_it_brings_no_tools_and_no_system_and_names_the_same_model(self):
        body = ask(cachedContent=self.created()["name"])
        system = {"parts": [{"text": "Be kind."}]}
        for more in ({"systemInstruction": system}, {"tools": [{"functionDeclarations": [ADD]}]}):
            answer = self.generate({**body, **more}, "gemini-3.5-flash", key=TWIN)
            self.refuse(400, answer, "should not be set in the request when using cached content")
        answer = self.generate(body, "gemini-3.6-flash", key=TWIN)
        self.refuse(400, answer, "has to be the same")

    def test_it_expires(self):
        path = "/v1beta/" + self.created(ttl="100s")["name"]
        self.control("advance?seconds=101", "POST")
        self.refuse(403, self.request("GET", path, key=TWIN), "CachedContent not found")
        self.assertEqual(self.request("GET", COLLECTION, key=TWIN).json(), {})

    def test_what_cannot_be_created(self):
        for text, members in (
            (
                "too small. total_token_count=2, min_total_token_count=1024",
                {"contents": [user("hi")]},
            ),
            ("min_total_token_count=4096", {"model": "models/gemini-3.1-pro-preview"}),
            ("unexpected model name format", {"model": "gemini-3.5-flash"}),
            ("Invalid value at 'ttl'", {"ttl": "5 minutes"}),
            ("oneof field 'expiration'", {"ttl": "5s", "expireTime": "2099-01-01T00:00:00Z"}),
            ("must be in the future", {"expireTime": "2020-01-01T00:00:00Z"}),
            ("Cannot find field", {"generationConfig": {}}),
            ("contents.parts must not be empty", {"contents": [{"role": "user", "parts": []}]}),
        ):
            self.refuse(400, self.create(**members), text)
        text = "not supported for createCachedContent"
        self.refuse(404, self.create(model="models/gemini-4-hydrogen"), text)

    def test_nothing_but_the_expiration_changes(self):
        path = "/v1beta/" + self.created()["name"]
        for query, body in (
            ("", {"contents": [user(ENOUGH)]}),
            ("", {"displayName": "New"}),
            ("?updateMask=displayName", {"ttl": "9s"}),
        ):
            self.refuse(
                400, self.request("PATCH", path + query, body, key=TWIN), "Only the expiration"
            )
        again = {"expireTime": "2099-01-01T00:00:00.5Z", "model": FLASH}
        answer = self.request("PATCH", path, again, key=TWIN)
        self.assertEqual(answer.json()["expireTime"], "2099-01-01T00:00:00.500000Z")

    def test_lists_come_in_pages(self):
        names = {self.created(displayName=str(i))["name"] for i in range(5)}
        seen, token = [], ""
        for expected in (2, 2, 1):
            page = self.request(
                "GET", "%s?pageSize=2&pageToken=%s" % (COLLECTION, token), key=TWIN
            ).json()
            self.assertEqual(len(page["cachedContents"]), expected)
            seen += [cache["name"] for cache in page["cachedContents"]]
            token = page.get("nextPageToken", "")
        self.assertEqual((set(seen), token), (names, ""))
        for bad in ("pageToken=x", "pageSize=x", "pageSize=-1"):
            answer = self.request("GET", "%s?%s" % (COLLECTION, bad), key=TWIN)
            self.assertEqual(answer.status, 400, bad)


if __name__ == "__main__":
    unittest.main()
