"""The JSON Schema for editors: it is current, takes every built-in document, and marks mistakes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from diagnose.cli.rules_schema import KINDS as OFFERED
from diagnose.rulebook import editors, files
from diagnose.rulebook.library import DICTIONARY
from diagnose.rulebook.loader import load_documents, read_source

SCHEMA = editors.schema()


def documents() -> list[tuple[str, dict[str, Any]]]:
    """Every built-in document with the name of its file."""
    out = []
    for file in files.read_files(files.built_in_folders()):
        if file.name != files.WORDS:
            source = read_source(Path(file.shown), file.shown, file.raw)
            found, problems = load_documents(source)
            assert not problems
            out += [(file.name, d.data) for d in found]
    return out


def wrong(data: dict[str, Any], kind: str | None = None) -> list[str]:
    """What the schema says against a document."""
    found = Draft202012Validator(editors.schema(kind=kind) if kind else SCHEMA).iter_errors(data)
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in found]


def test_the_published_file_is_current() -> None:
    kept = editors.FILE.read_text(encoding="utf-8")
    assert kept == editors.rendered(SCHEMA), "make docs writes it anew"


def test_the_schema_is_one_and_every_built_in_document_fits_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    every, facts = Draft202012Validator(SCHEMA), Draft202012Validator(editors.schema(kind="facts"))
    bad = [
        (name, data.get("kind"), data.get("id") or data.get("name"), [e.message[:300] for e in found])
        for name, data in documents()
        if (found := list((facts if name == DICTIONARY and "kind" not in data else every).iter_errors(data)))
    ]
    assert bad == []


SIGNAL = {"kind": "signal", "id": "a.b", "from": "log", "match": "x", "fact": "ws.close", "set": {"code": 1006}}
FINDING = {"kind": "finding", "id": "a.b", "title": "A", "match": {"x": {"fact": "ws.close"}}, "background": 0.1,
           "sequence": {"after": "x", "then": "x", "within": "90s"}}  # fmt: skip


@pytest.mark.parametrize(
    ("base", "change"),
    [
        (SIGNAL, {"tkae": {}}),
        (SIGNAL, {"from": "egde.log"}),
        (SIGNAL, {"from": ["edge.log", "edge"]}),
        (SIGNAL, {"id": "Two Words"}),
        (SIGNAL, {"denied": "no"}),
        (SIGNAL, {"kind": "sginal"}),
        (FINDING, {"background": 1.2}),
        (FINDING, {"sequence": {"after": "x", "then": "x", "within": "90"}}),
        (FINDING, {"about": ["egde"]}),
        (FINDING, {"match": {"x": {"fcat": "ws.close"}}}),
        ({"override": "a.b", "set": {}, "because": "x"}, {"becuase": "x"}),
        ({"id": "a.b"}, {}),
    ],
)
def test_mistakes_are_marked(base: dict[str, Any], change: dict[str, Any]) -> None:
    if "kind" in base or "override" in base:
        assert wrong(base) == []
    assert wrong(copy.deepcopy(base) | change)


def test_a_table_of_signals_needs_in_its_rows_only_what_its_defaults_lack() -> None:
    table = {"kind": "signals", "defaults": {"from": ["log"], "fact": "ws.close"}, "rows": [{"id": "a", "match": "x"}]}
    assert wrong(table) == []
    assert wrong(table | {"rows": [{"id": "a", "mtach": "x"}]})


def test_names_are_offered_and_others_let_pass() -> None:
    fact = editors.schema({"fact": ["ws.close"]})["$defs"]["SignalDoc"]["properties"]["fact"]
    assert fact["anyOf"] == [{"enum": ["ws.close"]}, {"type": "string"}]


def test_the_command_offers_the_kinds_that_have_a_schema() -> None:
    assert set(OFFERED) == set(editors.KINDS)
    for kind in editors.KINDS:
        assert editors.schema(kind=kind)["$ref"].removeprefix("#/$defs/") in SCHEMA["$defs"]


def test_the_schema_is_written_without_what_a_reader_cannot_use() -> None:
    assert json.loads(editors.rendered(SCHEMA)) == SCHEMA
    assert '"title": "At Least"' not in editors.rendered(SCHEMA)
