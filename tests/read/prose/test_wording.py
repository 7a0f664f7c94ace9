"""What a single line is."""

from __future__ import annotations

import pytest

from diagnose.read.prose import wording


@pytest.mark.parametrize(
    "line", ["var client = new Client();", "}", "await api.Query(q);", 'View = "summary",', "import re"]
)
def test_lines_of_programs_are_code(line: str) -> None:
    assert wording.is_code(line)


def test_sentences_are_no_code() -> None:
    assert not wording.is_code("The bridge returns 502 (bad gateway).")
    assert wording.is_prose("The bridge returns to the cloud when it is up again.")
    assert not wording.is_prose("ERROR: the bridge is not up and we have no route")
