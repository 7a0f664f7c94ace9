"""What a person's sentence says: asserted, denied, suspected, or advice, clause by clause.

The rules are cue words with a scope, after NegEx (Chapman et al., 2001): a denial reaches from its cue to the
next break (a comma, a conjunction, a subordinate clause) and at most a few words. What only looks like a
denial ("no idea", "not only", "without trouble") is none. Advice, hypotheses and yes/no questions say
nothing about what happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

Stance = Literal["asserted", "denied", "suspected", "advice"]

REACH = 6
"""Words between a cue of denial and what it denies, at most (NegEx uses 5 to 6)."""
_WRAPPED = 40
"""A line at least this long that ends without a full stop goes on in the next one."""


class Sentence(msgspec.Struct, frozen=True):
    """A sentence with the number of the line it begins on."""

    line: int
    text: str


_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|approx|etc|no|nr|fig|cf|incl|resp|mr|ms|mrs|dr|st|min|sec|max|ver|v)|\b[A-Za-z]|\d)\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?]+[\"'\u201d\u2019)]*(?=\s|$)")
_BULLET = re.compile(r"^\s*(?:[-*\u2022>]+|\d{1,2}[.)])\s+")
_CLAUSE = re.compile(
    r"\s*;\s+|,?\s+(?:but|however|although|though|yet|whereas)\b[,\s]*|\s+[\u2013\u2014-]{1,2}\s+"
    r"|,\s+(?=(?:and |so )?(?:maybe|perhaps|probably|possibly|presumably|likely|not sure|unsure|could it"
    r"|might it|is it|is this"
    r"|I (?:think|suspect|guess|assume|believe|wonder)|we (?:think|suspect|guess|assume|believe|wonder)|any idea))",
    re.IGNORECASE,
)
_QUESTION_TAIL = re.compile(
    r",\s+(?=(?:any|does|do|is|are|can|could|should|has|have|did|what|why|how|right|anyone|or)\b[^,]*\?\s*$)",
    re.IGNORECASE,
)

_SUSPECTED = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|presumably|suspect(?:s|ed|ing|icion)?|suspicion|guess(?:ing)?"
    r"|wonder(?:s|ing)?"
    r"|assum(?:e|es|ing|ption)|hypothes[ie]s|theory|theories|unsure|supposedly|allegedly|I think|we think"
    r"|I thought|we thought"
    r"|they think|thinks|I believe|we believe|I doubt|not (?:sure|certain)|(?:could|might|must) (?:be|have been"
    r"|it be|this be)"
    r"|might|is likely|are likely|likely (?:a|an|the|due|caused|because)|unclear (?:if|whether)"
    r"|don.t know (?:if|whether)"
    r"|in case (?:of|the)|whether|what if|as if|hypothetically|in theory)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\bmay (?:be|have|not|also|cause|need)\b")
_PRESUPPOSED = re.compile(
    r"^\W*(?:(?:so|and|but|hi|hello)[, ]+)?(?:why|how come|what (?:causes?|makes?|could cause|does .{3,80} mean)"
    r"|how (?:do|can|could|should|to)\b.{0,20}\b(?:fix|stop|avoid|prevent|solve|debug|get rid))",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"^\W*(?:(?:then|so|also|first|next|now|and|please|just|finally|instead|alternatively)[, ]+)*"
    r"(?:(?:check|look|try|use|query|verify|make sure|ensure|run|open|set|see|consider|compare|confirm|capture"
    r"|collect|enable"
    r"|disable|go to|add|remove|change|increase|reduce|upgrade|restart|reboot|switch|call|read|ask|test"
    r"|note that|remember"
    r"|keep in mind|watch|cross-reference|review|validate|inspect|start by|let me know|let us know|feel free)\b(?!ed\b)"
    r"|do ?n[o'\u2019]?t (?:forget|ignore|trust|rely|assume)|you (?:will |may |might |can |could |should |must "
    r"|have to |need to |want to)"
    r"|you(?:'|\u2019)(?:ll|d|re) |I(?:'|\u2019)d |I would |we should |we(?:'|\u2019)d |you may |one (?:can"
    r"|should|could) "
    r"|have you |the (?:docs?|documentation|manual|guide) (?:says?|states?|recommends?)|here(?:'|\u2019)?s how"
    r"|I usually |in general[, ])",
    re.IGNORECASE,
)
_IMPERATIVE_SUBJECT = re.compile(
    r"^\W*(?:check|test|use|run|call|change|restart|set|switch|upgrade|reboot|watch|note|ask|start|look|query"
    r"|read|add)\w*\s+"
    r"(?:is|was|were|are|has|had|fails?|failed|shows?|showed|works?|worked|drops?|dropped|gives?|gave|returns?"
    r"|returned|did|does"
    r"|went|times|timed|came|reports?|on the|of the edge|setup|quality|log)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"^\W*(?:(?:and|so|but|then|also)\s+)?(?:if|unless|suppose|assuming|should you|in case)\b", re.IGNORECASE
)
_IF_YOU = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:if|unless|should|in case)\s+(?:you|those|that|it's|any)\b", re.IGNORECASE
)

_NOT_DENIAL = re.compile(
    r"\b(?:no (?:idea|clue|doubt|wonder|matter|problems?|issues?|trouble|longer than|more than|less than"
    r"|later than|sooner)"
    r"|not (?:only|just|sure|certain|to mention|least|necessarily|until|yet clear)|nothing but|none other"
    r"|without (?:any |a |further )?"
    r"(?:trouble|problems?|issues?|difficulty|doubt|delay|warning|reason|success|effect|incident|a hitch|hitch)"
    r"|(?:can(?:no|'|\u2019)t|cannot|can not|could ?n[o'\u2019]?t|unable to) (?:say|tell|explain|see why"
    r"|understand|figure|find out|believe|rule out)"
    r"|(?:do|does|did)(?: not|n['\u2019]?t) (?:know|understand|see why|matter|care|mind|rule out)|never mind)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:no|not|never|without|none(?: of)?|neither|nor|zero|cannot|nobody|ruled out|free (?:of|from)"
    r"|absence of|lack of"
    r"|(?:ca|wo|do|does|did|is|are|was|were|has|have|had|would|could|should|ai)n['\u2019]?t|0)\b(?!\s*-)(?!\.\d)(?!:)",
    re.IGNORECASE,
)
_WHY = re.compile(
    r":\s.*\b(?:refused|reset|timed? ?out|fail\w*|error|unreachable|denied|expired|closed|rejected|no such)\b",
    re.IGNORECASE,
)
_UNABLE = re.compile(r"cannot|(?:ca|could)n['\u2019]?t", re.IGNORECASE)
"""Behind a colon stands why somebody was not able: "cannot open the socket: connection refused" denies no refusal."""
_SAYING = re.compile(
    r"\b(?:(?:do|does|did|will|ca|wo)(?:es)?(?: not|n['\u2019]?t)|never|cannot|can not)"
    r" (?:tell|say|mention|explain|document|realise|realize|notice)s?\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"\b(?:\w{2,}ed|was|were|did|had|lost|went|broke|fell|came|has been|have been)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(r"\b(?:is|are|am|be|been|being|gets?|stays?)\s+(?:\w+\s+)?\w+ed\b", re.IGNORECASE)
_NEXT_ONLY = re.compile(r"\bno longer\b|\bnot any ?more\b", re.IGNORECASE)
_BREAK = re.compile(
    r"[;:()]|\b(?:since|when|whenever|after|because|until|while|during|before|if|where|so|as soon|which|who"
    r"|though|then|once|due"
    r"|caused|causing|except|unless|although|anymore)\b"
    r"|\band\s+(?:the|it|we|a|an|then|I|they|our|its|this|that|all|calls?|every|now|still|always|only|after"
    r"|when)\b|\bonly\b",
    re.IGNORECASE,
)
_COMMA = re.compile(r",(?!\d)")
_LIST = re.compile(r"^[^.;]{0,60}\b(?:or|nor)\b", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r"^\W{0,3}(?:\w+\W+){0,2}?(?:(?:is|was|are|were|has been|have been|had been|can be"
    r"|could be) (?:also )?(?:ruled out|excluded|not (?:seen"
    r"|found|the (?:cause|problem|reason|issue)|present|involved|there|observed|reported|visible|it))"
    r"|(?:did not|didn['\u2019]t|does not"
    r"|doesn['\u2019]t|never) (?:happen|occur|appear|show up|come up|exist)\w*|(?::|=|is|are|was|were) (?:none"
    r"|zero|nil|0)\b(?![.:]\d)"
    r"|(?:not|never) (?:seen|found|observed|happened|reported|present)\b|(?:isn|wasn|aren"
    r"|weren)['\u2019]t (?:the|there|it|seen|present|involved))",
    re.IGNORECASE,
)


def sentences(lines: Iterable[tuple[int, str]]) -> Iterator[Sentence]:
    """Sentences out of numbered lines of prose; wrapped lines are joined, list items stand alone."""
    paragraph: list[tuple[int, str]] = []
    for number, line in lines:
        text = line.strip()
        begins = not text or _BULLET.match(line) or (paragraph and not _goes_on(paragraph[-1][1], text))
        if begins and paragraph:
            yield from _split(paragraph)
            paragraph = []
        said = _BULLET.sub("", line).strip()
        if said:
            paragraph.append((number, said))
    if paragraph:
        yield from _split(paragraph)


def _goes_on(before: str, text: str) -> bool:
    if not before:
        return False
    if before[-1] in ".!?:;":
        return len(before) >= _WRAPPED and before[-1] not in ":;"
    return text[0].islower() or len(before) >= _WRAPPED


def _split(paragraph: list[tuple[int, str]]) -> Iterator[Sentence]:
    text = " ".join(part for _, part in paragraph)
    starts: list[tuple[int, int]] = []
    offset = 0
    for number, part in paragraph:
        starts.append((offset, number))
        offset += len(part) + 1
    begin = 0
    for end in _END.finditer(text):
        piece = text[begin : end.end()]
        if text[end.start()] == "." and _ABBREVIATION.search(piece) and _runs_on(text[end.end() :]):
            continue
        if piece.strip():
            yield Sentence(_line_at(starts, begin), piece.strip())
        begin = end.end() + 1
    if text[begin:].strip():
        yield Sentence(_line_at(starts, begin), text[begin:].strip())


def _runs_on(rest: str) -> bool:
    """Whether what follows a full stop behind an abbreviation or a number goes on with the sentence."""
    rest = rest.lstrip()
    return bool(rest) and not rest[0].isupper()


def _line_at(starts: list[tuple[int, int]], offset: int) -> int:
    return max((s for s in starts if s[0] <= offset), default=starts[0])[1]


def clauses(sentence: str) -> list[str]:
    """The clauses of a sentence, judged one by one: parted by `;`, `but` and its kin, dashes, a question at the end."""
    out: list[str] = []
    for part in _CLAUSE.split(sentence):
        out.extend(_QUESTION_TAIL.split(part) if part.rstrip().endswith("?") else [part])
    return [c.strip() for c in out if c.strip()]


def stance(clause: str, start: int, end: int) -> Stance:
    """How a clause speaks of what stands at [start, end) in it.

    A cue inside the span is part of what is said ("never answers") and denies nothing.
    """
    if clause.rstrip().endswith("?") and not _PRESUPPOSED.match(clause):
        return "suspected"
    if _hypothetical(clause, start, end):
        return "advice"
    if any(not (start <= m.start() and m.end() <= end) for m in (*_SUSPECTED.finditer(clause), *_MAY.finditer(clause))):
        return "suspected"
    return "denied" if _denied(clause, start, end) else "asserted"


def _hypothetical(clause: str, start: int, end: int) -> bool:
    """Whether the span is advice, or one side only of a sentence that begins with `if`.

    Over both sides it is an observation when it is told in the present ("if the WAN is down, calls fail"), as
    reports are; "if the transfer failed, the audio dies" teaches.
    """
    advice = _ADVICE.match(clause)
    if (
        advice is not None
        and not _IMPERATIVE_SUBJECT.match(clause)
        and not (start <= advice.start() < advice.end() <= end)
    ):
        return True
    if _IF.match(clause) is None:
        return False
    if _IF_YOU.match(clause):
        return True
    comma = clause.find(",")
    if comma < 0 or not (start < comma < end):
        return True
    return _HAPPENED.search(_PARTICIPLE.sub("", clause[:comma])) is not None


def _denied(clause: str, start: int, end: int) -> bool:
    before = clause[:start]
    masked = _SAYING.sub(_blank, _NOT_DENIAL.sub(_blank, clause))[:start]
    near = _NEXT_ONLY.search(masked)
    if near is not None:
        if not before[near.end() :].strip():
            return True
        masked = _NEXT_ONLY.sub(_blank, masked)
    for cue in reversed(list(_DENIAL.finditer(masked))):
        between = clause[cue.end() : start]
        if _UNABLE.fullmatch(cue[0]) and _WHY.search(clause[start:end]):
            continue
        if len(between.split()) <= REACH and not _BREAK.search(between) and not _parted(between, clause[start:]):
            return True
    return _DENIED_AFTER.match(clause[end:]) is not None


def _blank(found: re.Match[str]) -> str:
    """As many underscores as characters found, so that offsets stay."""
    return "_" * len(found[0])


def _parted(between: str, after: str) -> bool:
    """Whether a comma ends the reach of a denial: it does, unless it stands in a list that ends in `or` or `nor`."""
    comma = _COMMA.search(between)
    return comma is not None and _LIST.match(between[comma.end() :] + after) is None
