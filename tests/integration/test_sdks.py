"""Official SDKs and a program on the Vercel AI SDK against castor: the cases are in scripts of JavaScript beside."""

import unittest

import real_clients
import scratch
from under_servers import UnderServer, under_servers


class Script(UnderServer):
    """Runs a script of cases, none of which asks again by itself."""

    mount = "/ai/"
    keys = ("fake-ok.first", "fake-ok.second")

    def assert_passes(self, script):
        done = real_clients.run(
            [real_clients.node(), "--test", "--test-reporter=spec",
             scratch.REPOSITORY / "tests" / "integration" / script],
            {"CASTOR_URL": self.server.url, "CASTOR_KEY": self.castor.client_key,
             "NPM_MODULES": str(real_clients.MODULES)}, self.castor.path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.upstream.violations(), [])


@under_servers()
class AnthropicSdk(Script):
    keys = ("fake-ok.one",)

    def test_all_cases_of_the_script_pass(self):
        self.assert_passes("anthropic_sdk.mjs")


@under_servers(lambda server: server.name == "lighttpd")
class OpenAiSdk(Script):
    def test_all_cases_of_the_script_pass(self):
        self.assert_passes("openai_sdk.mjs")


@under_servers(lambda server: server.name == "lighttpd")
class GoogleSdk(Script):
    def test_all_cases_of_the_script_pass(self):
        self.assert_passes("google_sdk.mjs")


@under_servers(lambda server: server.name == "lighttpd")
class AiSdk(Script):
    def test_all_cases_of_the_script_pass(self):
        self.assert_passes("ai_sdk.mjs")


if __name__ == "__main__":
    unittest.main()
