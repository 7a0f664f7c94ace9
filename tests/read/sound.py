"""What must hold of everything that a reader gives, whatever it was given."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from diagnose.model import ENTITY_KEYS, Draft, SourceReport
from diagnose.read.logs.rows import Broken, JsonRow, TextRow
from diagnose.read.signals.signal import SOURCE_KINDS


@cache
def dictionary() -> dict[str, frozenset[str]]:
    """The fields of every kind of fact."""
    path = Path(__file__).parents[2] / "knowledge" / "facts.yaml"
    kinds = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return {name: frozenset(kind.get("fields", {})) for name, kind in kinds.items() if isinstance(kind, dict)}


def sound(drafts: Iterable[Draft], text: str | None = None) -> None:
    """Facts of the dictionary with fields that it has, of known sources and entities, at lines that there are."""
    for draft in drafts:
        assert draft.kind in dictionary(), draft
        assert draft.fields.keys() <= {*dictionary()[draft.kind], "note"}, draft
        assert draft.entities.keys() <= set(ENTITY_KEYS), draft
        assert draft.source in SOURCE_KINDS, draft
        assert draft.start is None or draft.end is None or draft.start <= draft.end, draft
        assert draft.place.line is None or draft.place.line >= 1, draft
        if text is not None and draft.place.line is not None:
            assert draft.place.line <= text.count("\n") + text.count("\r") + 1, draft


def sound_source(drafts: Iterable[Draft], report: SourceReport, text: str | None = None) -> None:
    """Sound facts, and a report that counts them."""
    made = list(drafts)
    sound(made, text)
    assert report.facts == len(made)
    assert report.kind in SOURCE_KINDS
    assert min(report.records, report.skipped, report.unknown) >= 0
    assert not report.skipped or report.why


def sound_row(row: JsonRow | TextRow | Broken) -> None:
    """A row whose quick answers are those of its record, or a line with the reason why it is none."""
    if isinstance(row, Broken):
        assert row.line >= 1
        assert row.why
        return
    record = row.record()
    assert record.message
    assert all(isinstance(v, str) and v for v in record.entities.values())
    assert record.entities.keys() <= set(ENTITY_KEYS)
    found = row.entities()
    assert found is None or found == record.entities
    when = row.when()
    assert record.ms == (None if when is None else when[0])
    assert isinstance(row.known(), bool)
    assert row.text()
