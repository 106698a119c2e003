"""Gemini CLI, headless, working on files through castor's native API."""

import json
import sys
import unittest

import agents
import castor
import real_clients
import scratch
from under_servers import under_servers


def call(name, **arguments):
    return {"call": {"name": name, "args": arguments}}


@under_servers(lambda server: server.name in ("lighttpd", "apache-proxy-fcgi"))
class GeminiCli(agents.AgentTests):
    mount = "/ai/"

    def setUp(self):
        super().setUp()
        (self.work / "start.txt").write_text("first line\nsecond line\n", encoding="utf-8")

    def gemini(self, *arguments):
        """Runs `gemini …`; the lines of its JSON stream."""
        server = scratch.REPOSITORY / "tests" / "integration" / "mcp_server.py"
        settings = {
            "security": {"auth": {"selectedType": "gemini-api-key"}},
            "general": {"enableAutoUpdate": False}, "privacy": {"usageStatisticsEnabled": False},
            "mcpServers": {"notes": {"command": sys.executable, "args": [str(server), str(self.work)], "trust": True}},
        }
        (self.home / ".gemini").mkdir(exist_ok=True)
        (self.home / ".gemini" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        done = real_clients.run(
            [*real_clients.gemini_cli(), "--yolo", "--output-format", "stream-json", *arguments],
            {"HOME": str(self.home), "TMPDIR": str(self.home), "GEMINI_API_KEY": self.castor.client_key,
             "GEMINI_CLI_TRUST_WORKSPACE": "true", "GOOGLE_GEMINI_BASE_URL": self.server.url}, self.work)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def violations(self):
        """Without advice: what may be better said is the client's matter where castor passes it on."""
        return [violation for violation in super().violations() if violation["kind"] != "advice"]

    def said(self, lines):
        return "".join(line["content"] for line in lines if line["type"] == "message" and line["role"] == "assistant")

    def test_a_task_with_parallel_calls_a_failure_a_picture_and_a_key_that_runs_dry(self):
        (self.work / "picture.png").write_bytes(agents.png())
        lines = self.gemini("-m", "gemini-3.8-flash", "-p", "Write a note. " + castor.plan(
            [{"thought": "Both at once."}, call("write_file", file_path="note.txt", content=agents.NOTE),
             call("replace", file_path="start.txt", instruction="Change it", old_string="second line",
                  new_string="second line, \"changed\"")],
            {"fault": "429-minute", "times": 1, "parts": [
                call("read_file", file_path="no-such-file.txt"), call("read_file", file_path="picture.png")]},
            [call("run_shell_command", command="cat start.txt"),
             call("*keep*note", title="kept", lines=[{"text": agents.NOTE.strip()}], mood="fine")],
            [{"text": "It says: {{result:4}}"}]))
        self.assertEqual((self.work / "note.txt").read_text(encoding="utf-8"), agents.NOTE)
        self.assertEqual((self.work / "kept.txt").read_text(encoding="utf-8"), agents.NOTE)
        self.assertEqual((self.work / "start.txt").read_text(encoding="utf-8"), "first line\nsecond line, \"changed\"\n")
        self.assertIn("second line, \"changed\"", self.said(lines))
        self.assertEqual([line["status"] for line in lines if line["type"] == "tool_result"].count("error"), 1)
        self.assertEqual(lines[-1]["status"], "success")
        self.assertGreater(lines[-1]["stats"]["input_tokens"], 0)
        self.assert_asked(turns=4, refused=1)
        self.assert_a_key_ran_dry()
        self.assertIn('"image/png"', json.dumps(self.upstream.generations()[-1]["body"]))

    def test_a_model_of_the_generation_before(self):
        lines = self.gemini("-m", "gemini-2.5-flash", "-p", castor.plan(
            [{"thought": "Look."}, call("read_file", file_path="start.txt")], [{"text": "Seen."}]))
        self.assertEqual(self.said(lines), "Seen.")
        self.assert_asked(turns=2)

    def test_it_chooses_the_model_itself(self):
        lines = self.gemini("-p", castor.plan([call("run_shell_command", command="touch made")], [{"text": "Made."}]))
        self.assertTrue((self.work / "made").exists())
        self.assertEqual(self.said(lines), "Made.")
        self.assertEqual({row["outcome"] for row in self.logged()}, {"ok"})
        self.assertEqual(self.violations(), [])


if __name__ == "__main__":
    unittest.main()
