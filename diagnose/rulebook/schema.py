"""The shape of every kind of document, as pydantic models.

Shapes only: whether a named fact, finding or remedy exists is for the compiler to say.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from diagnose.rulebook.words import ID

LIKELIHOOD = {"always": 0.95, "usually": 0.8, "often": 0.5, "sometimes": 0.2, "rarely": 0.05}
"""Words for `seen_when_true`, and what they stand for."""
_DURATION = re.compile(r"^(\d+(?:\.\d+)?)(ms|s|m|h|d)$")
_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def milliseconds(text: object) -> int:
    """`90s`, `500ms`, `5m`, `24h` or `2d` in ms. Raises ValueError on anything else."""
    found = _DURATION.match(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"'{text}' is no duration")
    return round(float(found[1]) * _MS[found[2]])


def _duration(value: object) -> object:
    try:
        return milliseconds(value)
    except ValueError as error:
        raise PydanticCustomError(
            "R011", "{why}; write it with a unit, such as 90s, 5m or 24h", {"why": str(error)}
        ) from None


def _id(value: object) -> object:
    if isinstance(value, str) and not ID.match(value):
        raise PydanticCustomError("R017", "'{id}' is no id: lower case words joined by dots or dashes", {"id": value})
    return value


def _likelihood(value: object) -> object:
    if isinstance(value, str):
        if value not in LIKELIHOOD:
            words = ", ".join(LIKELIHOOD)
            raise PydanticCustomError(
                "R010", "'{word}' is no likelihood: {words}, or 0 to 1", {"word": value, "words": words}
            )
        return value
    return _share(value)


def _share(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("R009", "a number from 0 to 1 is needed here", {})
    if not 0 <= value <= 1:
        raise PydanticCustomError("R010", "{value} is not between 0 and 1", {"value": value})
    return value


def _bound(value: object) -> object:
    """A duration in ms, or a plain number in a field's own unit."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return {"ms": _duration(value)}


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Text = StrictStr
_SPAN: dict[str, Any] = {"type": "string", "pattern": _DURATION.pattern}
_PART: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}


class _OneOrMany:
    """A list, or its single item; editors are told of both."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        many = handler(core)
        return {"anyOf": [many["items"], many]}


_ONE_OR_MANY = (BeforeValidator(_listed), _OneOrMany())

Ident = Annotated[StrictStr, BeforeValidator(_id), WithJsonSchema({"type": "string", "pattern": ID.pattern})]
Duration = Annotated[int, BeforeValidator(_duration), WithJsonSchema(_SPAN)]
Share = Annotated[float, BeforeValidator(_share), WithJsonSchema(_PART)]
Likelihood = Annotated[
    Any, BeforeValidator(_likelihood), WithJsonSchema({"anyOf": [{"enum": list(LIKELIHOOD)}, _PART]})
]
Bound = Annotated[Any, BeforeValidator(_bound), WithJsonSchema({"anyOf": [{"type": "number"}, _SPAN]})]
Words = Annotated[list[StrictStr], *_ONE_OR_MANY]
Count = Annotated[StrictInt, Field(ge=1)]
_LIST: Any = Field(default_factory=list)
_MAPPING: Any = Field(default_factory=dict)
"""Nothing, where a document says nothing: pydantic would copy a `[]` deeply for every document."""


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, protected_namespaces=(), defer_build=True
    )


class Doc(_Model):
    """What every document may carry: its kind, and a note for people."""

    kind: Text
    note: Text = ""


Maturity = Literal["experimental", "stable", "deprecated"]
"""How far a pack, or a rule in it, is to be trusted: what is experimental is off until it is enabled."""


class _Graded(Doc):
    """A document that may be of another maturity than its pack."""

    maturity: Maturity | None = None


class Examples(_Model):
    """Texts that the pattern of a signal must find, and texts that it must not."""

    match: Words = _LIST
    not_: Words = Field(default_factory=list, alias="not")


class SignalDoc(_Graded):
    """Text or a record that becomes a fact.

    With a `catalogue`, `{code}` and `{name}` in `match` stand for those of its rows, and a row says which fact it is.
    """

    id: Ident
    title: Text = ""
    from_: Words = Field(alias="from")
    where: dict[Text, Any] = _MAPPING
    match: Text | None = None
    fact: Text
    set: dict[Text, Any] = _MAPPING
    take: dict[Text, StrictStr] = _MAPPING
    denied: StrictBool = False
    catalogue: Text = ""
    examples: Examples = Field(default_factory=Examples)


class PatternDoc(_Model):
    """What one alias or negative matches: a kind of fact, or a finding."""

    fact: Text | None = None
    finding: Text | None = None
    where: dict[Text, Any] = _MAPPING
    denied: StrictBool = False


class NegativeDoc(PatternDoc):
    """What must not be there, tied to the aliases by entity keys and by time."""

    join: Words = _LIST
    before: Text | None = None
    after: Text | None = None
    within: Duration | None = None


class StepDoc(_Model):
    """`then` follows `after`, at most `within` later."""

    after: Text
    then: Text
    within: Duration | None = None


class CountDoc(_Model):
    """At least (and at most) so many of one alias, within a time, of distinct values of a field or entity key."""

    of: Text
    at_least: Count = 1
    at_most: Count | None = None
    within: Duration | None = None
    distinct: Text | None = None


class PeriodDoc(_Model):
    """Gaps between the facts of one alias, or values of one of their fields, that are nearly constant."""

    of: Text
    at_least: Count = 3
    field: Text | None = None
    tolerance: Share = 0.15
    low: Bound = None
    high: Bound = None


class BranchDoc(_Model):
    """One way to see a finding."""

    match: dict[Text, PatternDoc] = _MAPPING
    all: Words = _LIST
    join: dict[Text, Words] | None = None
    sequence: Annotated[list[StepDoc], *_ONE_OR_MANY] = _LIST
    unless: Annotated[list[NegativeDoc], *_ONE_OR_MANY] = _LIST
    absent: Annotated[list[NegativeDoc], *_ONE_OR_MANY] = _LIST
    count: Annotated[list[CountDoc], *_ONE_OR_MANY] = _LIST
    period: Annotated[list[PeriodDoc], *_ONE_OR_MANY] = _LIST


class FindingDoc(BranchDoc, _Graded):
    """These facts together are this finding."""

    id: Ident
    title: Text
    plain: Text = ""
    about: Words = _LIST
    any: list[BranchDoc] = _LIST
    background: Share = 0.05
    observable_by: Words = _LIST
    settle: Duration = 60_000


class LinkDoc(_Model):
    """How likely a cause makes a finding."""

    finding: Text
    seen_when_true: Likelihood
    group: Text | None = None
    note: Text = ""


class FixDoc(_Model):
    """In what share of a cause's incidents a remedy ends the trouble."""

    remedy: Text
    fixes: Share


class CauseDoc(_Graded):
    """A root cause."""

    id: Ident
    title: Text
    short: Text = ""
    definition: Text = ""
    prior: Share
    explains: list[LinkDoc] = _LIST
    rules_out: Words = _LIST
    upstream_of: Words = _LIST
    remedies: list[FixDoc] = _LIST
    verify: Text = ""


class CostDoc(_Model):
    """Minutes of work, risk, whether it can be undone, whether calls drop."""

    minutes: Annotated[StrictFloat, Field(ge=0)] = 5
    risk: Literal["low", "medium", "high"] = "low"
    reversible: StrictBool = True
    drops_calls: StrictBool = False


class RemedyDoc(_Graded):
    """What to do."""

    id: Ident
    title: Text
    does: Literal["removes", "bypasses", "mitigates"]
    steps: Words
    where: Text = ""
    breaks: Text = ""
    rollback: Words = _LIST
    verify: Words = _LIST
    cost: CostDoc = Field(default_factory=CostDoc)


class EffortDoc(_Model):
    """What asking costs."""

    minutes: Annotated[StrictFloat, Field(ge=0)] = 1


class QuestionDoc(_Graded):
    """How to ask a person for a finding."""

    id: Ident
    asks: Text
    text: Text
    how: Text = ""
    answers: dict[Text, Literal["seen", "not_seen", "unknown"]]
    cost: EffortDoc = Field(default_factory=EffortDoc)
    topic: Text = ""


class LexiconDoc(Doc):
    """What people call things: per term its wordings, pieces of patterns that may use other terms."""

    terms: dict[Text, Annotated[Words, Field(min_length=1)]]


class LogFieldsDoc(Doc):
    """What log frameworks call the parts of a record; see `read/logs/vocabulary.py`."""

    fields: dict[Text, Annotated[Words, Field(min_length=1)]] = _MAPPING
    entities: dict[Text, Annotated[Words, Field(min_length=1)]] = _MAPPING
    levels: dict[Text, dict[Text, Text]] = _MAPPING


class LineShapeDoc(_Model):
    """A form of text line; see `read/logs/vocabulary.py`."""

    id: Ident
    title: Text
    match: Text
    has: Words = _LIST
    source: Text = ""
    whole: StrictBool = False
    examples: Annotated[Words, Field(min_length=1)]


class LogLinesDoc(Doc):
    """The forms of text lines whose parts become fields."""

    lines: Annotated[list[LineShapeDoc], Field(min_length=1)]


class StoryDoc(Doc):
    """How people and programs tell of a cause: sentences and log lines of our own, from which the lexicon learns."""

    cause: Ident
    told: Annotated[Words, Field(min_length=1)]


class CodeDoc(_Model):
    """One row of a catalogue: a code or an error text, what it means, what it points to, what it does not prove.

    `also` holds other spellings of the code. Where a signal reads the catalogue, a code that it finds becomes `fact`
    with the fields `set`, laid over those of the signal; a `quiet` row is not read. `checked` is that of the catalogue
    where it is not said of the row.
    """

    code: StrictStr | StrictInt
    name: Text
    means: Text = ""
    points_to: dict[Text, Literal["strongly", "fairly", "weakly"]] = _MAPPING
    proves_not: Text = ""
    source: Text = ""
    checked: StrictBool | None = None
    also: Words = _LIST
    fact: Text = ""
    set: dict[Text, Any] = _MAPPING
    quiet: StrictBool = False


class CatalogueDoc(Doc):
    """A list of codes with its source; not `checked` means written from memory and not compared with the source.

    `reads` are signals in whose patterns `{code}` and `{name}` stand for those of the rows; in their `take` a field can
    take the `code` of the row. `printed` are forms in which logs print the rows: some signal must read each of them.
    """

    id: Ident
    title: Text
    source: Text
    checked: StrictBool = True
    printed: Words = _LIST
    reads: list[dict[Text, Any]] = _LIST
    rows: Annotated[list[CodeDoc], Field(min_length=1)]


class PackDoc(Doc):
    """Who a folder of documents belongs to."""

    id: Ident
    title: Text = ""
    version: Text
    requires: Words = _LIST
    owner: Text = ""
    maturity: Maturity = "stable"


class ChangeDoc(_Model):
    """A change to the events of the test named in `like`: which ones, and what is set or dropped."""

    match: dict[Text, Any]
    set: dict[Text, Any] = _MAPPING
    drop: StrictBool = False


class ExpectedCauseDoc(_Model):
    """The cause that must lead, by how much."""

    is_: Text = Field(alias="is")
    at_least: Share = 0.0
    margin: Share = 0.0


class ExpectDoc(_Model):
    """What a test asserts; a fact is given by its kind (`fact`) and some of its fields and entities."""

    facts: Annotated[list[dict[Text, Any]], *_ONE_OR_MANY] = _LIST
    not_facts: Annotated[list[dict[Text, Any]], *_ONE_OR_MANY] = _LIST
    findings: Words = _LIST
    not_findings: Words = _LIST
    unknown: Words = _LIST
    cause: ExpectedCauseDoc | None = None
    not_causes: Words = _LIST
    first_remedy: Text | None = None
    next_question: Text | None = None
    why_not: dict[Text, StrictStr] = _MAPPING
    verdict: Literal["established", "likely", "possible", "inconclusive"] | None = None


class TestDoc(Doc):
    """Evidence in, expectations out."""

    __test__ = False
    name: Text
    sources: Words = _LIST
    events: list[dict[Text, Any]] = _LIST
    text: dict[Text, StrictStr] = _MAPPING
    offsets: dict[Text, StrictStr] = _MAPPING
    like: Text | None = None
    change: list[ChangeDoc] = _LIST
    expect: ExpectDoc = Field(default_factory=ExpectDoc)
    strict: StrictBool = False
    known_gap: Text | None = None


class OverrideDoc(_Model):
    """A change to a document of another pack, with its reason: what stands at a path, what is put behind a list."""

    override: Text
    kind: Text | None = None
    set: dict[Text, Any] = _MAPPING
    add: dict[Text, Annotated[list[Any], Field(min_length=1)]] = _MAPPING
    because: Text
    note: Text = ""


class SwitchDoc(_Model):
    """A document, or a whole pack, that is switched off or on by its id, with the reason."""

    disable: Text | None = None
    enable: Text | None = None
    kind: Literal["signal", "finding", "cause", "remedy", "question"] | None = None
    because: Text
    note: Text = ""


MODELS: dict[str, type[_Model]] = {
    "signal": SignalDoc, "finding": FindingDoc, "cause": CauseDoc, "remedy": RemedyDoc, "question": QuestionDoc,
    "test": TestDoc, "pack": PackDoc, "override": OverrideDoc, "switch": SwitchDoc, "story": StoryDoc,
    "catalogue": CatalogueDoc, "lexicon": LexiconDoc, "log-fields": LogFieldsDoc, "log-lines": LogLinesDoc,
}  # fmt: skip
"""Kind of document to its model."""
