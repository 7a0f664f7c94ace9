"""The matrix of causes and findings as text for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from diagnose.explain.words import lower_first, wrap
from diagnose.rulebook.matrix import NEXT, Matrix, Pair, closest

SLIGHT = 0.05
"""Nats below which a finding is said to move nothing."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAME = 20
CELL = 5


def render(matrix: Matrix, causes: Sequence[str], *, most: int = 20, width: int = 80) -> str:
    """The view that fits the number of causes.

    One: it and its hardest rivals. Two: what tells them apart. More: a table. All: each one's hardest rival.
    """
    if len(causes) == len(matrix.causes) and len(causes) > 2:
        return "\n".join(_overview(matrix, causes)) + "\n"
    if len(causes) == 1:
        rivals = [p.second for p in matrix.rivals(causes[0])[:NEXT]]
        return "\n".join([*_table(matrix, [causes[0], *rivals], most, width)]) + "\n"
    if len(causes) == 2:
        return "\n".join(_two(matrix, matrix.pair(*causes), most, width)) + "\n"
    return "\n".join(_table(matrix, causes, most, width)) + "\n"


def share(p: float) -> str:
    """A share in percent, short enough for a cell: `80`, `2.5`, `.5`."""
    percent = round(p * 100, 1)
    if percent >= 10 or percent == round(percent):
        return f"{percent:.0f}"
    return f"{percent:.1f}".removeprefix("0")


def times(nats: float) -> str:
    """The factor on the odds that so many nats are: `x12`, `x1.6`, `-` for none; the sign does not show."""
    if abs(nats) < SLIGHT:
        return "-"
    factor = math.exp(abs(nats))
    return f"x{factor:.0f}" if factor >= 9.95 else f"x{factor:.1f}".removesuffix(".0")


def _overview(matrix: Matrix, causes: Sequence[str]) -> list[str]:
    lines = [
        f"{len(causes)} causes, {len(matrix.findings)} findings. Each cause with the one that is hardest to tell from",
        "it, and the findings that tell most. nats: what all findings tell on average;",
        "3 nats are a factor of 20 on the odds.",
        "",
        f"{'nats':>5}  {'cause':<30} its hardest rival",
    ]
    for pair in closest(matrix, causes):
        lines.append(f"{pair.nats:>5.1f}  {pair.first:<30} {pair.second}")
        told = ", ".join(s.finding for s in pair.by[:2]) or "nothing tells them apart"
        lines.append(f"       {told}")
    return [*lines, "", "More: diagnose rules matrix CAUSE CAUSE; CAUSE; a family (bot); -o matrix.html"]


def _two(matrix: Matrix, pair: Pair, most: int, width: int) -> list[str]:
    lines = _legend(matrix, (pair.first, pair.second), width)
    name = _widest([item.finding for item in pair.by[:most]])
    lines += [
        "",
        f"{len(pair.by)} findings tell them apart, {pair.nats:.1f} nats on average when all are looked for.",
        "",
        f"{'':<{name}} {'% of':>5} {'% in':>5} {'% in':>5}  speaks for, times odds",
        f"{'finding':<{name}} {'all':>5} {'A':>5} {'B':>5}  {'when seen':<11}when not",
    ]
    for item in pair.by[:most]:
        cells = [matrix.findings[item.finding].background]
        cells += [matrix.share(item.finding, c) for c in (pair.first, pair.second)]
        shown = " ".join(f"{share(p):>5}" for p in cells)
        lines.append(f"{item.finding:<{name}} {shown}  {_side(item.seen):<11}{_side(item.not_seen):<11}".rstrip())
        lines += wrap(lower_first(matrix.findings[item.finding].title), width, "    ", "    ")
    return lines + _rest(len(pair.by), most)


def _side(nats: float | None) -> str:
    """Which of two causes it speaks for, and by how much: `A x12`."""
    if nats is None:
        return "unknown"
    return "-" if abs(nats) < SLIGHT else f"{'A' if nats > 0 else 'B'} {times(nats)}"


def _legend(matrix: Matrix, causes: Sequence[str], width: int) -> list[str]:
    lines = []
    for letter, cause in zip(_letters(len(causes)), causes, strict=True):
        about = matrix.causes[cause]
        lines += wrap(f"{cause}  {about.short or about.title}", width, f"{letter:<2} ", "     ")
    return lines


def _letters(number: int) -> list[str]:
    return [(LETTERS[i // 26 - 1] if i >= 26 else "") + LETTERS[i % 26] for i in range(number)]


def _table(matrix: Matrix, causes: Sequence[str], most: int, width: int) -> list[str]:
    rows = [(f, nats) for f, nats in matrix.rows(causes) if nats > 0]
    lines = [*_legend(matrix, causes, width), "", *wrap(
        "Each cell: in how many of 100 incidents of the cause the finding is seen; a dot where no rule says more than "
        "in all incidents (first column). Strongest separators first.", width,
    )]  # fmt: skip
    name = _widest([finding for finding, _ in rows[:most]])
    fit = max(1, (width - name - CELL) // CELL)
    letters = dict(zip(causes, _letters(len(causes)), strict=True))
    for start in range(0, len(causes), fit):
        block = causes[start : start + fit]
        lines += ["", f"{'finding':<{name}}{'all':>{CELL}}" + "".join(f"{letters[c]:>{CELL}}" for c in block)]
        for finding, _ in rows[:most]:
            cells = [matrix.cell(finding, c) for c in block]
            shown = "".join(f"{share(c.link.p) if c is not None else '.':>{CELL}}" for c in cells)
            lines.append(f"{finding:<{name}}{share(matrix.findings[finding].background):>{CELL}}{shown}")
    return lines + _rest(len(rows), most)


def _widest(names: Sequence[str]) -> int:
    return max([*map(len, names), NAME])


def _rest(number: int, most: int) -> list[str]:
    return ["", f"and {number - most} weaker ones: --most {number}"] if number > most else []
