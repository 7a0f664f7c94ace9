"""One input's bytes: what comes before the damage, within limits."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import pytest

from diagnose.errors import Problem
from diagnose.read.opening.inputs import Budget, Flow, Input, UnreadableError, buffered, in_memory, shown_size


class Broken:
    """A stream that fails after so many bytes."""

    def __init__(self, good: int, error: Exception) -> None:
        self.good, self.error = good, error

    def read(self, size: int) -> bytes:
        if not self.good:
            raise self.error
        count = min(size, self.good, 7)
        self.good -= count
        return b"x" * count

    def close(self) -> None:
        pass


def flow(stream: object, told: list[Problem], limit: int | None = None, budget: Budget | None = None) -> Flow:
    return Flow("a.log", cast(BinaryIO, stream), told.append, limit, budget)


def test_what_came_before_the_damage_is_given_and_the_damage_is_told() -> None:
    told: list[Problem] = []
    assert buffered(flow(Broken(100, OSError(5, "Input/output error")), told)).read() == b"x" * 100
    (found,) = told
    assert found.message == "it breaks off after 100 bytes (Input/output error)"
    assert found.severity == "warning"


def test_when_nothing_came_the_reason_is_raised() -> None:
    with pytest.raises(UnreadableError, match="not gzip"):
        buffered(flow(Broken(0, OSError("not gzip")), [])).read()


def test_a_defect_is_not_taken_for_damage() -> None:
    with pytest.raises(TypeError):
        buffered(flow(Broken(5, TypeError()), [])).read()


def test_a_limit_ends_it_and_exactly_so_many_bytes_do_not() -> None:
    told: list[Problem] = []
    assert buffered(flow(io.BytesIO(b"x" * 10), told, 10)).read() == b"x" * 10
    assert told == []
    assert buffered(flow(io.BytesIO(b"x" * 11), told, 10)).read() == b"x" * 10
    assert [p.code for p in told] == ["IN030"]


def test_inputs_of_one_archive_share_its_budget() -> None:
    told: list[Problem] = []
    budget = Budget(None, 5)
    budget.left = 15
    assert [len(buffered(flow(io.BytesIO(b"x" * 10), told, None, budget)).read()) for _ in range(3)] == [10, 5, 0]
    assert {p.code for p in told} == {"IN014"}


def test_the_head_can_be_looked_at_and_is_still_read() -> None:
    item = in_memory("x", b"abc")
    assert item.head == b"abc"
    assert item.stream.read() == b"abc"
    longer = Input("x", buffered(flow(Broken(100_000, OSError()), [])))
    assert len(longer.head) == 65_536
    assert len(longer.stream.read()) == 100_000


@pytest.mark.parametrize(("count", "shown"), [(0, "0 bytes"), (2048, "2 kB"), (5 << 20, "5 MB"), (4 << 30, "4 GB")])
def test_sizes_are_shown_for_people(count: int, shown: str) -> None:
    assert shown_size(count) == shown
