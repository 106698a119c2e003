"""The validator on a small made-up document that has every difference of dialect."""

import json
import pathlib
import tempfile
import unittest

from specs import Validator

DOCUMENT = {
    "Word": {"type": "string", "enum": ["a", "b"]},
    "Leaf": {
        "type": "object",
        "description": "A leaf.",
        "properties": {
            "type": {"const": "leaf", "default": "leaf"},
            "count": {"type": "string", "format": "int64"},
            "word": {"$ref": "#/components/schemas/Word", "nullable": True},
            "note": {"type": "string", "default": ""},
            "free": {"type": "object", "additionalProperties": {"description": "Any."}},
        },
        "required": ["type", "count", "note"],
    },
    "Twig": {
        "type": "object",
        "properties": {
            "type": {"const": "twig", "default": "twig"},
            "more": {"type": "array", "items": {"$ref": "#/components/schemas/Any"}},
        },
        "required": ["type"],
    },
    "Any": {
        "oneOf": [{"$ref": "#/components/schemas/Leaf"}, {"$ref": "#/components/schemas/Twig"}],
        "discriminator": {
            "propertyName": "type",
            "mapping": {"leaf": "#/components/schemas/Leaf", "twig": "#/components/schemas/Twig"},
        },
    },
}
LEAF = {"type": "leaf", "count": 3, "note": ""}


def _event(word):
    return {
        "type": "object",
        "properties": {"type": {"enum": [word]}, "at": {"type": "integer"}},
        "required": ["type", "at"],
    }


# What OpenAI's document has besides: objects that extend others, unions whose words are not mapped.
DOCUMENT.update(
    Base={"type": "object", "properties": {"id": {"type": "string"}}},
    Derived={
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        ]
    },
    Begun=_event("begun"),
    Ended=_event("ended"),
    Events={"anyOf": [{"$ref": "#/components/schemas/" + name} for name in ("Begun", "Ended")]},
    Told={
        "oneOf": [{"$ref": "#/components/schemas/" + name} for name in ("Begun", "Ended")],
        "discriminator": {"propertyName": "type"},
    },
)


class SpecsTest(unittest.TestCase):
    def setUp(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            json.dump({"components": {"schemas": DOCUMENT}}, file)
        self.addCleanup(pathlib.Path(file.name).unlink)
        self.path = file.name

    def faults(self, value, name, *lists):
        return Validator(self.path, *lists).faults(value, name)

    def test_takes_what_fits(self):
        self.assertEqual(self.faults(LEAF, "Leaf"), [])
        self.assertEqual(
            self.faults({**LEAF, "count": "3", "word": None, "free": {"x": 1}}, "Leaf"), []
        )

    def test_refuses_unknown_members(self):
        self.assertIn("'x' was unexpected", self.faults({**LEAF, "x": 1}, "Leaf")[0])

    def test_refuses_wrong_types_words_and_nulls(self):
        self.assertTrue(self.faults({**LEAF, "count": 1.5}, "Leaf"))
        self.assertTrue(self.faults({**LEAF, "word": "c"}, "Leaf"))
        self.assertTrue(self.faults({**LEAF, "note": None}, "Leaf"))

    def test_chooses_by_the_discriminator_and_says_where(self):
        self.assertEqual(self.faults({"type": "twig", "more": [LEAF]}, "Any"), [])
        faults = self.faults({"type": "twig", "more": [{"type": "leaf", "note": ""}]}, "Any")
        self.assertEqual(faults, ["more[0]: 'count' is a required property"])
        self.assertTrue(self.faults({"type": "bush"}, "Any"))
        self.assertTrue(self.faults({}, "Any"))

    def test_takes_listed_additions(self):
        additions = [("Leaf", "x", {"type": "integer"}, "somewhere")]
        words = [("Word", None, ["c"], "somewhere")]
        self.assertEqual(self.faults({**LEAF, "x": 1, "word": "c"}, "Leaf", additions, words), [])

    def test_can_leave_out_what_has_a_default_but_no_constants(self):
        relaxed = Validator(self.path).without_defaults_required()
        self.assertEqual(relaxed.faults({"type": "leaf", "count": 3}, "Leaf"), [])
        self.assertTrue(relaxed.faults({"count": 3}, "Leaf"))

    def test_an_object_that_extends_another_has_the_members_of_both_and_no_more(self):
        self.assertEqual(self.faults({"id": "1", "name": "x"}, "Derived"), [])
        self.assertIn("'name' is a required property", self.faults({"id": "1"}, "Derived")[0])
        self.assertIn("'x' was unexpected", self.faults({"name": "x", "x": 1}, "Derived")[0])
        more = [("Derived", "x", {"type": "integer"}, "a test")]
        self.assertEqual(self.faults({"name": "x", "x": 1}, "Derived", more), [])

    def test_a_union_without_a_mapping_is_chosen_by_the_words_of_its_members(self):
        fault = self.faults({"type": "ended", "at": "now"}, "Told")[0]
        self.assertEqual(fault, "at: 'now' is not of type 'integer'")

    def test_events_go_by_their_word(self):
        validator = Validator(self.path).with_events("Events")
        self.assertEqual(validator.faults({"type": "ended", "at": 1}, "ended"), [])
        self.assertTrue(validator.faults({"type": "begun", "at": 1}, "ended"))

    def test_a_member_may_be_made_optional(self):
        validator = Validator(self.path)
        validator.without("Begun", "at")
        self.assertEqual(validator.faults({"type": "begun"}, "Begun"), [])


if __name__ == "__main__":
    unittest.main()
