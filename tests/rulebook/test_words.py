"""The fact dictionary and the nearest word."""

from __future__ import annotations

from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import gather
from diagnose.rulebook.words import nearest


def dictionary(text: str) -> list[tuple[str, int, int]]:
    problems = gather([RuleFile("facts.yaml", "p", text.encode())]).problems
    return [(p.code, p.line, p.column) for p in problems]


def test_a_sound_dictionary_is_taken() -> None:
    assert dictionary("a:\n  title: A\n  fields: {x: {type: word, values: [b]}}\n  sources: [edge.log]\n") == []


def test_mistakes_in_a_dictionary_are_placed() -> None:
    assert dictionary("a:\n  fields: {x: {type: colour}}\n  sources: [edge.logg]\nb: 1\n") == [
        ("R009", 2, 15),
        ("R015", 3, 13),
        ("R008", 4, 1),
    ]


def test_a_pack_may_add_kinds_of_facts_but_not_redefine_them() -> None:
    first = RuleFile("facts.yaml", "p", b"a: {fields: {}, sources: []}\n")
    second = RuleFile("other/facts.yaml", "q", b"b: {fields: {}}\na: {fields: {}}\n")
    library = gather([first, second])
    assert sorted(library.facts) == ["a", "b"]
    assert [(p.path, p.code, p.line) for p in library.problems] == [("other/facts.yaml", "R018", 2)]


def test_the_nearest_word_is_offered_only_when_it_is_near() -> None:
    assert nearest("link.sate", ["link.state", "ws.close"]) == "did you mean 'link.state'?"
    assert nearest("zzz", ["link.state"], "facts: see there") == "(facts: see there)"
    assert nearest("zzz", ["link.state"]) == ""
