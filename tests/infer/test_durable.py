"""The engine on durable-rules, driven directly."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest

from diagnose.errors import EngineFailedError, UnsupportedProgramError
from diagnose.infer import durable
from diagnose.infer.durable import DurableEngine, available
from diagnose.infer.match import FOREVER, Atom, Firing
from diagnose.infer.program import FindingDef, Join, Negative, Program, Rule, Step
from diagnose.infer.reference import ReferenceEngine
from tests.infer.strategies import write_case

needs_library = pytest.mark.skipif(not available(), reason="durable-rules does not import on this Python")

PAIR = Rule(
    "pair#0",
    "pair",
    0,
    (("flap", "F"), ("reset", "R")),
    (Negative("N", (("edge", "flap"),), before="reset", within=50),),
    (Join("edge", ("flap", "reset")),),
    (Step("flap", "reset", 30),),
)


def program(*rules: Rule) -> Program:
    return Program(findings=tuple(FindingDef(r.finding, r.finding, (r,)) for r in rules), strata=2)


def atom(n: int, alpha: str, at: int | None = 0, edge: str = "e1") -> Atom:
    if at is None:
        return Atom(n, alpha, -FOREVER, FOREVER, -FOREVER, FOREVER, {"edge": edge})
    return Atom(n, alpha, at, at, at, at, {"edge": edge})


def fire(engine: DurableEngine | ReferenceEngine, rules: Program, *atoms: Atom) -> list[Firing]:
    engine.begin(rules)
    try:
        return sorted(engine.fire(0, atoms))
    finally:
        engine.end()


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    durable._library.cache_clear()
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    yield
    durable._library.cache_clear()


@pytest.mark.usefixtures("without_library")
def test_a_python_on_which_the_library_does_not_import_is_refused_with_the_reason() -> None:
    assert not available()
    with pytest.raises(UnsupportedProgramError, match="does not import on this Python"):
        DurableEngine().begin(program(PAIR))


@needs_library
def test_a_match_binds_each_alias_to_its_atom() -> None:
    assert fire(DurableEngine(), program(PAIR), atom(1, "F"), atom(2, "R", 30), atom(3, "R", 31)) == [
        Firing("pair#0", (("flap", 1), ("reset", 2)))
    ]


@needs_library
def test_an_incident_leaves_nothing_behind_for_the_next() -> None:
    engine = DurableEngine()
    assert len(fire(engine, program(PAIR), atom(1, "F"), atom(2, "R", 10))) == 1
    assert fire(engine, program(PAIR), atom(2, "R", 10)) == []


@needs_library
def test_rules_of_another_stratum_do_not_fire_and_see_earlier_atoms() -> None:
    above = Rule("above#0", "above", 1, (("flap", "F"), ("pair", "P")), (), (Join("edge", ("flap", "pair")),))
    engine = DurableEngine()
    engine.begin(program(PAIR, above))
    assert engine.fire(0, [atom(1, "F"), atom(2, "P")]) == []
    assert engine.fire(1, [atom(3, "P")]) != []
    engine.begin(program(PAIR, above))
    engine.fire(0, [atom(1, "F")])
    assert engine.fire(1, [atom(2, "P", 9)]) == [Firing("above#0", (("flap", 1), ("pair", 2)))]


@needs_library
def test_one_atom_is_not_bound_to_two_aliases() -> None:
    twice = Rule("twice#0", "twice", 0, (("a", "F"), ("b", "F")), (), (Join("edge", ("a", "b")),), (Step("a", "b", 5),))
    assert fire(DurableEngine(), program(twice), atom(1, "F")) == []
    assert len(fire(DurableEngine(), program(twice), atom(1, "F"), atom(2, "F", 3))) == 1


@needs_library
def test_a_rule_of_negatives_only_fires_when_nothing_holds_it_back() -> None:
    silent = Rule("silent#0", "silent", 0, (), (Negative("N"),))
    assert fire(DurableEngine(), program(silent), atom(1, "F")) == [Firing("silent#0", ())]
    assert fire(DurableEngine(), program(silent), atom(1, "N")) == []


@needs_library
def test_an_atom_of_unknown_time_follows_and_precedes_everything() -> None:
    assert len(fire(DurableEngine(), program(PAIR), atom(1, "F", None), atom(2, "R", 10**13))) == 1
    assert fire(DurableEngine(), program(PAIR), atom(1, "F"), atom(2, "R", 9), atom(3, "N", None)) == []


@needs_library
def test_more_matches_than_the_limit_end_with_the_name_of_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = DurableEngine()
    monkeypatch.setattr(durable, "MAX_FIRINGS", 3)
    atoms = [atom(n, "FR"[n % 2]) for n in range(1, 9)]
    with pytest.raises(EngineFailedError, match=r"rule pair#0 .* more than 3 times"):
        fire(engine, program(PAIR), *atoms)
    monkeypatch.undo()
    assert len(fire(engine, program(PAIR), *atoms)) == 16


@needs_library
@pytest.mark.parametrize(
    ("limit", "value", "said"), [("MAX_SECONDS", -1.0, "took more than"), ("MAX_ATOMS", 1, "more than 1 things")]
)
def test_the_other_limits_end_an_incident_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: float, said: str
) -> None:
    monkeypatch.setattr(durable, limit, value)
    with pytest.raises(EngineFailedError, match=said):
        fire(DurableEngine(), program(PAIR), atom(1, "F"), atom(2, "R"))


@needs_library
def test_an_atom_without_the_entity_that_it_is_joined_on_is_an_error() -> None:
    bare = Atom(2, "R", 0, 0, 0, 0, {})
    with pytest.raises(EngineFailedError, match="R without the edge"):
        fire(DurableEngine(), program(PAIR), atom(1, "F"), bare)


@needs_library
def test_an_error_of_the_library_is_reported_and_the_next_incident_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, whole = DurableEngine(), durable._facts

    def with_an_exponent(*given: Any) -> Iterator[dict[str, Any]]:
        return ({**fact, "a": 1e16} if fact["n"] == 2 else fact for fact in whole(*given))

    monkeypatch.setattr(durable, "_facts", with_an_exponent)
    for _ in range(20):
        with pytest.raises(EngineFailedError, match="durable-rules failed: "):
            fire(engine, program(PAIR), atom(1, "F"), atom(2, "R", 5))
    monkeypatch.undo()
    assert len(fire(engine, program(PAIR), atom(1, "F"), atom(2, "R", 5))) == 1


@needs_library
def test_atoms_may_have_any_numbers() -> None:
    far = 10 * durable.MAX_ATOMS
    got = fire(DurableEngine(), program(PAIR), atom(durable.MAX_ATOMS + 1, "F"), atom(far, "R", 5))
    assert got == [Firing("pair#0", (("flap", durable.MAX_ATOMS + 1), ("reset", far)))]


@needs_library
def test_threads_do_not_mix_their_incidents() -> None:
    def one(seed: int) -> tuple[list[Firing], list[Firing]]:
        rnd = Random(seed)
        atoms = [atom(n, rnd.choice("FRRN"), rnd.randrange(400), rnd.choice(("e1", "e2"))) for n in range(1, 40)]
        return fire(DurableEngine(), program(PAIR), *atoms), fire(ReferenceEngine(), program(PAIR), *atoms)

    with ThreadPoolExecutor(4) as threads:
        pairs = list(threads.map(one, range(200)))
    assert all(got == expected for got, expected in pairs)
    assert sum(len(got) for got, _ in pairs) > 100


def _memory() -> int:
    """What this process holds, in kB; on systems that do not tell, the most it ever held."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text(encoding="ascii").split()[1]) * resource.getpagesize() // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run_many(incidents: int) -> tuple[int, int]:
    """Memory in kB after a tenth of `incidents`, and after all of them."""
    engine = DurableEngine()
    rules = write_case(Random(7)).program
    alphas = sorted({alpha for f in rules.findings for r in f.rules for _, alpha in r.positives})
    rnd, early = Random(1), 0
    for i in range(incidents):
        if i == incidents // 10:
            early = _memory()
        engine.begin(rules)
        keys = {"edge": "e1", "conversation": f"c{i}"}
        times = [rnd.randrange(10**6) for _ in range(40)]
        for stratum in range(rules.strata):
            engine.fire(
                stratum,
                [Atom(40 * stratum + n, rnd.choice(alphas), t, t, t, t, keys) for n, t in enumerate(times, start=1)],
            )
        engine.end()
    return early, _memory()


@needs_library
def test_memory_stays_flat_over_thousands_of_incidents() -> None:
    incidents = int(os.environ.get("DIAGNOSE_DURABLE_INCIDENTS") or 2000)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        early, late = pool.submit(run_many, incidents).result(timeout=600)
    assert late <= 1.1 * early
