"""Every input finds its reader."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnose.errors import NothingReadError, Problem
from diagnose.read import read, read_strings
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal

RESET = Signal("l.reset", "t", ("log",), "bot.media.handshake", "(?i)reset by peer", (), {"outcome": "reset"})
FLAP = Signal("t.flap", "t", ("ticket",), "link.state", "(?i)uplink flapped", (), {"state": "flapping"})
SCANNER = Scanner([RESET, FLAP])
RECORD = {"timestamp": "2031-03-04T05:06:07Z", "component": "media-bridge", "message": "reset by peer"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORD),
        json.dumps(RECORD, indent=2),
        json.dumps([RECORD], indent=2),
        json.dumps({"logs": [RECORD]}),
        "\ufeff" + json.dumps(RECORD) + "\n" + json.dumps(RECORD | {"message": "up"}),
        json.dumps(RECORD, indent=2) + "\n" + json.dumps(RECORD | {"message": "up"}, indent=2),
        json.dumps([RECORD, RECORD], indent=2)[:-40],
        json.dumps(RECORD, indent=2)[:-3],
        "2031-03-04T05:06:07Z media-bridge: reset by peer\r\n",
        "media-bridge: reset by peer\n",
    ],
)
def test_a_log_in_any_shape_gives_the_same_fact(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.log"
    path.write_text(text, encoding="utf-8")
    found = {(d.kind, d.source) for d in read([str(path)], SCANNER).drafts}
    assert found == {("bot.media.handshake", "edge.log")}


def test_a_document_that_breaks_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([RECORD, RECORD], indent=2)[:-40])
    problems = read([str(path)], SCANNER).problems
    assert any("breaks off" in p.message for p in problems)


def test_prose_in_a_file_of_output_is_read_as_both(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    path.write_text("The uplink flapped and then the stream was reset by peer as it was before.\n")
    assert {d.signal for d in read([str(path)], SCANNER).drafts} == {"l.reset", "t.flap"}


def test_json_that_is_no_evidence_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("[1, 2, 3]")
    with pytest.raises(NothingReadError, match="no known shape"):
        read([str(path)], SCANNER)


def test_json_nested_without_end_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a":' * 50_000)
    with pytest.raises(NothingReadError, match="nested too deep"):
        read([str(path)], SCANNER)


def test_strings_are_read_as_the_kind_they_are_named() -> None:
    reading = read_strings(
        {"ticket": "The uplink flapped.", "bot.log": "reset by peer", "edge.log": json.dumps(RECORD)}, SCANNER
    )
    assert [(d.signal, d.source) for d in reading.drafts] == [
        ("t.flap", "ticket"),
        ("l.reset", "bot.log"),
        ("l.reset", "edge.log"),
    ]


def test_a_log_without_years_takes_them_from_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("Mar  4 05:06:00 n1 media-bridge: reset by peer\n")
    (tmp_path / "b.log").write_text("2031-03-04T05:06:07Z media-bridge: up\n")
    (draft,) = read([str(tmp_path)], SCANNER).drafts
    assert draft.start == 1930367160000
    assert draft.local


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.text(alphabet='{}[]",:\n\\ab1 -TZ\u00fc', max_size=300).map(str.encode),
        st.tuples(st.sampled_from([json.dumps(RECORD, indent=1), json.dumps([RECORD] * 2)]), st.integers(0, 200)).map(
            lambda pair: pair[0][: pair[1]].encode()
        ),
    )
)
def test_no_input_is_a_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    problems: tuple[Problem, ...] = ()
    with contextlib.suppress(NothingReadError):
        problems = read([str(path)], SCANNER).problems
    assert all(p.message and p.hint for p in problems)


def test_of_endless_prose_only_so_much_is_weighed_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnose.read.dispatch.MAX_PROSE", 200)
    prose = b"".join(b"The caller of call %d hears nothing after the transfer to the bot.\n" % n for n in range(9))
    reading = read(["-"], SCANNER, stdin=io.BytesIO(prose))
    (told,) = reading.problems
    assert (told.code, told.severity) == ("IN030", "warning")
    assert "first 4 lines" in told.message
    assert told.message in reading.sources[0].why
