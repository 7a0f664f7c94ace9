"""The page of the fact dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.cli import main
from diagnose.report.dictionary import markdown
from diagnose.rulebook.words import FactKind, Field

PAGE = Path(__file__).parents[2] / "docs" / "facts.md"


def test_a_kind_is_a_section_with_its_fields_and_sources() -> None:
    fields = {"outcome": Field("word", ("ok", "failed")), "age_s": Field("number", unit="s", note="of a|b")}
    text = markdown([FactKind("tcp.failure", "A connection failed", fields, ("edge.log", "ticket"), "Below\nTLS.")])
    assert "| [`tcp.failure`](#tcpfailure) | A connection failed |" in text
    assert text.endswith(
        """\
## tcp.failure

A connection failed.

Below TLS.

| field | type | values, unit, note |
| --- | --- | --- |
| `outcome` | word | `ok`, `failed` |
| `age_s` | number | s; of a\\|b |

Shown by: edge.log, ticket.
"""
    )


@pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not part of the source distribution")
def test_the_page_is_the_one_that_the_dictionary_gives(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "facts", "--format", "markdown"]) == 0
    assert PAGE.read_text(encoding="utf-8") == capsys.readouterr().out, "stale: make docs writes it anew"


def test_one_kind_can_be_shown_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "facts", "tcp.failure", "--format", "markdown"]) == 0
    assert "## tcp.failure" in capsys.readouterr().out
    assert main(["knowledge", "facts", "nonsense", "--format", "markdown"]) == 3
