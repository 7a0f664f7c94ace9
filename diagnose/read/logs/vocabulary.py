"""What log frameworks and stores call the parts of a record, and the shapes of text lines: `knowledge/log-*.yaml`.

The tables are data. They are parsed once for each version of the files and then kept in the user's cache folder,
since a warm run must not import YAML; a cache that cannot be read or written costs that time and nothing else.
Packs add to them with documents of the same kinds; what they add holds while `extended` is open.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from diagnose import cached

FILES = ("log-fields.yaml", "log-lines.yaml")
_FORM = b"1"
_MAX_KEYS = 400


class LineShape(msgspec.Struct, frozen=True):
    """A form of text line: every `has` stands in it, `match` (RE2) names its parts; `source` is the log kind it shows.

    `whole` says that the pattern is meant for the line with its time stamp.
    """

    id: str
    match: str
    has: tuple[str, ...] = ()
    source: str = ""
    whole: bool = False


class Vocabulary(msgspec.Struct, frozen=True):
    """Common name -> names (as `plain` makes them), best first; entity key -> names; numbers of levels; line shapes."""

    fields: dict[str, tuple[str, ...]] = {}
    entities: dict[str, tuple[str, ...]] = {}
    levels: dict[str, dict[str, str]] = {}
    lines: tuple[LineShape, ...] = ()


def plain(name: str) -> str:
    """A field name as names are compared: without case, `_` and `-`."""
    return name.casefold().replace("_", "").replace("-", "")


F = TypeVar("F", bound=Callable[..., Any])
_more: list[Vocabulary] = []
_derived: list[Any] = []


def derived(cached_function: F) -> F:
    """Marks a function with a cache, what it gives being made of the vocabulary."""
    _derived.append(cached_function)
    return cached_function


@contextlib.contextmanager
def extended(more: Vocabulary) -> Iterator[None]:
    """While it is open the vocabulary holds `more`, too: names behind those there are, forms of lines before them."""
    if more == Vocabulary():
        yield
        return
    _more.append(more)
    _forget()
    try:
        yield
    finally:
        _more.pop()
        _forget()


def _forget() -> None:
    for each in _derived:
        each.cache_clear()


@derived
@cache
def vocabulary() -> Vocabulary:
    """The tables with what packs add to them."""
    return joined(built_in(), *_more)


def joined(first: Vocabulary, *more: Vocabulary) -> Vocabulary:
    """One vocabulary of several."""
    for each in more:
        first = Vocabulary(
            _joined(first.fields, each.fields),
            _joined(first.entities, each.entities),
            {**first.levels, **{k: {**first.levels.get(k, {}), **t} for k, t in each.levels.items()}},
            (*each.lines, *first.lines),
        )
    return first


def _joined(first: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {k: tuple(dict.fromkeys((*first.get(k, ()), *more.get(k, ())))) for k in (*first, *more)}


def built_in() -> Vocabulary:
    """The tables of the product, from the cache where they were parsed before."""
    raw = [path.read_bytes() for path in map(_path, FILES) if path.is_file()]
    name = cached.name_of([_FORM, *raw])
    with contextlib.suppress(msgspec.MsgspecError):
        return msgspec.msgpack.decode(cached.read("logs", name) or b"", type=Vocabulary)
    made = parse(raw)
    cached.write("logs", name, msgspec.msgpack.encode(made))
    return made


def parse(files: list[bytes]) -> Vocabulary:
    """The tables out of the text of the files. Raises yaml.YAMLError, msgspec.ValidationError for wrong ones."""
    import yaml

    merged: dict[str, Any] = {}
    for raw in files:
        merged.update(yaml.load(raw, Loader=yaml.CSafeLoader))
    for table in ("fields", "entities"):
        merged[table] = {key: [plain(n) for n in names] for key, names in merged.get(table, {}).items()}
    merged["levels"] = {key: {str(n): w for n, w in t.items()} for key, t in merged.get("levels", {}).items()}
    return msgspec.convert(merged, Vocabulary)


def _path(name: str) -> Path:
    """A file of the knowledge folder: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[2]
    inside = package / "knowledge" / name
    return inside if inside.is_file() else package.parent / "knowledge" / name


@derived
@cache
def _given() -> frozenset[str]:
    """Names of fields that a record may get without their standing in it: common names, and parts of known lines."""
    table = vocabulary()
    parts = {name for shape in table.lines for name in re.findall(r"\(\?P<(\w+)>", shape.match)}
    return frozenset({*table.fields, *table.entities, *table.levels, *parts, "shape", "age_s", "container", "pod"})


def own_names(field: str) -> tuple[str, ...]:
    """The names that stand in a record that has this field, by dotted name; none when it may have got it otherwise."""
    return () if field in _given() else tuple(field.split("."))


Path_ = tuple[str, ...]
"""The keys that lead to a value in an object."""
Places = tuple[Path_, ...]
"""Where a value may be found, best first."""


class Layout(msgspec.Struct, frozen=True):
    """Where objects with the same keys have what: of the common names, the entities and the levels that are there."""

    fields: dict[str, Places]
    entities: dict[str, Places]
    levels: dict[str, Places]


@derived
@lru_cache(maxsize=4096)
def layout(keys: tuple[str, ...]) -> Layout:
    """The layout of objects with these keys; logs have few, so this is a look-up."""
    own = _own(keys)
    table = vocabulary()
    levels = {name: (plain(name),) for name in table.levels}
    made = (
        {k: p for k, names in t.items() if (p := _places(names, own))} for t in (table.fields, table.entities, levels)
    )
    return Layout(*made)


EntityKeys = tuple[tuple[str, tuple[str, ...]], ...]
"""Entity keys with the keys of an object that hold their values, best first."""


class Everyday(msgspec.Struct, frozen=True):
    """Where flat objects of the shape that most loggers write have what, by their own keys, best first."""

    message: str
    time: tuple[str, ...]
    level: tuple[str, ...]
    session: tuple[str, ...]
    entities: EntityKeys


@derived
@lru_cache(maxsize=4096)
def everyday(keys: tuple[str, ...]) -> Everyday | None:
    """Where flat objects with these keys have what, when one key holds the message, some the level, and nothing of it
    has to be put together; None for any other shape."""
    at = layout(keys)
    message, level = (_firsts(at.fields.get(name, ())) for name in ("message", "level"))
    if len(message) != 1 or not level or any(_firsts(at.fields.get(name, ())) for name in _PUT_TOGETHER):
        return None
    return Everyday(
        message[0],
        _firsts(at.fields.get("time", ())),
        level,
        _firsts(at.entities.get("session", ())),
        entity_keys(keys),
    )


@derived
@lru_cache(maxsize=4096)
def entity_keys(keys: tuple[str, ...]) -> EntityKeys:
    """Per entity that flat objects with these keys may name the keys of its value, best first; entities also go by the
    common names of fields."""
    at = layout(keys)
    common = {name: places for name, places in at.fields.items() if name not in ("time", "message", *keys)}
    return tuple(
        (entity, tuple(own for name in _firsts(places) for own in _firsts(common.get(name, ((name,),)))))
        for entity, places in layout((*keys, *common)).entities.items()
    )


def entities_at(obj: Mapping[str, Any], places: EntityKeys) -> dict[str, str]:
    """The entities of a flat object, neither null nor empty nor true or false."""
    out: dict[str, str] = {}
    for entity, keys in places:
        for key in keys:
            value = obj[key]
            if value is not None and value != "":
                if value is not True and value is not False:
                    out[entity] = str(value)
                break
    return out


_PUT_TOGETHER = ("template", "error", "stack", "beside")


def _firsts(places: Places) -> tuple[str, ...]:
    """The keys of a flat object at any of the places; what lies deeper cannot be there."""
    return tuple(path[0] for path in places if len(path) == 1)


@derived
@lru_cache(maxsize=8192)
def _paths(names: tuple[str, ...], keys: tuple[str, ...]) -> Places:
    """Where in an object with these keys the names may be found."""
    return _places(names, _own(keys))


def _own(keys: tuple[str, ...]) -> dict[str, str]:
    own: dict[str, str] = {}
    for key in keys[:_MAX_KEYS]:
        own.setdefault(plain(key), key)
    return own


def _places(names: tuple[str, ...], own: Mapping[str, str]) -> Places:
    out: list[Path_] = []
    for name in names:
        head, dot, rest = name.partition(".")
        if name in own:
            out.append((own[name],))
        elif dot and head in own:
            out.append((own[head], *rest.split(".")))
    return tuple(out)


def values(obj: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Any]:
    """The values in `obj` under any of the names, best first; neither null nor empty text."""
    return values_at(obj, _paths(names, tuple(obj)))


def values_at(obj: Mapping[str, Any], places: Places) -> Iterator[Any]:
    """The values in `obj` at any of the places, best first; neither null nor empty text."""
    for path in places:
        value: Any = obj[path[0]]
        for part in path[1:]:
            value = _member(value, part)
        if value is not None and value != "":
            yield value


def text_at(obj: Mapping[str, Any], places: Places) -> str | None:
    """The first text, and not an empty one, in `obj` at any of the places."""
    for value in values_at(obj, places) if places else ():
        if isinstance(value, str):
            return value
    return None


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        return None
    if name in value:
        return value[name]
    return next((v for k, v in value.items() if plain(k) == name), None)
