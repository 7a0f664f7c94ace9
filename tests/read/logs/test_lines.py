"""Lines of text logs: prefixes, forms, fields."""

from __future__ import annotations

from pathlib import Path

import pytest
import re2
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.read.logs import lines, stamps
from diagnose.read.logs.rows import JsonRow, TextRow, text_rows
from diagnose.read.logs.vocabulary import vocabulary
from tests.read import mutate
from tests.read.sound import sound_row

TABLE = yaml.safe_load((Path(__file__).parents[3] / "knowledge" / "log-lines.yaml").read_text(encoding="utf-8"))[
    "lines"
]
EXAMPLES = [(row["id"], text) for row in TABLE for text in row["examples"]]
HAPROXY = (
    "2031-03-04T05:06:07Z 10.1.0.4:50112 [04/Mar/2031:05:05:07.001] wss~ bots/b1 0/0/1/-1/60003 504 194 - - sH-- "
    '1/1/0/0/0 0/0 "GET /ws HTTP/1.1"'
)


def rows(text: str, *, sparse: bool = False) -> list[JsonRow | TextRow]:
    return list(text_rows(list(enumerate(text.split("\n"), start=1)), sparse=sparse))


@pytest.mark.parametrize(("shape", "text"), EXAMPLES)
def test_an_example_has_its_own_form(shape: str, text: str) -> None:
    stamp = stamps.parse(text)
    found = lines.shape_of(text[stamp.rest :] if stamp is not None else text, text)
    assert found is not None
    assert found[0].id == shape


def test_every_pattern_is_one_that_re2_takes() -> None:
    assert all(re2.compile(row["match"]) for row in TABLE)


def test_haproxy_says_who_closed_and_how_long_it_took() -> None:
    (row,) = rows(HAPROXY)
    fields = row.record().fields
    assert (fields["termination"], fields["status"], fields["total_ms"]) == ("sH--", "504", "60003")
    assert fields["upstream"] == "b1"
    assert row.when() == (1930367167000, False, "")


def test_colours_and_container_prefixes_are_no_part_of_a_line() -> None:
    (row,) = rows("\x1b[36mbot-1  |\x1b[0m 2031-03-04T05:06:07Z \x1b[31mERROR\x1b[0m media-bridge: closed")
    record = row.record()
    assert record.message == "ERROR media-bridge: closed"
    assert (record.fields["container"], record.fields["level"]) == ("bot-1", "ERROR")
    (row,) = rows("[pod/bot-7d9/app] 2031-03-04T05:06:07Z closed")
    assert row.record().fields["pod"] == "bot-7d9"


def test_a_runtime_s_prefix_is_taken_off_and_split_lines_are_joined() -> None:
    text = "2031-03-04T05:06:07.1Z stdout P a \n2031-03-04T05:06:07.2Z stdout F b\n2031-03-04T05:06:08Z stderr F x"
    first, second = rows(text)
    assert first.text() == "a b"
    assert (second.line, second.text()) == (3, "x")


def test_frames_that_a_runtime_stamped_stay_with_their_record() -> None:
    stamp = "2031-03-04T05:06:07Z stderr F "
    text = "\n".join(
        stamp + s for s in ("Exception in thread", "\tat a.b.C.d(C.java:1)", "Caused by: x.Y: reset", "next")
    )
    first, second = rows(text)
    assert first.text().endswith("Caused by: x.Y: reset")
    assert second.text() == "next"


@pytest.mark.parametrize(
    "prefix",
    [
        "2031-03-04T05:06:07Z stdout F ",
        "Mar  4 05:06:07 n1 bridge[7]: ",
        "bot-1  | ",
        "[pod/a/b] ",
        "2031-03-04T05:06:07Z ",
    ],
)
def test_json_behind_a_prefix_is_a_json_record(prefix: str) -> None:
    (row,) = rows(prefix + '{"level":"error","msg":"reset by peer","time":"2031-03-04T05:06:07Z"}', sparse=True)
    assert isinstance(row, JsonRow)
    assert row.text() == "reset by peer"
    assert row.when() == (1930367167000, False, "")


def test_json_that_a_sentence_quotes_stays_part_of_it() -> None:
    (row,) = rows('2031-03-04T05:06:07Z the server answered us with this body: {"message": "no"}')
    assert isinstance(row, TextRow)


def test_syslog_header_gives_host_and_program_of_json() -> None:
    (row,) = rows('Mar  4 05:06:07 n1 bridge[7]: {"level":"error","msg":"reset"}')
    record = row.record()
    assert (record.entities["host"], record.fields["component"], record.lacks) == ("n1", "bridge", "year")


@pytest.mark.parametrize(
    ("line", "level", "component"),
    [
        ("2031-03-04 05:06:07,123 - bots.media - ERROR - closed", "ERROR", "bots.media"),
        ("2031-03-04 05:06:07.123 ERROR 1 --- [nio-1] c.e.MediaClient : closed", "ERROR", "c.e.MediaClient"),
        ("[2031-03-04 05:06:07,123] [main] WARN c.e.MediaClient - closed", "WARN", "c.e.MediaClient"),
        ("fail: Bots.Stream[13]", "fail", "Bots.Stream"),
        ("[05:06:07 ERR] closed", "ERROR", None),
        ("E0304 05:06:07.123456       1 proxier.go:281] closed", None, None),
        ("[Mar  4 05:06:07] NOTICE[21][C-01] chan_pjsip.c:42 f: closed", "NOTICE", "chan_pjsip.c"),
        ("call: terminated", None, "call"),
    ],
)
def test_level_and_component_are_found(line: str, level: str | None, component: str | None) -> None:
    (row,) = rows(line)
    fields = row.record().fields
    assert fields.get("level") == level
    assert fields.get("component") == component
    assert row.known()


def test_prose_has_no_known_form() -> None:
    assert not lines.known("we could not hear anything")


def test_a_huge_line_is_looked_at_in_part() -> None:
    (row,) = rows("2031-03-04T05:06:07Z x " + "a=1 " * 100_000)
    assert len(row.record().fields) < 60


@settings(deadline=None, max_examples=200)
@given(mutate.texts([*(text for _, text in EXAMPLES), HAPROXY]), st.booleans())
def test_spoilt_lines_are_answered(text: str, sparse: bool) -> None:
    for row in rows(text, sparse=sparse):
        sound_row(row)


def test_the_sets_of_forms_find_what_the_forms_one_by_one_do() -> None:
    shapes = vocabulary().lines
    asked = [text for _, text in EXAMPLES]
    one_by_one, by_sets = lines._Forms(shapes), lines._Forms(shapes)
    by_sets._asked = lines.FEW

    def first(forms: lines._Forms, line: str) -> str | None:
        return next((s.id for s in forms.of(line, line) if lines._form(s.match).parts(line) is not None), None)

    assert len(asked) > 40
    assert [first(one_by_one, line) for line in asked] == [first(by_sets, line) for line in asked]
    assert one_by_one._sets is None
    assert by_sets._sets is not None
