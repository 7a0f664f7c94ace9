"""Safe fixes: only the line at fault changes, and never where the fix would do harm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import gather
from diagnose.rulebook.lint import lint
from diagnose.rulebook.lint.fix import Fixed, fix

FINDING = "# mine\r\nkind: finding\r\nid:   demo.own  # keep\r\ntitle: Own\r\nmatch: {x: {fact: ws.close}}\r\n"
SIGNAL = "kind: signal\nid: demo.sig\nfrom: [edge.log]\nmatch: 'closed after (?P<age>[0-9]+) s'\nfact: ws.close\n"


@pytest.fixture
def mended(demo_files: list[RuleFile]) -> Callable[[str], tuple[str, list[Fixed]]]:
    """Fixes a document beside the small rulebook; its text then, and what was done."""

    def run(text: str) -> tuple[str, list[Fixed]]:
        files = [*demo_files, RuleFile("own.yaml", "own", text.encode())]
        after, _, done = fix(files, ["own.yaml"], lambda some: lint(gather(some)))
        assert after[:-1] == files[:-1]
        return after[-1].raw.decode(), done

    return run


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("title: Own", "titel: Own"),
        ("fact: ws.close", "fact: ws.closee"),
        ("kind: finding", "kind: fnding"),
        ("title: Own\r\n", "title: Own\r\nobservable_by: ['edge.logg']\r\n"),
        ("title: Own", "title: 404"),
    ],
)
def test_a_word_is_mended_and_the_rest_of_the_file_stays(mended, wrong: str, right: str) -> None:
    text, done = mended(FINDING.replace(wrong, right))
    expected = {
        "title: 404": FINDING.replace("title: Own", "title: '404'"),
        "title: Own\r\nobservable_by: ['edge.logg']\r\n": FINDING.replace(wrong, right).replace("logg", "log"),
    }
    assert text == expected.get(right, FINDING)
    assert len(done) == 1


def test_a_word_that_is_like_none_is_left(mended) -> None:
    text = FINDING.replace("title: Own", "title: Own\r\ncolour: red")
    assert mended(text) == (text, [])


def test_a_key_that_is_there_already_is_not_written_twice(mended) -> None:
    text = FINDING.replace("title: Own", "title: Own\r\ntitel: Other")
    assert mended(text) == (text, [])


def test_tabs_go_and_what_stood_behind_them_is_mended_too(mended) -> None:
    text, done = mended(
        "kind: finding\nid: demo.own\ntitle: Own\nmatch:\n\tx:\n\t\tfact: ws.closee\n\ty: {fact: ws.close}\n"
    )
    assert text.endswith("match:\n  x:\n    fact: ws.close\n  y: {fact: ws.close}\n")
    assert [f.problem.code for f in done] == ["R003", "R003", "R003", "R012"]


def test_a_group_that_nothing_takes_loses_its_name(mended) -> None:
    text, done = mended(SIGNAL)
    assert "'closed after (?:[0-9]+) s'" in text
    assert done[0].lines()[1:] == [
        "    - match: 'closed after (?P<age>[0-9]+) s'",
        "    + match: 'closed after (?:[0-9]+) s'",
    ]


def test_the_end_of_text_is_written_as_re2_wants_it(mended) -> None:
    text, _ = mended(SIGNAL.replace("(?P<age>[0-9]+) s", r"\Z"))
    assert r"'closed after \z'" in text


def test_a_byte_order_mark_stays(mended) -> None:
    text, _ = mended("\ufeff" + FINDING.replace("# mine\r\nkind", "kind").replace("title", "titel"))
    assert text == "\ufeff" + FINDING.replace("# mine\r\n", "")


def test_files_of_others_are_not_touched(demo_files: list[RuleFile]) -> None:
    files = [*demo_files, RuleFile("own.yaml", "own", FINDING.replace("title", "titel").encode())]
    assert fix(files, [], lambda some: lint(gather(some)))[0] == files
