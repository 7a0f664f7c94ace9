"""Comments that allow a warning."""

from __future__ import annotations

from diagnose.rulebook.lint import lint

FINDING = "kind: finding\nid: f.idle{0}\ntitle: t\nmatch: {{x: {{fact: hello}}}}\n"


def found(library, text: str) -> list[tuple[str, int]]:
    return [(p.code, p.line) for p in lint(library(text)).problems]


def test_a_warning_is_allowed_by_a_comment_in_its_line_with_a_reason(library) -> None:
    assert found(library, FINDING.format("")) == [("R042", 2)]
    assert found(library, FINDING.format("  # allow R042: for a pack to come")) == []
    assert found(library, FINDING.format("  # allow R042")) == [("R042", 2)]
    assert found(library, FINDING.format("  # allow R042:")) == [("R042", 2)]
    assert lint(library(FINDING.format("  # allow R042: x"))).summary().startswith("0 errors, 0 warnings, 1 allowed in")


def test_an_error_is_not_allowed_by_anything(library) -> None:
    text = FINDING.format("").replace("hello", "helo") + "note: x  # allow R012: never\n"
    assert ("R012", 4) in found(library, text.replace("}}\n", "}}  # allow R012: never\n"))


def test_a_comment_that_allows_nothing_is_a_warning(library) -> None:
    text = FINDING.format("  # allow R042, R054: for a pack to come")
    assert found(library, text) == [("R073", 2)]


def test_a_comment_on_a_remark_is_not_judged_where_remarks_are_not_looked_for(library) -> None:
    text = FINDING.format("  # allow R042, R044: for a pack to come")
    assert found(library, text) == []
    assert lint(library(text), strict=True).problems == ()


def test_what_is_switched_off_is_checked_as_if_it_were_on(library) -> None:
    cause = "kind: cause\nid: c\ntitle: t\nprior: 0.1\nexplains: [{finding: f.idle, seen_when_true: often}]\n"
    off = "disable: c\nbecause: not here\n"
    codes = [p.code for p in lint(library(FINDING.format(""), cause, off)).problems]
    assert "R042" not in codes
