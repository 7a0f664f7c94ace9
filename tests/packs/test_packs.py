"""Every test of every built-in pack, on each engine."""

from __future__ import annotations

from functools import lru_cache

import pytest

from diagnose import pipeline
from diagnose.infer.durable import available
from diagnose.rulebook import load_rulebook
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.files import built_in_folders, read_files
from diagnose.rulebook.library import Library, gather
from diagnose.rulebook.lint import lint
from diagnose.rulebook.ruletest import ENGINES, run_case
from diagnose.rulebook.testcase import TestCase, build_cases


@lru_cache(maxsize=1)
def built_in() -> Library:
    return gather(read_files(built_in_folders()))


@lru_cache(maxsize=1)
def rulebook() -> CompiledRulebook:
    return load_rulebook(use_cache=False)


def test_the_built_in_packs_have_no_mistakes() -> None:
    report = lint(built_in())
    assert [p.render() for p in report.problems if p.severity == "error"] == []


@pytest.mark.parametrize("case", build_cases(built_in())[0], ids=lambda c: c.name)
def test_pack(case: TestCase) -> None:
    engines = ENGINES if available() else ENGINES[:1]
    ran = run_case(case, rulebook(), pipeline, engines)
    assert ran.result.status != "failed", "\n".join((ran.result.place, *ran.result.failures))
    assert ran.engines == engines
