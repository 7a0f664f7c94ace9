"""`df`, `free`, `uptime`, `top`, `vmstat`, `/proc`, `dmesg`, cgroup events -> what a host has left."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.programs.runs import Run, stretches
from diagnose.read.programs.tables import parsed
from diagnose.read.shapes import real, some

KIND = "host.resource"

FULL_PCT, HIGH_PCT = 98.0, 90.0
"""A disk or memory from here on is exhausted, or high (engineering judgement)."""

_DF = re.compile(r"^Filesystem\s+.*(?:Use|Capacity|IUse)%?.*$", re.M)
_FREE = re.compile(r"^[ \t]+total\s+used\s+free\s+shared", re.M)
_LOAD = re.compile(r"load averages?: (?P<load>[\d.,]+)[, ]")
_IDLE = re.compile(r"^%?Cpu\(s\):.*?(?P<idle>\d+(?:\.\d+)?)[ %]*id", re.M)
_STEAL = re.compile(r"^%?Cpu\(s\):.*?(?P<steal>\d+(?:\.\d+)?)[ %]*st\b", re.M)
_VMSTAT = re.compile(r"^[ \t]*r\s+b\s+swpd\s+free\s+buff", re.M)
_CORES = re.compile(r"^(?:CPU\(s\):\s+)?(\d{1,3})$|(\d+) (?:CPU|cores)", re.M)
_LIMIT = re.compile(r"^Max open files\s+(?P<soft>\d+)\s+(?P<hard>\d+|unlimited)", re.M)
_COUNT = re.compile(r"^(?P<count>\d+)$", re.M)
_FILE_NR = re.compile(r"^(?P<used>\d+)\t\d+\t(?P<most>\d+)$", re.M)
_MEMINFO = re.compile(r"^MemTotal:\s+(?P<total>\d+) kB[\s\S]{0,2000}?^MemAvailable:\s+(?P<left>\d+) kB", re.M)
_CGROUP = re.compile(r"^(?:low \d+\n)?high \d+\nmax (?P<most>\d+)\noom (?P<oom>\d+)\noom_kill (?P<killed>\d+)", re.M)
_OOM = re.compile(
    r"^[^\n]*(?:Out of memory: Kill(?:ed)? process|oom-kill:constraint|invoked oom-killer"
    r"|Memory cgroup out of memory)[^\n]*$",
    re.M,
)
_PSEUDO = re.compile(r"^(?:/snap|/proc|/sys|/boot|/dev$|/run$)")


def claims(text: str) -> bool:
    """Whether a text holds output of a program that looks at a host's resources."""
    return any(p.search(text) for p in (_DF, _FREE, _VMSTAT, _LIMIT, _IDLE, _CGROUP, _MEMINFO))


def read(run: Run) -> Iterator[Draft]:
    """The facts on a host's resources in a run."""
    yield from _disks(run)
    yield from _memory(run)
    yield from _processor(run)
    yield from _handles(run)
    if (killed := _OOM.search(run.text)) is not None:
        yield _resource(run, run.place(killed.start()), "memory", "exhausted")


def state_of(used_pct: float) -> str:
    """ok, high or exhausted."""
    return "exhausted" if used_pct >= FULL_PCT else "high" if used_pct >= HIGH_PCT else "ok"


def _resource(
    run: Run, place: object, name: str, state: str, used: float | None = None, note: str | None = None
) -> Draft:
    fields = some(resource=name, state=state, used_pct=round(used, 1) if used is not None else None, note=note)
    return run.draft("edge.resource", KIND, place, fields)  # type: ignore[arg-type]


def _disks(run: Run) -> Iterator[Draft]:
    for start, end in stretches([m.start() for m in _DF.finditer(run.text)], len(run.text)):
        block = run.text[start:end]
        lines = [line for line in block.splitlines()[1:] if len(line.split()) >= 6 and "%" in line]
        used = []
        for row in parsed("df", "\n".join([block.splitlines()[0], *lines]) + "\n"):
            share = next(
                (real(row[k]) for k in ("use_percent", "capacity_percent", "iuse_percent") if row.get(k) is not None),
                None,
            )
            where = str(row.get("mounted_on") or "")
            if share is not None and where and not _PSEUDO.match(where):
                used.append((share, where))
        if used:
            share, where = max(used)
            yield _resource(
                run,
                run.at(where if f" {where}\n" not in run.text else f" {where}\n"),
                "disk",
                state_of(share),
                share,
                where,
            )


def _memory(run: Run) -> Iterator[Draft]:
    if (head := _FREE.search(run.text)) is not None:
        block = run.text[head.start() :].split("\n\n")[0]
        row = next((r for r in parsed("free", block + "\n") if r.get("type") == "Mem"), {})
        total, left = real(row.get("total")), real(row.get("available"))
        if total and left is not None:
            used = 100 * (1 - left / total)
            yield _resource(run, run.at("Mem:"), "memory", state_of(used), used)
    if (found := _MEMINFO.search(run.text)) is not None and int(found.group("total")):
        used = 100 * (1 - int(found.group("left")) / int(found.group("total")))
        yield _resource(run, run.at("MemAvailable"), "memory", state_of(used), used)
    if (group := _CGROUP.search(run.text)) is not None:
        killed = int(group.group("killed")) + int(group.group("oom"))
        yield _resource(run, run.place(group.start()), "memory", "exhausted" if killed else "ok")


def _processor(run: Run) -> Iterator[Draft]:
    """CPU by its idle share; the load alone says it only where the number of cores stands beside it."""
    if (idle := _IDLE.search(run.text)) is not None:
        steal = _STEAL.search(run.text)
        used = 100 - float(idle.group("idle"))
        note = f"steal {steal.group('steal')}%" if steal and float(steal.group("steal")) >= 5 else None
        yield _resource(run, run.place(idle.start()), "cpu", state_of(used), used, note)
    elif (head := _VMSTAT.search(run.text)) is not None:
        rows = [
            r
            for r in (line.split() for line in run.text[head.end() :].splitlines())
            if len(r) >= 15 and r[0].isdecimal()
        ]
        if rows and rows[-1][14].isdecimal():
            used = 100 - float(rows[-1][14])
            yield _resource(run, run.place(head.start()), "cpu", state_of(used), used)
    elif (load := _LOAD.search(run.text)) is not None and (cores := _CORES.search(run.whole or run.text)) is not None:
        number, value = int(cores.group(1) or cores.group(2)), real(load.group("load").strip(",").replace(",", "."))
        if number and value is not None and "nproc" in (run.whole or run.command):
            used = min(100.0, 100 * value / number)
            yield _resource(run, run.place(load.start()), "cpu", state_of(used), used)


def _handles(run: Run) -> Iterator[Draft]:
    """Open files against their limit, when a count stands beside the limit."""
    limit, count = _LIMIT.search(run.text), _COUNT.search(run.text)
    if limit is not None and count is not None and int(limit.group("soft")):
        used = 100 * int(count.group("count")) / int(limit.group("soft"))
        place = run.place(limit.start(), f"{count.group('count')} open, {limit.group()}")
        yield _resource(run, place, "handles", state_of(used), min(used, 100.0))
    if (table := _FILE_NR.search(run.text)) is not None and int(table.group("most")):
        used = 100 * int(table.group("used")) / int(table.group("most"))
        yield _resource(run, run.place(table.start()), "handles", state_of(used), used)
