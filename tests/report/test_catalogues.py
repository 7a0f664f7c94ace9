"""The page of the catalogues of codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.cli import main
from diagnose.report.catalogues import markdown
from diagnose.rulebook.schema import CatalogueDoc, CodeDoc

PAGE = Path(__file__).parents[2] / "docs" / "codes.md"


def test_a_catalogue_is_a_section_with_a_row_a_code() -> None:
    row = CodeDoc(
        code=7, name="Seven|7", means="Odd.", points_to={"c.one": "weakly"}, proves_not="much", source="RFC 1"
    )
    text = markdown([CatalogueDoc(kind="catalogue", id="k", title="Numbers", source="ours", rows=[row])])
    assert "| [`k`](#k) | 1 |  | Numbers |" in text
    assert "Numbers. Source: ours." in text
    assert text.endswith("| `7` | Seven\\|7 | Odd. (RFC 1) | `c.one` weakly | much |\n")


def test_what_was_not_compared_with_its_source_is_marked() -> None:
    rows = [CodeDoc(code=7, name="Seven", means="Odd.", checked=False), CodeDoc(code=8, name="Eight", quiet=True)]
    text = markdown([CatalogueDoc(kind="catalogue", id="k", title="K", source="ours", rows=rows, printed=["E{code}"])])
    assert "| 2 | 1 | K |" in text
    assert "Source: ours." in text
    assert "| `7` | Seven | Odd. (unchecked) |" in text
    doubtful = CatalogueDoc(kind="catalogue", id="k", title="K", source="ours", checked=False, rows=rows)
    assert "Source: ours (unchecked)." in markdown([doubtful])
    assert "Odd. |" in markdown([doubtful])


@pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not part of the source distribution")
def test_the_page_is_the_one_that_the_catalogues_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "codes", "--format", "markdown"]) == 0
    assert PAGE.read_text(encoding="utf-8") == capsys.readouterr().out, "stale: make docs writes it anew"


def test_one_catalogue_can_be_shown_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "codes", "q850", "--format", "markdown"]) == 0
    assert "## q850" in capsys.readouterr().out


def test_no_code_stands_twice_in_a_catalogue_and_every_row_says_something() -> None:
    from diagnose.cli.rules import gather_library

    for name, entry in gather_library().of("catalogue").items():
        codes = [str(row.code) for row in entry.model.rows]
        assert sorted(set(codes)) == sorted(codes), name
        assert all(row.means or row.points_to for row in entry.model.rows), name
