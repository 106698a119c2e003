import unittest

from support import RuleTest, with_config, with_tools


class OpenApi(RuleTest):
    def check(self, schema, text=None):
        body = with_tools(
            {"name": "f", "parameters": {"type": "object", "properties": {"a": schema}}}
        )
        if text is None:
            self.accept(body)
        else:
            function = "* GenerateContentRequest.tools[0].function_declarations[0]"
            self.refuse("schema", body, text=function + ".parameters.properties[a]" + text)

    def test_enum_is_for_strings(self):
        self.check({"type": "string", "enum": ["x"]})
        self.check({"type": "integer", "enum": ["1"]}, ".enum: only allowed for STRING type")
        self.check({"type": "string", "enum": [""]}, ".enum[0]: cannot be empty")

    def test_S8_arrays_have_items(self):
        self.check({"type": "array", "items": {"type": "string"}})
        self.check({"type": "array"}, ".items: missing field.")

    def test_S14_required_names_properties(self):
        member = {"type": "object", "properties": {"x": {"type": "string"}}}
        self.check({**member, "required": ["x"]})
        self.check({**member, "required": ["x", "y"]}, ".required[1]: property is not defined")

    def test_inner_objects_have_properties(self):
        self.check({"type": "object"}, ".properties: should be non-empty for OBJECT type")
        self.accept(with_tools({"name": "f", "parameters": {"type": "object", "properties": {}}}))

    def test_properties_belong_to_objects(self):
        text = ".properties: only allowed for OBJECT type"
        self.check({"type": "string", "properties": {"x": {"type": "string"}}}, text)

    def test_depth_is_limited(self):
        schema = {"type": "string"}
        for _ in range(49):
            schema = {"type": "object", "properties": {"a": schema}}
        self.refuse("schema-size", with_tools({"name": "f", "parameters": schema}))

    def test_types_are_given(self):
        self.check({"anyOf": [{"type": "string"}, {"type": "null"}]})
        self.check({"description": "any"}, ".type: must be specified when not using")
        self.check({"anyOf": [{"description": "any"}]}, ".any_of[0].type: must be specified")

    def test_response_schemas_follow_the_same_rules(self):
        good = {"type": "object", "properties": {"a": {"type": "string"}}}
        self.accept(with_config(responseMimeType="application/json", responseSchema=good))
        bad = {**good, "required": ["b"]}
        self.refuse(
            "schema",
            with_config(responseMimeType="application/json", responseSchema=bad),
            text="response_schema",
        )


class JsonSchema(RuleTest):
    def body(self, members, **root):
        schema = {"type": "object", "properties": members, **root}
        return with_tools({"name": "f", "parametersJsonSchema": schema})

    def test_unknown_keywords_are_ignored(self):
        self.accept(
            self.body(
                {"a": {"const": 1, "pattern": "x", "not": {}, "x-vendor": 1, "if": {}}},
                additionalProperties=False,
            )
        )

    def test_S1_references_resolve(self):
        name = {"$defs": {"Name": {"type": "string"}}}
        self.accept(self.body({"a": {"$ref": "#/$defs/Name"}}, **name))
        for bad in (
            "#/$defs/Other",
            7,
            "#/$defs/Name/deeper",
            "https://example.org/schema.json",
            "other.json",
        ):
            self.refuse(
                "schema", self.body({"a": {"$ref": bad}}, **name), text="unresolvable reference"
            )

    def test_a_reference_stands_alone(self):
        name = {"$defs": {"Name": {"type": "string"}}}
        self.accept(self.body({"a": {"$ref": "#/$defs/Name", "$comment": "fine"}}, **name))
        self.refuse(
            "schema",
            self.body({"a": {"$ref": "#/$defs/Name", "description": "x"}}, **name),
            text="beside $ref",
        )

    def test_cycles_only_under_optional_properties(self):
        node = {
            "type": "object",
            "properties": {"next": {"$ref": "#/$defs/Node"}, "name": {"type": "string"}},
        }
        self.accept(
            self.body(
                {"a": {"$ref": "#/$defs/Node"}},
                **{"$defs": {"Node": {**node, "required": ["name"]}}}
            )
        )
        endless = {"$defs": {"Node": {**node, "required": ["next"]}}}
        self.refuse("schema", self.body({"a": {"$ref": "#/$defs/Node"}}, **endless), text="cycle")

    def test_a_type_may_be_joined_by_null_only(self):
        self.accept(self.body({"a": {"type": ["string", "null"]}, "b": {"type": "STRING"}}))
        self.refuse(
            "schema", self.body({"a": {"type": ["string", "integer"]}}), text="may only add null"
        )
        self.refuse("schema", self.body({"a": {"type": "text"}}), text="invalid type")

    def test_enums_hold_strings_and_numbers(self):
        self.accept(self.body({"a": {"enum": ["x", 1, 2.5]}}))
        for bad in ([True], [None], [{}], []):
            self.refuse("schema", self.body({"a": {"enum": bad}}))

    def test_S11_keywords_have_their_own_types(self):
        self.refuse(
            "schema",
            with_tools({"name": "f", "parametersJsonSchema": {"type": "object", "properties": []}}),
        )
        self.refuse("schema", self.body({"a": {"type": "object", "required": True}}))
        self.refuse("schema", self.body({"a": {"anyOf": {}}}))
        self.refuse("schema", self.body({"a": "string"}))
        text = "schema must be an object"
        self.refuse(
            "schema", with_tools({"name": "f", "parametersJsonSchema": "object"}), text=text
        )

    def test_depth_and_size_are_limited(self):
        def nested(levels):
            return (
                {"type": "object", "properties": {"a": nested(levels - 1)}}
                if levels
                else {"type": "string"}
            )

        self.accept(self.body({"a": nested(34)}))
        self.refuse("schema-size", self.body({"a": nested(80)}), text="too many states")
        self.accept(self.body({"a": {"description": "x" * 60000}}))
        self.refuse("schema-size", self.body({"a": {"description": "x" * 140000}}))

    def test_the_root_is_an_object(self):
        self.refuse(
            "schema",
            with_tools({"name": "f", "parametersJsonSchema": {"type": "string"}}),
            text="type OBJECT",
        )
        self.accept(
            with_config(
                responseMimeType="application/json",
                responseJsonSchema={"type": "array", "items": {}},
            )
        )


if __name__ == "__main__":
    unittest.main()
