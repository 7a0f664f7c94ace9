"""Runs the checkers of four rule languages on the same ten mistakes and the same rule, and prints what they say.

    python tests/benchmarks/compare_rule_tools.py --peers VENV/bin [--promtool FILE] [--clips FILE] \\
        > docs/comparison-runs.md

VENV holds `pip install sigma-cli clipspy`; promtool is of Debian's package `prometheus`, `clips` (a console, optional)
of `clips`. What the tools print is kept but for paths of this machine and the middle of very long outputs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent.resolve()
PEERS = HERE / "peers"
ROOT = HERE.parents[1]
MOST = 48
"""Lines of one output that are kept; of more, the first and the last half."""
WIDTH = 100


class Tools:
    """How each tool is called."""

    def __init__(self, peers: Path, promtool: Path, console: Path | None) -> None:
        self.diagnose = [sys.executable, "-m", "diagnose"]
        self.sigma = [str(peers / "sigma")]
        self.clips = [str(peers / "python"), str(HERE / "clips_console.py")]
        self.promtool = [str(promtool)]
        self.console = console
        self.names = {
            str(peers / "sigma"): "sigma",
            str(promtool): "promtool",
            str(peers / "python"): "python",
            str(console): "clips",
        }


def run(tools: Tools, command: Sequence[str], folder: Path = PEERS, typed: str | None = None) -> Iterator[str]:
    """The command, its output and its exit code as lines of a Markdown block."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": str(WIDTH), "NO_COLOR": "1"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        input=typed,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    shown = [tools.names.get(part, part).replace(f"{HERE}/", "") for part in command]
    line = " ".join(shown).replace(f"{sys.executable} -m diagnose", "diagnose")
    yield f"$ {line}"
    text = done.stdout.replace(f"{PEERS}/", "").replace(f"{HERE}/", "")
    text = re.sub(r'"/\S*/site-packages/', '"…/', re.sub(r'"/\S*/bin/', '"…/', text))
    lines = [x.rstrip() for x in text.splitlines() if x.strip()]
    half = MOST // 2
    if len(lines) > MOST:
        lines = [*lines[:half], f"[… {len(lines) - 2 * half} lines …]", *lines[-half:]]
    yield from lines
    yield f"[exit code {done.returncode}]"


def block(title: str, *runs: Iterator[str]) -> None:
    """Print a heading and the runs below it."""
    print(f"\n## {title}\n\n```text")
    for number, each in enumerate(runs):
        print("\n".join([*([""] if number else []), *each]))
    print("```")


def files(tool: str, *without: str) -> list[str]:
    """The files of a tool with one mistake each, but for those whose numbers are in `without`."""
    found = sorted(p for p in (PEERS / tool / "wrong").iterdir() if p.name[:2] not in without)
    return [str(p.relative_to(PEERS)) for p in found]


def versions(tools: Tools) -> None:
    """What was run."""
    python = tools.clips[0]
    names = "'sigma-cli', 'pySigma', 'clipspy'"
    packages = f"import importlib.metadata as m; print(*(f'{{p}} {{m.version(p)}}' for p in ({names})))"
    runs = [[*tools.diagnose, "--version"], [python, "-c", packages], [*tools.promtool, "--version"]]
    block("Versions (clipspy holds CLIPS 6.42)", *(run(tools, command) for command in runs))


def main() -> None:
    """Run everything in the order of the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, required=True, help="bin of the environment")
    parser.add_argument("--promtool", type=Path, default=Path("promtool"))
    parser.add_argument("--clips", type=Path, help="the console of CLIPS")
    given = parser.parse_args()
    t = Tools(given.peers.absolute(), given.promtool, given.clips)
    print(
        "# Four checkers of rules, as observed\n\nMade by `tests/benchmarks/compare_rule_tools.py`; the page to read is"
    )
    print("[comparison.md](comparison.md). The files are in `tests/benchmarks/peers/`.")
    versions(t)
    block("diagnose: ten mistakes, one run", run(t, [*t.diagnose, "rules", "lint", "diagnose/wrong"]))
    block(
        "sigma check: ten mistakes, one run, then without what stopped it",
        run(t, [*t.sigma, "check", "sigma/wrong"]),
        run(t, [*t.sigma, "check", *files("sigma", "10")]),
        run(t, [*t.sigma, "check", *files("sigma", "10", "07")]),
    )
    block(
        "promtool: ten mistakes, one run", run(t, [*t.promtool, "check", "rules", "--lint-fatal", *files("promtool")])
    )
    block(
        "CLIPS: eight mistakes (there are no patterns of text and no YAML), one session",
        run(t, [*t.clips, *files("clips")]),
    )
    if t.console is not None:
        typed = '(load "clips/wrong/06-duplicate-id.clp")\n(exit)\n'
        block("CLIPS: the console on a duplicate", run(t, [str(t.console)], typed=typed))
    for number in range(1, 11):
        start = f"{number:02}-"
        singles = [
            *(run(t, [*t.diagnose, "rules", "lint", f]) for f in files("diagnose") if Path(f).name.startswith(start)),
            *(run(t, [*t.sigma, "check", f]) for f in files("sigma") if Path(f).name.startswith(start)),
            *(run(t, [*t.promtool, "check", "rules", "--lint-fatal", f]) for f in files("promtool") if start in f),
            *(run(t, [*t.clips, f]) for f in files("clips") if Path(f).name.startswith(start)),
        ]
        block(f"Alone: {number}", *singles)
    block(
        "The right rule",
        run(t, [*t.diagnose, "rules", "test", "diagnose/right", "--run", "on the same Edge|42 s later"]),
        run(t, [*t.sigma, "check", "sigma/right"]),
        run(t, [*t.promtool, "check", "rules", "reset-after-down.yml"], PEERS / "promtool/right"),
        run(t, [*t.promtool, "test", "rules", "reset-after-down-test.yml"], PEERS / "promtool/right"),
        run(t, [*t.clips, "clips/right/reset-after-down.clp"]),
    )
    block(
        "The right rule on events 42 s apart, where 30 s are allowed",
        run(t, [*t.diagnose, "rules", "test", "diagnose/missed", "--run", "although"]),
        run(t, [*t.promtool, "test", "rules", "reset-after-down-test.yml"], PEERS / "promtool/missed"),
        run(t, [*t.clips, "--matches", "reset-after-down-0", "clips/missed/reset-after-down.clp"]),
    )


if __name__ == "__main__":
    main()
