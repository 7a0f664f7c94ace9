"""Which signals a text can match at all: the index must name just those that a look at each of them names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diagnose.read.signals.literals import LiteralIndex, LiteralSet, Ways

WAYS = {
    1: ((("reset",), ("peer", "server")),),
    2: ((("no ",), ("route", "path")), (("unreachable",),)),
    3: ((("up",),),),
    4: (),
    5: ((),),
}


def named(low: str) -> list[int]:
    return LiteralIndex(WAYS.items()).numbers(low, frozenset(WAYS))


def test_each_set_of_one_way_must_be_there() -> None:
    assert named("reset by peer") == [1, 4, 5]
    assert named("reset by the caller") == [4, 5]
    assert named("host unreachable") == [2, 4, 5]
    assert named("no host in the path") == [2, 4, 5]
    assert named("route, but no") == [4, 5]


def test_literals_shorter_than_what_the_index_goes_by_are_found_also_at_the_end() -> None:
    assert 3 in named("link up")
    assert 3 in named("up")
    assert named("") == [4, 5]


def test_only_the_allowed_are_named() -> None:
    index = LiteralIndex(WAYS.items())
    assert index.numbers("reset by peer, link up", frozenset({3, 4})) == [3, 4]


words = st.text(alphabet="abc ", max_size=5)
literals = st.lists(words.filter(bool), min_size=1, max_size=3)
ways = st.lists(st.lists(literals, max_size=3), max_size=3)


@given(st.lists(ways, max_size=5), st.text(alphabet="abc ", max_size=30))
def test_the_index_agrees_with_a_look_at_every_signal(signals: list[list[list[list[str]]]], low: str) -> None:
    numbered = list(enumerate(signals))
    found = LiteralIndex(numbered).numbers(low, frozenset(range(len(signals))))
    assert found == [n for n, each in numbered if may_match(each, low)]
    of_set = LiteralSet(numbered)
    assert list(of_set.numbers(low)) == list(of_set.numbers(low.encode())) == found


def may_match(each: Ways, low: str) -> bool:
    """Whether a text holds, for one of the ways, one literal of each of its sets; true without ways."""
    return not each or any(all(any(literal in low for literal in some) for some in way) for way in each)


def test_the_set_keeps_what_it_found_for_the_same_literals() -> None:
    of_set = LiteralSet(WAYS.items())
    assert of_set.numbers("reset by peer 1") == of_set.numbers("peer 2 was reset") == (1, 4, 5)
    assert len(of_set._kept) == 1
    assert LiteralSet([(7, ())]).numbers("anything") == (7,)
