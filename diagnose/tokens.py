"""Words of a text in a form in which wordings of one thing meet: lower case, stemmed, in pairs.

Readers reduce evidence to these, and the weights of words are learned from stories in the same form, so both must
split alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

KIND = "words"
"""The kind of fact that holds the words of one source, in its field `found`."""
SEPARATOR = "; "
"""What parts the words in that field."""
LONGEST = 24
"""Characters of a word; a longer one is an id, not a word."""
_WORD = re.compile(r"[a-z][a-z0-9]*|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# fmt: off
_STOP = frozenset((
    "a", "am", "an", "and", "are", "as", "at", "be", "been", "but", "by", "did", "do", "does", "for", "from", "had",
    "has", "have", "he", "her", "his", "i", "in", "into", "is", "it", "its", "me", "my", "of", "on", "or", "our",
    "she", "so", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to",
    "us", "was", "we", "were", "which", "who", "will", "with", "you", "your",
))
_TELLING = frozenset((
    "401", "403", "404", "407", "408", "429", "480", "481", "482", "483", "484", "486", "487", "488", "491", "500",
    "502", "503", "504", "600", "603", "606", "607", "608", "101", "180", "183", "200", "202", "1000", "1001", "1002",
    "1003", "1005", "1006", "1007", "1008", "1009", "1011", "1012", "1013", "1015", "8000", "16000", "22050", "24000",
    "44100", "48000", "8", "16", "24", "48", "30", "32", "60", "300", "600", "900", "1800", "3600", "53", "80", "443",
    "3478", "5060", "5061", "5349", "1300", "1400", "1472", "1500", "127", "0", "100",
))
# fmt: on
"""Numbers that mean something by themselves: statuses, close codes, rates, timers, ports, packet sizes."""


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    from Stemmer import Stemmer

    return Stemmer("english")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of an English word in lower case (Snowball); numbers stay."""
    return str(_stemmer().stemWord(word))


def split(text: str) -> list[str]:
    """The words of a text in order, in lower case, without small words; numbers only where they mean something."""
    low = _CAMEL.sub(" ", text).lower().replace("n't", " not").replace("n\u2019t", " not")
    return [
        w for w in _WORD.findall(low) if (w in _TELLING if w.isdigit() else w not in _STOP and 1 < len(w) <= LONGEST)
    ]


def features(text: str) -> Iterator[str]:
    """Single stems and pairs of neighbours, each as often as it stands there."""
    found = [stem(word) for word in split(text)]
    yield from found
    yield from (f"{a} {b}" for a, b in pairwise(found))
