"""Tries recorded traffic on castor's converters: check_corpus.py --translate PROGRAM CORPUS

Prints a table of outcomes, with -v what is wrong with whom; the exit status is 1 if anything is.
README.md says what a corpus is and what is checked.
"""

import argparse
import collections
import itertools
import json
import pathlib
import random
import re
import sys

import check_embeddings
import check_openai_replies
import check_openai_round_trips
import check_replies
import check_requests
import check_round_trips
import check_schemas
import corpus
import expected_reply
import mutations
import specs
from translator import Crash, Translator

MOST_KINDS = 20  # of faults, shown without -v
REFUSALS = ("refused", "error", "an error", "INVALID")


class Table:
    """Outcomes counted by category, and the faults of each piece."""

    def __init__(self):
        self.outcomes = collections.defaultdict(collections.Counter)
        self.faults = []  # (category, name, fault)

    def add(self, category, name, outcome, faults):
        self.outcomes[category]["INVALID" if faults else outcome] += 1
        self.faults += [(category, name, fault) for fault in faults]

    def print(self, verbose):
        for category, outcomes in self.outcomes.items():
            print("\n%s: %d" % (category, sum(outcomes.values())))
            for outcome, count in sorted(outcomes.items(), key=lambda pair: (-pair[1], pair[0])):
                print("%8d  %s" % (count, outcome))
        if self.faults:
            print("\nfaults: %d" % len(self.faults))
            for kind, count in collections.Counter(map(_kind, self.faults)).most_common(MOST_KINDS):
                print("%8d  %s" % (count, kind))
        if verbose:
            for fault in self.faults:
                print("  %s | %s\n      %s" % (*fault[:2], fault[2].replace("\n", "; ")))

    @property
    def idle(self):
        """The categories of which nothing was accepted."""
        return [
            category
            for category, outcomes in self.outcomes.items()
            if all(outcome.startswith(REFUSALS) for outcome in outcomes)
        ]

    @property
    def good(self):
        return bool(self.outcomes) and not self.faults


def _kind(fault):
    """A fault without what is particular to it: places and numbers."""
    first = re.sub(r"(?<=\* )[^ :]*(?=:)", "…", fault[2].split("\n")[0])
    return re.sub(r"\d+", "N", first)[:120]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--translate", required=True, help="the program built from translate.cc")
    parser.add_argument("--only", default="", help="pieces whose name contains this")
    parser.add_argument("--mutations", type=int, default=5, help="damaged copies of each piece")
    parser.add_argument("--seed", default="castor", help="for the damage: the same, the same")
    parser.add_argument("-v", "--verbose", action="store_true", help="name the offenders")
    options = parser.parse_args()
    if not (options.corpus / "INDEX.md").exists():
        parser.error("%s holds no corpus: INDEX.md is missing" % options.corpus)

    translator = Translator(options.translate)
    table = Table()
    pieces = itertools.chain(
        _pieces(options.corpus, translator.ask), _damaged(options, translator.ask)
    )
    for category, name, check in pieces:
        if options.only in name:
            try:
                result = check()
            except Crash as crash:
                result = "crash", [str(crash)]
            except (AttributeError, LookupError, TypeError) as error:
                result = "shapeless", ["the answer has another shape than expected: %r" % error]
            if result:
                table.add(category, name, *result)
    if status := translator.close():
        table.add("translator", options.translate, "crash", ["ended with status %d" % status])
    if not options.only:
        for category in table.idle:
            table.add(category, "all", "idle", ["nothing was accepted: does the check work?"])
    table.print(options.verbose)
    return 0 if table.good else 1


def _requests(folder):
    """(the client API, castor's name for it, its requests) of those that castor translates."""
    yield "Anthropic", "anthropic", corpus.anthropic_requests(folder)
    chat = corpus.openai_requests(folder, "/chat/completions")
    yield "Chat Completions", "openai-chat", chat
    yield "Responses", "openai-responses", corpus.openai_requests(folder, "/responses")


def _pieces(folder, ask):
    """(category, name, a check without arguments) of everything there is."""
    gemini, anthropic, openai = specs.gemini(folder), specs.anthropic(folder), specs.openai(folder)
    for api, dialect, requests in _requests(folder):
        for name, body in requests:
            for model in (None,) + check_requests.MODELS:
                category = "%s requests, %s" % (api, model or "the client's model")
                check = _later(check_requests.check, name, body, dialect, model, ask, gemini)
                yield category, name, check
    for name, body in corpus.openai_requests(folder, "/embeddings"):
        for model in (None,) + check_embeddings.MODELS:
            category = "Embeddings requests, %s" % (model or "the client's model")
            yield category, name, _later(check_embeddings.check, name, body, model, ask, gemini)
    for reply in corpus.gemini_replies(folder):
        form = "whole" if reply.whole else "streamed"
        for manner in check_replies.MANNERS:
            category = "Gemini replies %s, %s" % (form, manner)
            yield category, reply.name, _later(check_replies.check, reply, manner, ask, anthropic)
            category = "Gemini replies and the next requests, " + manner
            check = _later(check_round_trips.check, reply, manner, ask, gemini)
            yield category, reply.name, check
            for api in check_openai_replies.APIS:
                category = "Gemini replies %s as %s, %s" % (form, api, manner)
                check = _later(check_openai_replies.check, reply, api, manner, ask, openai)
                yield category, reply.name, check
                category = "Gemini replies as %s and the next requests, %s" % (api, manner)
                check = _later(check_openai_round_trips.check, reply, api, manner, ask, gemini)
                yield category, reply.name, check
    for name, schema, is_tool, tests in corpus.schemas(folder):
        category = (
            "schemas of tools and answers" if is_tool else "schemas of the JSON Schema test suite"
        )
        yield category, name, _later(check_schemas.check, name, schema, tests, ask, gemini)


def _damaged(options, ask):
    """The same of damaged copies, whose meaning nobody knows: only form and rules are checked."""
    folder = options.corpus
    gemini, anthropic, openai = specs.gemini(folder), specs.anthropic(folder), specs.openai(folder)
    for api, dialect, requests in _requests(folder):
        for name, body in requests:
            chance = random.Random(options.seed + name)
            for i, damaged in enumerate(mutations.mutations(body, options.mutations, chance)):
                model = chance.choice(check_requests.MODELS)
                check = _later(
                    check_requests.check_form, name, damaged, dialect, model, ask, gemini
                )
                yield "damaged %s requests" % api, "%s %d" % (name, i), check
    for reply in corpus.gemini_replies(options.corpus):
        chance = random.Random(options.seed + reply.name)
        chunks = expected_reply.chunks(reply.text, reply.whole)
        for i, damaged in enumerate(mutations.mutations(chunks, options.mutations, chance)):
            text = "".join("data: %s\n\n" % json.dumps(chunk) for chunk in damaged)
            check = _later(check_replies.check_form, reply.name, text, ask, anthropic)
            yield "damaged Gemini replies", "%s %d" % (reply.name, i), check
            for api in check_openai_replies.APIS:
                check = _later(check_openai_replies.check_form, reply.name, text, api, ask, openai)
                yield "damaged Gemini replies as " + api, "%s %d" % (reply.name, i), check
    for name, schema, _, _ in corpus.schemas(options.corpus):
        chance = random.Random(options.seed + name)
        for i, damaged in enumerate(mutations.mutations(schema, options.mutations, chance)):
            check = _later(check_schemas.check, name, damaged, [], ask, gemini)
            yield "damaged schemas", "%s %d" % (name, i), check


def _later(check, *arguments):
    return lambda: check(*arguments)


if __name__ == "__main__":
    sys.exit(main())
