"""How long it takes to load the rulebook and to infer an incident: CPU, medians in ms.

    python tests/benchmarks/bench_infer.py [--runs 15]

The rulebook that ships is loaded for the first time in a process (modules imported, models built, patterns checked),
cold (every document parsed anew) and warm (from the cache), and the first 50 facts of the first example are taken from
evidence to diagnosis by each engine. There is no peer: targets are absolute (cold 150, warm 30, infer 5), so quote the
figures with the machine they were taken on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import msgspec

from diagnose.infer.durable import available
from diagnose.pipeline import gather, infer_evidence
from diagnose.rulebook import load_rulebook

EXAMPLE = Path(__file__).parents[2] / "examples" / "wan-flap-survivability"
FACTS = 50


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """The median of the CPU time of `runs` runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        begin = process_time()
        work()
        taken.append((process_time() - begin) * 1000)
    return median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    begin = process_time()
    book = load_rulebook(use_cache=False)
    print(f"load first       {(process_time() - begin) * 1000:7.1f} ms")
    evidence = gather([EXAMPLE], book)
    evidence = msgspec.structs.replace(evidence, facts=evidence.facts[:FACTS])
    print(f"load cold        {milliseconds(lambda: load_rulebook(use_cache=False), max(3, runs // 3)):7.1f} ms")
    print(f"load warm        {milliseconds(load_rulebook, runs):7.1f} ms")
    for engine in ("reference", "durable") if available() else ("reference",):
        taken = milliseconds(partial(infer_evidence, book, evidence, engine=engine), runs)
        print(f"infer {engine:<10} {taken:7.1f} ms for {len(evidence.facts)} facts")


if __name__ == "__main__":
    main()
