"""What the words of a ticket or a log say of the causes: one weak finding, learned from how causes are told.

A table of weights (`knowledge/words.json`, made by `diagnose rules learn-words` from the stories) gives each cause
a score: bias plus the sum of weight times frequency over the words that occur, on texts scaled to unit length. The
scores become log odds against an even guess, are held within `CAP`, and are named with the words that moved them most.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from diagnose.model import Fact, Weight
from diagnose.tokens import KIND, SEPARATOR

FINDING = "words.likeness"
"""The finding under which the weights of words count."""
SHARPNESS = 1.5
"""Power of the learned odds: they are learned from single lines, and an incident has many."""
WATCHED = 0.5
"""The same where a source was watching: records say more than words. Both fitted on labelled incidents that were not
learned from, on which half or twice as much changes the rank of one in a hundred."""
LEAST_LENGTH = 20.0
"""Length of a text of few words: below it they are not scaled up, so that two words do not count like twenty."""
CAP = 4.0
"""Most nats that all words together may move a cause."""
SHOWN = 6
"""Words that are named."""


Learned = tuple[float, tuple[int, ...], tuple[float, ...]]
"""What is learned of a word: its rarity (idf), the numbers of causes, and a weight for each of them."""


class WordTable(msgspec.Struct, frozen=True):
    """Learned weights: per word what is learned of it, as JSON, since an incident holds few of the words.

    `shown` has the form in which people write a word where it is not its stem; `source` is the hash of the stories
    that all was learned from.
    """

    causes: tuple[str, ...] = ()
    bias: tuple[float, ...] = ()
    words: dict[str, msgspec.Raw] = {}
    shown: dict[str, str] = {}
    source: str = ""

    def of(self, word: str) -> Learned:
        """What is learned of one of the words."""
        learned: Learned = msgspec.json.decode(self.words[word], type=Learned)
        return learned


def written(words: Mapping[str, Learned]) -> dict[str, msgspec.Raw]:
    """What is learned of words as the table holds it."""
    return {word: msgspec.Raw(msgspec.json.encode(learned)) for word, learned in words.items()}


def weigh(table: WordTable, facts: Iterable[Fact], *, watched: bool = False) -> dict[str, Weight]:
    """Per cause the weight of all words in the facts of kind `KIND`; empty when there are none."""
    counts: dict[str, int] = {}
    ids: list[str] = []
    for fact in facts:
        if fact.kind == KIND:
            ids.append(fact.id)
            for word in str(fact.fields.get("found", "")).split(SEPARATOR):
                if word in table.words:
                    counts[word] = counts.get(word, 0) + 1
    if not counts:
        return {}
    learned = {word: table.of(word) for word in counts}
    shares = _shares(learned, counts)
    moved: list[list[tuple[float, str]]] = [[] for _ in table.causes]
    for word, share in shares.items():
        _, causes, weights = learned[word]
        for cause, weight in zip(causes, weights, strict=True):
            moved[cause].append((weight * share, word))
    scores = [b + sum(m for m, _ in by) for b, by in zip(table.bias, moved, strict=True)]
    return {
        cause: Weight(FINDING, nats, tuple(ids), "seen", _named(table, by, nats))
        for cause, by, nats in zip(table.causes, moved, _nats(scores, WATCHED if watched else SHARPNESS), strict=True)
    }


def _shares(learned: Mapping[str, Learned], counts: Mapping[str, int]) -> dict[str, float]:
    """Each word's frequency (with diminishing returns) times its rarity, scaled to a length of one at most."""
    raw = {word: (1 + math.log(n)) * learned[word][0] for word, n in counts.items()}
    length = max(LEAST_LENGTH, math.sqrt(sum(v * v for v in raw.values())))
    return {word: v / length for word, v in raw.items()}


def _nats(scores: Sequence[float], sharpness: float) -> list[float]:
    """Log odds of each cause against an even guess, raised to the power of `sharpness`."""
    top = max(scores)
    even = math.log(sum(math.exp(sharpness * (s - top)) for s in scores) / len(scores))
    return [max(-CAP, min(CAP, sharpness * (s - top) - even)) for s in scores]


def _named(table: WordTable, moved: Iterable[tuple[float, str]], nats: float) -> str:
    """The words that moved a cause most in the direction of its weight; those inside a longer one are not repeated."""
    sign = 1 if nats >= 0 else -1
    strongest = sorted(((sign * m, word) for m, word in moved if sign * m > 0), reverse=True)
    named: list[str] = []
    for _, word in strongest[: 2 * SHOWN]:
        if not any(word in other.split(" ") for other in named):
            named = [w for w in named if w not in word.split(" ")] + [word]
    return "words: " + ", ".join(table.shown.get(word, word) for word in named[:SHOWN])
