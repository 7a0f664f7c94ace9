"""A diagnosis as JSON, its JSON Schema, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from diagnose import model
from diagnose.errors import InputError

DIGITS = 4
"""Decimal places of probabilities, weights and gains."""


def json_text(diagnosis: model.Diagnosis) -> str:
    """The diagnosis as indented JSON: keys in the order of the contract, numbers rounded to four places."""
    return msgspec.json.format(msgspec.json.encode(plain(diagnosis)), indent=2).decode()


def plain(diagnosis: model.Diagnosis) -> dict[str, Any]:
    """The diagnosis as dicts and lists, rounded: what every JSON output holds."""
    made: dict[str, Any] = rounded(msgspec.to_builtins(diagnosis))
    return made


def facts_text(evidence: model.Evidence, facts: Sequence[model.Fact]) -> str:
    """Facts as indented JSON, as they stand in a diagnosis, with the sources and what was left out."""
    shown = {
        "schema_version": model.SCHEMA_VERSION,
        "facts": facts,
        "sources": evidence.sources,
        "truncated": evidence.truncated,
        "warnings": evidence.warnings,
    }
    return msgspec.json.format(msgspec.json.encode(rounded(msgspec.to_builtins(shown))), indent=2).decode()


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `json_text`'s output."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(model.Diagnosis)}


def schema_text() -> str:
    """`schema` as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode()


def read_json(data: bytes, path: str) -> model.Diagnosis:
    """A diagnosis from its JSON. Raises InputError naming `path` when it is none, or of another schema version."""
    try:
        raw = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: not JSON ({error}); give the output of: diagnose run ... --format json") from error
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if version is None:
        raise InputError(
            f"{path}: not a diagnosis (no schema_version); give the output of: diagnose run ... --format json"
        )
    if version != model.SCHEMA_VERSION:
        raise InputError(
            f"{path}: a diagnosis of schema version {version!r}; this diagnose reads version {model.SCHEMA_VERSION}; "
            "run the diagnosis again"
        )
    try:
        return msgspec.convert(raw, model.Diagnosis)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: not a whole diagnosis: {error}; run the diagnosis again") from error


def rounded(value: Any) -> Any:
    """`value` with every number in it rounded to `DIGITS` places."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(v) for v in value]
    return value
