"""Patterns of signals: what RE2 refuses, what makes them slow, and what makes them match by accident."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from diagnose.errors import Problem
from diagnose.read.signals.prefilter import has_literals, plain, searchable
from diagnose.read.signals.scan import kinds_of
from diagnose.read.signals.signal import LOG_KINDS, Signal
from diagnose.rulebook.lint.begins import Vocabulary, within_words
from diagnose.rulebook.lint.check import Check, Context

_SIGNAL = "kind: signal\nid: demo.sig\nfrom: [edge.log]\n"
_GROUP = re.compile(r"named groups? (.+) (?:is|are) taken by nothing")

COMMON = frozenset(
    ("data", "false", "info", "level", "log", "logger", "message", "name", "null", "thread", "time", "timestamp",
     "true", "type", "warn")
)  # fmt: skip
"""Words that stand in nearly every record of many a log, so that searching for them passes nothing over."""


class Refused(Check):
    """RE2 refuses the pattern."""

    code = "R023"
    why = (
        "RE2 takes time in proportion to the text, whatever the pattern; look-around and backreferences do not fit in."
    )
    way_out = "Write what may stand there instead of looking around, and check it by `examples: {not: [...]}`."
    wrong = _SIGNAL + "match: 'socket (?!left )closed'\nfact: ws.close\n"
    mend = ("(?!left )", "")
    fixable = "writes `\\z` for Python's `\\Z`"

    def fix(self, problem: Problem, lines: Sequence[str]) -> dict[int, str]:
        r"""The line with `\z`, where that is all that RE2 refuses."""
        line = lines[problem.line - 1]
        return {problem.line: line.replace("\\Z", "\\z")} if "\\Z" in line and "\\\\Z" not in line else {}


class IdleGroup(Check):
    """A named group of a pattern is taken by nothing."""

    code = "R048"
    severity = "warning"
    why = "What it finds is thrown away; often `take` has another name for it."
    way_out = "Use it in `take`, or write `(?:...)`."
    wrong = _SIGNAL + "match: 'socket closed after (?P<age>[0-9]+) s'\nfact: ws.close\n"
    mend = ("fact: ws.close\n", "fact: ws.close\ntake: {age_s: age}\n")
    fixable = "turns the group into one without a name"

    def fix(self, problem: Problem, lines: Sequence[str]) -> dict[int, str]:
        """The line with `(?:` for each unused name that stands there once."""
        found = _GROUP.search(problem.message)
        line = lines[problem.line - 1]
        names = found[1].split(", ") if found else []
        groups = [f"(?P<{name}>" for name in names]
        if not groups or any(line.count(group) != 1 for group in groups):
            return {}
        for group in groups:
            line = line.replace(group, "(?:")
        return {problem.line: line}


def _of_logs(signal: Signal) -> bool:
    return any(kinds_of(kind).intersection(signal.sources) for kind in LOG_KINDS)


class Unfilterable(Check):
    """Every match of a signal has too little in common to be searched for, so every line of a log must be read."""

    code = "R051"
    severity = "warning"
    why = (
        "Large logs are first searched for a literal of every signal; one signal without any makes all lines worth "
        "reading, which takes many times as long."
    )
    way_out = "Give each alternative a word of three letters or more, or name fewer sources in `from`."
    wrong = _SIGNAL + "match: '[0-9]+ [A-Z]+'\nfact: ws.close\n"
    mend = ("[0-9]+ [A-Z]+", "[0-9]+ sockets closed")

    def find(self, context: Context) -> Iterator[Problem]:
        """Signals of logs for which there is nothing to search."""
        for signal in context.rulebook.signals:
            if _of_logs(signal) and not searchable(signal):
                entry = context.library.of("signal")[signal.id]
                message = f"signal '{signal.id}' has no word in common among its matches, so large logs are read slowly"
                hint = "give each alternative a word of three letters or more, or name fewer sources in `from`"
                yield self.problem(entry, ("match",) if signal.match is not None else ("where",), message, hint)


class OnlyCommon(Check):
    """All that can be searched for in the matches of a signal are words of which logs are full."""

    code = "R053"
    severity = "remark"
    why = "Large logs are searched for a literal of every signal; `level` stands in every line and passes nothing over."
    way_out = "Name a rarer word that every match holds, or name fewer sources in `from`."
    wrong = _SIGNAL + "match: 'type [0-9]{3,5}'\nfact: ws.close\n"
    mend = ("type [0-9]", "socket closed, type [0-9]")

    def find(self, context: Context) -> Iterator[Problem]:
        """Signals of logs of which some way to match holds common words only."""
        for signal in context.rulebook.signals:
            if not _of_logs(signal) or not has_literals(signal.literals):
                continue
            for way in signal.literals:
                common = [_common(alternatives) for alternatives in way]
                if all(common):
                    entry = context.library.of("signal")[signal.id]
                    words = ", ".join(dict.fromkeys(f"'{word}'" for word in common))
                    message = f"signal '{signal.id}' can only be searched for by {words}, of which logs are full"
                    hint = "name a rarer word that every match holds"
                    yield self.problem(entry, ("match",) if signal.match is not None else ("where",), message, hint)
                    break


def _common(alternatives: Sequence[str]) -> str:
    """A literal among the alternatives that is, or is part of, a common word; empty when all are rarer."""
    for literal in alternatives:
        word = plain(literal).strip(" :=_")
        if word and any(word in common for common in COMMON):
            return word
    return ""


class WithinWord(Check):
    """A pattern can begin within a word."""

    code = "R054"
    severity = "warning"
    why = (
        "Without `\\b` a short word is found inside of longer ones: `OK` in `took`, `ring` in `string`. That makes "
        "facts of lines that say nothing of the kind."
    )
    way_out = "Put `\\b` before the word, or before the group of alternatives that it stands in."
    wrong = _SIGNAL + "match: '(?i)(?:200|OK)\\b.* socket closed'\nfact: ws.close\n"
    mend = ("(?:200|OK)", "\\b(?:200|OK)")

    def find(self, context: Context) -> Iterator[Problem]:
        """Signals whose patterns begin with a short word that others hold or end in."""
        vocabulary = Vocabulary(context.library)
        for name, entry in context.library.of("signal").items():
            pattern = entry.model.match if entry.model is not None else None
            for word, other in within_words(pattern, vocabulary) if pattern else ():
                message = f"a match of '{name}' can begin within a word: '{word}'"
                message += f", as in '{other}'" if other else ""
                yield self.problem(entry, ("match",), message, f"put \\b before '{word}'")
