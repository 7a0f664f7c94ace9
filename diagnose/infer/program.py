"""The compiled rulebook as the engines run it: patterns, joins, windows, strata; no YAML left.

A finding compiles to one or more `Rule`s (one per branch of `any`), each of them

    positives   alias -> Alpha          every alias is bound to one atom
    joins       key -> aliases          the atoms bound to these aliases carry the same entity
    steps       after, then, within     order and distance in time
    negatives   Alpha, joins, window    no such atom

What a single fact must look like (`Alpha`) is decided in Python before any engine sees it (`infer/atoms.py`),
so both engines join exactly the same atoms. Counts, periods and settling become summary atoms there, too.
Rules are sorted into strata: a rule sees the findings of lower strata only, so negation and chaining do not
depend on the order in which facts arrive.

Times are milliseconds, probabilities 0 to 1.
"""

from __future__ import annotations

import msgspec

from diagnose.infer.words import WordTable
from diagnose.model import Cost, Polarity
from diagnose.where import Test

FINDING = "finding:"
"""Prefix of an alpha's `kind` when it matches findings instead of facts."""


class Alpha(msgspec.Struct, frozen=True, gc=False, order=True):
    """What one fact (or finding, `kind` = `finding:ID`) must look like, and the entity keys it is joined on.

    `id` is unique in the program. A fact that lacks one of `keys` stands for every entity of that key.
    """

    id: str
    kind: str
    where: tuple[Test, ...] = ()
    keys: tuple[str, ...] = ()
    polarity: Polarity = "asserted"


class Summary(msgspec.Struct, frozen=True, gc=False, order=True):
    """Many atoms of one alpha become one atom of the alpha `id`: counted, or found to be periodic.

    Per combination of `keys`: `count` looks for at least `at_least` atoms (of distinct values of `distinct`,
    an entity key or field, when given) inside `within` ms (None: anywhere); `period` looks for at least
    `at_least` gaps, or values of the numeric fact field `field`, that lie within `tolerance` (a share) of
    their median, the median between `low` and `high` (ms for gaps, the field's own unit otherwise).
    """

    id: str
    alpha: str
    kind: str
    keys: tuple[str, ...] = ()
    at_least: int = 1
    within: int | None = None
    distinct: str | None = None
    field: str | None = None
    tolerance: float = 0.15
    low: float = 0
    high: float | None = None
    at_most: int | None = None


class Step(msgspec.Struct, frozen=True, gc=False, order=True):
    """`then` starts not before `after` starts, and at most `within` ms after `after` ends (None: any time after)."""

    after: str
    then: str
    within: int | None = None


class Join(msgspec.Struct, frozen=True, gc=False, order=True):
    """The atoms bound to `aliases` carry the same entity `key`."""

    key: str
    aliases: tuple[str, ...]


class Negative(msgspec.Struct, frozen=True, gc=False, order=True):
    """No atom of `alpha` that shares the joined entities and lies in the window.

    `joins` are pairs (key, alias). With `before` the atom would start at most `within` ms before that alias
    starts; with `after` at most `within` ms after that alias ends; with neither, anywhere. A negative with
    `needs` (source kinds) is an absence that must have been observable: where none of them covered the
    incident the finding is unknown, not seen.
    """

    alpha: str
    joins: tuple[tuple[str, str], ...] = ()
    before: str | None = None
    after: str | None = None
    within: int | None = None
    needs: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, gc=False):
    """One branch of a finding. `positives` are (alias, alpha id) in the order in which engines bind them."""

    id: str
    finding: str
    stratum: int
    positives: tuple[tuple[str, str], ...]
    negatives: tuple[Negative, ...] = ()
    joins: tuple[Join, ...] = ()
    steps: tuple[Step, ...] = ()


class FindingDef(msgspec.Struct, frozen=True, gc=False):
    """A finding: its rules, the entity keys it is about, its rate when no listed cause is there, who could see it.

    Instances about the same entity that lie within `settle` ms of each other are one.
    """

    id: str
    title: str
    rules: tuple[Rule, ...]
    about: tuple[str, ...] = ()
    background: float = 0.05
    observable_by: tuple[str, ...] = ()
    settle: int = 60_000
    plain: str = ""
    pack: str = ""


class Link(msgspec.Struct, frozen=True, gc=False):
    """A cause makes a finding this likely (`p`); links of one `group` count once. `origin` says where `p` is from."""

    finding: str
    p: float
    group: str | None = None
    origin: str = ""


class Fix(msgspec.Struct, frozen=True, gc=False):
    """A remedy ends the trouble in the share `p` of the incidents of a cause."""

    remedy: str
    p: float


class CauseDef(msgspec.Struct, frozen=True, gc=False):
    """A root cause: base rate, what it makes likely or unlikely, what rules it out, what it is upstream of."""

    id: str
    title: str
    prior: float
    definition: str = ""
    links: tuple[Link, ...] = ()
    rules_out: tuple[str, ...] = ()
    upstream_of: tuple[str, ...] = ()
    remedies: tuple[Fix, ...] = ()
    verify: str = ""
    short: str = ""


class RemedyDef(msgspec.Struct, frozen=True, gc=False):
    """What to do: `kind` is removes, bypasses or mitigates."""

    id: str
    title: str
    kind: str
    cost: Cost
    steps: tuple[str, ...] = ()
    where: str = ""
    breaks: str = ""
    rollback: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()


class QuestionDef(msgspec.Struct, frozen=True, gc=False):
    """How to ask a person for a finding: `answers` maps a word to `seen`, `not_seen` or `unknown`."""

    id: str
    asks: str
    text: str
    how: str = ""
    answers: dict[str, str] = {}
    minutes: float = 1
    topic: str = ""


class Program(msgspec.Struct, frozen=True):
    """Everything that inference needs. Alphas, summaries and findings are sorted by id, rules by stratum, then id."""

    alphas: tuple[Alpha, ...] = ()
    summaries: tuple[Summary, ...] = ()
    findings: tuple[FindingDef, ...] = ()
    causes: tuple[CauseDef, ...] = ()
    remedies: tuple[RemedyDef, ...] = ()
    questions: tuple[QuestionDef, ...] = ()
    strata: int = 1
    prior_none: float = 0.05
    words: WordTable = WordTable()
