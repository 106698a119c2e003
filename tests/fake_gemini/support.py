"""What the tests of the fake share: small requests, a running server, a client."""

import copy
import http.client
import json
import threading
import unittest

import models
import rules
import signatures
from errors import RuleError
from server import FakeGemini, Options

NEW = models.find("gemini-3.8-flash")  # no sampling, no trailing model turn
OLD = models.find("gemini-3.5-flash")  # third generation without those restrictions
BUDGETED = models.find("gemini-2.5-flash")
CONTINUING = models.find("gemini-4-hydrogen")
GEMMA = models.find("gemma-4-31b-it")

ADD = {
    "name": "add",
    "description": "Adds.",
    "parametersJsonSchema": {"type": "object", "properties": {}},
}


def user(*parts):
    return {
        "role": "user",
        "parts": [{"text": part} if isinstance(part, str) else part for part in parts],
    }


def model_turn(*parts):
    return {
        "role": "model",
        "parts": [{"text": part} if isinstance(part, str) else part for part in parts],
    }


def call(name="add", id_="a1", signature=None, **args):
    part = {"functionCall": {"name": name, "args": args, "id": id_}}
    if signature:
        part["thoughtSignature"] = signature
    return part


def signed(name="add", id_="a1", family="gemini-3", **args):
    part = call(name, id_, **args)
    part["thoughtSignature"] = signatures.issue(family, signatures.CALL, part["functionCall"])
    return part


def answer(name="add", id_="a1", response=None):
    return {
        "functionResponse": {
            "name": name,
            "id": id_,
            "response": {"output": "3"} if response is None else response,
        }
    }


def ask(*contents, **members):
    return {"contents": list(contents) or [user("Hello")], **members}


def with_config(**config):
    return ask(generationConfig=config)


def with_tools(*declarations, **members):
    return ask(tools=[{"functionDeclarations": list(declarations)}], **members)


class RuleTest(unittest.TestCase):
    def accept(self, body, model=NEW, **more):
        return rules.check_generate(copy.deepcopy(body), model, more.pop("streamed", True), **more)

    def refuse(self, rule, body, model=NEW, text="", **more):
        with self.assertRaises(RuleError) as caught:
            rules.check_generate(copy.deepcopy(body), model, more.pop("streamed", True), **more)
        self.assertEqual(caught.exception.rule, rule, caught.exception.message)
        self.assertIn(text, caught.exception.message)
        return caught.exception


class Answer:
    def __init__(self, response, data):
        self.status = response.status
        self.headers = response.headers
        self.data = data

    def json(self):
        return json.loads(self.data)

    def events(self):
        return [
            json.loads(event[len(b"data: ") :]) for event in self.data.split(b"\r\n\r\n") if event
        ]


class ServerTest(unittest.TestCase):
    """A fake of its own for each class, without pauses."""

    options = Options(delay=0)

    @classmethod
    def setUpClass(cls):
        cls.server = FakeGemini(0, cls.options)
        threading.Thread(
            target=cls.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self):
        self.server.reset()

    def connect(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        self.addCleanup(connection.close)
        return connection

    def request(self, method, path, body=None, key="fake-ok.test", headers=None, connection=None):
        connection = connection or self.connect()
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        sent = {"x-goog-api-key": key, "content-type": "application/json", **(headers or {})}
        connection.request(
            method, path, data, {name: value for name, value in sent.items() if value}
        )
        response = connection.getresponse()
        return Answer(response, response.read())

    def stream(self, body, model="gemini-3.8-flash", **more):
        return self.request(
            "POST", "/v1beta/models/%s:streamGenerateContent?alt=sse" % model, body, **more
        )

    def generate(self, body, model="gemini-3.8-flash", **more):
        return self.request("POST", "/v1beta/models/%s:generateContent" % model, body, **more)

    def control(self, name, method="GET"):
        return self.request(method, "/_fake/" + name, key=None).json()

    def records(self):
        return self.control("requests")["requests"]
