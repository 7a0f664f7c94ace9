"""What is worked out of a program is worked out once, and not for ever."""

from __future__ import annotations

from diagnose.infer.once import KEPT, once
from diagnose.infer.program import Program


def test_each_program_is_worked_on_once_though_programs_are_equal() -> None:
    asked: list[Program] = []

    @once
    def number(program: Program) -> int:
        asked.append(program)
        return len(asked)

    first, equal = Program(), Program()
    assert [number(p) for p in (first, equal, first, equal)] == [1, 2, 1, 2]


def test_only_the_last_programs_are_kept() -> None:
    made = once(lambda program: object())
    first = Program()
    kept = made(first)
    others = [Program() for _ in range(KEPT)]
    for program in others:
        made(program)
    assert made(first) is not kept
