"""Documents that change documents of other packs: what they set or add, and what that makes different."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.rulebook.loader import Document, Mark, Where
from diagnose.rulebook.schema import OverrideDoc
from diagnose.rulebook.shape import validate
from diagnose.rulebook.words import nearest

NAMED_BY = ("finding", "remedy", "id")
"""Keys by which an item of a list may be named in a path, beside its number."""
_MISSING = object()


class Change(msgspec.Struct, frozen=True):
    """What an overlay makes different: the document, the path in it, the value before and after, where and why.

    `old` is None where nothing was written at `path`; `added` says that `new` was put behind the items of a list.
    """

    kind: str
    id: str
    path: str
    old: Any
    new: Any
    mark: Mark
    because: str
    added: bool = False

    @property
    def place(self) -> str:
        """The file and line that makes the change."""
        return f"{self.mark.source.path}:{self.mark.line}"


def apply_overrides(documents: Sequence[Document], problems: list[Problem]) -> tuple[list[Document], list[Change]]:
    """The documents without the overrides, these applied in their order; and what each changed."""
    plain = [d for d in documents if d.kind != "override"]
    changes: list[Change] = []
    for override in documents:
        if override.kind == "override":
            changes += _override(override, plain, problems)
    return plain, changes


def _override(override: Document, documents: Sequence[Document], problems: list[Problem]) -> Iterator[Change]:
    model, wrong = validate(override)
    problems += wrong
    target = _target(override, model, documents, problems) if isinstance(model, OverrideDoc) else None
    if target is None:
        return
    if not model.set and not model.add and not wrong:
        problems.append(override.problem((), "R008", "'set' is missing", "say what: set: {path: value}"))
    target.data = copy.deepcopy(target.data)  # rows of a table share their defaults
    for key, values in (("set", model.set), ("add", model.add)):
        for path, value in values.items():
            mark = override.mark((key, path), key=True)
            change = _set if key == "set" else _add
            old = change(target, path, value, override, (key, path))
            if old is _MISSING:
                what = "nothing" if key == "set" else "no list"
                message = f"'{model.override}' has {what} at '{path}'"
                problems.append(mark.problem("R019", message, f"show it: diagnose rules show {model.override}"))
            elif key == "set" and old == value:
                message = f"'{model.override}' has this at '{path}' without the override"
                problems.append(mark.problem("R036", message, "drop this line", "warning"))
            else:
                yield Change(target.kind, target.name, path, old, value, mark, model.because, key == "add")


def _target(
    override: Document, model: OverrideDoc, documents: Sequence[Document], problems: list[Problem]
) -> Document | None:
    targets = [d for d in documents if d.name == model.override and model.kind in (None, d.kind)]
    if len(targets) == 1:
        return targets[0]
    if not targets:
        hint = nearest(model.override, {d.name for d in documents})
        problems.append(override.problem(("override",), "R019", f"nothing is called '{model.override}'", hint))
    else:
        kinds = ", ".join(sorted(d.kind for d in targets))
        message = f"'{model.override}' is the id of several documents ({kinds})"
        problems.append(override.problem(("override",), "R019", message, "say which with `kind:`"))
    return None


def _set(document: Document, path: str, value: Any, override: Document, origin: Where) -> Any:
    """Put `value` at the dotted `path` of a document; gives what stood there, `_MISSING` without such a place."""
    found = _locate(document.data, path)
    if found is None:
        return _MISSING
    current, place = found
    key = place[-1]
    old = current[key] if not isinstance(current, dict) else current.get(key)
    current[key] = copy.deepcopy(value)
    _move(document, place, value, override, origin)
    return old


def _add(document: Document, path: str, values: Sequence[Any], override: Document, origin: Where) -> Any:
    """Put `values` behind the items of the list at `path`; gives the list that stood there, or `_MISSING`."""
    found = _locate(document.data, path)
    if found is None:
        return _MISSING
    current, place = found
    old = current.get(place[-1], []) if isinstance(current, dict) else current[place[-1]]
    if not isinstance(old, list):
        return _MISSING
    current[place[-1]] = [*old, *copy.deepcopy(list(values))]
    for i, value in enumerate(values):
        _move(document, (*place, len(old) + i), value, override, (*origin, i))
    return old


def _move(document: Document, place: Where, value: Any, override: Document, origin: Where) -> None:
    """Remember that what stands at `place` was brought by an override."""
    for inner in _places(value):
        document.moved[(*place, *inner)] = override.mark((*origin, *inner))


def _locate(data: Any, path: str) -> tuple[Any, Where] | None:
    """What holds the dotted `path` of a document, and the path's place; the last part of it may be new."""
    current, rest = data, path
    place: Where = ()
    while True:
        part = _step(current, rest)
        if part is None:
            if not isinstance(current, dict) or "." in rest:
                return None
            part = (rest, "")
        key, rest = part
        place = (*place, key)
        if not rest:
            return current, place
        current = current[key]


def _places(value: Any) -> Iterator[Where]:
    """The places inside a value, its own first."""
    yield ()
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from ((name, *place) for place in _places(inner))


def _step(current: Any, path: str) -> tuple[Any, str] | None:
    """The first part of `path` that exists in `current`, and the rest; items of a list go by number or name."""
    if isinstance(current, dict):
        names = {key: key for key in current}
    elif isinstance(current, list):
        names = {str(i): i for i in range(len(current))}
        for i, item in enumerate(current):
            if isinstance(item, dict):
                names.update({str(item[k]): i for k in NAMED_BY if k in item})
    else:
        return None
    for name in sorted(names, key=len, reverse=True):
        if path == name or path.startswith(name + "."):
            return names[name], path[len(name) + 1 :]
    return None


def effective(changes: Sequence[Change]) -> list[tuple[Change, tuple[Change, ...]]]:
    """The difference that stays of all overlays: for each place its last change, with the value that the pack itself
    has as `old`, and the changes before it that it hides. What is added stands by itself."""
    last: dict[tuple[str, str, str], list[Change]] = {}
    for number, change in enumerate(changes):
        path = f"{change.path} #{number}" if change.added else change.path
        last.setdefault((change.kind, change.id, path), []).append(change)
    out = [(msgspec.structs.replace(c[-1], old=c[0].old), tuple(c[:-1])) for c in last.values()]
    return sorted(out, key=lambda pair: (pair[0].kind, pair[0].id, pair[0].path))
