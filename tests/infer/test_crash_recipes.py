"""What makes durable-rules crash, hang or answer wrongly, written as rules and facts that a user could bring.

Each runs in a process of its own and ends in the right findings; where the library cannot be used safely the
reference engine takes over, and the result says so and why.
"""

from __future__ import annotations

import multiprocessing
import textwrap
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from diagnose.infer.durable import DurableEngine, available
from diagnose.infer.program import Program
from diagnose.infer.reference import ReferenceEngine
from diagnose.infer.run import Inference, run
from diagnose.model import Evidence, Fact, Place, Span
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.files import read_files
from diagnose.rulebook.library import gather

pytestmark = pytest.mark.skipif(not available(), reason="durable-rules does not import on this Python")

S = 1000
FALLBACK = "reference (after durable failed)"
DICTIONARY = """
flap:  {title: a link went down, fields: {code: {type: integer}, seconds: {type: number}, text: {type: text}}}
local: {title: an Edge went on its own, fields: {code: {type: integer}}}
reset: {title: a handshake was reset, fields: {code: {type: integer}}}
"""


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessPoolExecutor]:
    """One worker process: when the library kills it, the test fails and pytest lives."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


class Recipe:
    """Compiles rule documents, runs them on both engines and gives what durable was asked for."""

    def __init__(self, folder: Path, workers: ProcessPoolExecutor) -> None:
        self.folder = folder
        self.workers = workers

    def run(self, documents: str, facts: Iterable[Fact]) -> Inference:
        """The inference of the durable engine; it has the findings of the reference engine."""
        (self.folder / "facts.yaml").write_text(DICTIONARY, encoding="utf-8")
        (self.folder / "pack.yaml").write_text("kind: pack\nid: recipe\nversion: 1.0.0\n", encoding="utf-8")
        (self.folder / "findings.yaml").write_text(textwrap.dedent(documents), encoding="utf-8")
        compiled, problems = compile_library(gather(read_files([self.folder])))
        assert [p.render() for p in problems if p.severity == "error"] == []
        evidence = Evidence(tuple(facts))
        got = self.workers.submit(run_durable, compiled.program, evidence).result(timeout=120)
        assert got.findings == run(compiled.program, evidence, ReferenceEngine()).findings
        return got


def run_durable(program: Program, evidence: Evidence) -> Inference:
    """What the worker does."""
    return run(program, evidence, DurableEngine())


@pytest.fixture
def recipe(tmp_path: Path, workers: ProcessPoolExecutor) -> Recipe:
    return Recipe(tmp_path, workers)


def fact(n: int, kind: str, at: int | None = 0, edge: str | None = "e1", **fields: Any) -> Fact:
    entities = {"edge": edge} if edge is not None else {}
    return Fact(f"F{n}", kind, Span(at, at, "edge"), entities, fields, Place("edge.log", n), "edge.log")


def seen(inference: Inference, finding: str = "r.it") -> list[str | None]:
    """Edges about which the finding was seen."""
    return [f.about.get("edge") for f in inference.findings if f.id == finding and f.state == "seen"]


def states(inference: Inference) -> set[str]:
    return {f.state for f in inference.findings}


HEAD = "kind: finding\nid: r.it\ntitle: It\nabout: [edge]\n"
PAIR = HEAD + (
    "match: {flap: {fact: flap}, reset: {fact: reset}}\n"
    "join: {edge: [flap, reset]}\n"
    "sequence: {after: flap, then: reset, within: 30s}\n"
)


def test_a_window_that_is_missed_as_the_last_condition(recipe: Recipe) -> None:
    got = recipe.run(PAIR, [fact(1, "flap"), fact(2, "reset", 100 * S)])
    assert (got.engine, seen(got)) == ("durable", [])


def test_a_window_that_is_missed_on_one_edge_and_kept_on_another(recipe: Recipe) -> None:
    facts = [fact(1, "flap"), fact(2, "reset", 100 * S), fact(3, "flap", edge="e2"), fact(4, "reset", 9 * S, "e2")]
    got = recipe.run(PAIR, facts)
    assert (got.engine, seen(got)) == ("durable", ["e2"])


def test_alternatives_followed_by_a_join_do_not_join_different_edges(recipe: Recipe) -> None:
    branch = "{match: {flap: {fact: flap}, reset: {fact: reset, where: {code: %d}}}, join: {edge: [flap, reset]}}"
    documents = HEAD + f"any: [{branch % 1}, {branch % 9}]\n"
    got = recipe.run(documents, [fact(1, "flap"), fact(2, "reset", 1, "e2", code=9)])
    assert (got.engine, seen(got)) == ("durable", [])
    got = recipe.run(documents, [fact(1, "flap"), fact(2, "reset", 1, "e1", code=9)])
    assert (got.engine, seen(got)) == ("durable", ["e1"])


@pytest.mark.parametrize(
    "alias",
    [
        pytest.param("a", id="an alias whose hash comes first"),
        pytest.param("first", id="one whose hash comes later"),
        pytest.param("x", id="a third"),
    ],
)
def test_an_unless_holds_back_whatever_the_order_of_facts_and_the_names(recipe: Recipe, alias: str) -> None:
    documents = HEAD + (
        f"match: {{{alias}: {{fact: flap}}, reset: {{fact: reset}}}}\njoin: {{edge: [{alias}, reset]}}\n"
        f"unless: {{fact: local, join: edge, before: reset, within: 1m}}\n"
    )
    flap, local, reset = fact(1, "flap"), fact(2, "local", 1 * S), fact(3, "reset", 2 * S)
    for facts in ([flap, local, reset], [local, flap, reset], [flap, reset, local]):
        got = recipe.run(documents, facts)
        assert (got.engine, seen(got)) == ("durable", [])
    assert seen(recipe.run(documents, [flap, reset])) == ["e1"]


def test_an_unless_without_any_such_fact_and_two_of_them(recipe: Recipe) -> None:
    documents = HEAD + (
        "match: {flap: {fact: flap}}\n"
        "unless: [{fact: local, join: edge, before: flap}, {fact: reset, join: edge, after: flap, within: 5s}]\n"
    )
    got = recipe.run(documents, [fact(1, "flap")])
    assert (got.engine, seen(got)) == ("durable", ["e1"])
    got = recipe.run(documents, [fact(1, "flap"), fact(2, "reset", 4 * S), fact(3, "flap", 0, "e2")])
    assert (got.engine, seen(got)) == ("durable", ["e2"])


def test_more_than_64_findings_that_join_the_same_kind_of_fact(recipe: Recipe) -> None:
    one = (
        "---\nkind: finding\nid: r.n{n}\ntitle: N\nabout: [edge]\n"
        "match: {{flap: {{fact: flap}}, reset: {{fact: reset}}}}\njoin: {{edge: [flap, reset]}}\n"
        "sequence: {{after: flap, then: reset, within: {n}s}}\n"
    )
    got = recipe.run("".join(one.format(n=n) for n in range(1, 151)), [fact(1, "flap"), fact(2, "reset", 100 * S)])
    assert got.engine == "durable"
    assert sum(f.state == "seen" for f in got.findings) == 51


def test_more_than_256_findings_that_begin_with_the_same_pattern(recipe: Recipe) -> None:
    one = "---\nkind: finding\nid: r.n{n}\ntitle: N\nabout: [edge]\nmatch: {{flap: {{fact: flap}}}}\n"
    got = recipe.run("".join(one.format(n=n) for n in range(300)), [fact(1, "flap")])
    assert (got.engine, len(got.findings), states(got)) == ("durable", 300, {"seen"})


def test_more_than_512_different_conditions_on_one_kind(recipe: Recipe) -> None:
    one = "---\nkind: finding\nid: r.n{n}\ntitle: N\nmatch: {{flap: {{fact: flap, where: {{code: {n}}}}}}}\n"
    got = recipe.run("".join(one.format(n=n) for n in range(600)), [fact(n, "flap", n, code=n) for n in range(600)])
    assert (got.engine, len(got.findings), states(got)) == ("durable", 600, {"seen"})


def test_a_rule_of_17_patterns_goes_to_the_reference_engine_and_says_why(recipe: Recipe) -> None:
    aliases = [f"p{i}" for i in range(17)]
    match = ", ".join(f"{a}: {{fact: flap, where: {{code: {i}}}}}" for i, a in enumerate(aliases))
    documents = HEAD + f"match: {{{match}}}\njoin: {{edge: [{', '.join(aliases)}]}}\n"
    got = recipe.run(documents, [fact(i, "flap", i, code=i) for i in range(17)])
    assert (got.engine, seen(got)) == (FALLBACK, ["e1"])
    assert "rule r.it" in got.warnings[0]
    assert "17 things at once (limit 8)" in got.warnings[0]


def test_numbers_that_print_with_an_exponent_or_pass_64_bits(recipe: Recipe) -> None:
    documents = HEAD + "match: {flap: {fact: flap, where: {seconds: {lt: 1.0e-04}}}}\n"
    got = recipe.run(documents, [fact(1, "flap", seconds=1e-05), fact(2, "flap", 0, "e2", seconds=1e16, code=2**70)])
    assert (got.engine, seen(got)) == ("durable", ["e1"])


def test_a_time_out_of_range_goes_to_the_reference_engine_and_says_why(recipe: Recipe) -> None:
    got = recipe.run(PAIR, [fact(1, "flap", 2**70), fact(2, "reset", 2**70)])
    assert (got.engine, seen(got)) == (FALLBACK, ["e1"])
    assert "out of range" in got.warnings[0]


def test_nulls_and_missing_entities_in_a_join(recipe: Recipe) -> None:
    facts = [fact(1, "flap", edge=None, code=None), fact(2, "reset", edge="e2", code=None), fact(3, "flap", edge="e3")]
    got = recipe.run(PAIR, facts)
    assert (got.engine, seen(got)) == ("durable", ["e2"])


@pytest.mark.parametrize(
    "edge",
    ["\ud800", 'nul \x00 quote " brace } ', "x" * 70_000, "é\u202e💥", "", "*", "1"],
    ids=["lone surrogate", "control characters", "70,000 characters", "unicode", "empty", "star", "digit"],
)
def test_odd_names_of_entities(recipe: Recipe, edge: str) -> None:
    got = recipe.run(PAIR, [fact(1, "flap", edge=edge), fact(2, "reset", S, edge), fact(3, "reset", S, "other")])
    assert got.engine == "durable"
    assert [f.state for f in got.findings] == ["seen"]


def test_thousands_of_equal_facts_are_cut_down_and_it_says_so(recipe: Recipe) -> None:
    got = recipe.run(PAIR, [fact(0, "flap"), *(fact(n, "reset", S) for n in range(1, 9000))])
    assert (got.engine, seen(got)) == ("durable", ["e1"])
    assert "8999 facts" in got.truncated[0]


def test_thousands_of_different_facts_are_all_joined(recipe: Recipe) -> None:
    facts = [fact(2 * n + k, ("flap", "reset")[k], n * S, f"e{n}") for n in range(3000) for k in (0, 1)]
    got = recipe.run(PAIR, facts)
    assert (got.engine, len(seen(got))) == ("durable", 3000)


def test_a_rule_that_matches_its_own_kind_does_not_run_for_ever(recipe: Recipe) -> None:
    documents = HEAD + (
        "match: {first: {fact: flap}, second: {fact: flap}}\njoin: {edge: [first, second]}\n"
        "sequence: {after: first, then: second, within: 10s}\n"
    )
    got = recipe.run(documents, [fact(n, "flap", n * S) for n in range(50)])
    assert (got.engine, seen(got)) == ("durable", ["e1"])
    assert seen(recipe.run(documents, [fact(1, "flap")])) == []


def test_findings_on_findings_on_findings(recipe: Recipe) -> None:
    documents = HEAD + "match: {flap: {fact: flap}}\n"
    for n in range(1, 12):
        below = "r.it" if n == 1 else f"r.n{n - 1}"
        documents += (
            f"---\nkind: finding\nid: r.n{n}\ntitle: N\nabout: [edge]\nmatch: {{below: {{finding: {below}}}}}\n"
        )
    got = recipe.run(documents, [fact(1, "flap")])
    assert (got.engine, len(got.findings), states(got)) == ("durable", 12, {"seen"})


def test_patterns_on_which_the_library_hangs_while_loading(recipe: Recipe) -> None:
    documents = HEAD + "match: {flap: {fact: flap, where: {text: {matches: '^((b?|b?)*|a)$'}}}}\n"
    got = recipe.run(documents, [fact(1, "flap", text="bbb"), fact(2, "flap", 0, "e2", text="c")])
    assert (got.engine, seen(got)) == ("durable", ["e1"])


def test_incidents_without_facts_or_with_facts_that_nothing_matches(recipe: Recipe) -> None:
    for facts in ([], [fact(1, "local")], [fact(1, "flap")]):
        for _ in range(5):
            got = recipe.run(PAIR, facts)
            assert (got.engine, seen(got)) == ("durable", [])


def test_a_storm_that_multiplies_is_refused_before_it_fills_the_memory(recipe: Recipe) -> None:
    documents = HEAD + (
        "match: {flap: {fact: flap}, local: {fact: local}, reset: {fact: reset}}\njoin: {edge: [flap, local, reset]}\n"
    )
    got = recipe.run(documents, [fact(n, ("flap", "local", "reset")[n % 3], n) for n in range(1200)])
    assert (got.engine, seen(got)) == (FALLBACK, ["e1"])
    assert "too many combinations" in " ".join(got.warnings)
