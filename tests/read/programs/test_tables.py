"""The parsers of jc."""

from __future__ import annotations

import pytest

from diagnose.read.programs.tables import parsed

FREE = "               total        used        free\nMem:            8000        7600         100\n"


@pytest.mark.parametrize("end", ["", "\n", "\n\n  \n"])
def test_rows_do_not_depend_on_how_the_text_ends(end: str) -> None:
    assert parsed("free", FREE + end) == [{"type": "Mem", "total": 8000, "used": 7600, "free": 100}]


@pytest.mark.parametrize("text", ["", "\n", "bash: free: command not found\n"])
def test_output_of_no_known_shape_gives_no_row_that_tells_anything(text: str) -> None:
    assert not any(row.get("total") for row in parsed("free", text))
