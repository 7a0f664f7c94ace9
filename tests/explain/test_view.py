"""What is worth a reader's time."""

from __future__ import annotations

import msgspec
import pytest

from diagnose.explain.view import Book
from diagnose.infer.words import FINDING
from diagnose.model import CauseResult, Diagnosis, Weight


def brought_about(sample: Diagnosis, *shared: Weight) -> Diagnosis:
    """The sample, in which the first cause brings about the second, and both show `shared`."""
    first, second, *rest = sample.causes
    first = msgspec.structs.replace(first, explains=("bot.logic",), for_=(*first.for_, *shared))
    second = msgspec.structs.replace(second, for_=shared)
    return msgspec.structs.replace(sample, causes=(first, second, *rest))


def test_the_chain_names_what_follows_from_the_first_cause(sample: Diagnosis) -> None:
    chain = Book(brought_about(sample, Weight("stream.resets", 2.0))).chain()
    assert chain == "The bot's media stayed on the dead path; what follows from it: the bot's logic is wrong"


@pytest.mark.parametrize("shared", [Weight("stream.resets", 0.2), Weight(FINDING, 3.0)])
def test_a_weak_or_learned_finding_shows_no_chain(sample: Diagnosis, shared: Weight) -> None:
    assert Book(brought_about(sample, shared)).chain() == ""


def test_without_causes_downstream_there_is_no_chain(sample: Diagnosis) -> None:
    assert Book(sample).chain() == ""


def test_words_are_named_in_a_reason_and_are_no_objection(sample: Diagnosis) -> None:
    weight = Weight(FINDING, -2.0, (), "seen", "words: echo, itself")
    book = Book(sample)
    assert book.reason(weight).text.endswith("(words: echo, itself)")
    cause = CauseResult("c", "C", 0.1, "possible", 0.5, against=(weight,))
    assert book.objection(cause) == ""
