"""No rule quotes an incident: what packs and shared incidents have in common is what programs print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "cases"
SETS = ("dev", "lab-dev", "genesys-dev")
LONGEST = 25
"""Characters that a pack and an incident may share by chance."""
PRINTED = ROOT / "tests" / "printed.txt"
"""What programs print, a regular expression a line: public error messages and forms of their output."""

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the shared incidents are not beside this checkout")


def plain(text: str) -> str:
    """Without case, and with one blank for all white space."""
    return re.sub(r"\s+", " ", text).lower()


def packs() -> Iterator[Path]:
    """All documents but the catalogues, which are lists of what programs and platforms print."""
    for folder in ("rules", "knowledge"):
        yield from sorted(p for p in (ROOT / folder).rglob("*.yaml") if p.parent.name != "codes")


def shared(text: str, pieces: dict[str, tuple[Path, int]], packed: dict[Path, str]) -> Iterator[tuple[str, Path]]:
    """The longest strings of over `LONGEST` characters that `text` has in common with a pack."""
    at = 0
    while at + LONGEST < len(text):
        found = pieces.get(text[at : at + LONGEST + 1])
        if found is None:
            at += 1
            continue
        path, begin = found
        pack, length = packed[path], LONGEST + 1
        while at + length < len(text) and begin + length < len(pack) and text[at + length] == pack[begin + length]:
            length += 1
        yield text[at : at + length].strip(), path
        at += length


def test_packs_share_with_incidents_only_what_programs_print() -> None:
    lines = PRINTED.read_text(encoding="utf-8").splitlines()
    printed = re.compile("|".join(line for line in lines if line and not line.startswith("#")))
    packed = {path: plain(path.read_text(encoding="utf-8")) for path in packs()}
    pieces = {text[i : i + LONGEST + 1]: (path, i) for path, text in packed.items() for i in range(len(text) - LONGEST)}
    quotes = set()
    for file in sorted(p for name in SETS for p in (CASES / name).rglob("*") if p.is_file()):
        for string, path in shared(plain(file.read_text(encoding="utf-8", errors="replace")), pieces, packed):
            if len(string) > LONGEST and '":' not in string and not printed.search(string):
                quotes.add(f"{path.relative_to(ROOT)}: {string!r} of {file.relative_to(CASES)}")
    assert len(pieces) > 10_000
    assert not quotes, "\n".join(sorted(quotes))
