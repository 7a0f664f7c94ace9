"""Of a flood the first and the last are kept, and all of what is rare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.model import Draft, Place
from diagnose.read.logs import kept
from diagnose.read.logs.kept import Kept


def draft(line: int, signal: str = "flood") -> Draft:
    return Draft("log.event", "edge.log", Place("a.log", line), signal=signal)


def lines(found: Kept, signal: str) -> list[int | None]:
    return [d.place.line for d in found.all() if d.signal == signal]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "OF_ONE", 8)
    monkeypatch.setattr(kept, "MOST", 40)
    monkeypatch.setattr(kept, "LEAST_OF_ONE", 2)


def test_a_flood_keeps_its_first_and_its_last_and_hides_nothing_else() -> None:
    found = Kept()
    found.add(draft(n) for n in range(100))
    found.add([draft(100, "rare"), draft(101)])
    assert lines(found, "flood") == [*range(8), *range(93, 100), 101]
    assert lines(found, "rare") == [100]


def test_many_floods_are_kept_in_fewer_drafts_each() -> None:
    found = Kept()
    for n in range(60):
        found.add(draft(n * 10 + k, f"s{k}") for k in range(10))
    assert found.limit == 2
    assert lines(found, "s3") == [3, 13, 583, 593]


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=20))
def test_what_is_kept_comes_in_order_and_is_all_while_there_is_little(batches: list[list[str]]) -> None:
    found, drafts = Kept(), []
    for batch in batches:
        some = [draft(len(drafts) + n, signal) for n, signal in enumerate(batch)]
        drafts += some
        found.add(some)
    everything = found.all()
    assert everything == sorted(everything, key=lambda d: d.place.line or 0)
    if all(sum(d.signal == s for d in drafts) <= 16 for s in "abc") and len(drafts) <= 40:
        assert everything == drafts
