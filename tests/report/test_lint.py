"""What the linter found, for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diagnose.errors import Problem
from diagnose.report.lint import github_text, json_text, sarif_text, text, uri
from diagnose.rulebook.lint import CHECKS, LintReport
from diagnose.rulebook.lint.fix import Fixed

WRONG = Problem("my pack/a.yaml", 5, 3, "R007", "unknown key 'stepps'", "did you mean 'steps'?", "  stepps: x", 6)
ODD = Problem("b,c:d.yaml", 0, 0, "R002", "not YAML: 100%\nof it")
IDLE = Problem("a.yaml", 2, 5, "R044", "no test expects 'x'", severity="remark")
REPORT = LintReport((WRONG, ODD, IDLE), 3, 7)
SARIF_RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
    "properties": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["physicalLocation"],
                "properties": {
                    "physicalLocation": {
                        "type": "object",
                        "required": ["artifactLocation"],
                        "properties": {
                            "artifactLocation": {
                                "type": "object",
                                "required": ["uri"],
                                "properties": {"uri": {"type": "string", "format": "uri-reference"}},
                            },
                            "region": {
                                "type": "object",
                                "required": ["startLine"],
                                "properties": {
                                    name: {"type": "integer", "minimum": 1}
                                    for name in ("startLine", "startColumn", "endColumn")
                                },
                                "additionalProperties": False,
                            },
                        },
                    }
                },
            },
        },
    },
}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        **{name: {"type": "object", "required": ["text"]} for name in ("shortDescription", "fullDescription", "help")},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "semanticVersion": {"type": "string"},
                                    "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": SARIF_RESULT},
                },
            },
        },
    },
}
"""What the schema of SARIF 2.1.0 requires of the parts that are used, and what it allows there."""


def test_sarif_has_what_its_schema_requires() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with the extra `test`")
    for report in (REPORT, LintReport((), 0, 0)):
        jsonschema.validate(json.loads(sarif_text(report)), SARIF)


def test_sarif_names_rule_level_and_place() -> None:
    run = json.loads(sarif_text(REPORT))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["R002", "R007", "R044"]
    first = run["results"][0]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "R007"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20pack/a.yaml"},
        "region": {"startLine": 5, "startColumn": 3, "endColumn": 9},
    }
    assert [r["level"] for r in run["results"]] == ["error", "error", "note"]
    assert "region" not in run["results"][1]["locations"][0]["physicalLocation"]


def test_an_absolute_path_is_a_file_uri(tmp_path: Path) -> None:
    assert uri(str(tmp_path / "a b.yaml")).startswith("file:///")
    assert uri(str(tmp_path / "a b.yaml")).endswith("/a%20b.yaml")


def test_github_gets_a_command_a_problem_with_its_characters_escaped() -> None:
    lines = github_text(REPORT).splitlines()
    assert lines[0] == (
        "::error file=my pack/a.yaml,line=5,endLine=5,col=3,endColumn=9,"
        "title=R007 A key is unknown here.::unknown key 'stepps'; did you mean 'steps'?"
    )
    assert lines[1] == (
        "::error file=b%2Cc%3Ad.yaml,title=R002 The file is not well-formed YAML.::not YAML: 100%25%0Aof it"
    )
    assert lines[2].startswith("::notice file=a.yaml,line=2,")
    assert lines[3] == "2 errors, 0 warnings, 1 remark in 3 files (7 documents)"


def test_json_holds_every_problem_and_the_counts() -> None:
    data = json.loads(json_text(REPORT, [Fixed(WRONG, 5, "  stepps: x", "  steps: x")]))
    counts = {k: data[k] for k in data if k not in ("problems", "fixed")}
    assert counts == {
        "schema_version": 1, "errors": 2, "warnings": 0, "remarks": 1, "files": 3, "documents": 7, "allowed": 0,
    }  # fmt: skip
    assert data["problems"][0] == {
        "path": "my pack/a.yaml", "line": 5, "column": 3, "code": "R007", "message": "unknown key 'stepps'",
        "hint": "did you mean 'steps'?", "excerpt": "  stepps: x", "width": 6, "severity": "error",
    }  # fmt: skip
    assert data["fixed"] == [
        {"path": "my pack/a.yaml", "line": 5, "code": "R007", "before": "  stepps: x", "after": "  steps: x"}
    ]


@pytest.mark.parametrize("column", [1, 60, 395])
def test_on_a_terminal_a_long_line_is_cut_around_its_caret(column: int) -> None:
    line = "".join(chr(97 + n % 26) for n in range(400))
    problem = Problem("a.yaml", 3, column, "R023", "wrong", "mend it", line, 5)
    shown = text(LintReport((problem,), 1, 1), width=80).splitlines()
    assert max(map(len, shown)) <= 80
    under = shown[2].index("^")
    assert shown[1][under : under + 5] == line[column - 1 : column + 4]


def test_every_code_that_is_used_is_known() -> None:
    assert {p.code for p in REPORT.problems} <= CHECKS.keys()
