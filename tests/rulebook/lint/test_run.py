"""What the linter says beyond the compiler."""

from __future__ import annotations

import pytest

from diagnose.rulebook.lint import lint

FINDING = "kind: finding\nid: {0}\ntitle: t\nbackground: 0.1\nmatch: {{x: {{fact: hello}}}}\n"
CAUSE = "kind: cause\nid: {0}\ntitle: t\nprior: {1}\nexplains: [{{finding: f.one, seen_when_true: {2}}}]\n"
CAUSE += "remedies: [{{remedy: r, fixes: 1}}]\n"
REMEDY = "kind: remedy\nid: {0}\ntitle: t\ndoes: removes\nsteps: [x]\n"
SOUND = (
    FINDING.format("f.one"),
    CAUSE.format("c.one", 0.4, "always"),
    CAUSE.format("c.two", 0.4, "rarely"),
    REMEDY.format("r"),
)


def found(library, *texts: str, strict: bool = False) -> list[tuple[str, str, int]]:
    return [(p.code, p.severity, p.line) for p in lint(library(*texts), strict=strict).problems]


def test_sound_rules_are_silent(library) -> None:
    report = lint(library(*SOUND))
    assert report.problems == ()
    assert report.summary() == "0 errors, 0 warnings in 5 files (5 documents)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FINDING.format("f.idle"), ("R042", "warning", 2)),
        (REMEDY.format("r-idle"), ("R043", "warning", 2)),
        (CAUSE.format("c.three", 0.1, "always"), ("R046", "warning", 5)),
        (CAUSE.format("c.three", 0.4, "often"), ("R049", "warning", 4)),
        (
            "kind: cause\nid: c.bare\ntitle: t\nprior: 0.01\nexplains: [{finding: f.one, seen_when_true: often}]\n",
            ("R045", "warning", 2),
        ),
        (
            FINDING.format("f.idle") + "---\nkind: question\nid: q\nasks: f.idle\ntext: x\nanswers: {yes: seen}\n",
            ("R050", "warning", 9),
        ),
    ],
)
def test_what_nothing_uses_or_tells_apart_is_a_warning(library, text: str, expected: tuple[str, str, int]) -> None:
    assert expected in found(library, *SOUND, text)


def test_a_cause_that_is_normal_needs_no_remedy(library) -> None:
    text = "kind: cause\nid: normal.x\ntitle: t\nprior: 0.01\nexplains: [{finding: f.one, seen_when_true: often}]\n"
    assert found(library, *SOUND, text) == []


def test_examples_of_signals_are_run(library) -> None:
    text = (
        "kind: signal\nid: s\nfrom: [edge.log]\nmatch: '(?i)link down'\nfact: link.state\nset: {state: down}\n"
        "examples:\n  match: [Link DOWN now, link up]\n  not: ['link is down', the link down]\n"
    )
    assert found(library, *SOUND, text) == [("R041", "error", 8), ("R041", "error", 9)]


@pytest.mark.parametrize(
    ("condition", "slow"),
    [
        (r"match: '\d+|\w+ \w+'", True),
        ("where: {status: {gte: 500}}", True),
        (r"match: '\d{4} ms|link down'", False),
        ("where: {component: bridge}", False),
    ],
)
def test_a_signal_for_which_every_line_must_be_read_is_a_warning(library, condition: str, slow: bool) -> None:
    text = f"kind: signal\nid: s\nfrom: [edge.log]\n{condition}\nfact: link.state\nset: {{state: down}}\n"
    assert (("R051", "warning", 4) in found(library, *SOUND, text)) is slow


def test_examples_are_run_even_while_other_documents_are_wrong(library) -> None:
    text = "kind: signal\nid: s\nfrom: [edge.log]\nmatch: a\nfact: hello\nexamples: {match: [b]}\n"
    assert found(library, text, "kind: nothing\n") == [("R041", "error", 6), ("R006", "error", 1)]


def test_strict_adds_remarks_on_what_no_test_sees_and_what_weighs_on_one_cause(library) -> None:
    texts = (*SOUND, FINDING.format("f.two"), CAUSE.format("c.three", 0.1, "often").replace("f.one", "f.two"))
    assert ("R047", "remark", 2) in found(library, *texts, strict=True)
    assert [c for c, _, _ in found(library, *SOUND, strict=True)] == ["R044"]


def test_wrong_tests_are_found_without_running_them(library) -> None:
    test = "kind: test\nname: t\nsources: [edge.log]\nevents: [{at: 95s, fact: helo}]\nexpect: {findings: [f.onee]}\n"
    assert found(library, *SOUND, test) == [("R012", "error", 4), ("R061", "error", 5)]
