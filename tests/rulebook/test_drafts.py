"""New documents as text, and their places in a pack."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from diagnose.errors import InputError, UsageError
from diagnose.rulebook.drafts import Draft, check_id, in_pack, pack_folder, rendered, write

DRAFT = Draft("signal", "a.b", ({"kind": "signal", "id": "a.b"},), ({"kind": "test", "name": "t"},), ("why",))


def test_texts_come_back_as_they_were() -> None:
    document = {"a": r"(?i)\bx\d+", "b": "yes", "c": "1 line\nmore\n", "d": ["x" * 90, "y" * 90], "e": {"f": {"g": 1}}}
    text = rendered([document])
    assert yaml.safe_load(text) == document
    assert r"a: '(?i)\bx\d+'" in text
    assert "c: |\n" in text
    assert "d:\n  - x" in text


def test_a_document_and_its_test_have_files_of_their_own(tmp_path: Path) -> None:
    files = in_pack(DRAFT, tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in files] == ["signals-a.b.yaml", "tests/signal-a.b.yaml"]
    write(files)
    assert (tmp_path / "signals-a.b.yaml").read_text() == "# why\nkind: signal\nid: a.b\n"
    assert DRAFT.whole() == "# why\nkind: signal\nid: a.b\n---\nkind: test\nname: t\n"


def test_nothing_is_overwritten_and_then_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        write({tmp_path / "a": "new", tmp_path / "b": "new"})
    assert not (tmp_path / "a").exists()
    assert (tmp_path / "b").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write({tmp_path / "file" / "x.yaml": "new"})


def test_what_is_no_pack_says_how_to_make_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="diagnose rules new pack"):
            pack_folder(str(folder))


def test_an_id_is_checked() -> None:
    assert check_id("a.b-c") == "a.b-c"
    with pytest.raises(UsageError, match="is no id"):
        check_id("Two Words")
