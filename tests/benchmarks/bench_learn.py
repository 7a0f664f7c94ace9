"""How often `rules learn` guesses the kind of fact: on the examples of built-in signals of logs, each signal left out.

python tests/benchmarks/bench_learn.py
"""

from __future__ import annotations

import random

from diagnose.cli.rules import gather_library
from diagnose.rulebook.likeness import TOLD, Examples
from diagnose.rulebook.schema import SignalDoc

SAMPLE = 500


def measure() -> str:
    """The share of examples whose kind of fact comes first, among the first three, and first where it is not weak."""
    library = gather_library()
    examples = Examples(library)
    docs = [e.model for e in library.of("signal").values() if isinstance(e.model, SignalDoc)]
    lines = [(d, t) for d in docs if not d.catalogue and TOLD.isdisjoint(d.from_) for t in d.examples.match]
    lines = random.Random(1).sample(lines, min(SAMPLE, len(lines)))
    guesses = [(d, examples.guesses(t, d.from_[0], without=d.id)) for d, t in lines]
    first = sum(bool(g) and g[0].fact == d.fact for d, g in guesses) / len(lines)
    three = sum(any(x.fact == d.fact for x in g) for d, g in guesses) / len(lines)
    sure = [g[0].fact == d.fact for d, g in guesses if g and not g[0].weak]
    return (
        f"{len(lines)} examples, {len(library.facts)} kinds of facts: {first:.0%} first, {three:.0%} among three; "
        f"{len(sure)} not weak, of them {sum(sure) / max(1, len(sure)):.0%} right"
    )


if __name__ == "__main__":
    print(measure())
