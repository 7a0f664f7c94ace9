"""`diagnose rules trace`: why a rule fired or not, on a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from diagnose.cli import main
from diagnose.rulebook import files

RULES = """\
kind: signal
id: zz.down
title: The link went down
from: [edge.log]
where: {component: net}
match: 'link (?:lost|down) on (?P<edge>\\w+)'
fact: link.state
set: {state: down}
take: {edge: edge}
---
kind: signal
id: zz.reset
from: [edge.log]
match: 'handshake reset on (?P<edge>\\w+)'
fact: ws.close
take: {edge: edge}
---
kind: finding
id: zz.lost
title: The connection broke after the link did
about: [edge]
match: {down: {fact: link.state, where: {state: down}}, reset: {fact: ws.close}}
join: {edge: [down, reset]}
sequence: [{after: down, then: reset, within: 5s}]
observable_by: [edge.log]
---
kind: remedy
id: zz-fix
title: Fix
does: removes
steps: [x]
---
kind: cause
id: zz.cause
title: The link
prior: 0.5
explains: [{finding: zz.lost, seen_when_true: usually}]
remedies: [{remedy: zz-fix, fixes: 0.9}]
"""
FACTS = """\
ws.close: {fields: {code: {type: integer}}, sources: [edge.log]}
link.state: {fields: {state: {type: word, values: [up, down]}}, sources: [edge.log]}
"""
LINE = '{{"timestamp": "2026-03-17T14:05:{at}Z", "component": "{who}", "level": "ERROR", "message": "{text}"}}\n'

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on a log of these (second, component, text): exit code, standard output, standard error."""
    base = tmp_path / "base"
    base.mkdir()
    (base / "facts.yaml").write_text(FACTS)
    (base / "rules.yaml").write_text(RULES)
    monkeypatch.setattr(files, "built_in_folders", lambda: [base])
    monkeypatch.chdir(tmp_path)

    def call(name: str, *lines: tuple[str, str, str], more: tuple[str, ...] = ()) -> tuple[int, str, str]:
        Path("edge.log").write_text("".join(LINE.format(at=at, who=who, text=text) for at, who, text in lines))
        code = main(["rules", "trace", name, "edge.log", "-q", *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_missed_window_with_measured_and_allowed_distance_and_places(run: Run) -> None:
    code, out, _ = run("zz.lost", ("00.000", "net", "link lost on e1"), ("10.400", "bot", "handshake reset on e1"))

    assert code == 1
    assert "FAILED   down -> reset within 5 s\n             10.4 s apart, allowed 5 s" in out
    assert "edge.log:1, :2  14:05:00 14:05:10" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_failed_join_with_both_values(run: Run) -> None:
    _, out, _ = run("zz.lost", ("00.000", "net", "link lost on e1"), ("01.000", "bot", "handshake reset on e2"))

    assert "FAILED   same edge: down, reset\n             edge: e1 / e2" in out


def test_a_match_is_shown_with_exit_code_0(run: Run) -> None:
    code, out, _ = run("zz.lost", ("00.000", "net", "link lost on e1"), ("01.000", "bot", "handshake reset on e1"))

    assert code == 0
    assert "the rule fired" in out
    assert "FAILED" not in out


def test_an_unknown_names_the_source_that_was_not_collected(run: Run) -> None:
    _, out, _ = run("zz.lost", ("00.000", "net", "link lost on e1"))

    assert "unknown  reset: ws.close" in out
    assert "edge.log could show it; not collected: edge.log" in out


def test_a_signal_that_nearly_matched_shows_missing_texts_and_what_where_saw(run: Run) -> None:
    code, out, _ = run("zz.down", ("00.000", "bot", "link lsot on e1"), ("01.000", "net", "all is well"))

    assert code == 1
    assert "signal zz.down                                                   matched 0 times" in out
    assert "FAILED   match: holds 'link lost on '\n             missing; it has 'link lsot on'" in out
    assert "FAILED   where: component = net\n             component is bot" in out
    assert "edge.log:1" in out


def test_a_signal_in_another_kind_of_source_is_told(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("note.txt").write_text("Hello,\n\nsince noon nothing works here. They say handshake reset on e1 again.\n")
    assert main(["rules", "trace", "zz.reset", "note.txt", "-q"]) == 1
    out = capsys.readouterr().out
    assert "FAILED   from: edge.log\n             the record is of the kind ticket" in out


def test_matches_of_a_signal_are_listed(run: Run) -> None:
    code, out, _ = run("zz.reset", ("00.000", "x", "handshake reset on e1"), ("01.000", "x", "handshake failed on e1"))

    assert code == 0
    assert "matched once" in out
    assert "edge.log:1" in out


def test_a_cause_shows_what_moves_it_and_the_nearest_miss_of_its_findings(run: Run) -> None:
    _, out, _ = run("zz.cause", ("00.000", "net", "link lost on e1"), ("10.400", "bot", "handshake reset on e1"))

    assert "cause zz.cause" in out
    assert "nearest: down -> reset took 10.4 s, allowed 5 s" in " ".join(out.split())


def test_json_holds_the_same_with_numbers_and_facts(run: Run) -> None:
    lines = ("00.000", "net", "link lost on e1"), ("10.400", "bot", "handshake reset on e1")
    _, out, _ = run("zz.lost", *lines, more=("--format", "json"))

    data = json.loads(out)
    (finding,) = data["findings"]
    steps = [c for c in finding["ways"][0]["candidates"][0]["conditions"] if c["kind"] == "step"]
    assert (steps[0]["measured_ms"], steps[0]["allowed_ms"]) == (10_400, 5_000)
    assert {f["id"]: f["source"]["line"] for f in data["facts"]} == {"f1": 1, "f2": 2}
    assert data["schema_version"] == 1


def test_an_unknown_id_offers_the_nearest(run: Run) -> None:
    code, _, err = run("zz.lsot")

    assert code == 3
    assert "no finding, cause or signal is called 'zz.lsot'; did you mean 'zz.lost'?" in err
