"""The compiled rulebook between two runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose import cached
from diagnose.rulebook import cache, files, load_rulebook
from diagnose.rulebook.files import RuleFile

DICTIONARY = "ws.close: {fields: {by: {type: word, values: [peer, local]}}, sources: [edge.log]}\n"
RULES = (
    "kind: finding\nid: z.cached\ntitle: t\nmatch: {x: {fact: ws.close, where: {by: [peer, local]}}}\n---\n"
    "kind: signal\nid: z.signal\nfrom: [edge.log]\nmatch: x\nwhere: {level: [error, fatal]}\nfact: ws.close\n"
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache" / "rulebooks"
    monkeypatch.setattr(cached, "folder", lambda kind: folder)
    monkeypatch.delenv("DIAGNOSE_RULES", raising=False)
    base = tmp_path / "base"
    base.mkdir()
    (base / "facts.yaml").write_text(DICTIONARY)
    monkeypatch.setattr(files, "built_in_folders", lambda: [base])
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "rules.yaml").write_text(RULES)
    return folder


def test_what_comes_from_the_cache_is_what_was_compiled(place: Path, pack: Path) -> None:
    fresh = load_rulebook([pack])
    cached = load_rulebook([pack])
    assert len(list(place.iterdir())) == 1
    assert (cached.signals, cached.program, cached.packs) == (fresh.signals, fresh.program, fresh.packs)
    assert {hash(alpha) for alpha in cached.program.alphas} == {hash(alpha) for alpha in fresh.program.alphas}


def test_a_corrupted_entry_is_made_anew(place: Path, pack: Path) -> None:
    fresh = load_rulebook([pack])
    (entry,) = place.iterdir()
    for rubbish in (b"", b"\xc1 rubbish", entry.read_bytes()[:100]):
        entry.write_bytes(rubbish)
        assert load_rulebook([pack]).program == fresh.program


def test_a_changed_file_is_another_entry(place: Path, pack: Path) -> None:
    load_rulebook([pack])
    (pack / "rules.yaml").write_text(RULES.replace("title: t", "title: other"))
    titles = {f.id: f.title for f in load_rulebook([pack]).program.findings}
    assert titles["z.cached"] == "other"
    assert len(list(place.iterdir())) == 2


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(cached, "folder", lambda kind: tmp_path / "file" / "below")
    assert any(f.id == "z.cached" for f in load_rulebook([pack]).program.findings)


def test_without_the_cache_nothing_is_written(place: Path, pack: Path) -> None:
    load_rulebook([pack], use_cache=False)
    assert not place.exists()


def test_the_oldest_entries_go(place: Path, pack: Path) -> None:
    for number in range(cached.KEEP + 2):
        (pack / "rules.yaml").write_text(RULES + f"# {number}\n")
        load_rulebook([pack])
    assert len(list(place.iterdir())) == cached.KEEP


def test_the_key_depends_on_every_byte_and_not_on_where_one_stands() -> None:
    def key(shown: str, raw: bytes) -> str:
        return cache.key([RuleFile(shown, "folder", raw)])

    assert key("a.yaml", b"x") == key("../a.yaml", b"x")
    assert key("a.yaml", b"x") != key("a.yaml", b"y")
    assert key("a.yaml", b"x") != key("b.yaml", b"x")
