"""Mistakes in the shape of a document: keys, types, ranges; found by its model."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.errors import Problem
from diagnose.rulebook.lint.check import Check, Misspelt

_QUOTE = "put it in quotes"


class UnknownKey(Misspelt):
    """A key is unknown here."""

    code = "R007"
    why = "What stands under a misspelt key would be left out without a word."
    way_out = "Use one of the keys that the message lists."
    wrong = "kind: remedy\nid: demo-fix\ntitle: Restart it\ndoes: removes\nstepps: [restart it]\nsteps: [restart it]\n"
    mend = ("stepps: [restart it]\n", "")


class MissingKey(Check):
    """A required key is missing."""

    code = "R008"
    why = "Without it the document says too little to be used."
    way_out = "Add the key; `diagnose rules show ID` shows a document of the same kind as an example."
    wrong = "kind: remedy\nid: demo-fix\ntitle: Restart it\nsteps: [restart it]\n"
    mend = ("steps:", "does: removes\nsteps:")


class WrongType(Check):
    """A value has the wrong type."""

    code = "R009"
    why = "A number is no text and a text no list: guessing what is meant hides mistakes."
    way_out = "Write the value as the message says; a number that is meant as text needs quotes."
    wrong = "kind: remedy\nid: demo-fix\ntitle: 404\ndoes: removes\nsteps: [restart it]\n"
    mend = ("404", "'404'")
    fixable = "puts a number or `true` in quotes where a text is needed"

    def fix(self, problem: Problem, lines: Sequence[str]) -> dict[int, str]:
        """The line with the value in quotes."""
        line = lines[problem.line - 1]
        start, end = problem.column - 1, problem.column - 1 + problem.width
        value = line[start:end]
        if problem.hint != _QUOTE or not value or any(c in value for c in "'\"[]{}"):
            return {}
        return {problem.line: f"{line[:start]}'{value}'{line[end:]}"}


class OutOfRange(Check):
    """A value is out of its range or malformed."""

    code = "R010"
    why = "A share above 1 or a word that stands for nothing would spoil every verdict that it enters."
    way_out = "Shares and probabilities go from 0 to 1; words must be of those that the message lists."
    wrong = (
        "kind: cause\nid: demo.own\ntitle: Own\nprior: 1.2\n"
        "explains: [{finding: demo.flap, seen_when_true: 0.4}]\nremedies: [{remedy: demo-restart, fixes: 0.5}]\n"
    )
    mend = ("1.2", "0.02")


class Duration(Check):
    """A duration is malformed; durations carry a unit, such as 90s, 500ms, 5m, 24h or 2d."""

    code = "R011"
    why = "A bare number leaves open whether it means seconds or milliseconds."
    way_out = "Write the number with its unit."
    wrong = "kind: finding\nid: demo.slow\ntitle: Slow\nsettle: 90\nmatch: {x: {fact: ws.close}}\n"
    mend = ("90", "90s")


class MalformedId(Check):
    """An id is malformed."""

    code = "R017"
    why = "Ids stand in reports, tests and other packs: one form keeps them easy to search."
    way_out = "Lower case words joined by dots or dashes, such as `bot.handshake.reset`; aliases without dots."
    wrong = "kind: remedy\nid: Demo Fix\ntitle: Restart it\ndoes: removes\nsteps: [restart it]\n"
    mend = ("Demo Fix", "demo-fix")
