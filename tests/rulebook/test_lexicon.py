"""Terms in patterns."""

from __future__ import annotations

import pytest

from diagnose.rulebook.lexicon import TermError, expand

TERMS = {"bot": ["bots?", "voice ?bot"], "mute": ["silent", "{bot} says nothing"], "loop": ["{loop}"]}
SIGNAL = "kind: signal\nid: s\nfrom: [edge.log]\nmatch: '{bto} down'\nfact: hello\n"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{bot} is", "(?:bots?|voice ?bot) is"),
        ("{mute}", "(?:silent|(?:bots?|voice ?bot) says nothing)"),
        (r"\d{2,5} \p{L} \{bot\} (?P<a>x){3}", r"\d{2,5} \p{L} \{bot\} (?P<a>x){3}"),
    ],
)
def test_terms_are_replaced_by_their_wordings(pattern: str, expected: str) -> None:
    assert expand(pattern, TERMS) == expected


@pytest.mark.parametrize("pattern", ["{nothing}", "a {loop}"])
def test_a_term_that_cannot_be_expanded_is_named(pattern: str) -> None:
    with pytest.raises(TermError, match=r"nothing|loop"):
        expand(pattern, TERMS)


def test_terms_that_explode_are_refused() -> None:
    terms = {f"t{chr(97 + i)}": [f"{{t{chr(98 + i)}}}" * 10] for i in range(8)} | {"ti": ["x"]}
    with pytest.raises(TermError, match="more than"):
        expand("{ta}", terms)


def test_signals_use_the_terms_of_all_packs(library) -> None:
    lexicons = ("kind: lexicon\nterms: {bot: [robot]}\n", "kind: lexicon\nterms: {bot: [assistant]}\n")
    found = library(SIGNAL.replace("bto", "bot"), *lexicons)
    assert found.problems == []
    assert found.of("signal")["s"].model.match == "(?:robot|assistant) down"


def test_a_mistyped_term_is_placed_and_the_nearest_offered(library) -> None:
    (problem,) = library(SIGNAL, "kind: lexicon\nterms: {bot: [robot]}\n").problems
    assert (problem.code, problem.line, problem.hint) == ("R033", 4, "did you mean 'bot'?")
