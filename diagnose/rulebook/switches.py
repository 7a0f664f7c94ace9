"""What is switched off: rules that a document or an option disables, and experimental ones that nothing enables.

What is off stays in the library, so that its mistakes are found and others may name it; it is taken out of what is
compiled. A finding that can only be seen through one that is off is off with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from diagnose.infer.program import FINDING, CauseDef, FindingDef, Program
from diagnose.read.signals.signal import Signal
from diagnose.rulebook.loader import Document
from diagnose.rulebook.schema import SwitchDoc
from diagnose.rulebook.shape import validate
from diagnose.rulebook.words import nearest

if TYPE_CHECKING:
    from diagnose.rulebook.library import Library

SWITCHED = ("signal", "finding", "cause", "remedy", "question")
"""Kinds of documents that can be off."""
EXPERIMENTAL = "experimental"
ALL = "all"
"""What `enable` says for everything that is experimental."""

Key = tuple[str, str]
"""Kind and id of a document."""


class Off(msgspec.Struct, frozen=True):
    """Why a document is off, and the file and line that says so (empty for what is experimental, and for options)."""

    why: str
    place: str = ""


def switch(library: Library, switches: Sequence[Document], *, experimental: bool) -> None:
    """Fill `library.off` and `library.trials` by maturity and by `switches`, of which later ones win.

    With `experimental` what is experimental is on, as its authors want it.
    """
    library.trials = frozenset(_experimental(library))
    library.off = {} if experimental else dict.fromkeys(library.trials, Off(EXPERIMENTAL))
    for document in switches:
        model, wrong = validate(document)
        library.problems += wrong
        if wrong or not isinstance(model, SwitchDoc):
            continue
        key, name = ("disable", model.disable) if model.disable is not None else ("enable", model.enable)
        if name is None or (model.disable is not None and model.enable is not None):
            library.problems.append(document.problem((), "R008", "say `disable: ID` or `enable: ID`, one of them"))
            continue
        if (key, name) == ("enable", ALL):
            library.off = {k: off for k, off in library.off.items() if off.why != EXPERIMENTAL}
            continue
        met = [*_called(library, name, model.kind)]
        if not met:
            hint = nearest(name, [*(p.id for p in library.packs), *(n for k in SWITCHED for n in library.of(k))])
            library.problems.append(document.problem((key,), "R019", f"nothing is called '{name}'", hint))
        mark = document.mark((key,))
        for each in met:
            if key == "enable":
                library.off.pop(each, None)
            else:
                library.off[each] = Off(
                    f"disabled: {model.because}",
                    "" if mark.source.path == f"--{key}" else f"{mark.source.path}:{mark.line}",
                )


def _experimental(library: Library) -> Iterator[Key]:
    packs = {p.id: p.maturity for p in library.packs}
    for kind in SWITCHED:
        for name, entry in library.of(kind).items():
            own = getattr(entry.model, "maturity", None)
            if (own or packs.get(entry.document.pack)) == EXPERIMENTAL:
                yield kind, name


def _called(library: Library, name: str, only: str | None) -> Iterator[Key]:
    """The documents with this id, or all those of the pack with this id."""
    for kind in SWITCHED if only is None else (only,):
        for each, entry in library.of(kind).items():
            if each == name or (only is None and entry.document.pack == name):
                yield kind, each


def notes(library: Library) -> tuple[str, ...]:
    """A sentence for each pack with rules that are off since they are experimental, and for each deprecated pack."""
    off = [key for key, why in library.off.items() if why.why == EXPERIMENTAL]
    packs = Counter(library.of(kind)[name].document.pack for kind, name in off)
    old = [f"pack '{p.id}' is deprecated" for p in library.packs if p.maturity == "deprecated"]
    return (
        *old,
        *(
            f"{n} experimental rule{'' if n == 1 else 's'} of pack '{pack}' {'is' if n == 1 else 'are'} off; "
            f"to try {'it' if n == 1 else 'them'}: --enable {pack}"
            for pack, n in sorted(packs.items())
        ),
    )


def switched(library: Library, signals: Iterable[Signal], program: Program) -> tuple[tuple[Signal, ...], Program]:
    """Signals and program without what is off; the titles of what is experimental and on say so."""
    off = {kind: {name for k, name in library.off if k == kind} for kind in SWITCHED}
    trials = {kind: {name for k, name in library.trials if k == kind} for kind in SWITCHED}
    signals = tuple(s for s in signals if s.id not in off["signal"])
    if not library.off and not library.trials:
        return signals, program
    findings = _findings(program, off["finding"])
    off["finding"] |= {f.id for f in program.findings} - {f.id for f in findings}
    replace = msgspec.structs.replace
    return signals, replace(
        program,
        findings=tuple(_marked(f) if f.id in trials["finding"] else f for f in findings),
        causes=tuple(_cause(c, off, trials["cause"]) for c in program.causes if c.id not in off["cause"]),
        remedies=tuple(
            replace(r, title=f"{r.title} ({EXPERIMENTAL})") if r.id in trials["remedy"] else r
            for r in program.remedies
            if r.id not in off["remedy"]
        ),
        questions=tuple(q for q in program.questions if q.id not in off["question"] and q.asks not in off["finding"]),
    )


def _marked(finding: FindingDef) -> FindingDef:
    return msgspec.structs.replace(finding, title=f"{finding.title} ({EXPERIMENTAL})")


def _cause(cause: CauseDef, off: Mapping[str, set[str]], trials: set[str]) -> CauseDef:
    """The cause without links to what is off."""
    through = {f"through {name}" for name in off["cause"]}
    links = [x for x in cause.links if x.finding not in off["finding"] and x.origin not in through]
    mark = f" ({EXPERIMENTAL})" if cause.id in trials else ""
    return msgspec.structs.replace(
        cause,
        title=cause.title + mark,
        short=cause.short + mark if cause.short else "",
        links=tuple(links),
        rules_out=tuple(f for f in cause.rules_out if f not in off["finding"]),
        upstream_of=tuple(c for c in cause.upstream_of if c not in off["cause"]),
        remedies=tuple(r for r in cause.remedies if r.remedy not in off["remedy"]),
    )


def _findings(program: Program, off: set[str]) -> list[FindingDef]:
    """The findings that can still be seen, with the rules that do not need what is off."""
    kinds = {a.id: a.kind for a in program.alphas}
    kinds |= {s.id: kinds.get(s.alpha, "") for s in program.summaries}
    left = [f for f in program.findings if f.id not in off]
    gone = set(off)
    while True:
        needless = {FINDING + name for name in gone}
        kept = []
        for finding in left:
            rules = tuple(r for r in finding.rules if not any(kinds.get(a) in needless for _, a in r.positives))
            if rules or not finding.rules:
                kept.append(finding if rules == finding.rules else msgspec.structs.replace(finding, rules=rules))
        lost = {f.id for f in left} - {f.id for f in kept}
        if not lost:
            return kept
        gone |= lost
        left = kept
