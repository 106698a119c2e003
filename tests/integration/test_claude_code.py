"""Claude Code itself, headless, working on files through castor. The model is scripted; the work is real."""

import json
import unittest

import agents
import castor
import real_clients
from agents import NOTE, png
from under_servers import under_servers


def pdf():
    """One empty page."""
    objects = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>")
    text, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return text + b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(text))


class ClaudeCodeTests(agents.AgentTests):
    def claude(self, *arguments):
        """Runs `claude -p …`; the lines of its JSON stream."""
        done = real_clients.run(
            [real_clients.claude_code(), "-p", *arguments, "--output-format", "stream-json", "--verbose",
             "--dangerously-skip-permissions"],
            {"HOME": str(self.home), "ANTHROPIC_BASE_URL": self.server.url,
             "ANTHROPIC_AUTH_TOKEN": self.castor.client_key, "IS_SANDBOX": "1", "DISABLE_TELEMETRY": "1",
             "DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"},
            self.work)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def blocks(self, lines, role, kind):
        """The content blocks of that type in messages of that role."""
        return [block for line in lines if line["type"] == role and isinstance(line["message"]["content"], list)
                for block in line["message"]["content"] if block["type"] == kind]


@under_servers()
class ClaudeCode(ClaudeCodeTests):
    def test_a_task_with_parallel_calls_a_failure_media_and_a_key_that_runs_dry(self):
        (self.work / "picture.png").write_bytes(png())
        (self.work / "page.pdf").write_bytes(pdf())
        (self.work / "gone").mkdir()
        prompt = "Write two notes and look at what there is.\n" + castor.plan(
            [{"thought": "Two notes first, both at once."},
             {"call": {"name": "Write", "args": {"file_path": str(self.work / "one.txt"), "content": NOTE}}},
             {"call": {"name": "Write", "args": {"file_path": str(self.work / "two.txt"), "content": "second\n"}}}],
            [{"text": "Now what is there."},
             {"call": {"name": "Read", "args": {"file_path": str(self.work / "picture.png")}}},
             {"call": {"name": "Read", "args": {"file_path": str(self.work / "one.txt")}}}],
            # Whichever key asks first for this one has had enough.
            {"fault": "429-minute", "times": 1, "parts": [
                {"call": {"name": "Read", "args": {"file_path": str(self.work / "no-such-file.txt")}}}]},
            [{"call": {"name": "Read", "args": {"file_path": str(self.work / "page.pdf")}}},
             {"call": {"name": "Bash", "args": {"command": "rmdir gone && echo removed", "description": "Tidy up"}}}],
            [{"text": "Two notes are written. The shell said: {{result:6}}"}])

        lines = self.claude(prompt)

        self.assertEqual((self.work / "one.txt").read_text(encoding="utf-8"), NOTE)
        self.assertEqual((self.work / "two.txt").read_text(encoding="utf-8"), "second\n")
        self.assertFalse((self.work / "gone").exists())
        self.assertEqual(lines[-1]["subtype"], "success")
        self.assertIn("The shell said: removed", lines[-1]["result"])
        results = self.blocks(lines, "user", "tool_result")
        self.assertEqual([bool(block.get("is_error")) for block in results].count(True), 1, results)
        self.assertEqual(len(results), 7)

        self.assert_asked(turns=5, refused=1)
        sent = [json.dumps(record["body"]) for record in self.upstream.generations()]
        self.assertIn('"image/png"', sent[-1])
        self.assertIn('"application/pdf"', sent[-1])

        self.assert_a_key_ran_dry()

    def test_thinking_is_shown_where_it_is_asked_for(self):
        prompt = castor.plan([{"thought": "The sky scatters blue light."}, {"text": "Because of scattering."}])
        lines = self.claude(prompt, "--model", "claude-sonnet-4-5")
        thoughts = self.blocks(lines, "assistant", "thinking")
        self.assertEqual([block["thinking"] for block in thoughts], ["The sky scatters blue light."])
        self.assert_asked(turns=1)

    def test_a_conversation_is_taken_up_again(self):
        first = castor.plan(
            [{"thought": "Look."}, {"call": {"name": "Bash", "args": {"command": "echo first", "description": "Say"}}}],
            [{"text": "Done."}])
        second = castor.plan(
            [{"call": {"name": "Bash", "args": {"command": "echo again", "description": "Say"}}}],
            [{"text": "The shell said {{result:0}}"}])
        self.claude(first)
        lines = self.claude(second, "--continue")
        self.assertIn("The shell said again", lines[-1]["result"])
        self.assert_asked(turns=4)


@under_servers(lambda server: server.name in ("lighttpd", "apache-proxy-fcgi"))
class ClaudeCodeTools(ClaudeCodeTests):
    """Tools that Claude Code keeps back until they are searched for, agents of its own, answers in a shape."""

    def declared(self):
        """The names of the functions in each request to the upstream."""
        return [{function["name"] for tool in record["body"]["tools"] for function in tool["functionDeclarations"]}
                for record in self.upstream.generations()]

    def test_a_deferred_tool_is_there_once_it_was_searched_for(self):
        (self.work / "one.ipynb").write_text('{"cells": [{"cell_type": "code", "id": "a", "source": "1", "metadata": {},'
                                             '"outputs": [], "execution_count": null}], "metadata": {}, "nbformat": 4,'
                                             '"nbformat_minor": 5}', encoding="utf-8")
        path = str(self.work / "one.ipynb")
        lines = self.claude(castor.plan(
            [{"call": {"name": "ToolSearch", "args": {"query": "select:NotebookEdit", "max_results": 1}}},
             {"call": {"name": "Read", "args": {"file_path": path}}}],
            [{"call": {"name": "NotebookEdit", "args": {"notebook_path": path, "cell_id": "a", "new_source": "6 * 7"}}}],
            [{"text": "Done."}]))
        self.assertEqual(lines[-1]["subtype"], "success")
        self.assertIn("6 * 7", (self.work / "one.ipynb").read_text(encoding="utf-8"))
        self.assertEqual(["NotebookEdit" in names for names in self.declared()], [False, True, True])
        self.assert_asked(turns=3)

    def test_agents_work_at_the_same_time(self):
        def agent(name):
            task = castor.plan([{"call": {"name": "Bash", "args": {"command": "echo %s > %s.txt" % (name, name),
                                                                   "description": "Write"}}}],
                               [{"text": "I am " + name}])
            return {"call": {"name": "Agent", "args": {"description": "Write " + name, "prompt": task,
                                                       "subagent_type": "general-purpose", "run_in_background": False}}}
        lines = self.claude(castor.plan([agent("castor"), agent("pollux")], [{"text": "{{result:0}} {{result:1}}"}]))
        for name in ("castor", "pollux"):
            self.assertEqual((self.work / (name + ".txt")).read_text(encoding="utf-8"), name + "\n")
            self.assertIn("I am " + name, lines[-1]["result"])
        self.assert_asked(turns=6)

    def test_an_answer_in_a_shape(self):
        schema = {"type": "object", "properties": {"name": {"type": "string"}, "count": {"enum": [1, 2]}},
                  "required": ["name", "count"], "additionalProperties": False}
        lines = self.claude(castor.plan([{"call": {"name": "StructuredOutput", "args": {"name": "twins", "count": 2}}}],
                                        [{"text": "Done."}]), "--json-schema", json.dumps(schema))
        self.assertEqual(lines[-1]["structured_output"], {"name": "twins", "count": 2})
        self.assertEqual({(row["stream"], row["outcome"]) for row in self.logged()}, {(1, "ok")})


if __name__ == "__main__":
    unittest.main()
