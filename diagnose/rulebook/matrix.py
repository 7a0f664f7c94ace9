"""The matrix of causes and findings, and which findings tell which causes apart.

Weights are those of the engine (`infer/scales.py`), in nats; a cell that no rule fills weighs nothing. What a finding
tells about two causes is the mean, over both, of how far looking at it moves the odds towards the true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import combinations

import msgspec

from diagnose.errors import UsageError
from diagnose.infer.program import CauseDef, FindingDef, Program
from diagnose.infer.scales import LinkScale, scales_of
from diagnose.rulebook.words import nearest

SCHEMA_VERSION = 1
NEXT = 5
"""Rivals shown beside a cause that is named alone."""


class Separator(msgspec.Struct, frozen=True):
    """What one finding tells about two causes.

    `seen` and `not_seen` are the nats by which it moves the odds towards the first (negative: the second); `not_seen`
    is None where silence proves nothing. `nats` is what looking for it tells on average.
    """

    finding: str
    nats: float
    seen: float
    not_seen: float | None


class Pair(msgspec.Struct, frozen=True):
    """Two causes and what tells them apart, strongest first; `nats` is the sum, every group counted once."""

    first: str
    second: str
    nats: float
    by: tuple[Separator, ...]


class Matrix:
    """A program's cells, looked up by finding and cause."""

    def __init__(self, program: Program) -> None:
        self.causes: dict[str, CauseDef] = {c.id: c for c in program.causes}
        self.findings: dict[str, FindingDef] = {f.id: f for f in program.findings}
        self._on = scales_of(program).on

    def cell(self, finding: str, cause: str) -> LinkScale | None:
        """The weight of a finding on a cause, None where no rule says anything."""
        return self._on.get(finding, {}).get(cause)

    def share(self, finding: str, cause: str) -> float:
        """How often the finding is seen when the cause is true: its background where no rule says more."""
        cell = self.cell(finding, cause)
        return cell.link.p if cell is not None else self.findings[finding].background

    def choose(self, names: Sequence[str]) -> list[str]:
        """The causes that `names` stand for: ids, families (`bot`) or patterns (`net.*`); all without names.

        Raises UsageError for a name that stands for none, and where there are no causes at all.
        """
        if not self.causes:
            raise UsageError("the rules name no causes: write documents with `kind: cause`")
        chosen: dict[str, None] = {}
        for name in names:
            found = [c for c in self.causes if c == name or c.startswith(f"{name}.") or fnmatchcase(c, name)]
            if not found:
                families = sorted({c.split(".")[0] for c in self.causes})
                hint = nearest(name, [*self.causes, *families]) or f"families: {', '.join(families)}"
                raise UsageError(f"no cause or family '{name}'  {hint}")
            chosen.update(dict.fromkeys(found))
        return list(chosen) if names else list(self.causes)

    def separator(self, finding: str, first: str, second: str) -> Separator:
        """What `finding` tells about two causes."""
        left, right = self.cell(finding, first), self.cell(finding, second)
        seen = (left.seen if left else 0.0) - (right.seen if right else 0.0)
        silent = (left.not_seen if left else 0.0) - (right.not_seen if right else 0.0)
        watched = bool(self.findings[finding].observable_by)
        apart = self.share(finding, first) - self.share(finding, second)
        nats = max(0.0, apart * (seen - (silent if watched else 0.0)) / 2)
        return Separator(finding, nats, seen, silent if watched else None)

    def pair(self, first: str, second: str) -> Pair:
        """All that tells two causes apart; of findings of one group only the strongest adds to the sum."""
        linked = {link.finding for c in (first, second) for link in self.causes[c].links} & self.findings.keys()
        by = sorted((self.separator(f, first, second) for f in linked), key=lambda s: (-s.nats, s.finding))
        total, groups = 0.0, set[tuple[str, str]]()
        for item in by:
            mine = {(c, cell.group) for c in (first, second) if (cell := self.cell(item.finding, c)) is not None}
            if not mine & groups:
                total += item.nats
            groups |= mine
        return Pair(first, second, total, tuple(s for s in by if s.nats > 0))

    def rivals(self, cause: str) -> list[Pair]:
        """The pairs of `cause` with all other causes, the hardest to tell apart first."""
        others = [c for c in self.causes if c != cause]
        return sorted((self.pair(cause, other) for other in others), key=lambda p: (p.nats, p.second))

    def rows(self, causes: Sequence[str]) -> list[tuple[str, float]]:
        """Findings that weigh on any of `causes`, with the most that they tell about two of them; strongest first."""
        linked = {link.finding for c in causes for link in self.causes[c].links} & self.findings.keys()
        best = {f: self._most(f, causes) for f in linked}
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))

    def _most(self, finding: str, causes: Sequence[str]) -> float:
        """Weights grow with the share, so the two causes that a finding tells apart best are its extremes."""
        order = sorted(causes, key=lambda c: self.share(finding, c))
        return self.separator(finding, order[0], order[-1]).nats


def family(cause: str) -> str:
    """The first part of a cause's id."""
    return cause.split(".", maxsplit=1)[0]


def as_data(matrix: Matrix, causes: Sequence[str]) -> dict[str, object]:
    """The chosen causes, the findings on them, every cell, and each cause's hardest rival, as plain data."""
    rows = matrix.rows(causes)
    cells = [
        {"finding": f, "cause": c, "seen_when_true": cell.link.p, "weight_seen": round(cell.seen, 3),
         "weight_not_seen": round(cell.not_seen, 3), "group": cell.link.group, "origin": cell.link.origin}
        for f, _ in rows for c in causes if (cell := matrix.cell(f, c)) is not None
    ]  # fmt: skip
    return {
        "schema_version": SCHEMA_VERSION,
        "causes": [{"id": c, "title": matrix.causes[c].title, "prior": matrix.causes[c].prior} for c in causes],
        "findings": [
            {"id": f, "title": matrix.findings[f].title, "background": matrix.findings[f].background,
             "observable_by": list(matrix.findings[f].observable_by), "nats": round(nats, 3)}
            for f, nats in rows
        ],
        "cells": cells,
        "pairs": [_pair_data(p) for p in closest(matrix, causes)],
    }  # fmt: skip


def closest(matrix: Matrix, causes: Sequence[str]) -> list[Pair]:
    """Two causes: their pair. More: each one's hardest rival among them, each pair once, the hardest first."""
    if len(causes) == 1:
        return matrix.rivals(causes[0])[:1]
    out: list[Pair] = []
    seen: set[str] = set()
    for pair in sorted((matrix.pair(a, b) for a, b in combinations(causes, 2)), key=lambda p: (p.nats, p.first)):
        if not {pair.first, pair.second} <= seen:
            out.append(pair)
            seen |= {pair.first, pair.second}
    return out


def _pair_data(pair: Pair) -> dict[str, object]:
    by = [
        {"finding": s.finding, "nats": round(s.nats, 3), "seen": round(s.seen, 3),
         "not_seen": None if s.not_seen is None else round(s.not_seen, 3)}
        for s in pair.by
    ]  # fmt: skip
    return {"first": pair.first, "second": pair.second, "nats": round(pair.nats, 3), "by": by}
