"""How long the command takes to start and to diagnose the first example: medians of whole processes.

    python tests/benchmarks/bench_start.py [ROUNDS]

The help is measured in turns with `import click`, so that both see the same machine. Targets: the help takes at most
twice as long as importing click, a warm run at most 300 ms.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "wan-flap-survivability"
HELP_RATIO = 2.0
RUN_MS = 300.0


def once(*args: str) -> float:
    """Milliseconds of one Python process."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = perf_counter()
    done = subprocess.run([sys.executable, *args], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=False)
    took = (perf_counter() - started) * 1000
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(args)} ended with code {done.returncode}")
    return took


def main(rounds: int) -> int:
    """Measure, print, and say by the exit code whether both targets are met."""
    bare, lists, runs = [], [], []
    run = ("-m", "diagnose", "run", str(EXAMPLE), "-q")
    once(*run)
    for _ in range(rounds):
        bare.append(once("-c", "import click"))
        lists.append(once("-m", "diagnose", "--help"))
        runs.append(once(*run))
    ratio = median(h / b for h, b in zip(lists, bare, strict=True))
    print(f"import click     {median(bare):7.1f} ms")
    print(f"diagnose --help  {median(lists):7.1f} ms   {ratio:.2f} times import click, target {HELP_RATIO:g}")
    print(f"diagnose run     {median(runs):7.1f} ms   warm, target {RUN_MS:g}")
    return 0 if ratio <= HELP_RATIO and median(runs) <= RUN_MS else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
