"""One reader on input that atheris makes, guided by which lines of it run: `fuzz_read.py READER --seconds 60`.

READER is `open` (any bytes, as a file: archives, encodings, dispatch), `redact` (any text through the redactor),
`ticket` (any text as a ticket) or the module of a reader in diagnose/read/ (`programs`, `pcap`, ...), which gets
parsed JSON, text or bytes, whichever it takes. Only the project's own errors may come out; anything else is shown with
the input that raised it, and the exit code is not 0. `--corpus DIR` are files to begin with.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import atheris

with atheris.instrument_imports(include=["diagnose"]):
    import diagnose.normalise
    import diagnose.read
    from diagnose.errors import DiagnoseError
    from diagnose.normalise import normalise
    from diagnose.normalise.redact import Redactor
    from diagnose.read import read, read_strings
    from diagnose.read.signals.scan import Scanner
    from diagnose.read.signals.signal import Signal

    # Most readers are imported when they are first needed, which would be too late to follow their lines.
    for package in (diagnose.read, diagnose.normalise):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(found.name)

SCANNER = Scanner([Signal("l.reset", "t", ("log", "ticket"), "tcp.failure", "(?i)reset by peer", (), {})])
LONGEST = 65_536


def _open(data: bytes) -> None:
    normalise(read(["-"], SCANNER, stdin=io.BytesIO(data)))


def _ticket(data: bytes) -> None:
    normalise(read_strings({"ticket": data.decode("utf-8", "replace")}, SCANNER))


def _redact(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    redactor = Redactor()
    redactor.learn([text])
    redactor.text(text)


def _reader(name: str) -> Callable[[bytes], None]:
    """All that a reader's module takes: JSON, text, bytes."""
    module: Any = import_module(f"diagnose.read.{name}")

    def run(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        if hasattr(module, "claims_bytes") and module.claims_bytes(data):
            with contextlib.suppress(ValueError):  # how a reader of bytes says that it cannot read them
                module.read_bytes(io.BytesIO(data), "x")
        if hasattr(module, "claims_text") and module.claims_text(text):
            module.read_text(text, "x")
        if hasattr(module, "claims_json") and module.claims_json(text):
            module.read_json(text, "x")
        if hasattr(module, "claims"):
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                return
            if module.claims(value):
                module.read(value, "x")

    return run


def main() -> None:
    """Fuzz the reader that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", action="append", default=[], help="a folder of files to begin with")
    options = parser.parse_args()
    target = {"open": _open, "ticket": _ticket, "redact": _redact}.get(options.reader) or _reader(options.reader)

    def one(data: bytes) -> None:
        with contextlib.suppress(DiagnoseError):
            target(data)

    limits = [f"-max_total_time={options.seconds}", f"-max_len={LONGEST}", "-rss_limit_mb=4096", "-timeout=20"]
    atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", *options.corpus], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
