import unittest

import models
from support import ADD, BUDGETED, CONTINUING, GEMMA, NEW, OLD, RuleTest, with_config, with_tools

LITE = models.find("gemini-3.5-flash-lite")
PRO = models.find("gemini-2.5-pro")
ALIAS = models.find("gemini-flash-latest")


class Sampling(RuleTest):
    def test_recent_models_take_no_sampling_parameters(self):
        for name, value in (
            ("temperature", 1.0),
            ("topP", 0.9),
            ("topK", 40),
            ("candidateCount", 1),
        ):
            self.accept(with_config(**{name: value}), OLD)
            for model in (NEW, LITE, ALIAS, CONTINUING):
                self.refuse(
                    "candidates" if name == "candidateCount" else "sampling",
                    with_config(**{name: value}),
                    model,
                )

    def test_ranges(self):
        self.accept(with_config(temperature=2, topP=1, topK=1), OLD)
        for bad in ({"temperature": 2.1}, {"temperature": -1}, {"topP": 1.5}, {"topK": 0}):
            self.refuse("range", with_config(**bad), OLD)

    def test_versions_compare_as_numbers(self):
        newer = models.find("gemini-3.10-flash", any_model=True)
        self.refuse("sampling", with_config(temperature=1), newer)

    def test_candidates(self):
        self.accept(with_config(candidateCount=2), BUDGETED)
        self.refuse("range", with_config(candidateCount=9), BUDGETED)
        self.refuse(
            "candidates",
            with_config(candidateCount=2),
            OLD,
            text="Multiple candidates is not enabled",
        )

    def test_penalties(self):
        self.accept(with_config(presencePenalty=1.5, frequencyPenalty=-2), OLD)
        self.refuse("range", with_config(presencePenalty=2), OLD)
        for model in (BUDGETED, NEW):
            self.refuse(
                "penalty",
                with_config(frequencyPenalty=1),
                model,
                text="Penalty is not enabled for this model",
            )

    def test_logprobs(self):
        self.refuse(
            "logprobs", with_config(responseLogprobs=True), text="not supported in streaming mode"
        )
        self.refuse(
            "logprobs", with_config(logprobs=3), text="Logprobs is not enabled", streamed=False
        )


class Lengths(RuleTest):
    def test_U11_the_longest_answer(self):
        self.accept(with_config(maxOutputTokens=65536))
        self.refuse(
            "max-tokens",
            with_config(maxOutputTokens=65537),
            text="1 (inclusive) to 65537 (exclusive)",
        )
        self.refuse("max-tokens", with_config(maxOutputTokens=0))
        self.accept(with_config(maxOutputTokens=200000), CONTINUING)

    def test_five_stop_sequences(self):
        self.accept(with_config(stopSequences=list("abcde")))
        self.refuse("stop-sequences", with_config(stopSequences=list("abcdef")))
        self.refuse("stop-sequences", with_config(stopSequences=[""]))


class Formats(RuleTest):
    def test_mime_types(self):
        self.accept(with_config(responseMimeType="application/json"))
        self.refuse("mime-type", with_config(responseMimeType="text/html"))

    def test_schemas_exclude_each_other_and_need_their_mime_type(self):
        plain, json_schema = {"type": "string"}, {"type": "string"}
        self.accept(
            with_config(responseMimeType="application/json", responseJsonSchema=json_schema)
        )
        self.refuse("schema-mime", with_config(responseJsonSchema=json_schema))
        self.refuse("schema-mime", with_config(responseSchema=plain))
        self.refuse(
            "schema-both",
            with_config(
                responseMimeType="application/json",
                responseJsonSchema=json_schema,
                responseSchema=plain,
            ),
        )

    def test_C10_json_with_functions_only_since_the_third_generation(self):
        body = with_tools(ADD, generationConfig={"responseMimeType": "application/json"})
        self.accept(body)
        self.refuse(
            "json-with-tools", body, BUDGETED, text="Function calling with a response mime type"
        )

    def test_other_media_only_where_they_are_made(self):
        self.accept(with_config(responseModalities=["TEXT"]))
        self.refuse("modalities", with_config(responseModalities=["TEXT", "IMAGE"]))
        self.accept(
            with_config(responseModalities=["TEXT", "IMAGE"]), models.find("gemini-3.1-flash-image")
        )


class Thinking(RuleTest):
    def config(self, **thinking):
        return with_config(thinkingConfig=thinking)

    def test_levels(self):
        self.accept(self.config(thinkingLevel="LOW", includeThoughts=True))
        self.accept(self.config(thinkingLevel="minimal"), OLD)
        self.accept(self.config(thinkingLevel="XHIGH"), CONTINUING)
        for level in ("MINIMAL", "XHIGH"):
            self.refuse(
                "thinking-level",
                self.config(thinkingLevel=level),
                text="Thinking level %s is not" % level,
            )
        self.refuse(
            "thinking-level",
            self.config(thinkingLevel="LOW"),
            BUDGETED,
            text="Thinking level is not supported",
        )

    def test_C6_level_and_budget_exclude_each_other(self):
        self.refuse("thinking-both", self.config(thinkingLevel="LOW", thinkingBudget=100), OLD)

    def test_budgets(self):
        for budget in (0, -1, 24576):
            self.accept(self.config(thinkingBudget=budget), BUDGETED)
        self.refuse("thinking-budget", self.config(thinkingBudget=24577), BUDGETED)
        self.accept(self.config(thinkingBudget=128), PRO)
        self.refuse("thinking-budget", self.config(thinkingBudget=100), PRO)
        self.refuse(
            "thinking-budget", self.config(thinkingBudget=0), PRO, text="Budget 0 is invalid."
        )
        self.refuse(
            "thinking-budget", self.config(thinkingBudget=511), models.find("gemini-2.5-flash-lite")
        )

    def test_models_that_do_not_think(self):
        embedding = models.find("gemini-embedding-001")
        self.refuse("thinking", self.config(includeThoughts=True), embedding)

    def test_where_there_are_no_budgets(self):
        text = "Thinking budget is not supported for this model."
        self.refuse("thinking-budget", self.config(thinkingBudget=100), GEMMA, text=text)
        self.refuse("thinking-budget", self.config(thinkingBudget=100), CONTINUING, text=text)

    def test_a_budget_on_the_third_generation_is_legal_but_noted(self):
        import rules

        request = self.accept(self.config(thinkingBudget=512))
        self.assertEqual(
            list(rules.advice(request, NEW)),
            ["thinkingBudget on gemini-3.8-flash: deprecated, send thinkingLevel"],
        )
        self.assertEqual(list(rules.advice(self.accept(self.config(thinkingLevel="LOW")), NEW)), [])


if __name__ == "__main__":
    unittest.main()
