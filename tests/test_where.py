"""The operators of `where`, each with what must hold and what must not."""

from __future__ import annotations

import pytest

from diagnose.where import Test, all_hold, holds


@pytest.mark.parametrize(
    ("op", "value", "field", "expected"),
    [
        ("eq", "Down", "down", True),
        ("eq", 5, "5", True),
        ("eq", 5, 5.0, True),
        ("eq", True, 1, False),
        ("eq", True, True, True),
        ("eq", "x", None, False),
        ("ne", "down", "up", True),
        ("ne", "down", None, True),
        ("ne", "down", "DOWN", False),
        ("in", ("reset", "timeout"), "timeout", True),
        ("in", ("reset", "timeout"), "refused", False),
        ("gt", 3, 4, True),
        ("gt", 3, 3, False),
        ("gte", 3, "3.0", True),
        ("lt", 3, "many", False),
        ("lte", 3, None, False),
        ("matches", "(?i)reset by peer", "Connection RESET by peer", True),
        ("matches", "^reset", "a reset", False),
        ("exists", True, 0, True),
        ("exists", False, None, True),
        ("exists", True, None, False),
        ("cidr", "10.0.0.0/8", "10.9.9.9", True),
        ("cidr", "10.0.0.0/8", "192.0.2.1", False),
        ("cidr", "10.0.0.0/8", "not an address", False),
    ],
)
def test_operator(op, value, field, expected):
    assert holds(Test("f", op, value), {"f": field}) is expected


def test_every_test_must_hold():
    both = (Test("a", "eq", 1), Test("b", "eq", 2))

    assert all_hold(both, {"a": 1, "b": 2})
    assert not all_hold(both, {"a": 1})
    assert all_hold((), {})
