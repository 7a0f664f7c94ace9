"""Signals: wrong examples, codes that no signal reads, and signals that say what others say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from diagnose.errors import Problem
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal
from diagnose.rulebook.catalogues import unread
from diagnose.rulebook.lint.check import Check, Context
from diagnose.rulebook.literals import required
from diagnose.rulebook.patterns import compiled, refusal
from diagnose.rulebook.schema import CatalogueDoc, SignalDoc

_SIGNAL = "kind: signal\nid: demo.sig\nfrom: [edge.log]\n"


class WrongExample(Check):
    """An example of a signal, or of a form of log line, does not match as it says."""

    code = "R041"
    why = "The examples are the tests of a pattern: one of the two is wrong."
    way_out = "Change the pattern or the example."
    wrong = _SIGNAL + "match: 'socket closed'\nfact: ws.close\nexamples: {match: [the socket was closed]}\n"
    mend = ("match: 'socket closed'", "match: 'socket (?:was )?closed'")

    def find(self, context: Context) -> Iterator[Problem]:
        """Examples, run through RE2; this is done while other documents are wrong, too."""
        for entry in context.library.of("signal").values():
            doc = entry.model
            if not isinstance(doc, SignalDoc) or doc.match is None or refusal(doc.match):
                continue
            found = compiled(doc.match)
            for side, texts, wanted in (("match", doc.examples.match, True), ("not", doc.examples.not_, False)):
                for i, text in enumerate(texts):
                    if (found.search(text) is not None) != wanted:
                        verb = "does not match" if wanted else "matches"
                        message = f"signal '{doc.id}' {verb} its example {text!r}"
                        yield self.problem(entry, ("examples", side, i), message, "change the pattern or the example")


class WithoutExample(Check):
    """A signal with a pattern has no example."""

    code = "R074"
    severity = "remark"
    why = "Nobody would notice that a change of the pattern loses what it is for."
    way_out = "Give it `examples: {match: [...], not: [...]}`: lines that it must find, and near misses."
    wrong = _SIGNAL + "match: 'socket closed'\nfact: ws.close\n"
    mend = ("ws.close\n", "ws.close\nexamples: {match: [socket closed by peer], not: [socket open]}\n")

    def find(self, context: Context) -> Iterator[Problem]:
        """Signals without an example that must match; those of catalogues are tested by what is `printed`."""
        for name, entry in context.library.of("signal").items():
            doc = entry.model
            if isinstance(doc, SignalDoc) and doc.match is not None and not doc.catalogue and not doc.examples.match:
                yield self.problem(
                    entry, ("match",), f"signal '{name}' has no example", "add `examples: {match: [...]}`"
                )


class UnreadCode(Check):
    """No signal reads a code of a catalogue in a form in which logs print it."""

    code = "R052"
    severity = "warning"
    why = "A code that is known and not read looks covered and is not."
    way_out = "Let the catalogue's `reads` find it, or say `quiet: true` where the code is no fact."
    wrong = (
        "kind: catalogue\nid: demo-codes\ntitle: Codes\nsource: our handbook\nprinted: ['demo error {code}']\n"
        "reads: [{id: error, from: [log], match: 'demo fault (?:{code})', fact: ws.close}]\n"
        "rows: [{code: 4711, name: hung up}]\n"
    )
    mend = ("demo fault", "demo error")

    def find(self, context: Context) -> Iterator[Problem]:
        """Rows that a log prints and no signal reads."""
        signals = context.rulebook.signals
        all_signals = Scanner(signals)
        for name, entry in context.library.of("catalogue").items():
            if not isinstance(entry.model, CatalogueDoc):
                continue
            own = Scanner([signal for signal in signals if signal.id.startswith(f"{name}.")])
            for i, text in unread(entry.model, own):
                if all_signals.hits("log", text, {}):
                    continue
                message = f"no signal reads a code of '{name}' where a log says {text!r}"
                hint = "let the catalogue's `reads` find it, or say `quiet: true` where the code is no fact"
                yield self.problem(entry, ("rows", i, "code"), message, hint)


class _Pair(msgspec.Struct, frozen=True):
    """A signal, and another that matches examples of it and makes the same kind of fact."""

    signal: Signal
    other: Signal
    texts: int


def _pairs(context: Context) -> Iterator[tuple[_Pair, int]]:
    """Pairs of signals with how many examples the first one has; signals that test fields are left out."""
    by_fact: dict[str, list[Signal]] = defaultdict(list)
    for signal in context.rulebook.signals:
        if signal.match is not None and not signal.where and not signal.coded:
            by_fact[signal.fact].append(signal)
    entries = context.library.of("signal")
    for alike in by_fact.values():
        for signal in alike:
            texts = entries[signal.id].model.examples.match
            for other in alike if texts else ():
                if other is signal or not set(signal.sources) & set(other.sources):
                    continue
                count = sum(_matches(other.match or "", text) for text in texts)
                if count:
                    yield _Pair(signal, other, count), len(texts)


@lru_cache(maxsize=1 << 18)
def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text; kept, since few of both change from one run to the next."""
    low = text.lower()
    ways = required(pattern)
    if ways and not any(all(any(x in low for x in alternatives) for alternatives in way) for way in ways):
        return False
    return compiled(pattern).search(text) is not None


class Shadowed(Check):
    """Another signal matches every example of the signal and says at least as much."""

    code = "R055"
    severity = "warning"
    why = "As far as its examples go it could be dropped: every line that it reads is read already."
    way_out = "Drop it, or add an example that only it matches."
    wrong = (
        _SIGNAL + "match: 'socket closed|closed the socket'\nfact: ws.close\n"
        "examples: {match: [socket closed by peer]}\n---\n"
        "kind: signal\nid: demo.wide\nfrom: [edge.log]\nmatch: 'socket (?:closed|gone)'\nfact: ws.close\n"
        "set: {by: peer}\nexamples: {match: [socket gone]}\n"
    )
    mend = ("[socket closed by peer]", "[socket closed by peer, peer closed the socket]")

    def find(self, context: Context) -> Iterator[Problem]:
        """Signals of whose facts another one makes as much or more."""
        done: set[str] = set()
        for pair, examples in _pairs(context):
            signal, other = pair.signal, pair.other
            more = signal.set.items() <= other.set.items() and signal.take.keys() <= {*other.take, *other.set}
            same = signal.polarity == other.polarity and set(signal.sources) <= set(other.sources)
            if pair.texts == examples and more and same and signal.id not in done:
                done.add(signal.id)
                entry = context.library.of("signal")[signal.id]
                message = f"'{other.id}' matches every example of '{signal.id}' and says as much"
                yield self.problem(entry, ("id",), message, "drop it, or add an example that only it matches")


class Overlap(Check):
    """Another signal matches an example of the signal and says something else."""

    code = "R056"
    severity = "remark"
    why = "One line then makes two facts of a kind whose fields differ; that may be meant, or one of them is wrong."
    way_out = "Make one pattern narrower, and add the example to its `not`; leave it where both are true."
    wrong = (
        _SIGNAL + "match: 'socket closed by peer'\nfact: ws.close\nset: {by: peer}\n"
        "examples: {match: [socket closed by peer]}\n---\n"
        "kind: signal\nid: demo.wide\nfrom: [edge.log]\nmatch: 'socket closed'\nfact: ws.close\nset: {by: local}\n"
        "examples: {match: [socket closed]}\n"
    )
    mend = ("match: 'socket closed'", "match: 'socket closed$'")

    def find(self, context: Context) -> Iterator[Problem]:
        """Pairs of signals whose fields differ on the same text."""
        for pair, _ in _pairs(context):
            signal, other = pair.signal, pair.other
            differ = sorted(k for k in signal.set.keys() & other.set.keys() if signal.set[k] != other.set[k])
            if signal.polarity != other.polarity:
                differ.append("denied")
            if differ:
                entry = context.library.of("signal")[signal.id]
                message = f"'{other.id}' matches an example of '{signal.id}' and differs in {', '.join(differ)}"
                yield self.problem(entry, ("id",), message, "make one of them narrower where only one is true")
