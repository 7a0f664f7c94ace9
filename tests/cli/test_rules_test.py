"""`diagnose rules test`: exit codes, what a failure shows, JUnit, coverage, watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from diagnose.cli import main, watching
from diagnose.infer import durable

DICTIONARY = "ws.close: {fields: {code: {type: integer}}, sources: [edge.log]}\n"
PACK = """\
kind: finding
id: zz.one
title: A finding of one's own
about: [edge]
match: {x: {fact: ws.close, where: {code: 1006}}, y: {fact: ws.close, where: {code: 1001}}}
join: {edge: [x, y]}
sequence: [{after: x, then: y, within: 5s}]
observable_by: [edge.log]
---
kind: test
name: zz it is seen
sources: [edge.log]
events:
  - {at: +0s, fact: ws.close, edge: e1, code: 1006}
  - {at: +4s, fact: ws.close, edge: e1, code: 1001}
expect: {findings: [zz.one]}
"""
LATE = PACK.replace("+4s", "+10400ms")


@pytest.fixture
def pack(make_pack: Callable[[str, str], Path]) -> Path:
    return make_pack(DICTIONARY, PACK)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command: exit code, standard output, standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main(["rules", "test", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_tests_are_run_by_name(pack: Path, run) -> None:
    code, out, _ = run(pack, "--run", "^zz ")
    assert code == 0
    assert out.startswith("1 passed on reference")


def test_a_failure_shows_expected_got_and_the_nearest_miss_with_its_distance(pack: Path, run) -> None:
    (pack / "own.yaml").write_text(LATE)
    code, out, _ = run(pack, "--engine", "reference")
    assert code == 1
    assert "own.yaml:10  failed: zz it is seen" in out
    assert "expected zz.one seen\n         got not seen" in out
    assert "nearest miss of zz.one\n      passed   x: ws.close with code = 1006" in out
    assert "passed   same edge: x, y: edge: e1" in out
    assert "FAILED   x -> y within 5 s: 10.4 s apart, allowed 5 s" in out


def test_a_selection_of_nothing_exits_with_3(pack: Path, run) -> None:
    code, _, err = run(pack, "--run", "nothing is called so")
    assert code == 3
    assert "none of the 1 tests has this in its name or file" in err


def test_a_wrong_rule_stops_the_tests_with_2(pack: Path, run) -> None:
    (pack / "own.yaml").write_text("kind: nonsense\n")
    assert run(pack)[0] == 2


def test_junit_is_written_also_when_a_test_fails(pack: Path, tmp_path: Path, run) -> None:
    (pack / "own.yaml").write_text(LATE)
    report = tmp_path / "report.xml"
    assert run(pack, "--engine", "reference", "--junit", report)[0] == 1
    root = ElementTree.parse(report).getroot()
    assert root.attrib["failures"] == "1"
    assert "10.4 s apart" in (root.findtext(".//failure") or "")
    code, _, err = run(pack, "--engine", "reference", "--junit", tmp_path / "no" / "report.xml")
    assert (code, "cannot be written" in err) == (3, True)


def test_too_little_coverage_exits_with_1(pack: Path, run) -> None:
    code, out, err = run(pack, "--min", "99", "--engine", "reference")
    assert code == 1
    assert "findings  1 of 1 (100.0 %) seen" in out
    assert "below the 99 % asked for" in err


def test_without_durable_rules_both_engines_are_the_reference_engine(pack: Path, run, monkeypatch) -> None:
    monkeypatch.setattr(durable, "available", lambda: False)
    code, out, err = run(pack)
    assert (code, out) == (0, "1 passed on reference\n")
    assert "the reference engine runs alone" in err
    code, _, err = run(pack, "--engine", "durable")
    assert (code, "use --engine reference" in err) == (3, True)


def test_output_goes_to_a_file(pack: Path, tmp_path: Path, run) -> None:
    out = tmp_path / "out.txt"
    assert run(pack, "-o", out, "--engine", "reference") == (0, "", "")
    assert out.read_text() == "1 passed on reference\n"


def test_watching_runs_again_on_a_save_and_tells_mistakes_without_ending(pack: Path, run, monkeypatch) -> None:
    def saves(_: object) -> Iterator[list[str]]:
        for text in (LATE, "kind: nonsense\n", PACK):
            (pack / "own.yaml").write_text(text)
            yield [str(pack / "own.yaml")]
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "changes", saves)
    code, out, err = run(pack, "--watch", "--engine", "reference")
    assert code == 0
    assert [line for line in out.splitlines() if " passed" in line and "on" in line] == [
        "1 passed on reference",
        "0 passed, 1 failed on reference",
        "1 passed on reference",
    ]
    assert "R006 unknown kind 'nonsense'" in err
    assert "saved: " in err
