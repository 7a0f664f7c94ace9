"""How fast large logs are read, in turns with ripgrep on the same patterns: medians and ratios.

    python tests/benchmarks/bench_scan.py [--mb 500] [--rounds 5] [--dir DIR] [--shipped]

A log of JSON lines and one of text lines are made, always the same, of which one line in forty matches one of 300
patterns. `rg --no-unicode -j1 -f patterns` writes the matching lines to nowhere; the product reads the log from the
file to typed facts (`read`), with Hyperscan and with RE2 alone, and on demand with the rules that are shipped. Every
measurement is a process of its own; CPU and memory are those of all processes that it starts. The product reads a large
log with several processes, so that by the clock it may be faster than its CPU says. Targets: see `TARGETS`, as a ratio
to ripgrep by the clock; on a busy machine the ratio by CPU says more. Memory is the most that was ever held.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
PATTERNS = 300
MATCHING = 40
"""One line in so many matches a pattern."""
UNIQUE_MB = 50
"""A log is this many MB of different lines, as often as needed."""
TARGETS = {("json", "hyperscan"): 1.3, ("json", "re2"): 0.8, ("text", "hyperscan"): 0.8, ("text", "re2"): 0.5}

_WORDS = """
    adapter admission agent alarm answer audio bearer bridge buffer cancel carrier certificate channel circuit cluster
    codec conference congestion connector context credit cursor datagram decoder deadline descriptor device dialog
    digest dispatcher domain duplex echo encoder endpoint envelope escalation fabric failover filter firmware flow
    fragment frame gateway grant greeting handler handshake heartbeat hold hook horizon identity inbound ingress
    interval invite island journal keepalive kernel ladder latency lease ledger licence listener loopback manager
    marker media mixer mirror module monitor negotiation neighbour node nonce offer operator orphan outbound overlay
    packet parser partition payload peer phantom pilot playback policy portal prompt provider proxy quorum quota
    realm recorder redirect refresh registrar relay renewal replica resolver ringback roster route sample schedule
    segment sequence session shadow signal silence socket span speech splitter station stream survey switch tenant
    ticket timer token topology transcript transfer trunk tunnel turnstile update uplink utterance vault vector
    vendor verdict voice volume warden watchdog window worker zone
"""
_VERBS = "refused dropped reset expired stalled rejected lost overflowed diverged timed-out vanished collided"
_ORDINARY = (
    "Jitter buffer adapted to {} ms",
    "Session keepalive answered in {} ms",
    "Media session {} renewed, codec opus",
    "Trunk options ping took {} ms",
    "Recorder flushed {} frames",
    "Handshake done after {} ms, resumption was used",
    "Gateway lookup cached for {} s",
    "Queue depth is {} of 4096",
)
_COMPONENTS = ("media-bridge", "session-manager", "sip-stack", "flow-runtime", "cloud-link", "rtp-engine")


def wordings() -> list[tuple[str, str]]:
    """For each pattern the pattern, in RE2, and a text that it matches with `{}` where its number stands.

    Somewhat more than half are literals, one in thirty does not look at case, the others take a number.
    """
    chance = random.Random(300)
    out = []
    for n in range(PATTERNS):
        first, second, third = chance.sample(_WORDS.split(), 3)
        words = f"{first} {second} {chance.choice(_VERBS.split())}"
        if n % 30 == 29:
            out.append((rf"(?i){words} .*{third} (?P<value>\d+)", f"{words.title()} near {third} {{}}"))
        elif n % 20 < 11:
            out.append((f"{words} by {third}", f"{words} by {third} ({{}})"))
        else:
            out.append((rf"{words} after (?P<value>\d+) ms.*{third}", f"{words} after {{}} ms, giving up {third}"))
    return out


def lines(shape: str) -> Iterator[str]:
    """The lines of a log for ever, the same at every call."""
    chance = random.Random(20)
    texts = [text for _, text in wordings()[: PATTERNS // 3]]
    at = 1_900_000_000_000
    while True:
        at += chance.randrange(40)
        number = chance.randrange(1, 60_000)
        hit = chance.randrange(MATCHING) == 0
        message = chance.choice(texts if hit else _ORDINARY).format(number)
        component = chance.choice(_COMPONENTS)
        level = "ERROR" if hit else "INFO"
        second, ms = divmod(at, 1000)
        clock = f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}.{ms:03}Z"
        stamp = f"2031-{second // 2_678_400 % 12 + 1:02}-{second // 86_400 % 28 + 1:02}T{clock}"
        call = f"{chance.getrandbits(64):016x}"
        if shape == "json":
            record = {
                "timestamp": stamp,
                "level": level,
                "component": component,
                "message": message,
                "conversation_id": f"{call[:8]}-{call[8:12]}-4a5b-8c7d-{call}"[:36],
                "edge_node": f"edge-{number % 9}",
                "thread": f"worker-{number % 64}",
            }
            yield json.dumps(record, separators=(",", ":"))
        else:
            rest = f"conversation={call} edge=edge-{number % 9}"
            yield f"{stamp} {level} {component} [worker-{number % 64}] {message} {rest}"


def write_log(path: Path, shape: str, mb: int) -> None:
    """A log of `mb` MB, kept when it is there already."""
    if path.exists() and path.stat().st_size >= mb * 1_000_000:
        return
    part = bytearray()
    for line in lines(shape):
        part += line.encode() + b"\n"
        if len(part) >= min(mb, UNIQUE_MB) * 1_000_000:
            break
    with path.open("wb") as out:
        while out.tell() < mb * 1_000_000:
            out.write(part)


def read_once(path: str, rules: str, engine: str) -> None:
    """In a process of its own: read the log; print seconds, CPU seconds, facts, records, the peak of memory in MB."""
    if engine == "re2":
        sys.modules["hyperscan"] = None  # type: ignore[assignment]
    from diagnose.read import read
    from diagnose.read.signals.scan import Scanner
    from diagnose.read.signals.signal import Signal
    from diagnose.rulebook import load_rulebook
    from diagnose.rulebook.literals import required

    if rules == "shipped":
        signals = load_rulebook().signals
    else:
        takes = {"value": "value"}
        signals = tuple(
            Signal(f"s{n}", "", ("log",), "log.event", p, (), {"code": n}, takes if "?P<value>" in p else {},
                   frozenset({"value"}), "asserted", required(p))
            for n, (p, _) in enumerate(wordings())
        )  # fmt: skip
    started, busy = perf_counter(), cpu()
    reading = read([path], Scanner(signals))
    took, busy = perf_counter() - started, cpu() - busy
    (report,) = reading.sources
    peaks = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak = sum(peaks) / 1024
    print(json.dumps([took, busy, report.facts, report.records, peak]))


def cpu() -> float:
    """Seconds of CPU of this process and of those that it has started and that have ended."""
    return sum(os.times()[:4])


def ours(path: Path, rules: str, engine: str) -> list[float]:
    """One reading in a process of its own."""
    command = [sys.executable, __file__, "--read", str(path), rules, engine]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return list(json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout))


def ripgrep(path: Path, patterns: Path) -> list[float]:
    """One search by ripgrep: seconds, and seconds of CPU."""
    before, started = os.times(), perf_counter()
    command = ["rg", "--no-unicode", "-j1", "--no-config", "-f", str(patterns), str(path)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    took, after = perf_counter() - started, os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return [took, busy]


def measure(folder: Path, mb: int, rounds: int, shipped: bool) -> None:
    """Make the logs, measure in turns, print the table; `shipped`: read once with the rules that are shipped, too."""
    patterns = folder / "patterns"
    patterns.write_text("".join(f"{p.replace('?P<value>', '')}\n" for p, _ in wordings()))
    print(
        f"{'log':5} {'reader':26} {'s':>6} {'CPU s':>6} {'MB/s':>6} {'of rg':>6} {'by CPU':>6} {'target':>6} "
        f"{'facts':>7} {'records':>8} {'MB held':>8}"
    )
    for shape in ("json", "text"):
        path = folder / f"edge-{shape}-{mb}.log"
        write_log(path, shape, mb)
        rivals: list[list[float]] = []
        took: dict[tuple[str, str], list[list[float]]] = {}
        for number in range(rounds):
            if shutil.which("rg"):
                rivals.append(ripgrep(path, patterns))
            for rules in ("300", "shipped") if shipped and number == 0 else ("300",):
                for engine in ("hyperscan", "re2"):
                    took.setdefault((rules, engine), []).append(ours(path, rules, engine))
        size = path.stat().st_size / 1e6
        if rivals:
            print(row(shape, "rg -j1 --no-unicode", rivals, rivals, size))
        for (rules, engine), runs in took.items():
            target = TARGETS[shape, engine] if rules == "300" else None
            print(row(shape, f"{rules} rules, {engine}", runs, rivals, size, target))


def row(
    shape: str, name: str, runs: list[list[float]], rivals: list[list[float]], size: float, target: float | None = None
) -> str:
    """A line of the table: medians, and medians of the ratios to ripgrep in the same round."""
    took, busy = (median(r[i] for r in runs) for i in (0, 1))
    ratios = [median(g[i] / r[i] for g, r in zip(rivals, runs, strict=False)) if rivals else 0.0 for i in (0, 1)]
    rest = f"{runs[0][2]:7} {runs[0][3]:8} {max(r[4] for r in runs):8.0f}" if len(runs[0]) > 2 else ""
    return (
        f"{shape:5} {name:26} {took:6.2f} {busy:6.2f} {size / took:6.0f} {ratios[0]:6.2f} {ratios[1]:6.2f} "
        f"{target or '':>6} {rest}"
    )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--mb", type=int, default=50, help="size of each log (50)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument("--dir", type=Path, help="where the logs are made and kept; a temporary folder by default")
    parser.add_argument("--shipped", action="store_true", help="measure the rules that are shipped, too")
    parser.add_argument("--read", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_once(*options.read)
    elif options.dir:
        options.dir.mkdir(parents=True, exist_ok=True)
        measure(options.dir, options.mb, options.rounds, options.shipped)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), options.mb, options.rounds, options.shipped)


if __name__ == "__main__":
    main()
