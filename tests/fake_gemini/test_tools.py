import unittest

from support import ADD, BUDGETED, CONTINUING, NEW, OLD, RuleTest, ask, with_tools

SEARCH = {"googleSearch": {}}


class Declarations(RuleTest):
    def test_S15_names(self):
        for good in ("a", "_x", "mcp__a.b:c-d", "n" * 128):
            self.accept(with_tools({"name": good}))
        for bad in ("", "1st", "a b", "a@b", "a/b", "ü", "n" * 129):
            self.refuse("function-name", with_tools({"name": bad}), text="Invalid function name")

    def test_names_are_unique(self):
        self.accept(with_tools({"name": "a"}, {"name": "b"}))
        self.refuse(
            "duplicate-function",
            with_tools({"name": "a"}, {"name": "a"}),
            text="Duplicate function declaration",
        )

    def test_there_are_at_most_512(self):
        self.accept(with_tools(*[{"name": "f%d" % i} for i in range(512)]))
        self.refuse("declarations", with_tools(*[{"name": "f%d" % i} for i in range(513)]))

    def test_one_schema_language_at_a_time(self):
        both = {
            "name": "f",
            "parameters": {"type": "object"},
            "parametersJsonSchema": {"type": "object"},
        }
        self.refuse("schema-both", with_tools(both))

    def test_S9_vendor_fields_are_unknown(self):
        self.refuse("unknown-field", with_tools({"name": "f", "input_examples": []}))


class Configuration(RuleTest):
    def body(self, mode, *allowed, tools=(ADD,)):
        config = {"mode": mode, "allowedFunctionNames": list(allowed)}
        return with_tools(*tools, toolConfig={"functionCallingConfig": config})

    def test_modes(self):
        for mode in ("AUTO", "ANY", "NONE", "VALIDATED"):
            self.accept(self.body(mode))
        self.refuse("wrong-type", self.body("REQUIRED"))

    def test_allowed_names(self):
        self.accept(self.body("ANY", "add"))
        self.accept(self.body("VALIDATED", "add"))
        self.refuse("tool-config", self.body("ANY", "add", "divide"), text="`divide`")
        self.refuse("tool-config", self.body("AUTO", "add"))

    def test_a_call_cannot_be_demanded_without_functions(self):
        self.refuse("tool-config", ask(toolConfig={"functionCallingConfig": {"mode": "ANY"}}))


class BuiltIn(RuleTest):
    def test_alone_they_work_everywhere(self):
        for model in (NEW, BUDGETED):
            self.accept(ask(tools=[SEARCH, {"urlContext": {}}]), model)

    def test_with_functions_only_since_the_third_generation_and_on_request(self):
        mixed = ask(tools=[{"functionDeclarations": [ADD]}, SEARCH])
        allowed = {**mixed, "toolConfig": {"includeServerSideToolInvocations": True}}
        self.accept(allowed)
        self.refuse("tool-mix", mixed, text="include_server_side_tool_invocations")
        self.refuse("tool-mix", allowed, BUDGETED, text="cannot be combined")

    def test_unknown_tools(self):
        self.refuse("unknown-field", ask(tools=[{"enterpriseWebSearch": {}}]))


class OtherMembers(RuleTest):
    def test_safety_settings(self):
        off = {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}
        self.accept(ask(safetySettings=[off]))
        self.refuse("safety", ask(safetySettings=[off, off]))
        self.refuse("safety", ask(safetySettings=[{"category": "HARM_CATEGORY_HARASSMENT"}]))
        self.refuse("unknown-field", ask(safetySettings=[{**off, "method": "SEVERITY"}]))

    def test_cached_content_excludes_tools_and_system(self):
        body = with_tools(ADD, cachedContent="cachedContents/x")
        self.refuse(
            "cached-content",
            body,
            text="should not be set in the request when using cached content",
        )
        text = "Cached content is not supported for this model."
        self.refuse("cached-content", ask(cachedContent="cachedContents/x"), CONTINUING, text)
        self.accept(ask(cachedContent="cachedContents/x"), OLD)

    def test_the_model_of_the_body_is_that_of_the_url(self):
        self.accept(ask(model="models/gemini-3.8-flash"))
        self.refuse("model-field", ask(model="models/gemini-3.5-flash"))

    def test_continuation_tokens_are_for_the_fourth_generation(self):
        self.refuse("continuation", ask(continuationToken="AAAA"), NEW)
        self.refuse(
            "continuation",
            ask(continuationToken="AAAA"),
            CONTINUING,
            text="Invalid continuation token.",
        )


if __name__ == "__main__":
    unittest.main()
