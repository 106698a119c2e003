"""The models this fake serves and what each of them can do.

Written from Google's model pages as of November 2026, independently of castor's own data file: the
fake is the other opinion. Sizes are tokens.
"""

import dataclasses
import re

from errors import ApiError, RuleError

LOW_UP = ("LOW", "MEDIUM", "HIGH")
MINIMAL_UP = ("MINIMAL",) + LOW_UP
GENERATE = ("generateContent", "countTokens", "createCachedContent", "batchGenerateContent")
UNCACHED = ("generateContent", "countTokens", "batchGenerateContent")
EMBED = ("embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent")

# Where a method is not listed under its own name.
METHOD_OF = {"streamGenerateContent": "generateContent", "batchEmbedContents": "embedContent"}
NOT_FOUND = (
    "models/%s is not found for API version v1beta, or is not supported for %s. Call"
    " ModelService.ListModels to see the list of available models and their supported methods."
)

# A fault may ride on the model name: "gemini-3.8-flash-fake-stall" is gemini-3.8-flash, stalling.
FAULT_MARK = "-fake-"


@dataclasses.dataclass(frozen=True)
class Model:
    id: str
    version: tuple = (0, 0)  # (3, 10) is newer than (3, 6): never compare as decimals
    input_limit: int = 1048576
    output_limit: int = 65536
    levels: tuple = ()  # thinking levels it takes
    budget: tuple = ()  # (lowest, highest) thinking budget
    can_stop_thinking: bool = False  # budget 0 allowed
    methods: tuple = GENERATE
    alias_of: str = ""

    @property
    def is_gemini(self):
        return self.id.startswith("gemini-")

    @property
    def makes_media(self):
        return any(word in self.id for word in ("image", "tts", "nano-banana"))

    @property
    def embeds(self):
        return "embedContent" in self.methods

    @property
    def signs(self):
        """Gemini 3 and later demand their thought signatures back."""
        return self.is_gemini and self.version >= (3, 0)

    @property
    def continues(self):
        """Gemini 4: long answers over several requests, no thinking budgets, no explicit caches."""
        return self.is_gemini and self.version >= (4, 0)

    @property
    def gives_call_ids(self):
        return self.signs

    @property
    def is_recent(self):
        """3.6 and later and 3.5-flash-lite: no sampling parameters, no trailing model turn, no
        mixed tool results.
        """
        newer = self.is_gemini and self.version >= (3, 6)
        return newer or self.id == "gemini-3.5-flash-lite" or bool(self.alias_of)

    @property
    def family(self):
        """What a thought signature is bound to. Aliases are swapped under their users' feet: no
        family.
        """
        if self.alias_of:
            return "latest"
        return "gemini-%d" % self.version[0] if self.signs else "gemini-%d.%d" % self.version

    @property
    def model_version(self):
        return self.alias_of or self.id

    def describe(self):
        """The resource as models.get prints it."""
        return {
            "name": "models/" + self.id,
            "version": "%d.%d" % self.version,
            "displayName": self.id.replace("-", " ").title(),
            "description": "Made-up description of " + self.id,
            "inputTokenLimit": self.input_limit,
            "outputTokenLimit": self.output_limit,
            "supportedGenerationMethods": list(self.methods),
            **(
                {}
                if self.embeds
                else {"temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 2}
            ),
            **({"thinking": True} if self.levels or self.budget else {}),
        }


KNOWN = (
    Model("gemini-4-hydrogen", (4, 0), levels=LOW_UP + ("XHIGH",), methods=UNCACHED),
    Model("gemini-4-carbon", (4, 0), levels=LOW_UP, methods=UNCACHED),
    Model("gemini-4-argon", (4, 0), levels=LOW_UP, methods=UNCACHED),
    Model("gemini-3.8-flash", (3, 8), levels=LOW_UP),
    Model("gemini-3.7-flash", (3, 7), levels=LOW_UP),
    Model("gemini-3.6-flash", (3, 6), levels=MINIMAL_UP),
    Model("gemini-3.5-flash", (3, 5), levels=MINIMAL_UP),
    Model("gemini-3.5-flash-lite", (3, 5), levels=MINIMAL_UP),
    Model("gemini-3.1-flash-lite", (3, 1), levels=MINIMAL_UP),
    Model("gemini-3.1-pro-preview", (3, 1), levels=LOW_UP),
    Model("gemini-3.1-pro-preview-customtools", (3, 1), levels=LOW_UP),
    Model("gemini-3-flash-preview", (3, 0), levels=MINIMAL_UP),
    Model("gemini-3.1-flash-image", (3, 1), 131072, 32768, levels=("MINIMAL", "HIGH")),
    Model("gemini-3-pro-image", (3, 0), 131072, 32768),
    Model("gemini-2.5-pro", (2, 5), budget=(128, 32768)),
    Model("gemini-2.5-flash", (2, 5), budget=(1, 24576), can_stop_thinking=True),
    Model("gemini-2.5-flash-lite", (2, 5), budget=(512, 24576), can_stop_thinking=True),
    Model("gemini-flash-latest", (3, 8), levels=LOW_UP, alias_of="gemini-3.8-flash"),
    Model("gemini-flash-lite-latest", (3, 5), levels=MINIMAL_UP, alias_of="gemini-3.5-flash-lite"),
    Model("gemini-pro-latest", (3, 1), levels=LOW_UP, alias_of="gemini-3.1-pro-preview"),
    Model(
        "gemma-4-31b-it", (4, 0), 262144, 32768, levels=("MINIMAL", "HIGH"), methods=GENERATE[:2]
    ),
    Model(
        "gemma-4-26b-a4b-it",
        (4, 0),
        262144,
        32768,
        levels=("MINIMAL", "HIGH"),
        methods=GENERATE[:2],
    ),
    Model("gemini-embedding-001", (0, 1), 2048, 1, methods=EMBED),
    Model("gemini-embedding-2", (2, 0), 8192, 1, methods=EMBED),
)

BY_ID = {model.id: model for model in KNOWN}


def split_fault(name):
    """("gemini-3.8-flash", "stall") for "gemini-3.8-flash-fake-stall"; no fault is ""."""
    base, _, fault = name.partition(FAULT_MARK)
    return base, fault


def find(name, any_model=False):
    """The model of that name, or None. With `any_model` a retired or invented one is guessed from
    its version.
    """
    model = BY_ID.get(name)
    if model or not any_model:
        return model
    found = re.match(r"gemini-(\d+)(?:\.(\d+))?-", name)
    if not found:
        return Model(name, methods=GENERATE + EMBED)
    version = (int(found[1]), int(found[2] or 0))
    levels = () if version < (3, 0) else LOW_UP if "-pro" in name else MINIMAL_UP
    budget = (0, 32768) if version == (2, 5) else ()
    return Model(
        name,
        version,
        levels=levels,
        budget=budget,
        can_stop_thinking=True,
        methods=GENERATE + EMBED,
    )


def get(name, any_model=False):
    """The model of that name, whatever its methods are; raises Google's error if there is none."""
    model = find(name, any_model)
    if model is None:
        raise ApiError(404, "Model is not found: models/%s for api version v1beta" % name)
    return model


def named(name, verb, any_model=False):
    """(the model, the fault in its name); raises Google's error if it does not serve the method."""
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name):
        text = "* GenerateContentRequest.model: unexpected model name format\n"
        raise RuleError("model-name", text)
    base, fault = split_fault(name)
    model = find(base, any_model)
    needed = METHOD_OF.get(verb, verb)
    if model is None or needed not in model.methods:
        raise ApiError(404, NOT_FOUND % (name, needed))
    return dataclasses.replace(model, id=name), fault
