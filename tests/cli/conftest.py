"""A pack of one's own beside a small dictionary that takes the place of what is built in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from diagnose.rulebook import files


@pytest.fixture
def make_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """From a fact dictionary and documents to the folder of the pack, in which they are `own.yaml`."""

    def make(dictionary: str, documents: str) -> Path:
        base, own = tmp_path / "base", tmp_path / "own"
        base.mkdir()
        own.mkdir()
        (base / "facts.yaml").write_text(dictionary)
        (own / "own.yaml").write_text(documents)
        monkeypatch.setattr(files, "built_in_folders", lambda: [base])
        return own

    return make
