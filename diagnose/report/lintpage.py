"""The page of all codes of the linter, and that of one, generated from the registry of checks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from diagnose.rulebook.lint.check import Check

_HEAD = """\
# What `diagnose rules lint` says

This page is generated from the checks themselves: `make docs` writes it anew.
`diagnose rules lint --explain R054` prints one entry.

    diagnose rules lint                      the built-in packs
    diagnose rules lint my-pack/             a folder or a file, together with the built-in packs
    diagnose rules lint my-pack/ --strict    remarks too; warnings fail
    diagnose rules lint my-pack/ --fix       mend what is safe, and say what was done
    diagnose rules lint my-pack/ --watch     again after every save
    diagnose rules lint my-pack/ --format github    annotations in a workflow of GitHub; also json, sarif

Exit codes: 0 no error (with `--strict`: no warning either), 2 a rule is wrong, 3 wrong usage or a file
that cannot be read.

As JSON the report holds `schema_version` (1), the counts `errors`, `warnings`, `remarks`, `files`, `documents` and
`allowed`, then `problems`, each with `path`, `line` and `column` (from 1; 0 when unknown), `width` (characters to
underline), `code`, `severity` (error, warning, remark), `message`, `hint` and `excerpt` (the line), and `fixed`, each
with `path`, `line`, `code`, `before` and `after`. Codes never change their meaning.

A warning or remark that you have looked at and accept is allowed by a comment at the end of its line that says why:
`match: '(?i)ring\b.*' # allow R054: of this device only`. Errors cannot be allowed.

In the examples `demo.flap` is a finding, `demo.lost` and `demo.busy` are causes, and `demo-restart` is a remedy.
"""
COLUMNS = 80
_KINDS = {"error": "an error", "warning": "a warning", "remark": "a remark (with `--strict`)"}


def markdown(checks: Iterable[Check]) -> str:
    """The page: a table of contents, then a section a code."""
    ordered = sorted(checks, key=lambda c: c.code)
    lines = [_HEAD, "| code | | mended by `--fix` | what it says |", "| --- | --- | --- | --- |"]
    lines += [
        f"| [{c.code}](#{c.code.lower()}) | {c.severity} | {'yes' if c.fixable else ''} | {c.title} |" for c in ordered
    ]
    for check in ordered:
        lines += ["", f"## {check.code}", "", *_section(check)]
    return "\n".join(lines) + "\n"


def _section(check: Check) -> list[str]:
    fixed = f" `--fix` {check.fixable}." if check.fixable else ""
    return [
        f"{check.title} This is {_KINDS[check.severity]}.{fixed}", "",
        f"Why: {check.why}", "",
        *_fenced(check.wrong), "",
        f"Way out: {check.way_out}", "",
        *_fenced(check.right),
    ]  # fmt: skip


def _fenced(document: str) -> list[str]:
    return ["```yaml", *document.rstrip("\n").split("\n"), "```"]


def page(check: Check) -> str:
    """One entry as plain text, its sentences in lines of `COLUMNS`."""
    lines = [f"{check.code}  {check.title}", f"{_KINDS[check.severity].partition(' ')[2].replace('`', '')}", ""]
    lines += [_filled(f"Why: {check.why}"), "", *_indented(check.wrong), ""]
    lines += [_filled(f"Way out: {check.way_out}"), "", *_indented(check.right)]
    return "\n".join([*lines, *(["", _filled(f"--fix {check.fixable}.")] if check.fixable else [])])


def _filled(sentences: str) -> str:
    return textwrap.fill(sentences, COLUMNS, break_long_words=False, break_on_hyphens=False)


def _indented(document: str) -> list[str]:
    return [f"    {line}".rstrip() for line in document.rstrip("\n").split("\n")]
