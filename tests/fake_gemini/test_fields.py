import unittest

from support import RuleTest, ask, user, with_config, with_tools


class UnknownFields(RuleTest):
    def test_both_spellings_are_read_as_camel_case(self):
        request = self.accept(
            {"contents": [user("Hi")], "generation_config": {"max_output_tokens": 5}}
        )
        self.assertEqual(request["generationConfig"]["maxOutputTokens"], 5)

    def test_null_is_the_same_as_absent(self):
        self.assertNotIn("tools", self.accept(ask(tools=None)))

    def test_an_unknown_field_is_named_with_its_path(self):
        error = self.refuse("unknown-field", with_config(maxTokens=5))
        text = (
            "Invalid JSON payload received. Unknown name \"maxTokens\" at 'generation_config':"
            " Cannot find field."
        )
        self.assertEqual(error.message, text)
        self.assertEqual(
            error.details[0]["fieldViolations"],
            [{"field": "generation_config", "description": text}],
        )

    def test_all_unknown_fields_are_reported_at_once(self):
        error = self.refuse("unknown-field", ask(a=1, b=2))
        self.assertEqual(len(error.details[0]["fieldViolations"]), 2)

    def test_S1_S2_schema_keywords_outside_the_openapi_subset_are_unknown_names(self):
        good = {
            "type": "OBJECT",
            "properties": {"additionalProperties": {"type": "string", "format": "uri"}},
        }
        self.accept(with_tools({"name": "f", "parameters": good}))
        for keyword in (
            "$schema",
            "additionalProperties",
            "const",
            "oneOf",
            "exclusiveMinimum",
            "propertyNames",
        ):
            bad = {
                "type": "OBJECT",
                "properties": {"a": {"type": "string"}, "b": {"type": "string", keyword: 1}},
            }
            path = "tools[0].function_declarations[0].parameters.properties[1].value"
            error = self.refuse("unknown-field", with_tools({"name": "f", "parameters": bad}))
            self.assertIn(
                "Unknown name \"%s\" at '%s': Cannot find field." % (keyword, path), error.message
            )

    def test_vertex_only_fields_are_unknown(self):
        self.refuse("unknown-field", with_config(audioTimestamp=True))
        self.refuse(
            "unknown-field", ask(user({"functionCall": {"name": "f", "willContinue": True}}))
        )


class WrongTypes(RuleTest):
    def test_S3_a_list_of_types_is_not_a_scalar(self):
        bad = {"type": "OBJECT", "properties": {"a": {"type": ["string", "null"]}}}
        error = self.refuse("wrong-type", with_tools({"name": "f", "parameters": bad}))
        self.assertIn("Proto field is not repeating, cannot start list.", error.message)

    def test_S6_numbers_are_no_enum_values_of_the_openapi_subset(self):
        bad = {"type": "OBJECT", "properties": {"a": {"type": "string", "enum": [1]}}}
        self.refuse(
            "wrong-type",
            with_tools({"name": "f", "parameters": bad}),
            text="enum[0]' (TYPE_STRING), 1",
        )

    def test_an_object_on_a_scalar(self):
        bad = {"type": "OBJECT", "description": {}}
        error = self.refuse("wrong-type", with_tools({"name": "f", "parameters": bad}))
        self.assertIn("(description), Starting an object on a scalar field", error.message)

    def test_scalars_of_the_wrong_kind(self):
        self.accept(with_config(maxOutputTokens="12", seed=3.0))
        for bad in (
            {"maxOutputTokens": "many"},
            {"maxOutputTokens": 1.5},
            {"seed": 2**31},
            {"seed": True},
            {"stopSequences": "END"},
            {"stopSequences": [1]},
            {"responseMimeType": 1},
            {"thinkingConfig": {"includeThoughts": "yes"}},
            {"thinkingConfig": {"thinkingLevel": "HUGE"}},
        ):
            self.refuse("wrong-type", with_config(**bad))

    def test_T10_tool_results_and_arguments_are_objects(self):
        for part in (
            {"functionResponse": {"name": "f", "response": "text"}},
            {"functionCall": {"name": "f", "args": "1"}},
            {"functionResponse": {"name": "f", "response": [1]}},
        ):
            self.refuse("wrong-type", ask(user(part)))

    def test_bytes_must_be_base64(self):
        self.accept(ask(user({"inlineData": {"mimeType": "image/png", "data": "aGk="}})))
        self.accept(ask(user({"inlineData": {"mimeType": "image/png", "data": "_-8"}})))
        error = self.refuse(
            "wrong-type",
            ask(user({"inlineData": {"mimeType": "image/png", "data": "not base64!"}})),
        )
        self.assertIn("Base64 decoding failed", error.message)

    def test_a_lone_message_stands_for_a_list_as_recorded(self):
        self.accept(ask(tools={"functionDeclarations": [{"name": "f"}]}))


if __name__ == "__main__":
    unittest.main()
