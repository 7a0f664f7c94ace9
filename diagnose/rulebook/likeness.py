"""Which known signals a log line is like, by the words of their examples: a guess at the fact that it stands for."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from diagnose.read.signals.scan import kinds_of
from diagnose.read.signals.signal import LOG_KINDS
from diagnose.rulebook.library import Entry, Library
from diagnose.rulebook.opposite import troubled
from diagnose.rulebook.schema import FindingDoc, SignalDoc
from diagnose.rulebook.words import FactKind

WEAK = 0.25
"""Likeness (0 to 1) below which a guess is called weak."""
FLOOR = 0.08
"""Likeness below which there is no guess."""
_NEIGHBOURS = 8
"""Examples of a kind of fact that count, the likest ones."""
_DICTIONARY = 0.4
"""What the words of the dictionary (title, fields, values) count beside the examples."""
TOLD = frozenset({"ticket", "prose"})
"""Source kinds of what people write: a signal of these alone reads phrases, not lines of a log."""
_TOLD_ONLY, _TOLD_TOO = 0.4, 0.8
"""What a phrase of tickets counts, and one of tickets and logs, beside a line of a log."""
_OTHER_MOOD = 0.75
"""What an example counts that speaks of trouble where the line does not, or the other way round."""
_WORD = re.compile(r"[a-z]{3,}|\d{3,}")
_FREQUENT = frozenset({"the", "and", "for", "with", "from", "over", "into", "that", "this", "was", "has", "had", "are"})
_ENDINGS = re.compile(r"(?<=\w{3})(?:ions?|ings?|edly|ed|(?<=[sxzh])es|(?<!s)s|ments?|al)$")


class Guess(msgspec.Struct, frozen=True):
    """A fact that the line may stand for: the kind, constant fields, how like (0 to 1), the signal and the words."""

    fact: str
    set: dict[str, Any]
    likeness: float
    signal: str
    example: str
    shared: tuple[str, ...]

    @property
    def weak(self) -> bool:
        """Whether few words speak for it."""
        return self.likeness < WEAK


def stems(text: str) -> list[str]:
    """The words of a text, cut down to what their forms share."""
    return [_ENDINGS.sub("", w) if len(w) > 4 else w for w in _WORD.findall(text.lower()) if w not in _FREQUENT]


class _Known(msgspec.Struct):
    """An example of a signal, as words with weights."""

    doc: SignalDoc
    text: str
    words: dict[str, float]
    share: float


class Examples:
    """The examples of all signals, ready to be compared with."""

    def __init__(self, library: Library) -> None:
        known: list[tuple[SignalDoc, str, list[str], float]] = []
        for entry in library.of("signal").values():
            known += _examples(entry)
        seen: Counter[str] = Counter(word for _, _, words, _ in known for word in set(words))
        self._idf = {word: math.log((len(known) + 1) / count) for word, count in seen.items()}
        self._rare = math.log(len(known) + 1)
        self._facts = library.facts
        self._kinds = {kind.id: self._weighed(stems(_vocabulary(kind))) for kind in library.facts.values()}
        self._known = [_Known(doc, text, self._weighed(words), share) for doc, text, words, share in known]

    def _weighed(self, words: Iterable[str]) -> dict[str, float]:
        weights = {word: self._idf.get(word, self._rare) for word in set(words)}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {word: w / length for word, w in weights.items()}

    def guesses(self, text: str, source: str, most: int = 3, without: str = "") -> list[Guess]:
        """The facts that a line with this text, of a source of this kind, may stand for, the likeliest first.

        The signal `without` is left out, so that guesses can be measured on its own examples.
        """
        words, bad = self._weighed(stems(text)), troubled(text)
        near: dict[str, list[tuple[float, _Known]]] = {}
        for known in self._known:
            if known.doc.id == without:
                continue
            score = sum(w * known.words[word] for word, w in words.items() if word in known.words) * known.share
            score *= 1.0 if troubled(known.text) == bad else _OTHER_MOOD
            if score >= FLOOR and self._shows(source, known.doc.fact):
                near.setdefault(known.doc.fact, []).append((score, known))
        out = [self._guess(fact, found, words, text) for fact, found in near.items()]
        return sorted(out, key=lambda g: -g.likeness)[:most]

    def _shows(self, source: str, fact: str) -> bool:
        """Whether the dictionary says that such a source, or some other log, shows the fact."""
        return not kinds_of(source).isdisjoint(self._facts[fact].sources) or (
            "log" in kinds_of(source) and not set(LOG_KINDS).isdisjoint(self._facts[fact].sources)
        )

    def _guess(self, fact: str, found: list[tuple[float, _Known]], words: Mapping[str, float], text: str) -> Guess:
        best = sorted(found, key=lambda f: -f[0])[:_NEIGHBOURS]
        known = best[0][1]
        told = sum(w * self._kinds[fact].get(word, 0.0) for word, w in words.items())
        score = sum(s for s, _ in best) / _NEIGHBOURS + _DICTIONARY * told
        shared = sorted(set(words) & set(known.words), key=lambda w: -words[w])
        kind = self._facts[fact]
        chosen = {k: v for k, v in known.doc.set.items() if k in kind.fields and kind.fields[k].type in _CHOSEN}
        constant = said(kind, text, chosen)
        return Guess(fact, constant, min(1.0, score), known.doc.id, known.text, tuple(shared))


def _vocabulary(kind: FactKind) -> str:
    values = (value for field in kind.fields.values() for value in field.values)
    return re.sub(r"[._]", " ", " ".join([kind.title, kind.id, *kind.fields, *values]))


def _examples(entry: Entry) -> list[tuple[SignalDoc, str, list[str], float]]:
    doc = entry.model
    if not isinstance(doc, SignalDoc) or doc.catalogue or doc.denied:
        return []
    share = _TOLD_ONLY if TOLD.issuperset(doc.from_) else 1.0 if TOLD.isdisjoint(doc.from_) else _TOLD_TOO
    return [(doc, text, stems(f"{text} {doc.title}"), share) for text in doc.examples.match]


def said(kind: FactKind, text: str, constant: Mapping[str, Any]) -> dict[str, Any]:
    """The constant fields of a fact, with a word of the dictionary that stands in the text itself before another."""
    low = " ".join(stems(text))
    out = dict(constant)
    for name, field in kind.fields.items():
        if field.type != "word" or not field.values or (name in out and _stands(str(out[name]), low)):
            continue
        spoken = [value for value in field.values if value not in _VAGUE and _stands(value, low)]
        if len(spoken) == 1:
            out[name] = spoken[0]
    return out


_CHOSEN = ("word", "boolean")
"""Types of fields whose constants are taken over from the signal that is most alike."""
_VAGUE = frozenset({"other", "unknown", "none", "ok", "error", "call", "bot", "media", "edge", "network"})


def _stands(value: str, low: str) -> bool:
    wanted: Sequence[str] = stems(value.replace("_", " "))
    return bool(wanted) and f" {' '.join(wanted)} " in f" {low} "


def users(library: Library, fact: str, constant: Mapping[str, Any]) -> list[str]:
    """The findings that may see a fact with these constant fields, those that ask for the least first."""
    out: list[tuple[int, str]] = []
    for name, entry in library.of("finding").items():
        doc = entry.model
        if isinstance(doc, FindingDoc):
            patterns = [p for branch in (doc, *doc.any) for p in branch.match.values()]
            if any(p.fact == fact and not p.denied and _suits(p.where, constant) for p in patterns):
                out.append((len(patterns), name))
    return [name for _, name in sorted(out)]


def _suits(where: Mapping[str, Any], constant: Mapping[str, Any]) -> bool:
    for name, spec in where.items():
        wanted = (
            spec.get("in", [spec.get("eq")]) if isinstance(spec, dict) else spec if isinstance(spec, list) else [spec]
        )
        asked = not isinstance(spec, dict) or spec.keys() & {"in", "eq"}
        if asked and constant.get(name) not in wanted:
            return False
    return True
