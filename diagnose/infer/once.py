"""What is worked out of a program once and kept: every incident of a batch asks for the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from diagnose.infer.program import Program

KEPT = 4
"""Programs of which it is kept at once."""

T = TypeVar("T")


def once(work_out: Callable[[Program], T]) -> Callable[[Program], T]:
    """`work_out`, done once for each of the last `KEPT` programs; a program is told from another by identity."""
    kept: list[tuple[Program, T]] = []

    @wraps(work_out)
    def known(program: Program) -> T:
        for other, result in kept:
            if other is program:
                return result
        result = work_out(program)
        kept.insert(0, (program, result))
        del kept[KEPT:]
        return result

    return known
