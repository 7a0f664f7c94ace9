"""Every file of the shared cases is read: no traceback, every file accounted for, few lines that nobody understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnose.model import SourceReport
from diagnose.pipeline import gather
from diagnose.rulebook import load_rulebook

CASES = Path(__file__).parents[2] / "shared" / "cases"
SETS = ("dev", "lab-dev", "genesys-dev")
MOST_UNKNOWN = 0.03
"""Share of the lines of logs and of programs' output that may be of no known shape."""
MOST_COUNTED = 200
"""Records of one source that count, so that a large log does not hide many small ones."""
WORST = 15

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not here")


def incidents() -> Iterator[Path]:
    for name in SETS:
        yield from sorted(p for p in (CASES / name).glob("*") if p.is_dir())


@pytest.fixture(scope="module")
def sources() -> dict[Path, tuple[SourceReport, ...]]:
    """What became of each source, by incident."""
    book = load_rulebook()
    return {folder: gather([folder], book).sources for folder in incidents()}


def test_every_file_is_among_the_sources(sources: dict[Path, tuple[SourceReport, ...]]) -> None:
    lost = [
        str(path.relative_to(CASES))
        for folder, reports in sources.items()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and not any(r.path.startswith(str(path)) for r in reports)
    ]
    assert lost == []


def test_every_source_that_was_not_read_says_why(sources: dict[Path, tuple[SourceReport, ...]]) -> None:
    assert [r.path for reports in sources.values() for r in reports if r.kind == "unread" and not r.why] == []


def test_few_lines_of_logs_and_output_are_of_no_known_shape(sources: dict[Path, tuple[SourceReport, ...]]) -> None:
    logs = [r for reports in sources.values() for r in reports if r.kind not in {"ticket", "unread"}]
    weights = [min(1, MOST_COUNTED / max(1, r.records)) for r in logs]
    unknown = sum(r.unknown * w for r, w in zip(logs, weights, strict=True))
    records = sum(r.records * w for r, w in zip(logs, weights, strict=True))
    worst = sorted(logs, key=lambda r: -r.unknown)[:WORST]
    told = "\n".join(
        f"  {r.unknown:>5} of {r.records:>6}  {r.kind:<16} {Path(r.path).relative_to(CASES)}" for r in worst
    )
    assert unknown <= MOST_UNKNOWN * records, f"{unknown:.0f} of {records:.0f} are of no known shape:\n{told}"
