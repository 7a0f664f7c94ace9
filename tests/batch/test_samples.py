"""Words of labelled incidents."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.batch.samples import samples_in
from diagnose.errors import InputError


def test_each_incident_gives_the_words_that_it_tells(tmp_path: Path) -> None:
    for name, text in (("a", "The name does not resolve."), ("b", "I suspect the firewall.\n\nCalls drop at noon.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ticket.txt").write_text(text, encoding="utf-8")
    (tmp_path / "c").mkdir()
    (tmp_path / "labels.csv").write_text("incident,cause\na,c.dns\nb,c.wan\nc,c.none\n", encoding="utf-8")
    first, second = samples_in(tmp_path)
    assert first == (("name", "not", "resolv", "name not", "not resolv"), "c.dns")
    assert second[1] == "c.wan"
    assert "drop" in second[0]
    assert "firewal" not in second[0], "what is only suspected teaches nothing"


def test_without_labels_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"labels\.csv"):
        list(samples_in(tmp_path))
