"""`diagnose rules docs`, on a small pack of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from diagnose.cli import main

DICTIONARY = "ws.close: {fields: {code: {type: integer}}, sources: [edge.log]}\n"
PACK = """\
kind: finding
id: zz.one
title: A finding of one's own
about: [edge]
match: {x: {fact: ws.close, where: {code: 1006}}}
observable_by: [edge.log]
---
kind: test
name: zz it is seen
sources: [edge.log]
events: [{at: +0s, fact: ws.close, edge: e1, code: 1006}]
expect: {findings: [zz.one]}
"""


@pytest.fixture
def pack(make_pack: Callable[[str, str], Path]) -> Path:
    return make_pack(DICTIONARY, PACK)


def test_pages_are_written_with_an_index(pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "docs", str(pack), "-o", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err.startswith("2 pages; begin with ")
    index = (tmp_path / "out" / "index.md").read_text(encoding="utf-8")
    assert "[`zz.one`](findings/zz.one.md)" in index
    page = (tmp_path / "out" / "findings" / "zz.one.md").read_text(encoding="utf-8")
    assert "ws.close  edge e1, code 1006" in page
    assert "own.yaml:1" in page
    assert "No test shows one." in page


def test_a_wrong_rule_exits_with_2(pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "own.yaml").write_text(PACK.replace("ws.close, where", "ws.clsoe, where"))
    assert main(["rules", "docs", str(pack), "-o", str(tmp_path / "out")]) == 2
    assert "did you mean 'ws.close'?" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_exits_with_3(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["rules", "docs", str(pack), "-o", str(tmp_path / "file")]) == 3
    assert "choose another -o DIR" in capsys.readouterr().err
