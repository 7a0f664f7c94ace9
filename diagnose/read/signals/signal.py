"""The compiled form of a signal: what the readers need to know of the rules, and nothing more.

The rulebook compiles YAML documents into these; `read/` imports no rulebook.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from diagnose.model import Polarity
from diagnose.where import Test

LOG_KINDS = (
    "edge.log",
    "bot.log",
    "client.log",
    "proxy.log",
    "sip.log",
    "system.log",
    "log",
)
"""Kinds of sources that are logs; a signal `from: [log]` matches in all of them."""

SOURCE_KINDS = (
    *LOG_KINDS,
    "ticket",
    "prose",
    "analytics",
    "events",
    "edge.api",
    "trunk.api",
    "bot.api",
    "sip.trace",
    "network.link",
    "network.probe",
    "network.route",
    "network.dns",
    "network.tls",
    "network.capture",
    "network.note",
    "host.resource",
    "host.clock",
    "answer",
    "fact",
)
"""Every kind of source a reader may report; `fact` is a fact handed over as such, `answer` a person's answer.

`prose` is never reported: in a signal's `from` it means the sentences of a ticket, and no log that might be one.
"""


CODE = "code"
"""What a signal of a catalogue takes the code of the row by."""

ROW = "row"
"""How the groups begin in which such a signal finds the row."""

_BREAK = re.compile(r"[ _-]+")


class Coded(msgspec.Struct, frozen=True, gc=False):
    """What a code that a signal found stands for: the kind of the fact, the code as its catalogue writes it, fields."""

    fact: str
    code: str
    set: dict[str, Any] = {}


def spelling(text: str) -> str:
    """A code or a name in the form in which `Signal.coded` holds it: small letters without blanks, `_` and `-`."""
    return _BREAK.sub("", text).casefold()


class Signal(msgspec.Struct, frozen=True, gc=False):
    """Text or a record that becomes a fact.

    `sources` are source kinds (`log` stands for all of `LOG_KINDS`); all of `where` must hold on the record's
    fields; `match` is an RE2 pattern searched in the record's message (the whole text where it has none), or
    None when the fields alone decide. The fact has kind `fact`, the constant fields `set`, and `take` maps a
    field or an entity key of the fact to a named group of the pattern or a field of the record; a taken value
    that is missing is left out. `numbers` names taken fields that are numbers. Every text that `match` matches
    contains, in lower case, one of each set of one of the ways in `literals`; without ways it is always searched.
    Without `match` the same goes for the whole record. Where that says too little, every text that `match` matches
    holds a match of one of the RE2 patterns `fragments`, in characters that every format writes as they are. One of
    each set of `standing`, in lower case, stands in a record, as it is written, on whose fields `where` holds.

    Where `coded` is not empty, what the first of the groups `row1`, `row2`, ... that took part found is looked up in
    it, see `spelling`: the fact is then the one found there, and `take` may take its `code`.
    """

    id: str
    title: str
    sources: tuple[str, ...]
    fact: str
    match: str | None = None
    where: tuple[Test, ...] = ()
    set: dict[str, Any] = {}
    take: dict[str, str] = {}
    numbers: frozenset[str] = frozenset()
    polarity: Polarity = "asserted"
    literals: tuple[tuple[tuple[str, ...], ...], ...] = ()
    fragments: tuple[str, ...] = ()
    coded: dict[str, Coded] = {}
    standing: tuple[tuple[str, ...], ...] = ()
