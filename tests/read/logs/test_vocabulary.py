"""The tables of names and shapes: parsed, cached, looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose import cached
from diagnose.read.logs import vocabulary as v


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cached, "folder", lambda kind: tmp_path / kind)
    return tmp_path / "logs"


def test_the_tables_come_from_the_cache_once_they_were_parsed(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = v.vocabulary.__wrapped__()
    monkeypatch.setattr(v, "parse", lambda raw: pytest.fail(f"parsed {len(raw)} files again"))
    assert v.vocabulary.__wrapped__() == first
    assert len(list(empty_cache.iterdir())) == 1


def test_a_cache_that_is_spoilt_or_cannot_be_written_is_no_error(empty_cache: Path) -> None:
    first = v.vocabulary.__wrapped__()
    (entry,) = empty_cache.iterdir()
    entry.write_bytes(b"\x01 spoilt")
    assert v.vocabulary.__wrapped__() == first
    entry.unlink()
    empty_cache.rmdir()
    empty_cache.write_text("a file where the folder should be")
    assert v.vocabulary.__wrapped__() == first


def test_names_are_compared_without_case_and_separators() -> None:
    names = (v.plain("session_id"),)
    for key in ("session_id", "sessionId", "SessionID", "session-id"):
        assert list(v.values({"x": 1, key: "s1"}, names)) == ["s1"]


def test_a_dot_goes_deeper_or_is_part_of_the_name() -> None:
    names = (v.plain("log.level"),)
    assert list(v.values({"log.level": "warn"}, names)) == ["warn"]
    assert list(v.values({"log": {"Level": "warn"}}, names)) == ["warn"]
    assert list(v.values({"log": "warn"}, names)) == []
    assert list(v.values({"log": {"other": 1}}, names)) == []


def test_nulls_and_empty_texts_give_way_to_the_next_name() -> None:
    assert list(v.values({"a": None, "b": "", "c": 0}, ("a", "b", "c"))) == [0]
