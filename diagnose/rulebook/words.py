"""The words that rules may use: the fact dictionary, entity keys, source kinds, ids, and the nearest name to a typo."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.model import ENTITY_KEYS
from diagnose.read.signals.signal import SOURCE_KINDS
from diagnose.rulebook.loader import Document, Where
from diagnose.rulebook.patterns import refusal
from diagnose.where import OPERATORS, Test

ID = re.compile(r"^[a-z0-9_]+(?:[.-][a-z0-9_]+)*$")
TYPES = ("word", "text", "number", "integer", "boolean")
_SUGGESTED = re.compile(r"did you mean '([^']+)'\?")
_NUMERIC = ("gt", "gte", "lt", "lte")


class Field(msgspec.Struct, frozen=True):
    """One field of a kind of fact: its type, its words when the type is `word`, its unit."""

    type: str
    values: tuple[str, ...] = ()
    unit: str = ""
    note: str = ""


class FactKind(msgspec.Struct, frozen=True):
    """One kind of fact: its fields and the source kinds that show it when it happens."""

    id: str
    title: str
    fields: dict[str, Field]
    sources: tuple[str, ...]
    note: str = ""


def nearest(word: str, choices: Iterable[str], more: str = "") -> str:
    """`did you mean 'x'?` with the choice most like `word`, then `more` in brackets; either may be missing."""
    close = difflib.get_close_matches(word, sorted(choices), n=1, cutoff=0.55)
    hint = f"did you mean '{close[0]}'?" if close else ""
    return f"{hint}  ({more})".strip() if more else hint


def suggestion(hint: str) -> str:
    """The word that a hint of `nearest` suggests; empty when it suggests none."""
    found = _SUGGESTED.match(hint)
    return found[1] if found else ""


def read_dictionary(document: Document, known: dict[str, FactKind]) -> list[Problem]:
    """Add the kinds of a `facts.yaml` document to `known`; gives what is wrong with it."""
    problems: list[Problem] = []
    for kind, body in document.data.items():
        if kind in known:
            problems.append(document.problem((kind,), "R018", f"fact '{kind}' is defined twice", key=True))
        elif not isinstance(body, dict) or not isinstance(body.get("fields"), dict):
            problems.append(document.problem((kind,), "R008", f"fact '{kind}' has no fields", key=True))
        else:
            known[kind] = _fact_kind(document, kind, body, problems)
    return problems


def _fact_kind(document: Document, kind: str, body: Mapping[str, Any], problems: list[Problem]) -> FactKind:
    fields = {}
    for name, spec in body["fields"].items():
        place: Where = (kind, "fields", name)
        if not isinstance(spec, dict) or spec.get("type") not in TYPES:
            problems.append(document.problem(place, "R009", f"a field needs a type: one of {', '.join(TYPES)}"))
            continue
        values = tuple(str(v) for v in spec.get("values") or ())
        fields[name] = Field(spec["type"], values, str(spec.get("unit", "")), str(spec.get("note", "")))
    sources = body.get("sources") or []
    for i, source in enumerate(sources):
        if source not in SOURCE_KINDS:
            hint = nearest(str(source), SOURCE_KINDS)
            problems.append(document.problem((kind, "sources", i), "R015", f"unknown source kind '{source}'", hint))
    return FactKind(kind, str(body.get("title", kind)), fields, tuple(sources), str(body.get("note", "")))


class Words:
    """Checks words against the dictionary; every mistake goes to `problems`."""

    def __init__(self, facts: Mapping[str, FactKind], problems: list[Problem]) -> None:
        self.facts = facts
        self.problems = problems

    def fact(self, document: Document, place: Where, kind: str) -> FactKind | None:
        """The kind of fact named `kind`, or None and a problem."""
        found = self.facts.get(kind)
        if found is None:
            hint = nearest(kind, self.facts, "facts: diagnose knowledge facts")
            self.problems.append(document.problem(place, "R012", f"unknown fact '{kind}'", hint))
        return found

    def field(self, document: Document, place: Where, kind: FactKind, name: str) -> Field | None:
        """The type of a field, entity key or `note` of a fact, or None and a problem at the key `place`."""
        if name in kind.fields:
            return kind.fields[name]
        if name in ENTITY_KEYS or name in ("note", "source"):
            return Field("text")
        hint = nearest(name, (*kind.fields, *ENTITY_KEYS), f"fields: {', '.join(kind.fields)}")
        self.problems.append(document.problem(place, "R013", f"'{kind.id}' has no field '{name}'", hint, key=True))
        return None

    def value(self, document: Document, place: Where, field: Field, value: object) -> bool:
        """Whether `value` fits the field's type; a problem when not."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = {
            "boolean": isinstance(value, bool),
            "number": is_number,
            "integer": is_number and isinstance(value, int),
            "word": isinstance(value, str),
            "text": isinstance(value, str) or is_number,
        }[field.type]
        if not fits:
            need = {"boolean": "true or false", "integer": "a whole number", "number": "a number"}.get(
                field.type, "a word"
            )
            self.problems.append(
                document.problem(place, "R009", f"'{value}' is no value for this field", f"needs {need}")
            )
        elif field.type == "word" and field.values and value not in field.values:
            hint = nearest(str(value), field.values, f"one of {', '.join(field.values)}")
            self.problems.append(document.problem(place, "R014", f"'{value}' is not in the fact dictionary", hint))
            return False
        return fits

    def entity(self, document: Document, place: Where, key: str, *, at_key: bool = False) -> bool:
        """Whether `key` is an entity key."""
        if key in ENTITY_KEYS:
            return True
        hint = nearest(key, ENTITY_KEYS, f"one of {', '.join(ENTITY_KEYS)}")
        self.problems.append(document.problem(place, "R032", f"unknown entity key '{key}'", hint, key=at_key))
        return False

    def sources(self, document: Document, place: Where, kinds: Iterable[str]) -> tuple[str, ...]:
        """Those of `kinds` that are source kinds; problems for the others."""
        out = []
        for i, kind in enumerate(kinds):
            if kind in SOURCE_KINDS:
                out.append(kind)
            else:
                hint = nearest(kind, SOURCE_KINDS)
                self.problems.append(document.problem((*place, i), "R015", f"unknown source kind '{kind}'", hint))
        return tuple(out)

    def pattern(self, document: Document, place: Where, pattern: str) -> bool:
        """Whether RE2 takes the pattern."""
        why = refusal(pattern)
        if why:
            message, _, hint = why.partition("; ")
            self.problems.append(document.problem(place, "R023", message, hint))
        return not why

    def tests(
        self, document: Document, place: Where, where: Mapping[str, Any], kind: FactKind | None
    ) -> tuple[Test, ...]:
        """A `where` as tests. With `kind` its fields and values are checked; without, the fields are free."""
        out: list[Test] = []
        for name, spec in where.items():
            here = (*place, name)
            field = self.field(document, here, kind, name) if kind else Field("text")
            if isinstance(spec, dict):
                for op, value in spec.items():
                    test = self._test(document, (*here, op), name, op, value, field, free=kind is None)
                    out += [test] if test else []
            else:
                op = "in" if isinstance(spec, list) else "eq"
                test = self._test(document, here, name, op, spec, field, free=kind is None)
                out += [test] if test else []
        return tuple(sorted(out, key=lambda t: (t.field, t.op, repr(t.value))))

    def _test(
        self, document: Document, place: Where, name: str, op: str, value: Any, field: Field | None, *, free: bool
    ) -> Test | None:
        before = len(self.problems)
        if op not in OPERATORS:
            hint = nearest(op, OPERATORS, f"one of {' '.join(OPERATORS)}")
            self.problems.append(document.problem(place, "R016", f"unknown operator '{op}'", hint, key=True))
        elif op == "in":
            if not isinstance(value, list) or not value:
                self.problems.append(document.problem(place, "R009", "'in' needs a list", "such as [reset, timeout]"))
            else:
                for i, item in enumerate(value):
                    self._operand(document, (*place, i), op, item, field, free=free)
                value = tuple(value)
        else:
            self._operand(document, place, op, value, field, free=free)
        return Test(name, op, value) if len(self.problems) == before and field else None

    def _operand(
        self, document: Document, place: Where, op: str, value: Any, field: Field | None, *, free: bool
    ) -> None:
        add = self.problems.append
        if op == "exists":
            if not isinstance(value, bool):
                add(document.problem(place, "R009", "'exists' needs true or false"))
        elif op in _NUMERIC:
            if isinstance(value, bool) or not isinstance(value, int | float):
                add(document.problem(place, "R009", f"'{op}' needs a number"))
            elif field and not free and field.type not in ("number", "integer", "text"):
                add(document.problem(place, "R009", f"'{op}' does not suit a field of type {field.type}", key=True))
        elif op == "matches":
            if not isinstance(value, str):
                add(document.problem(place, "R009", "'matches' needs a pattern"))
            else:
                self.pattern(document, place, value)
        elif op == "cidr":
            try:
                ipaddress.ip_network(str(value), strict=False)
            except ValueError:
                add(document.problem(place, "R010", f"'{value}' is no network", "such as 10.0.0.0/8"))
        elif field and not free:
            self.value(document, place, field, value)
        elif not isinstance(value, str | int | float | bool):
            add(document.problem(place, "R009", "a single value is needed here"))
