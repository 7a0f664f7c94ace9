"""`diagnose run` on the examples and on input that cannot be used."""

from __future__ import annotations

import io
import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from diagnose.cli import main
from diagnose.infer.durable import available
from diagnose.report.formats import schema, schema_text

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(p.name.removesuffix(".expected.txt") for p in (ROOT / "examples").glob("*.expected.txt"))
CAUSES = {
    "wan-flap-survivability": "edge.survivability_media_path",
    "bot-logic-error": "bot.logic_error",
    "failed-handoff": "edge.handoff_failed",
}
ENGINES = ["reference", "durable"] if available() else ["reference"]


@pytest.fixture
def run_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Run an example with further options and give the parsed JSON."""

    def call(name: str, *options: str) -> dict[str, Any]:
        monkeypatch.chdir(ROOT / "examples")
        main(["run", name, "--format", "json", "-q", *options])
        data: dict[str, Any] = json.loads(capsys.readouterr().out)
        return data

    return call


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_gives_the_report_beside_it(
    name: str, engine: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "examples")
    assert main(["run", name, "--engine", engine, "-q"]) == 0
    assert capsys.readouterr().out == Path(f"{name}.expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_names_its_cause_and_a_remedy(name: str, run_json: Callable[..., dict[str, Any]]) -> None:
    data = run_json(name)
    assert data["causes"][0]["id"] == CAUSES[name]
    assert data["verdict"] in ("established", "likely")
    assert data["remedies"]
    assert len(data["causes"]) >= 5


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_json_of_every_example_fits_the_schema(name: str, run_json: Callable[..., dict[str, Any]]) -> None:
    jsonschema.validate(run_json(name), schema())


@pytest.mark.parametrize("name", EXAMPLES)
def test_both_engines_and_two_runs_give_the_same(name: str, run_json: Callable[..., dict[str, Any]]) -> None:
    first = run_json(name, "--engine", ENGINES[0])
    for engine in ENGINES:
        again = run_json(name, "--engine", engine)
        assert {k: v for k, v in again.items() if k != "generated_by"} == {
            k: v for k, v in first.items() if k != "generated_by"
        }


def test_every_fact_names_a_place_that_exists(run_json: Callable[..., dict[str, Any]]) -> None:
    name = EXAMPLES[0]
    for fact in run_json(name)["facts"]:
        source = fact["source"]
        lines = (ROOT / "examples" / source["path"]).read_text(encoding="utf-8").splitlines()
        assert source["line"] is None or 1 <= source["line"] <= len(lines)
        assert source["line"] or source["pointer"] is not None


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = (ROOT / "examples" / "wan-flap-survivability" / "ticket.txt").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ticket)))
    assert main(["run", "-", "--format", "json", "-q"]) in (0, 1)
    data = json.loads(capsys.readouterr().out)
    assert data["incident"] == "stdin"
    assert data["facts"]


def test_a_file_that_does_not_exist_is_named_and_the_others_are_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "examples")
    assert main(["run", EXAMPLES[0], "missing.log"]) in (0, 1)
    captured = capsys.readouterr()
    assert "missing.log" in captured.err
    assert "ROOT CAUSE" in captured.out


def test_when_nothing_can_be_read_the_code_is_3_and_every_file_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "empty.log").write_bytes(b"")
    assert main(["run", str(tmp_path / "missing.log"), str(tmp_path / "empty.log")]) == 3
    captured = capsys.readouterr()
    assert "missing.log" in captured.err
    assert "empty.log" in captured.err
    assert captured.out == ""


def test_evidence_that_says_little_is_inconclusive_with_code_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "ticket.txt").write_text("Something is odd with the telephone since Monday.\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "ticket.txt")]) == 1
    assert capsys.readouterr().out.startswith("ROOT CAUSE   not ")


def test_a_wrong_rule_ends_with_code_2_and_its_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pack = tmp_path / "own"
    pack.mkdir()
    (pack / "pack.yaml").write_text("kind: pack\nid: own\nversion: 1.0.0\nmaturity: experimental\nowner: me\n")
    (pack / "findings.yaml").write_text("kind: finding\nid: own.one\ntitel: One\n")
    assert main(["run", str(ROOT / "examples" / EXAMPLES[0]), "--rules", str(pack)]) == 2
    assert "findings.yaml:" in capsys.readouterr().err


def test_a_report_can_go_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "report.txt"
    main(["run", str(ROOT / "examples" / EXAMPLES[0]), "-q", "-o", str(out)])
    assert "\x1b" not in out.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "no" / "such" / "report.txt"
    assert main(["run", str(ROOT / "examples" / EXAMPLES[0]), "-q", "-o", str(out)]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_an_unknown_zone_ends_with_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(ROOT / "examples" / EXAMPLES[0]), "--tz", "Mars/Olympus"]) == 3
    assert "Mars/Olympus" in capsys.readouterr().err


def test_the_schema_is_printed_without_any_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(schema_text())


@pytest.mark.parametrize("size", ["0", "4X", "G", "-1", "1.5G", ""])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "x", "--max-size", size]) == 3
    assert "500M" in capsys.readouterr().err


def test_the_size_limit_is_kept_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    log = str(ROOT / "examples" / EXAMPLES[0])
    main(["run", log, "--max-size", "1k", "--format", "json"])
    captured = capsys.readouterr()
    assert "only the first 1 kB were read" in captured.err
    assert any("only the first 1 kB" in s["why"] for s in json.loads(captured.out)["sources"])


def test_a_window_without_an_instant_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(ROOT / "examples" / EXAMPLES[0]), "--window", "5m"]) == 3
    assert "--at" in capsys.readouterr().err


def test_an_interrupt_while_evidence_is_awaited_is_one_line_and_code_130() -> None:
    call = [sys.executable, "-m", "diagnose", "run", "-"]
    with subprocess.Popen(
        call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True
    ) as child:
        assert child.stdin is not None
        # the pipe takes this much at once only when the other end has begun to read
        child.stdin.write("2031-03-04T05:06:07Z INFO up\n" * 20_000)
        child.stdin.flush()
        child.send_signal(signal.SIGINT)
        assert child.wait() == 130
        assert child.stderr is not None
        assert child.stderr.read().strip() == "diagnose: interrupted"


@pytest.mark.parametrize("command", ["run", "facts"])
def test_a_reader_of_the_output_that_goes_away_ends_it_in_silence(command: str) -> None:
    example = ROOT / "examples" / EXAMPLES[0]
    shell = f"{shlex.quote(sys.executable)} -m diagnose {command} {example} --format json -q | head -c 10"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr == ""
    assert len(done.stdout) == 10


@pytest.mark.parametrize("redact", [True, False])
def test_nothing_private_is_in_any_output_and_secrets_never_are(
    redact: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = (
        "2031-03-04T05:06:{:02}Z media-bridge ERROR bot stream handshake failed, connection reset by peer 52.10.20.30"
        ' Authorization: Bearer abcdef0123456789 "agentName": "Ada Lovelace" +4930901820 ada@example.org\n'
    )
    (tmp_path / "edge.log").write_text("".join(line.format(n) for n in range(9)))
    out = tmp_path / "d.json"
    more = [] if redact else ["--no-redact"]
    main(["run", str(tmp_path / "edge.log"), "--format", "json", "-o", str(out), *more])
    main(["run", str(tmp_path / "edge.log"), "-v", *more])
    main(["facts", str(tmp_path / "edge.log"), *more])
    main(["explain", str(out)])
    captured = capsys.readouterr()
    shown = captured.out + captured.err + out.read_text(encoding="utf-8")
    assert "reset by peer" in shown
    assert "abcdef0123456789" not in shown
    for private in ("Lovelace", "4930901820", "ada@example.org", "52.10.20.30"):
        assert (private in shown) is not redact
