"""The official Anthropic SDK for JavaScript against castor: the cases are in anthropic_sdk.mjs."""

import unittest

import real_clients
import scratch
from under_servers import UnderServer, under_servers


@under_servers()
class AnthropicSdk(UnderServer):
    mount = "/ai/"

    def test_all_cases_of_the_script_pass(self):
        done = real_clients.run(
            [real_clients.node(), "--test", "--test-reporter=spec",
             scratch.REPOSITORY / "tests" / "integration" / "anthropic_sdk.mjs"],
            {"CASTOR_URL": self.server.url, "CASTOR_KEY": self.castor.client_key, "NPM_MODULES": str(real_clients.MODULES)},
            self.castor.path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.upstream.violations(), [])


if __name__ == "__main__":
    unittest.main()
