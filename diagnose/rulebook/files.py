"""Where the documents lie: the built-in ones, folders given by hand, packs of installed distributions."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from diagnose.errors import InputError

SUFFIXES = (".yaml", ".yml")
WORDS = "words.json"
"""The learned table of words, beside the knowledge that it was learned from."""
AUTHORING = frozenset({"stories", "tests"})
"""Folders that only rule authors need: the table of words is learned already, and a diagnosis runs no tests."""
ENVIRONMENT = "DIAGNOSE_RULES"
ENTRY_POINTS = "diagnose.packs"


class RuleFile(msgspec.Struct, frozen=True):
    """One file of documents: its path as messages show it, the folder of its pack, its bytes."""

    shown: str
    folder: str
    raw: bytes

    @property
    def name(self) -> str:
        """The last part of its path."""
        return os.path.basename(self.shown)


def built_in_folders() -> list[Path]:
    """The folders `rules` and `knowledge`: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = [package / "rules", package / "knowledge"]
    beside = [package.parent / "rules", package.parent / "knowledge"]
    return inside if all(p.is_dir() for p in inside) else [p for p in beside if p.is_dir()]


def extra_folders(given: Iterable[str | Path] = ()) -> list[Path]:
    """Folders of installed packs, of the environment variable DIAGNOSE_RULES, and `given`, in this order.

    Raises InputError when a given folder or an installed pack does not exist.
    """
    folders = _installed_packs() if _some_distribution_has_packs() else []
    named = [p for p in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if p]
    for folder in [*map(Path, named), *map(Path, given)]:
        if not folder.exists():
            raise InputError(f"{folder}: no such folder of rules; check --rules and {ENVIRONMENT}")
        folders.append(folder)
    return folders


def _some_distribution_has_packs() -> bool:
    """Whether any distribution names the group: reading the small files spares importing importlib.metadata."""
    for entry in sys.path:
        for listed in glob.iglob(os.path.join(glob.escape(entry or "."), "*-info", "entry_points.txt")):
            with contextlib.suppress(OSError), open(listed, "rb") as file:
                if f"[{ENTRY_POINTS}]".encode() in file.read():
                    return True
    return False


def _installed_packs() -> list[Path]:
    """The folders that entry points name; they are looked up as packages, whose code is not run."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    folders = []
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            spec = find_spec(entry.value)
        except (ImportError, ValueError) as error:
            raise InputError(f"the installed pack '{entry.name}' cannot be found: {error}; reinstall it") from None
        places = list(spec.submodule_search_locations or ()) if spec is not None else []
        found = [Path(place) for place in places if Path(place).is_dir()]
        if not found:
            hint = "its entry point must name a package that lies in a folder"
            raise InputError(f"the installed pack '{entry.name}' cannot be found: no folder {entry.value}; {hint}")
        folders += found
    return folders


def read_files(folders: Iterable[Path], *, authoring: bool = True) -> list[RuleFile]:
    """All YAML files below `folders` (each may be a single file), sorted, hidden ones left out.

    Without `authoring` stories and tests are left out as well: a diagnosis needs neither.
    Raises InputError when a file cannot be read.
    """
    out = []
    seen: set[str] = set()
    here = os.path.join(Path.cwd(), "")
    for folder in folders:
        root = folder.resolve()
        packs: dict[str, str] = {}
        for path in [str(root)] if root.is_file() else _found(root, authoring=authoring):
            if path in seen:
                continue
            seen.add(path)
            shown = path.removeprefix(here)
            try:
                with open(path, "rb") as file:
                    raw = file.read()
            except OSError as error:
                raise InputError(f"{shown}: not read: {error.strerror or error}") from None
            parent = os.path.dirname(path)
            if parent not in packs:
                packs[parent] = _pack_folder(Path(path), root)
            out.append(RuleFile(shown, packs[parent], raw))
    return out


def switches(enable: Iterable[str], disable: Iterable[str]) -> list[RuleFile]:
    """The options --enable and --disable as files of documents that do the same."""
    out = []
    for key, names in (("enable", enable), ("disable", disable)):
        text = "---\n".join(f"{key}: {json.dumps(name)}\nbecause: --{key} was given\n" for name in names)
        out += [RuleFile(f"--{key}", "", text.encode())] if text else []
    return out


def _found(root: Path, *, authoring: bool) -> list[str]:
    """The paths of rule files below `root`, sorted by their parts."""
    out: list[str] = []
    for folder, below, names in os.walk(root):
        below[:] = [n for n in below if not n.startswith(".") and (authoring or n not in AUTHORING)]
        out += [os.path.join(folder, n) for n in names if n.endswith((*SUFFIXES, WORDS)) and not n.startswith(".")]
    return sorted(out, key=lambda path: path.split(os.sep))


def words_of(files: Iterable[RuleFile]) -> bytes:
    """The learned table of words among `files`, the last one of several; of none `{}`."""
    return next((f.raw for f in reversed([*files]) if f.name == WORDS), b"{}")


def _pack_folder(path: Path, root: Path) -> str:
    """The nearest folder upward with a pack.yaml, else the root that was given."""
    for folder in path.parents:
        if (folder / "pack.yaml").exists():
            return str(folder)
        if folder == root:
            break
    return str(root if root.is_dir() else root.parent)
