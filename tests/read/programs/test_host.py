"""What a host has left of its disks, memory, processors and open files."""

from __future__ import annotations

import pytest

from diagnose.read.programs.host import state_of
from tests.read.programs.runcase import fact, facts, part

DF = """$ df -h
Filesystem      Size  Used Avail Use% Mounted on
/dev/sda1        40G   {used}G   1G  {pct}% /var
tmpfs           1.6G     0  1.6G   0% /run
/dev/loop3       64M   64M     0 100% /snap/core20/1974
"""


@pytest.mark.parametrize(("pct", "state"), [(20, "ok"), (90, "high"), (97, "high"), (98, "exhausted")])
def test_the_fullest_disk_is_told_and_images_that_are_always_full_are_not(pct: int, state: str) -> None:
    found = fact(DF.format(used=39, pct=pct), "edge.resource")
    assert part(found, "resource", "state", "used_pct", "note") == ("disk", state, float(pct), "/var")
    assert state_of(pct) == state


FREE = """$ free -m
               total        used        free      shared  buff/cache   available
Mem:            8000        7600         100          12         300         {left}
Swap:           2047           0        2047
"""


@pytest.mark.parametrize(("left", "state"), [(4000, "ok"), (400, "high"), (100, "exhausted")])
def test_memory_is_judged_by_what_is_available_not_by_what_is_free(left: int, state: str) -> None:
    assert fact(FREE.format(left=left), "edge.resource")["state"] == state


def test_a_total_of_zero_is_no_memory() -> None:
    assert facts(FREE.replace("8000", "   0").format(left=0)) == []


TOP = "$ top -bn1\ntop - 10:00:00 up 3 days,  1 user,  load average: 9.10, 8.00, 7.00\n{cpu}\n"


def test_the_processor_is_judged_by_its_idle_share_and_time_stolen_is_noted() -> None:
    busy = TOP.format(cpu="%Cpu(s): 70.0 us, 20.5 sy,  0.0 ni,  1.5 id,  0.0 wa,  0.0 hi,  0.0 si,  8.0 st")
    assert part(fact(busy, "edge.resource"), "resource", "state", "note") == ("cpu", "exhausted", "steal 8.0%")
    idle = TOP.format(cpu="%Cpu(s):  5.0 us,  2.0 sy,  0.0 ni, 93.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st")
    assert part(fact(idle, "edge.resource"), "state", "note") == ("ok", None)


def test_a_load_says_nothing_without_the_number_of_cores() -> None:
    text = "$ uptime\n 10:00:00 up 3 days,  1 user,  load average: 9.10, 8.00, 7.00\n"
    assert facts(text) == []
    assert fact(text + "$ nproc\n4\n", "edge.resource")["state"] == "exhausted"


LIMIT = "$ cat /proc/812/limits\nMax open files            {soft}                 4096                 files\n"


def test_open_files_are_held_against_their_limit_where_both_stand() -> None:
    assert facts(LIMIT.format(soft=1024)) == []
    text = "$ cat /proc/812/limits; ls /proc/812/fd | wc -l\nMax open files            1024      4096     files\n{}\n"
    assert part(fact(text.format(1020), "edge.resource"), "resource", "state") == ("handles", "exhausted")
    assert fact(text.format(200), "edge.resource")["state"] == "ok"


def test_the_kernel_killing_for_memory_is_memory_that_ran_out() -> None:
    text = "$ dmesg\n[1200.1] Out of memory: Killed process 812 (media) total-vm:812000kB\n"
    assert part(fact(text, "edge.resource"), "resource", "state") == ("memory", "exhausted")
    assert facts("$ dmesg\n[1200.1] oom_reaper: nothing to do\n") == []


@pytest.mark.parametrize(("killed", "state"), [(0, "ok"), (2, "exhausted")])
def test_a_control_group_counts_what_it_killed(killed: int, state: str) -> None:
    text = f"$ cat memory.events\nlow 0\nhigh 0\nmax 12\noom {killed}\noom_kill {killed}\n"
    assert fact(text, "edge.resource")["state"] == state
