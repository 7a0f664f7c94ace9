"""Every match of a pattern contains one of its literals."""

from __future__ import annotations

import pytest

from diagnose.rulebook.files import built_in_folders, read_files
from diagnose.rulebook.library import gather
from diagnose.rulebook.literals import required

Ways = tuple[tuple[tuple[str, ...], ...], ...]


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"(?i)Connection RESET by peer", ((("connection reset by peer",),),)),
        (r"(?:reset|refused) by (?:the )?peer", ((("reset by ",), ("peer",)), (("refused by ",), ("peer",)))),
        (
            r"bot.*silent|caller.*(?:heard|hears) nothing",
            ((("silent",), ("bot",)), ((" nothing",), ("caller",), ("heard", "hears"))),
        ),
        (r"reset|\d+", ()),
        (r"colou?r", ((("colo",),),)),
        (r"(?:timeout)?", ()),
        (r"(?:timeout)+", ((("timeout",),),)),
        (r"\berror\b.{0,20}\btimed out\b", ((("timed out",), ("error",)),)),
        (r"[Ee]rror", ((("rror",),),)),
        (r"a|b", ()),
        (r"\d+", ()),
        (r"(?P<code>1006)", ((("1006",),),)),
        (r"one.two.three.four", ((("three",), ("four",), ("two",)),)),
        (r"\pL+ lost", (((" lost",),),)),
        (r"\Qa lost\E", ()),
    ],
)
def test_the_literals_are_the_longest_that_every_match_must_hold(
    pattern: str, literals: tuple[tuple[str, ...], ...]
) -> None:
    assert required(pattern) == literals


def test_every_example_of_every_built_in_signal_holds_one_of_its_literals() -> None:
    library = gather(read_files(built_in_folders()))
    held = 0
    for name, entry in library.of("signal").items():
        literals = required(entry.model.match or "")
        for example in entry.model.examples.match if literals else ():
            low = example.lower()
            held_by = [w for w in literals if all(any(x in low for x in alternatives) for alternatives in w)]
            assert held_by, f"{name}: {example}"
            held += 1
    assert held > 300
