"""New rule documents as text, and where they go: each into a file of its own in a pack, its test beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from diagnose.errors import InputError, UsageError
from diagnose.rulebook.words import ID

PACK = "pack.yaml"
_WIDTH = 400
_ONE_LINE = 125
_FOLDERS = {"signal": "signals", "finding": "findings", "cause": "causes", "remedy": "remedies"}


class Draft(msgspec.Struct, frozen=True):
    """A new document (with those that belong to it), its tests, and what an author should know, as comments."""

    kind: str
    id: str
    documents: tuple[Mapping[str, Any], ...]
    tests: tuple[Mapping[str, Any], ...] = ()
    comments: tuple[str, ...] = ()

    def text(self) -> str:
        """The documents without the tests, as YAML."""
        head = "".join(f"# {line}\n" for line in self.comments)
        return head + rendered(self.documents)

    def whole(self) -> str:
        """The documents and the tests, as YAML of one file."""
        return "---\n".join(part for part in (self.text(), rendered(self.tests)) if part)


def rendered(documents: Sequence[Mapping[str, Any]]) -> str:
    """Documents as YAML: keys in their order, short lists and mappings in a line, texts of several lines as blocks."""
    return "---\n".join(
        yaml.dump(_Top(d), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH) for d in documents
    )


class _Top(dict[str, Any]):
    """A whole document: never written in one line."""


class _Dumper(yaml.SafeDumper):
    """Writes blocks of text as blocks, and indents lists below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    if "\n" in value:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|")
    style = "'" if "\\" in value or value in ("yes", "no", "on", "off") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_short(value, value))


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=_short(value, value.values()))


def _short(value: object, items: Iterable[Any]) -> bool:
    """Whether a list or mapping goes into a line."""
    plain = all(not isinstance(i, list) and "\n" not in str(i) for i in items)
    return plain and len(str(value)) <= _ONE_LINE


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(
    _Top, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=False)
)


def check_id(name: str) -> str:
    """`name`, when it may be the id of a document. Raises UsageError when not."""
    if not ID.match(name):
        raise UsageError(f"'{name}' is no id: lower case words joined by dots or dashes, such as site.backup_slow")
    return name


def pack_folder(folder: str) -> Path:
    """The folder, when it is a pack. Raises InputError with the way out when it is not."""
    path = Path(folder)
    if not path.is_dir():
        raise InputError(f"{folder}: no such folder; make a pack: diagnose rules new pack --pack {folder}")
    if not (path / PACK).is_file():
        raise InputError(
            f"{path / PACK}: not there, so this is no pack; make one: diagnose rules new pack --pack {folder}"
        )
    return path


def in_pack(draft: Draft, folder: Path) -> dict[Path, str]:
    """The files of a draft in a pack, with their texts."""
    name = re.sub(r"[^a-z0-9_.-]", "-", draft.id)
    out = {folder / f"{_FOLDERS[draft.kind]}-{name}.yaml": draft.text()}
    if draft.tests:
        out[folder / "tests" / f"{draft.kind}-{name}.yaml"] = rendered(draft.tests)
    return out


def write(files: Mapping[Path, str]) -> None:
    """Write new files. Raises UsageError when one exists, and then writes none; InputError when it cannot."""
    for path in files:
        if path.exists():
            raise UsageError(f"{path}: is there already and is not overwritten; give another --id, or edit it")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
