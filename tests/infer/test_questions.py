"""The next question is the one that tells most for its price."""

from __future__ import annotations

import pytest

from diagnose.infer.program import FindingDef, Program, QuestionDef
from diagnose.infer.questions import expected_gain, rank_questions
from diagnose.infer.score import rank
from diagnose.model import FindingResult
from tests.infer.build import cause

FINDINGS = tuple(FindingDef(f, f, (), background=0.3) for f in ("f", "g", "h"))
CAUSES = (cause("a", 0.45, f=0.95, g=0.5), cause("b", 0.45, f=0.02, g=0.3))


def asks(finding: str, minutes: float = 1) -> QuestionDef:
    return QuestionDef(f"ask.{finding}", finding, f"{finding}?", minutes=minutes, answers={"yes": "seen"})


def ask(*questions: QuestionDef, seen: tuple[FindingResult, ...] = ()) -> list[str]:
    prog = Program(findings=FINDINGS, causes=CAUSES, questions=questions)
    causes, none = rank(prog, seen)
    return [q.id for q in rank_questions(prog, seen, causes, none)]


def test_the_more_telling_question_comes_first_at_the_same_price():
    assert ask(asks("g"), asks("f")) == ["ask.f", "ask.g"]


def test_a_question_that_tells_nothing_is_not_asked():
    assert ask(asks("h")) == []


def test_what_the_evidence_already_says_is_not_asked():
    assert ask(asks("f"), seen=(FindingResult("f", "f", "not_seen"),)) == []


def test_a_dear_question_comes_after_a_cheap_one_that_tells_as_much():
    twin = QuestionDef("ask.cheap", "f", "f?", minutes=1)

    assert ask(asks("f", minutes=60), twin) == ["ask.cheap", "ask.f"]


def test_the_gain_of_a_perfect_test_of_two_equal_causes_is_one_bit():
    assert expected_gain({"a": 0.5, "b": 0.5}, {"a": 1.0, "b": 0.0}, 0.1) == pytest.approx(1.0)
    assert expected_gain({"a": 0.5, "b": 0.5}, {"a": 0.4, "b": 0.4}, 0.1) == pytest.approx(0.0)


def test_the_question_names_the_two_causes_that_it_separates():
    prog = Program(findings=FINDINGS, causes=CAUSES, questions=(asks("f"),))
    causes, none = rank(prog, ())

    assert rank_questions(prog, (), causes, none)[0].separates == ("a", "b")
