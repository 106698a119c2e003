"""Codex, headless, working on files through castor. The model's name decides which tools it has: each kind is tried."""

import json
import sys
import unittest

import agents
import castor
import real_clients
import scratch
from under_servers import under_servers

BEFORE = "first line\nsecond line\n"
AFTER = "first line\nsecond line, \"changed\" to 双\n"
PATCH = """*** Begin Patch
*** Add File: note.txt
+%s*** Update File: start.txt
@@
 first line
-second line
+second line, "changed" to 双
*** End Patch""" % agents.NOTE


def call(name, **arguments):
    return {"call": {"name": name, "args": arguments}}


class CodexTests(agents.AgentTests):
    def setUp(self):
        super().setUp()
        (self.work / "start.txt").write_text(BEFORE, encoding="utf-8")
        self.configure()

    def configure(self, *sections):
        """Its configuration: castor as the provider, which it asks once and not again."""
        text = """
            model_provider = "castor"
            [model_providers.castor]
            name = "castor"
            base_url = "%s/v1"
            env_key = "CASTOR_KEY"
            wire_api = "responses"
            request_max_retries = 0
            stream_max_retries = 0
            """ % self.server.url
        (self.home / "config.toml").write_text("\n".join([text, *sections]), encoding="utf-8")

    def codex(self, model, *arguments, status=0, **environment):
        """Runs `codex exec …`, the last of which is the prompt; the events it prints."""
        done = real_clients.run(
            [real_clients.codex(), "exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox",
             "--json", "-m", model, *arguments],
            {"HOME": str(self.home), "CODEX_HOME": str(self.home), "CASTOR_KEY": self.castor.client_key,
             **environment}, self.work)
        self.assertEqual(done.returncode, status, done.stdout[-3000:] + done.stderr[-3000:])
        return [json.loads(line) for line in done.stdout.splitlines()]

    def items(self, events, kind):
        return [event["item"] for event in events
                if event["type"] == "item.completed" and event["item"]["type"] == kind]

    def said(self, events):
        return "".join(item["text"] for item in self.items(events, "agent_message"))

    def assert_files(self):
        self.assertEqual((self.work / "start.txt").read_text(encoding="utf-8"), AFTER)
        self.assertEqual((self.work / "note.txt").read_text(encoding="utf-8"), agents.NOTE)


@under_servers(lambda server: server.name in ("lighttpd", "apache-proxy-fcgi"))
class Codex(CodexTests):
    def test_functions_beside_a_tool_of_free_text(self):
        events = self.codex("gpt-5.5", castor.plan(
            [{"thought": "Look first, and patch."}, call("exec_command", cmd="cat start.txt"),
             call("apply_patch", input=PATCH)],
            # Whichever key asks first for this one has had enough.
            {"fault": "429-minute", "times": 1, "parts": [call("exec_command", cmd="echo tried >&2; exit 3")]},
            [{"text": "Done: {{result:0}}"}]))
        self.assert_files()
        self.assertIn("first line\nsecond line\n", self.said(events))
        self.assertEqual([item["exit_code"] for item in self.items(events, "command_execution")], [0, 3])
        self.assertEqual(len(self.items(events, "file_change")), 1)
        self.assertEqual(events[-1]["type"], "turn.completed")
        self.assertGreater(events[-1]["usage"]["input_tokens"], 0)
        self.assert_asked(turns=3, refused=1)
        self.assert_a_key_ran_dry()

    def test_programs_in_a_namespace(self):
        program = "const r = await tools.exec_command({cmd: \"cat start.txt\"});\ntext(r.output + '\\\\n');\n"
        patch = "text(await tools.apply_patch(%s));" % json.dumps(PATCH, ensure_ascii=False)
        events = self.codex("gpt-6.1-sol", castor.plan(
            [{"thought": "Look."}, call("*exec", input=program)],
            [call("*exec", input=patch)],
            [{"text": "Done: {{result:0}}"}]))
        self.assert_files()
        self.assertIn("second line\n", self.said(events))
        self.assertEqual(events[-1]["type"], "turn.completed")
        self.assert_asked(turns=3)

    def test_functions_alone_for_a_model_it_does_not_know(self):
        (self.work / "picture.png").write_bytes(agents.png())
        events = self.codex("gemini-3.8-flash", castor.plan(
            [{"thought": "All at once."}, call("view_image", path="picture.png"),
             call("exec_command", cmd="echo two")],
            [call("exec_command", cmd="apply_patch <<'END'\n%s\nEND" % PATCH)],
            [{"text": "Done: {{result:1}}"}]))
        self.assert_files()
        self.assertIn("two\n", self.said(events))
        self.assert_asked(turns=3)
        self.assertIn('"image/png"', json.dumps(self.upstream.generations()[-1]["body"]))

    def test_tools_of_a_server_are_called_in_their_namespace(self):
        server = scratch.REPOSITORY / "tests" / "integration" / "mcp_server.py"
        self.configure("[mcp_servers.notes]", "command = " + json.dumps(sys.executable),
                       "args = " + json.dumps([str(server), str(self.work)]))
        for model in ("gemini-3.8-flash", "gpt-5.5"):
            with self.subTest(model):
                (self.work / "kept.txt").unlink(missing_ok=True)
                # gpt-5.5 has to look for it, and is told of it afterwards.
                search = [[call("tool_search", query="keep a note")]] if model == "gpt-5.5" else []
                events = self.codex(model, castor.plan(
                    *search, [call("*keep*note", title="kept", lines=[{"text": agents.NOTE.strip()}], mood=None)],
                    [{"text": "Kept."}]))
                self.assertEqual((self.work / "kept.txt").read_text(encoding="utf-8"), agents.NOTE)
                self.assertEqual(self.said(events), "Kept.")
        self.assert_asked(turns=2 + 3)

    def test_its_own_provider_goes_without_the_websocket_that_it_asks_for(self):
        (self.home / "config.toml").write_text('openai_base_url = "%s/v1"\n' % self.server.url, encoding="utf-8")
        prompt = castor.plan([call("exec_command", cmd="echo there")], [{"text": "{{result:0}}"}])
        events = self.codex("gpt-5.5", prompt, CODEX_API_KEY=self.castor.client_key)
        self.assertIn("there", self.said(events))
        self.assert_asked(turns=2)
        self.assertEqual(self.castor.logs().count("GET /v1/responses - 426"), 1)

    def test_a_conversation_is_taken_up_again(self):
        self.codex("gpt-5.5", castor.plan(
            [{"thought": "Look."}, call("exec_command", cmd="echo first")], [{"thought": "Well."}, {"text": "Done."}]))
        events = self.codex("gpt-5.5", "resume", "--last", castor.plan(
            [call("exec_command", cmd="echo again")], [{"text": "The shell said {{result:0}}"}]))
        self.assertIn("again", self.said(events))
        self.assert_asked(turns=4)

    def test_a_picture_and_a_shape_for_the_answer(self):
        schema = {"type": "object", "properties": {"name": {"type": "string"}, "count": {"type": "integer"}},
                  "required": ["name", "count"], "additionalProperties": False}
        (self.work / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
        (self.work / "picture.png").write_bytes(agents.png())
        events = self.codex("gpt-5.5", "--output-schema", "schema.json", "--image=picture.png",
                            castor.plan([{"json": {"name": "twins", "count": 2}}]))
        self.assertEqual(json.loads(self.said(events)), {"name": "twins", "count": 2})
        self.assert_asked(turns=1)
        body = self.upstream.generations()[0]["body"]
        self.assertIn('"image/png"', json.dumps(body["contents"]))
        self.assertEqual(body["generationConfig"]["responseMimeType"], "application/json")

    def test_a_quota_that_is_used_up_ends_the_turn_with_its_reason(self):
        # A model of its own, because the keys rest for it afterwards.
        events = self.codex("gemini-3.5-flash", castor.plan({"fault": "429-day"}), status=1)
        self.assertEqual(events[-1]["type"], "turn.failed")
        self.assertIn("Quota", events[-1]["error"]["message"])
        self.assertEqual([row["outcome"] for row in self.logged()], ["quota_exhausted"])

    def test_a_stream_that_breaks_is_seen_to_have_broken(self):
        events = self.codex("gpt-5.5", castor.plan(
            {"parts": [{"text": "one two three four five six"}], "fault": "cut", "after_chunks": 1}), status=1)
        self.assertEqual(events[-1]["type"], "turn.failed")
        self.assertEqual(len(self.logged()), 1)


if __name__ == "__main__":
    unittest.main()
