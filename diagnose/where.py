"""The fixed list of tests that a `where` may make on a field.

Signals use them on record fields, findings on fact fields. There are no free expressions:
each operator is total (a missing or mistyped value fails the test, nothing raises) and
patterns are RE2, hence linear in the length of the text.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import msgspec
import re2

Scalar = str | int | float | bool
OPERATORS = ("eq", "ne", "in", "gt", "gte", "lt", "lte", "matches", "exists", "cidr")


class Test(msgspec.Struct, frozen=True, gc=False, order=True):
    """One test of one field: `field` names it, `op` is one of `OPERATORS`, `value` what it is held against.

    `in` takes a tuple of scalars, `exists` a boolean, `matches` an RE2 pattern, `cidr` a network.
    """

    __test__: ClassVar[bool] = False

    field: str
    op: str
    value: Any


@lru_cache(maxsize=4096)
def _pattern(text: str) -> Any:
    return re2.compile(text)


@lru_cache(maxsize=256)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _same(a: object, b: object) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a == b or a.casefold() == b.casefold()
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return _number(a) is not None and _number(a) == _number(b)


def _ordered(op: str, a: object, b: object) -> bool:
    left, right = _number(a), _number(b)
    if left is None or right is None:
        return False
    return {"gt": left > right, "gte": left >= right, "lt": left < right, "lte": left <= right}[op]


def _in_network(value: object, network: str) -> bool:
    try:
        return ipaddress.ip_address(str(value)) in _network(network)
    except ValueError:
        return False


def holds(test: Test, fields: Mapping[str, Any]) -> bool:
    """Whether `test` holds on `fields`; text compares without regard to case, numbers by value.

    A missing field fails every test but `exists: false` and `ne`.
    """
    value = fields.get(test.field)
    match test.op:
        case "exists":
            return (value is not None) is bool(test.value)
        case "ne":
            return value is None or not _same(value, test.value)
        case _ if value is None:
            return False
        case "eq":
            return _same(value, test.value)
        case "in":
            return any(_same(value, v) for v in test.value)
        case "matches":
            return _pattern(test.value).search(str(value)) is not None
        case "cidr":
            return _in_network(value, test.value)
        case _:
            return _ordered(test.op, value, test.value)


def all_hold(tests: tuple[Test, ...], fields: Mapping[str, Any]) -> bool:
    """Whether every test holds on `fields`."""
    return all(holds(t, fields) for t in tests)
