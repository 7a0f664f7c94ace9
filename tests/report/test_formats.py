"""JSON, its schema, and the way back."""

from __future__ import annotations

import json

import jsonschema
import pytest

from diagnose.errors import InputError
from diagnose.model import Diagnosis
from diagnose.report.formats import json_text, read_json, schema, schema_text


def test_the_json_holds_the_names_of_the_contract(sample: Diagnosis) -> None:
    data = json.loads(json_text(sample))
    assert {
        "schema_version",
        "incident",
        "generated_by",
        "verdict",
        "causes",
        "none_of_these",
        "remedies",
        "findings",
        "facts",
        "next_questions",
        "timeline",
        "sources",
        "contradictions",
        "truncated",
        "warnings",
    } <= set(data)
    assert {"id", "title", "probability", "band", "coverage", "for", "against", "missing"} <= set(data["causes"][0])
    assert {"from", "to", "clock"} <= set(data["sources"][0])


def test_probabilities_are_rounded_to_four_places(sample: Diagnosis) -> None:
    assert json.loads(json_text(sample))["causes"][0]["probability"] == 0.9123


def test_the_json_fits_its_schema(sample: Diagnosis) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(json_text(sample)), json.loads(schema_text()))


def test_the_schema_refuses_another_verdict(sample: Diagnosis) -> None:
    data = json.loads(json_text(sample)) | {"verdict": "certain"}
    with pytest.raises(jsonschema.ValidationError, match="certain"):
        jsonschema.validate(data, schema())


def test_json_read_back_and_written_again_is_the_same(sample: Diagnosis) -> None:
    text = json_text(sample)
    assert json.loads(json_text(read_json(text.encode(), "d.json"))) == json.loads(text)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "d.json: not JSON"),
        (b"ROOT CAUSE", "d.json: not JSON"),
        (b"[1]", "d.json: not a diagnosis"),
        (b'{"a": 1}', "no schema_version"),
        (b'{"schema_version": 7}', "schema version 7"),
        (b'{"schema_version": 1}', "d.json: not a whole diagnosis: .*incident"),
    ],
)
def test_a_file_that_is_no_diagnosis_is_named_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_json(data, "d.json")
