"""What the linter found, for programs: JSON, SARIF 2.1.0, annotations of GitHub; and for people, in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from diagnose.errors import Problem
from diagnose.rulebook.lint import CHECKS, LintReport
from diagnose.rulebook.lint.fix import Fixed
from diagnose.version import VERSION

SCHEMA_VERSION = 1
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "remark": "note"}
_COMMANDS = {"error": "error", "warning": "warning", "remark": "notice"}


def text(report: LintReport, fixed: Sequence[Fixed] = (), width: int | None = None) -> str:
    """Every problem with its line and a caret, then the sum; `width` is that of the terminal, if there is one."""
    lines = [line for f in fixed for line in f.lines()]
    lines += [problem.render(width) for problem in report.problems]
    return "\n".join([*lines, report.summary() + (f", {len(fixed)} fixed" if fixed else "")])


def json_text(report: LintReport, fixed: Sequence[Fixed] = ()) -> str:
    """The report as indented JSON: `problems` in the order of files and lines, `fixed`, and the counts."""
    shown = {
        "schema_version": SCHEMA_VERSION,
        "errors": report.errors,
        "warnings": report.count("warning"),
        "remarks": report.count("remark"),
        "files": report.files,
        "documents": report.documents,
        "allowed": report.allowed,
        "problems": report.problems,
        "fixed": [
            {"path": f.problem.path, "line": f.line, "code": f.problem.code, "before": f.before, "after": f.after}
            for f in fixed
        ],
    }
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def sarif_text(report: LintReport) -> str:
    """The report as SARIF 2.1.0, one run, with the pages of the checks that found something."""
    codes = sorted({p.code for p in report.problems})
    run = {
        "tool": {
            "driver": {
                "name": "diagnose rules lint",
                "semanticVersion": VERSION,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(p, codes.index(p.code)) for p in report.problems],
    }
    shown = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def _rule(code: str) -> dict[str, Any]:
    check = CHECKS[code]
    return {
        "id": code,
        "name": type(check).__name__,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": check.way_out},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
    }


def _result(problem: Problem, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": uri(problem.path)}}
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": problem.column, "endColumn": _end(problem)}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": _LEVELS[problem.severity],
        "message": {"text": _sentence(problem)},
        "locations": [{"physicalLocation": place}],
    }


def _end(problem: Problem) -> int:
    return problem.column + max(1, problem.width)


def _sentence(problem: Problem) -> str:
    return f"{problem.message}; {problem.hint}" if problem.hint else problem.message


def uri(path: str) -> str:
    """A path as SARIF wants it: relative ones with `/`, absolute ones as `file:`; odd characters escaped."""
    given = Path(path)
    return given.as_uri() if given.is_absolute() else quote(given.as_posix())


def github_text(report: LintReport) -> str:
    """One workflow command of GitHub Actions a problem, which shows it at its line of a pull request; then the sum."""
    return "\n".join([*(_annotation(p) for p in report.problems), report.summary()])


def _annotation(problem: Problem) -> str:
    properties = {"file": Path(problem.path).as_posix()}
    if problem.line:
        numbers = {"line": problem.line, "endLine": problem.line, "col": problem.column, "endColumn": _end(problem)}
        properties |= {name: str(number) for name, number in numbers.items()}
    properties["title"] = f"{problem.code} {CHECKS[problem.code].title}" if problem.code in CHECKS else problem.code
    escaped = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{_COMMANDS[problem.severity]} {escaped}::{_escaped(_sentence(problem))}"


def _escaped(value: str, more: Iterable[str] = "") -> str:
    """A value as workflow commands want it: `%` first, line ends, and what separates properties."""
    for character in ("%", "\r", "\n", *more):
        value = value.replace(character, f"%{ord(character):02X}")
    return value
