"""The engines agree on random programs and facts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from diagnose.infer.durable import available

HERE = Path(__file__).parent
PARTS = ("three_engines", "many_parts or order_of_the_facts")


@pytest.mark.skipif(not available(), reason="durable-rules does not import on this Python")
def test_durable_reference_and_clips_agree_on_random_programs() -> None:
    command = [sys.executable, "-X", "faulthandler", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    running = [
        subprocess.Popen(
            [*command, str(HERE / "agreement.py"), "-k", part],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=HERE.parent.parent,
        )
        for part in PARTS
    ]
    for process in running:
        output, _ = process.communicate()
        assert process.returncode == 0, f"exit {process.returncode}, negative for a signal\n{output[-6000:]}"
