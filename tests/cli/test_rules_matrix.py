"""`diagnose rules matrix`, on the built-in rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from diagnose.cli import main


def test_all_causes_are_listed_with_a_rival_in_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "matrix"]) == 0
    out = capsys.readouterr().out
    assert "its hardest rival" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("names", [["wan.link_flap", "bot.logic_error"], ["wan.link_flap"], ["bot"], ["net.*", "wan"]])
def test_every_view_fits_80_columns(names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "matrix", *names, "--most", "5"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "weaker ones: --most" in out


def test_two_causes_name_their_strongest_separator(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "matrix", "wan.link_flap", "bot.logic_error"])
    assert re.search(r"^wan\.flap .* A x\d+", capsys.readouterr().out, re.MULTILINE)


def test_an_unknown_cause_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "matrix", "wan.link_flop"]) == 3
    assert "did you mean 'wan.link_flap'?" in capsys.readouterr().err


def test_json_has_causes_findings_and_cells(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "matrix", "wan", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema_version"] == 1
    assert {c["id"] for c in data["causes"]} == {"wan.link_flap", "wan.degraded"}
    assert data["pairs"][0]["by"]


def test_the_page_holds_all_it_needs(tmp_path: Path) -> None:
    target = tmp_path / "m.html"
    assert main(["rules", "matrix", "wan", "net", "-o", str(target)]) == 0
    page = target.read_text(encoding="utf-8")
    assert not re.search(r"<(?:link|script|img)[^>]*(?:src|href)=", page)
    assert "prefers-color-scheme: dark" in page
    assert page.count("<tr data-id=") > 100
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert data["findings"]["wan.flap"]["cells"]["wan.link_flap"][0] == 0.8
