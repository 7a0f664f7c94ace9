"""Tries new documents before they are written: what their signal reads in its lines becomes the test's expectation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from diagnose.errors import RulebookError
from diagnose.model import Fact
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.drafts import Draft, rendered
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import DICTIONARY, gather
from diagnose.rulebook.lint import lint
from diagnose.rulebook.proposal import Proposal
from diagnose.rulebook.ruletest import Runner


def draft_of(proposal: Proposal, runner: Runner, dictionary: Sequence[RuleFile]) -> Draft:
    """The proposed signal with a test of its lines and a near miss, as far as the readers really take them so.

    `dictionary` are the files that hold the fact dictionary. Raises RulebookError when the signal is wrong.
    """
    signal, source = proposal.signal, proposal.source
    errors = [p for p in lint(gather([*dictionary, _file([signal])])).problems if p.severity == "error"]
    if errors:
        raise RulebookError(errors)
    name = signal["id"]
    raw = "\n".join(line.raw for line in proposal.lines) + "\n"
    own = read_by([signal], {source: raw}, runner, dictionary)
    if not own:
        return Draft("signal", name, (signal,))
    tests = [
        {
            "kind": "test",
            "name": f"{name} is read from its line" + ("s" if len(proposal.lines) > 1 else ""),
            "text": {source: raw},
            "expect": {"facts": [expected(fact, signal) for fact in _different(own, signal)]},
        }
    ]
    near = near_lines(proposal)
    if near and not read_by([signal], {source: near}, runner, dictionary):
        wrong = {"fact": proposal.fact, **signal.get("set", {})}
        tests.append(
            {
                "kind": "test",
                "name": f"near miss, {name} is not read from another line",
                "text": {source: near},
                "expect": {"not_facts": [wrong]},
            }
        )
    return Draft("signal", name, (signal,), tuple(tests))


def near_lines(proposal: Proposal) -> str:
    """The near misses of a proposal, with the stamp and header of its first line."""
    first = proposal.lines[0]
    message = first.message.split("\n", 1)[0].strip()
    nots = proposal.signal["examples"]["not"]
    return "".join((first.raw.replace(message, text) if message in first.raw else text) + "\n" for text in nots)


def read_by(
    documents: Sequence[Mapping[str, Any]], texts: Mapping[str, str], runner: Runner, dictionary: Sequence[RuleFile]
) -> list[Fact]:
    """The facts that these signals alone read in texts by source kind."""
    book, _ = compile_library(gather([*dictionary, _file(documents)]))
    ids = {d.get("id") for d in documents}
    return [fact for fact in runner.read_text(book, texts).facts if fact.signal in ids]


def _file(documents: Sequence[Mapping[str, Any]]) -> RuleFile:
    return RuleFile("(proposed)", "new", rendered(documents).encode())


def expected(fact: Fact, signal: Mapping[str, Any]) -> dict[str, Any]:
    """What a test says of a fact that the signal read."""
    said = (*signal.get("set", {}), *signal.get("take", {}))
    own = {**fact.fields, **fact.entities}
    return {"fact": fact.kind, **{key: own[key] for key in said if key in own}}


def _different(facts: Sequence[Fact], signal: Mapping[str, Any]) -> list[Fact]:
    out: list[Fact] = []
    for fact in facts:
        if expected(fact, signal) not in [expected(f, signal) for f in out]:
            out.append(fact)
    return out


def dictionary_of(files: Sequence[RuleFile]) -> list[RuleFile]:
    """Those of the files that hold a fact dictionary."""
    return [file for file in files if file.name == DICTIONARY]
