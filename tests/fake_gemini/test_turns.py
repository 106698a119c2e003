import unittest

import signatures
from support import BUDGETED, GEMMA, OLD, RuleTest, answer, ask, call, model_turn, signed, user

IMAGE = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}


class Contents(RuleTest):
    def test_contents_are_required(self):
        self.accept(ask(user("Hi")))
        self.refuse("contents", {}, text="contents is not specified")
        self.refuse("contents", {"contents": []})

    def test_roles(self):
        self.accept({"contents": [{"parts": [{"text": "Hi"}]}]})
        self.refuse(
            "role", ask(user("Hi"), {"role": "assistant", "parts": [{"text": "a"}]}, user("b"))
        )
        self.refuse(
            "role",
            ask({"role": "system", "parts": [{"text": "a"}]}),
            text="Please use a valid role: user, model.",
        )
        self.refuse("role", {"contents": [user("a"), {"parts": [{"text": "b"}]}]})

    def test_T6_parts_must_not_be_empty(self):
        self.refuse(
            "empty-parts", ask(user()), text="contents[0].parts: contents.parts must not be empty."
        )
        self.refuse("empty-parts", ask(user("a"), systemInstruction={"parts": []}))

    def test_T5_a_part_needs_data_or_a_signature(self):
        text = "required oneof field 'data' must have one initialized field"
        self.refuse("part-data", ask(user("")), text=text)
        self.refuse("part-data", ask(user({"thought": True})), text=text)
        mark = signatures.issue("gemini-3", signatures.TEXT)
        self.accept(
            ask(user("a"), model_turn("b", {"text": "", "thoughtSignature": mark}), user("c"))
        )
        self.accept(ask(user("a"), model_turn("b", {"thoughtSignature": mark}), user("c")))

    def test_a_part_has_one_kind_of_data(self):
        self.refuse(
            "part-data", ask(user({"text": "a", **IMAGE})), text="oneof field 'data' is already set"
        )

    def test_media_have_a_plausible_type(self):
        self.accept(ask(user(IMAGE, {"fileData": {"fileUri": "https://example.org/a.pdf"}})))
        for bad in (
            {"data": "aGk="},
            {"mimeType": "png", "data": "aGk="},
            {"mimeType": "image/png", "data": ""},
        ):
            self.refuse("media", ask(user({"inlineData": bad})))
        self.refuse("media", ask(user({"fileData": {"mimeType": "image/png"}})))

    def test_the_system_instruction_is_text(self):
        self.accept(ask(systemInstruction={"parts": [{"text": "Be kind."}]}))
        self.refuse("system-parts", ask(systemInstruction={"parts": [IMAGE]}))

    def test_T4_only_older_models_take_a_trailing_model_turn(self):
        body = ask(user("Hi"), model_turn("Sure,"))
        for model in (OLD, BUDGETED, GEMMA):
            self.accept(body, model)
        self.refuse(
            "trailing-model-turn", body, text="Requests ending with a model turn are not supported."
        )


class Pairing(RuleTest):
    def test_a_tool_loop_with_parallel_calls(self):
        self.accept(
            ask(
                user("Hi"),
                model_turn("x", signed(), call("add", "a2", b=1)),
                user(answer("add", "a2"), answer()),
                user("Thanks"),
            )
        )

    def test_the_newest_plain_user_text_may_stand_between(self):
        self.accept(
            ask(user("Hi"), user("there"), model_turn(signed()), user(answer()), user("And now?"))
        )

    def test_T1_every_call_is_answered_at_once(self):
        calls = model_turn(signed(), call("add", "a2"))
        self.refuse(
            "response-count",
            ask(user("Hi"), calls, user(answer())),
            text="number of function response parts",
        )
        self.refuse(
            "response-count", ask(user("Hi"), calls, user(answer()), user(answer("add", "a2")))
        )
        self.refuse("response-count", ask(user("Hi"), calls, user("Never mind")))
        self.refuse(
            "response-count", ask(user("Hi"), model_turn(signed()), user(answer(), answer()))
        )

    def test_results_without_calls(self):
        self.refuse(
            "response-turn",
            ask(user("Hi"), user(answer())),
            text="function response turn comes immediately after",
        )
        self.refuse("response-turn", ask(user(answer())))
        self.refuse(
            "response-turn", ask(user("Hi"), model_turn(signed()), user(answer()), user(answer()))
        )

    def test_T3_calls_follow_the_user(self):
        text = "function call turn comes immediately after a user turn"
        self.refuse("call-turn", ask(model_turn(signed()), user(answer())), text=text)
        self.refuse(
            "call-turn",
            ask(user("Hi"), model_turn("Well"), model_turn(signed()), user(answer())),
            text=text,
        )
        self.refuse("call-turn", ask(user(signed()), user(answer())), text=text)

    def test_T8_results_name_the_function_and_the_id_of_the_call(self):
        self.refuse("response-match", ask(user("Hi"), model_turn(signed()), user(answer("a1"))))
        self.refuse(
            "response-match", ask(user("Hi"), model_turn(signed()), user(answer("add", "zz")))
        )
        both = model_turn(signed(), call("add", "a2"))
        self.refuse("response-match", ask(user("Hi"), both, user(answer(), answer())))

    def test_ids_may_be_left_out(self):
        unnamed = {"functionResponse": {"name": "add", "response": {"output": "3"}}}
        self.accept(ask(user("Hi"), model_turn(signed()), user(unnamed)))

    def test_results_are_not_mixed_with_text_on_recent_models(self):
        body = ask(user("Hi"), model_turn(signed()), user(answer(), "Go on"))
        self.accept(body, OLD)
        self.refuse("mixed-response", body)
        self.accept(ask(user("Hi"), model_turn(signed()), user(answer(), IMAGE)))

    def test_names_and_responses_are_there(self):
        self.refuse(
            "function-name",
            ask(user("Hi"), model_turn({"functionCall": {"args": {}}}), user(answer())),
        )
        self.refuse("function-id", ask(user("Hi"), model_turn(call(id_="")), user(answer())))
        bare = {"functionResponse": {"name": "add", "id": "a1"}}
        self.refuse("response-object", ask(user("Hi"), model_turn(signed()), user(bare)))

    def test_a_reference_in_a_result_is_reserved(self):
        body = ask(user("Hi"), model_turn(signed()), user(answer(response={"a": {"$ref": "#/x"}})))
        self.refuse("response-object", body)

    def test_C8_media_in_results_since_the_third_generation(self):
        with_media = answer()
        with_media["functionResponse"]["parts"] = [IMAGE]
        self.accept(ask(user("Hi"), model_turn(signed()), user(with_media)))
        self.refuse(
            "response-media", ask(user("Hi"), model_turn(call()), user(with_media)), BUDGETED
        )
        with_media["functionResponse"]["parts"] = [
            {"inlineData": {"mimeType": "audio/wav", "data": "aGk="}}
        ]
        self.refuse("response-media", ask(user("Hi"), model_turn(signed()), user(with_media)))

    def test_google_plays_mcp_servers_itself(self):
        body = ask(user("Hi"), model_turn(call(), answer(), "3"), user("Thanks"))
        self.refuse("response-turn", body, BUDGETED)
        self.accept({**body, "tools": [{"mcpServers": [{"name": "m"}]}]}, BUDGETED)


class Signatures(RuleTest):
    def loop(self, *parts):
        answers = [
            answer(p["functionCall"]["name"], p["functionCall"]["id"])
            for p in parts
            if "functionCall" in p
        ]
        return ask(user("Hi"), model_turn(*parts), user(*answers))

    def test_G1_the_first_call_of_a_step_must_be_signed(self):
        self.accept(self.loop(signed()))
        error = self.refuse("signature-missing", self.loop(call()))
        self.assertIn("missing a thought_signature", error.message)
        self.assertIn("`default_api:add` , position 2", error.message)

    def test_every_step_of_the_turn_is_checked(self):
        later = model_turn(call("add", "a9"))
        self.refuse(
            "signature-missing",
            ask(user("Hi"), model_turn(signed()), user(answer()), later, user(answer("add", "a9"))),
            text="position 4",
        )

    def test_earlier_turns_are_not_checked(self):
        self.accept(ask(user("Hi"), model_turn(call()), user(answer()), user("New question")))
        self.accept(
            ask(user("Hi"), model_turn(call()), user(answer()), model_turn("3"), user("Why?"))
        )

    def test_older_generations_need_none(self):
        for model in (BUDGETED, GEMMA):
            self.accept(self.loop(call()), model)

    def test_parallel_siblings_carry_none(self):
        self.accept(self.loop(signed(), call("add", "a2")))
        self.refuse("signature-missing", self.loop(call(), signed("add", "a2")))

    def test_foreign_or_altered_ones_are_refused(self):
        good = signed()["thoughtSignature"]
        altered = good[:40] + ("A" if good[40] != "A" else "B") + good[41:]
        for bad in ("c29tZW9uZSBlbHNl", altered):
            body = self.loop(call(signature=bad))
            self.refuse("signature-foreign", body, text="Invalid thought signature.")
            self.accept(body, foreign_signatures=True)

    def test_they_are_bound_to_the_family_of_models(self):
        self.refuse("signature-foreign", self.loop(signed(family="gemini-4")))
        self.refuse("signature-foreign", self.loop(signed(family="gemini-2.5")))
        self.accept(self.loop(signed(family="latest")))

    def test_they_stay_where_they_were(self):
        moved = call("multiply", "m1", signature=signed()["thoughtSignature"])
        self.refuse("signature-moved", self.loop(moved), text="Corrupted thought signature.")
        sibling = call("add", "a2", signature=signed(b=1)["thoughtSignature"])
        self.refuse("signature-moved", self.loop(sibling))
        self.refuse(
            "signature-moved",
            self.loop(signed(), call("add", "a1", signature=signed()["thoughtSignature"])),
        )
        on_text = {"text": "x", "thoughtSignature": signed()["thoughtSignature"]}
        self.refuse("signature-moved", self.loop(on_text, signed()))
        on_call = call(signature=signatures.issue("gemini-3", signatures.TEXT))
        self.refuse("signature-moved", self.loop(on_call))
        result = {**answer(), "thoughtSignature": signatures.issue("gemini-3", signatures.TEXT)}
        self.refuse("signature-moved", ask(user("Hi"), model_turn(signed()), user(result)))

    def test_normalised_arguments_or_a_missing_id_do_not_matter(self):
        part = signed(path="a")
        part["functionCall"]["args"]["replace_all"] = False
        self.accept(self.loop(part))
        part = signed()
        del part["functionCall"]["id"]
        self.accept(
            ask(
                user("Hi"),
                model_turn(part),
                user({"functionResponse": {"name": "add", "response": {}}}),
            )
        )

    def test_G3_dummies_go_on_the_first_call_only(self):
        for dummy in signatures.DUMMIES:
            self.accept(self.loop(call(signature=dummy), call("add", "a2")))
            self.refuse(
                "signature-dummy",
                self.loop(call(signature=dummy), call("add", "a2", signature=dummy)),
            )
            self.refuse(
                "signature-dummy",
                ask(user("Hi"), model_turn({"text": "x", "thoughtSignature": dummy}), user("y")),
            )

    def test_they_have_a_realistic_size(self):
        self.assertEqual(len(signatures.issue("gemini-3", signatures.TEXT)), 640)
        self.assertEqual(len(signatures.issue("gemini-3", signatures.TEXT, size=3000)), 4000)


if __name__ == "__main__":
    unittest.main()
