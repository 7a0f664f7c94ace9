"""Holds a document against its model, and turns pydantic's errors into problems with a place and a way out."""

from __future__ import annotations

import copy
import inspect
import re
import typing
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic import ValidationError as PydanticError

from diagnose.errors import Problem
from diagnose.rulebook.loader import Document, Where
from diagnose.rulebook.schema import MODELS
from diagnose.rulebook.words import nearest, suggestion

_NEEDS = {
    "string": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "list": "a list",
    "dict": "a mapping", "model": "a mapping", "literal": "one of its words",
}  # fmt: skip
_HINTS = {"R010": "a share of all cases: 0.8 is four in five"}

_STAND_INS: dict[str, Any] = {
    "prior": 0.5, "seen_when_true": 0.5, "fixes": 0.5, "title": "", "text": "", "because": "", "version": "0",
    "does": "removes", "steps": [], "answers": {},
}  # fmt: skip
"""What stands in for a missing or wrong value, so that the rest of its document can still be checked."""


def validate(document: Document) -> tuple[Any, list[Problem]]:
    """The document as its model, and all that is wrong with its shape.

    A document with mistakes still gives a model where what is left makes sense, so that one run finds the
    mistakes of the compiler, too; None otherwise.
    """
    model = MODELS.get(document.kind)
    if model is None:
        hint = nearest(document.kind, [*MODELS, "signals"], f"one of {', '.join([*MODELS, 'signals'])}")
        what = f"unknown kind '{document.kind}'" if document.kind else "a document needs a kind"
        return None, [document.problem(("kind",), "R006" if document.kind else "R005", what, hint)]
    try:
        return model.model_validate(document.data), []
    except PydanticError as error:
        errors: list[dict[str, Any]] = [dict(e) for e in error.errors(include_url=False)]
        problems = [(e, _problem(document, model, e)) for e in errors]
        meant = {(*e["loc"][:-1], suggestion(p.hint)) for e, p in problems if p.code == "R007"}
        shown = [p for e, p in problems if e["type"] != "missing" or e["loc"] not in meant]
        return _repaired(document, model, errors), shown


def _repaired(document: Document, model: type[BaseModel], errors: Sequence[dict[str, Any]]) -> BaseModel | None:
    """The model without what is wrong, or None when too little is left."""
    data = copy.deepcopy(document.data)
    for error in sorted(errors, key=lambda e: [str(p) for p in e["loc"]], reverse=True):
        place = [p for p in error["loc"] if p != "[key]"]
        parent: Any = data
        for part in place[:-1]:
            known = range(len(parent)) if isinstance(parent, list) else parent
            if part in known:
                parent = parent[part]
        last = place[-1] if place else ""
        if isinstance(parent, dict):
            parent.pop(last, None)
            if last in _STAND_INS:
                parent[last] = _STAND_INS[last]
    try:
        return model.model_validate(data)
    except PydanticError:
        return None


def _problem(document: Document, model: type[BaseModel], error: dict[str, Any]) -> Problem:
    place: Where = tuple(p for p in error["loc"] if p != "[key]")
    kind = str(error["type"])
    last = str(place[-1]) if place else ""
    if kind == "extra_forbidden":
        names = _names(model, place[:-1])
        hint = nearest(last, names, f"keys: {', '.join(names)}")
        return document.problem(place, "R007", f"unknown key '{last}'", hint, key=True)
    if kind == "too_short":
        return document.problem(place, "R010", f"'{last}' is empty", "give it at least one item")
    if kind == "missing":
        return document.problem(place[:-1], "R008", f"'{last}' is missing", f"add {last}: ...")
    if re.match(r"R\d{3}$", kind):
        return document.problem(place, kind, str(error["msg"]), _HINTS.get(kind, ""))
    if kind == "literal_error":
        allowed = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        hint = nearest(str(error["input"]), allowed.split(", "), f"one of {allowed}")
        return document.problem(place, "R010", f"'{error['input']}' is not possible here", hint)
    need = _NEEDS.get(kind.partition("_")[0])
    if need and kind.endswith(("_type", "_parsing")):
        hint = "put it in quotes" if need == "text" and isinstance(error["input"], int | float | bool) else ""
        return document.problem(place, "R009", f"{_article(error['input'])} where {need} is needed", hint)
    return document.problem(place, "R010", str(error["msg"]))


def _article(value: object) -> str:
    if value is None:
        return "nothing"
    names: Sequence[tuple[Callable[[object], bool], str]] = (
        (lambda v: isinstance(v, bool), "a boolean"),
        (lambda v: isinstance(v, int | float), "a number"),
        (lambda v: isinstance(v, str), "text"),
        (lambda v: isinstance(v, list), "a list"),
    )
    return next((name for test, name in names if test(value)), "a mapping")


def _names(model: type[BaseModel], place: Where) -> list[str]:
    """The keys that are possible at `place` of a document."""
    current: type[BaseModel] = model
    for part in place:
        field = next((f for n, f in current.model_fields.items() if part in (n, f.alias)), None)
        inner = _inner_model(field.annotation) if field else None
        current = inner or current
    return [f.alias or n for n, f in current.model_fields.items()]


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return annotation
    for argument in typing.get_args(annotation):
        found = _inner_model(argument)
        if found:
            return found
    return None
