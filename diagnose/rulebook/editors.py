"""A JSON Schema of every kind of document, made of the models, so that an editor completes and checks as one types.

It knows shapes and the fixed words (source kinds, entity keys). Where names are handed in (facts, findings, causes,
remedies of the packs at hand) they are offered too, but others are let pass: whether a name exists is for the linter.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from diagnose.model import ENTITY_KEYS
from diagnose.read.signals.signal import SOURCE_KINDS
from diagnose.rulebook.schema import MODELS
from diagnose.rulebook.words import ID, TYPES

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILE = Path(__file__).with_name("rules.schema.json")
"""Where the schema lies that is published with the package."""
KINDS = (*MODELS, "signals", "facts")
"""What a schema is there for: the kinds of documents, tables of signals, and the dictionary `facts.yaml`."""

Schema = dict[str, Any]

_WORDS: Mapping[str, tuple[str, ...]] = {
    "from": SOURCE_KINDS, "observable_by": SOURCE_KINDS, "sources": SOURCE_KINDS, "about": ENTITY_KEYS,
}  # fmt: skip
"""Keys whose words are fixed."""
_NAMED = {
    "fact": "fact", "finding": "finding", "findings": "finding", "not_findings": "finding", "unknown": "finding",
    "rules_out": "finding", "asks": "finding", "cause": "cause", "is": "cause", "not_causes": "cause",
    "upstream_of": "cause", "remedy": "remedy", "first_remedy": "remedy", "next_question": "question",
    "catalogue": "catalogue",
}  # fmt: skip
"""Keys whose words are names of documents, and of which kind."""
_OVERLAYS = ("override", "switch")
"""Documents that are told by another key than `kind`, which in them chooses among documents of one id."""
_SAYS = {
    "from": "Source kinds it may match in; `log` means every log.",
    "take": "Field or entity key of the fact: a named group of `match`, or a field of the record.",
    "set": "Constant fields of the fact.",
    "where": "Tests on fields: a value, a list of values, or {operator: value}.",
    "match": "In a signal an RE2 pattern; in a finding a name for each fact or finding that must be there.",
    "examples": "Texts that the pattern must find, and texts that it must not.",
    "background": "In what share of incidents it is seen when no listed cause explains it.",
    "observable_by": "Sources whose silence proves that it did not happen.",
    "settle": "Repeats within this time count once.",
    "join": "Entity keys on which the aliases must agree.",
    "within": "A time such as 90s, 5m or 24h.",
    "prior": "Share of incidents that have this cause, 0 to 1.",
    "seen_when_true": "always, usually, often, sometimes, rarely, or a number from 0 to 1.",
    "group": "Findings of one group count once, by the strongest.",
    "fixes": "In what share of the cause's incidents the remedy ends the trouble, 0 to 1.",
    "because": "Why the other pack is changed.",
    "add": "By path, items to put behind a list.",
    "enable": "A rule or a pack, by its id, that is used although it is experimental or disabled.",
    "disable": "A rule or a pack, by its id, to do without.",
    "maturity": "What is experimental is off until --enable or a document with `enable` names it or its pack.",
    "requires": "Packs that must be loaded, with versions where they matter, as network>=1.2 or diagnose>=0.1.",
    "like": "The name of a test whose evidence this one starts from.",
    "known_gap": "Why it may fail today.",
    "text": "In a test, raw lines by source kind; in a question, what is asked.",
}
"""What an editor shows beside a key."""


def schema(names: Mapping[str, Collection[str]] | None = None, kind: str | None = None) -> Schema:
    """The JSON Schema (draft 2020-12) of all kinds of documents, or of `kind` alone.

    `names` holds the names to offer, by kind of document (`fact`, `finding`, `cause`, ...).
    """
    _, out = models_json_schema([(model, "validation") for model in MODELS.values()], by_alias=True)
    definitions: dict[str, Schema] = out["$defs"]
    for definition in definitions.values():
        definition.pop("title", None)
        _tidy(definition, names or {})
    for name, model in MODELS.items():
        if name not in _OVERLAYS:
            definitions[model.__name__]["properties"]["kind"] = {"const": name}
    definitions["SignalsDoc"] = _table(definitions["SignalDoc"])
    definitions["FactsDoc"] = _dictionary()
    top = _by_kind() if kind is None else {"$ref": f"#/$defs/{_definition(kind)}"}
    return {
        "$schema": DRAFT,
        "title": "Rules of diagnose",
        "description": "Documents of rule packs; made by `diagnose rules schema`.",
        **top,
        "$defs": dict(sorted(definitions.items())),
    }


def rendered(found: Schema) -> str:
    """The schema as it is written to a file."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _definition(kind: str) -> str:
    own = {"signals": "SignalsDoc", "facts": "FactsDoc"}
    return own[kind] if kind in own else MODELS[kind].__name__


def _by_kind() -> Schema:
    """A document by its `kind`; overlays need none."""
    kinds = [k for k in KINDS if k not in (*_OVERLAYS, "facts")]
    none = dict.fromkeys(("override", "enable", "disable"), False)
    cases = [
        {
            "if": {"required": ["kind"], "properties": {"kind": {"const": kind}, **none}},
            "then": {"$ref": f"#/$defs/{_definition(kind)}"},
        }
        for kind in kinds
    ]
    return {
        "type": "object",
        "if": {"required": ["override"]},
        "then": {"$ref": "#/$defs/OverrideDoc"},
        "else": {
            "if": {"anyOf": [{"required": ["enable"]}, {"required": ["disable"]}]},
            "then": {"$ref": "#/$defs/SwitchDoc"},
            "else": {"required": ["kind"], "properties": {"kind": {"enum": kinds}}},
        },
        "allOf": cases,
    }


def _tidy(definition: Schema, names: Mapping[str, Collection[str]]) -> None:
    """Take out what only repeats the key, say what keys mean, and put in the words that are possible."""
    for key, prop in definition.get("properties", {}).items():
        prop.pop("title", None)
        if key in _SAYS:
            prop["description"] = _SAYS[key]
        words = names.get(_NAMED.get(key, ""), ())
        for text in list(_texts(prop)):
            if key in _WORDS:
                text["enum"] = list(_WORDS[key])
            elif words:
                text.clear()
                text["anyOf"] = [{"enum": sorted(words)}, {"type": "string"}]


def _texts(prop: Schema) -> Iterator[Schema]:
    """The places in a property where a plain text stands: itself, the items of a list, either."""
    if prop.get("type") == "string" and "pattern" not in prop:
        yield prop
    if isinstance(prop.get("items"), dict):
        yield from _texts(prop["items"])
    for choice in prop.get("anyOf", ()):
        yield from _texts(choice)


def _table(row: Schema) -> Schema:
    """A table of signals: what all rows share, and the rows."""
    loose: Schema = {**row, "properties": {k: v for k, v in row["properties"].items() if k != "kind"}}
    loose.pop("required", None)
    return {
        "type": "object",
        "description": "Signals as a table: each row is laid over the defaults.",
        "additionalProperties": False,
        "required": ["kind", "rows"],
        "properties": {
            "kind": {"const": "signals"},
            "note": {"type": "string"},
            "defaults": loose,
            "rows": {"type": "array", "minItems": 1, "items": loose},
        },
    }


def _dictionary() -> Schema:
    """The fact dictionary: kinds of facts with their fields and the sources that show them."""
    text = {"type": "string"}
    field = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(TYPES)}, "values": {"type": "array"}, "unit": text, "note": text},
    }
    fact = {
        "type": "object",
        "required": ["fields"],
        "properties": {
            "title": text,
            "note": text,
            "fields": {"type": "object", "additionalProperties": field},
            "sources": {"type": "array", "items": {"enum": list(SOURCE_KINDS)}},
        },
    }
    return {
        "type": "object",
        "description": "The fact dictionary.",
        "additionalProperties": fact,
        "propertyNames": {"pattern": ID.pattern},
    }
