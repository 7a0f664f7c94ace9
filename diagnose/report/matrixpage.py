"""The matrix of causes and findings as one HTML file that needs nothing else: to sort, filter and compare.

The table stands in the page as it is, so it can be read without JavaScript too; `matrix.js` sorts and filters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import msgspec

from diagnose.report.matrix import share
from diagnose.rulebook.matrix import NEXT, Matrix, closest, family

_HERE = Path(__file__).parent
_LEVELS = (0.1, 0.3, 0.6, 0.85)
"""Shares at which a cell gets a darker ground."""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Causes and findings</title>
<style>
{style}</style>
</head>
<body>
<h1>Causes and findings</h1>
<p>Of 100 incidents of a cause, how many show a finding. A blank cell: no rule says more than the share of all
incidents.</p>
<section id="pair">
<h2>What tells two causes apart</h2>
<noscript><p>Comparing, sorting and filtering need JavaScript; the table below does not.</p></noscript>
<div class="controls">
<label>A<select id="first">{first}</select></label>
<label>B<select id="second">{second}</select></label>
<label class="tick"><input id="all" type="checkbox"> all findings, not the strongest 12</label>
</div>
<p class="soft" id="told"></p>
<table><thead><tr><th>finding</th><th>in all</th><th>under A</th><th>under B</th><th>when seen</th>
<th>when not seen</th></tr></thead><tbody id="apart"></tbody></table>
<p class="soft">When seen, when not seen: which of the two it speaks for, and the factor on the odds between them.
Unknown: no source proves that it did not happen. Of findings of one group only the strongest counts.</p>
</section>
<h2>All of them</h2>
<div class="controls">
<label>family of causes<select id="family"><option value="">all</option>{families}</select></label>
<label>findings with these words<input id="words" type="search" autocomplete="off"></label>
</div>
<p class="soft"><span id="count"></span>. Click on a heading to sort.</p>
<div class="key">{key}</div>
<div class="scroll" tabindex="0" role="region" aria-label="Causes and findings">
<table id="matrix">
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
<script type="application/json" id="data">{data}</script>
<script>
{script}</script>
</body>
</html>
"""


def page(matrix: Matrix, causes: Sequence[str]) -> str:
    """The page for the chosen causes, one alone beside its rivals; the two hardest to tell apart are compared first."""
    if len(causes) == 1:
        causes = [*causes, *(pair.second for pair in matrix.rivals(causes[0])[:NEXT])]
    hardest = closest(matrix, causes)[:1]
    pair = (hardest[0].first, hardest[0].second) if hardest else (causes[0], causes[0])
    families = sorted({family(c) for c in causes})
    return _PAGE.format(
        style=(_HERE / "matrix.css").read_text(encoding="utf-8"),
        script=(_HERE / "matrix.js").read_text(encoding="utf-8"),
        first=_options(causes, pair[0]),
        second=_options(causes, pair[1]),
        families="".join(f"<option>{escape(f)}</option>" for f in families),
        key=_key(),
        heads=_heads(matrix, causes),
        rows="\n".join(_row(matrix, finding, causes) for finding, _ in matrix.rows(causes)),
        data=msgspec.json.encode(_data(matrix, causes)).decode().replace("<", "\\u003c"),
    )


def _data(matrix: Matrix, causes: Sequence[str]) -> dict[str, object]:
    """What the script needs: per finding its title, background, whether silence counts, and cells by cause."""
    findings = {}
    for finding, _ in matrix.rows(causes):
        about = matrix.findings[finding]
        cells = {c: cell for c in causes if (cell := matrix.cell(finding, c)) is not None}
        findings[finding] = {
            "title": about.title, "background": about.background, "watched": bool(about.observable_by),
            "cells": {c: [cell.link.p, round(cell.seen, 3), round(cell.not_seen, 3)] for c, cell in cells.items()},
        }  # fmt: skip
    return {"causes": list(causes), "findings": findings}


def _options(causes: Iterable[str], chosen: str) -> str:
    return "".join(f"<option{' selected' if c == chosen else ''}>{escape(c)}</option>" for c in causes)


def _key() -> str:
    words = ("rarer than in all incidents", "under 30 %", "30 to 60 %", "60 to 85 %", "85 % and more")
    return "".join(f'<span><i class="c{i}"></i>{escape(w)}</span>' for i, w in enumerate(words, 1))


def _heads(matrix: Matrix, causes: Iterable[str]) -> str:
    heads = ['<th scope="col"><button>finding</button></th>', '<th scope="col"><button>in all</button></th>']
    for cause in causes:
        title = escape(matrix.causes[cause].title)
        heads.append(f'<th scope="col" title="{title}"><button class="up">{escape(cause)}</button></th>')
    return "".join(heads)


def _row(matrix: Matrix, finding: str, causes: Iterable[str]) -> str:
    about = matrix.findings[finding]
    name = f'<th scope="row">{escape(finding)}<small>{escape(about.title)}</small></th>'
    cells = []
    for cause in causes:
        cell = matrix.cell(finding, cause)
        if cell is None:
            cells.append("<td>")
            continue
        level = 1 if cell.link.p < about.background else 1 + max(1, sum(cell.link.p >= edge for edge in _LEVELS))
        cells.append(f"<td class=c{level}>{share(cell.link.p)}")
    return f'<tr data-id="{escape(finding)}">{name}<td>{share(about.background)}{"".join(cells)}</tr>'
