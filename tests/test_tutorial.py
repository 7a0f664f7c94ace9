"""The tutorial does what it says: each of its commands prints what stands on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tutorial import PAGE, follow, plain, run, shown, steps


def test_every_command_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "DIAGNOSE_RULES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    wrong = [
        f"$ {step.command}\n{printed}"
        for step, printed in follow(PAGE.read_text(encoding="utf-8"), tmp_path)
        if plain(printed) != plain(step.text)
    ]
    assert not wrong, "make docs writes the page anew; read the difference\n\n" + "\n".join(wrong)


def test_files_and_commands_are_taken_in_their_order() -> None:
    page = (
        "Save this as `a/b.log`:\n\n```text\none\n```\n\n"
        "```console\n$ cat a/b.log\none\n$ cat a/b.log a/b.log\none\n...\n```\n"
    )
    found = steps(page)
    assert [(s.path, s.command, s.text) for s in found] == [
        ("a/b.log", "", "one\n"),
        ("", "cat a/b.log", "one\n"),
        ("", "cat a/b.log a/b.log", "one\n...\n"),
    ]
    assert page[slice(*found[2].span)] == "one\n...\n"


def test_an_output_may_be_cut_short() -> None:
    assert shown("1\n2\n3\n", "1\n...\n") == "1\n...\n"
    assert shown("1\n2\n3\n", "1\n") == "1\n2\n3\n"


def test_errors_are_shown_with_the_output() -> None:
    assert "Did you mean 'rules'?" in run("diagnose rulse")
