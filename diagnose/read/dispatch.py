"""One input to its reader: by format, then by what the structural readers claim."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import BinaryIO, cast

import msgspec

from diagnose.errors import UsageError
from diagnose.read import readers, sip, sniff
from diagnose.read.gathered import Gathered
from diagnose.read.logs import kinds, salvage, scanning, tables, w3c
from diagnose.read.logs.records import is_log_record
from diagnose.read.logs.rows import sieve_of
from diagnose.read.logs.workers import LEAST, Workers
from diagnose.read.opening import magic
from diagnose.read.opening.inputs import Flow, Input, Limits, Ticker, UnreadableError, in_memory, reason
from diagnose.read.opening.paths import Finder
from diagnose.read.opening.text import Text, guess_encoding
from diagnose.read.prose import ticket
from diagnose.read.prose.told import told
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import LOG_KINDS

MAX_DOCUMENT = 256 << 20
"""Characters of one JSON document, which has to be parsed as a whole."""
MAX_PROSE = 1 << 19
"""Characters of a ticket, which are weighed sentence by sentence: a second for every 30,000."""
MAX_OUTPUT = 64 << 20
"""Characters of a program's output that its reader takes as a whole; a longer one is read as a log."""


class Collector(Gathered):
    """Workers each input to its reader."""

    def __init__(
        self, scanner: Scanner, encoding: str | None = None, limits: Limits | None = None, tick: Ticker | None = None
    ) -> None:
        """`encoding` overrides what the first bytes show. Raises UsageError when Python does not know it.

        `tick` is told of each block that is read.
        """
        if encoding is not None:
            try:
                codecs.lookup(encoding)
            except LookupError as error:
                raise UsageError(f"no encoding {encoding!r}: try utf-8, utf-16-le, latin-1 or cp1252") from error
        super().__init__()
        self.scanner = scanner
        self.encoding = encoding
        self._finder = Finder(self.problems, limits, tick)

    def read_paths(self, paths: Sequence[str], stdin: BinaryIO | None) -> None:
        """Read all inputs behind `paths`."""
        before = 0
        for item in self._finder.find(paths, stdin):
            self.note_unread(before)
            since, sources = before, len(self.sources)
            self._read_input(item)
            self.account(item.path, since, sources)
            before = len(self.problems)
        self.note_unread(before)

    def _read_input(self, item: Input) -> None:
        try:
            self._read_stream(item)
        except UnreadableError as error:
            self.fail(item.path, "IN015", str(error), "check the file, or copy it again")
        except RecursionError:
            self.fail(item.path, "IN023", "nested too deep", "this is no evidence of a call; leave it out")
        except (OSError, EOFError, ValueError) as error:
            self.fail(item.path, "IN015", reason(error), "check the file, or copy it again")

    def _read_stream(self, item: Input) -> None:
        head = item.head
        if not head:
            self.fail(item.path, "IN016", *_nothing(item))
            return
        reader = readers.of_bytes(head)
        if reader is not None:
            self.found(readers.read_bytes(reader, item.stream, item.path), item)
            return
        encoding = self.encoding or (None if magic.foreign(head) else guess_encoding(head))
        if encoding is None:
            self.fail(item.path, "IN017", *magic.binary(head))
            return
        text = Text(item.stream, encoding)
        if not text.head.strip() and text.whole:
            self.fail(
                item.path, "IN016", "the file holds nothing but blanks", "check that it was saved or exported whole"
            )
            return
        self._read_text(text, item)
        if text.replaced:
            count = "1 byte was" if text.replaced == 1 else f"{text.replaced} bytes were"
            told = f"{count} not valid {encoding} and {'read as Windows-1252' if text.lenient else 'replaced'}"
            self.warn(item.path, "IN018", told, "name the encoding: --encoding NAME")
        if text.cut:
            count = "1 line was" if text.cut == 1 else f"{text.cut} lines were"
            self.warn(item.path, "IN019", f"{count} longer than 1 MB and cut", "split the file by records")

    def read_string(self, kind: str, text: str) -> None:
        """Read a text that is known to be of this source kind."""
        source = Text(io.BytesIO(text.encode("utf-8", "replace")), "utf-8")
        path = kind
        shape = sniff.text_format(source.head, "")
        if kind == "ticket":
            self._ticket(source, path, ())
        elif shape == "json-lines" and kind in LOG_KINDS:
            self.log(scanning.read_json_log(source.lines(), path, self.scanner, kind))
        elif shape in {"json-document", "json-lines", "command-output"} and kind not in LOG_KINDS:
            self._read_text(source, in_memory(path, b""))
        elif shape == "json-document" and kind in LOG_KINDS:
            self.log(scanning.read_rows(salvage.rows(salvage.objects(text)[0]), path, self.scanner, kind))
        else:
            self._text_log(source, in_memory(path, b""), kind, _sparse(source.head))

    def _read_text(self, text: Text, item: Input) -> None:
        path = item.path
        shape = sniff.text_format(text.head, path)
        if shape == "json-lines":
            self._json_lines(text, path, item)
        elif shape == "json-document":
            self._document(text, path, item)
        elif shape == "table" and w3c.is_w3c(text.head):
            self.log(scanning.read_rows(w3c.rows(text.lines()), path, self.scanner), item)
        elif shape == "table" and (mark := tables.delimiter(text.head)) is not None:
            self.log(scanning.read_rows(tables.rows(text.lines(), mark), path, self.scanner), item)
        elif shape == "ticket":
            self._ticket(text, path, _kinds_beside(path))
        elif sip.is_trace(text.head) or not self._output(text, item):
            sparse = shape != "text-log" or _sparse(text.head)
            kind = kinds.command_kind(text.head) if shape == "command-output" else None
            self._text_log(text, item, kind, sparse)

    def _text_log(self, text: Text, item: Input, kind: str | None, sparse: bool) -> None:
        """Read a log of lines; SIP messages among them are taken out and read as a trace."""
        self._told(text, item.path, kind or "log")
        trace = sip.Trace(sketch=sip.is_sketch(text.head, text.whole))
        sieve = sieve_of(text.blocks(), json=False, sparse=sparse, mark=sip.MARK)
        with _workers(item, text, json=False, sparse=sparse, mark=sip.MARK) as workers:
            lines = workers.rest(sieve) if workers is not None else sieve
            lines = trace.rest(lines) if sip.may_hold(text.head, text.whole) else lines
            log = scanning.read_text_log(
                lines, item.path, self.scanner, kind, sparse=sparse, sieve=sieve, workers=workers
            )
        if trace:
            self.found(trace.facts(item.path), item)
        if not trace or log.report.records:
            self.log(log, item)

    def _told(self, text: Text, path: str, kind: str) -> None:
        """Keep the words of a text for the finding that compares them with how causes are told."""
        self.drafts.extend(told(text.head, path, kind, self.scanner.vocabulary))

    def _ticket(self, text: Text, path: str, also: Sequence[str]) -> None:
        self._told(text, path, "ticket")
        trace = sip.Trace(prose=True)
        source = text.lines()
        lines = list(_first(source, MAX_PROSE))
        if next(source, None) is not None:
            told = f"only the first {len(lines)} lines were read, which is as much prose as is weighed"
            self.warn(path, "IN030", told, "give logs and output as files of their own, beside the ticket")
        if sip.may_hold(text.head, text.whole):
            lines = list(trace.rest(lines))
        result = ticket.read_ticket(lines, path, self.scanner, self.object, also)
        if trace:
            self.found(trace.facts(path, excerpt=True))
        self.any_read = True
        self.drafts.extend(result.drafts)
        self.sources.extend(result.reports)
        self.problems.extend(result.problems)

    def _output(self, text: Text, item: Input) -> bool:
        """Hand a program's output to the reader that knows it; otherwise the text stays to be read."""
        reader = readers.of_text(text.head)
        whole = text.all(MAX_OUTPUT) if reader is not None else None
        if reader is None or whole is None:
            return False
        self._told(text, item.path, "log")
        drafts, report = readers.read_text(reader, whole, item.path)
        if reader.scanned:
            lines = text.lines()
            log = scanning.read_text_log(lines, item.path, self.scanner, report.kind, sparse=_sparse(text.head))
            drafts = [*drafts, *log.drafts]
            report = msgspec.structs.replace(report, facts=len(drafts))
        self.found((drafts, report), item)
        return True

    def _json_lines(self, text: Text, path: str, item: Input) -> None:
        first = next(salvage.parsed(text.head.splitlines()), None)
        row = readers.of_json(text.head)
        if row is not None and readers.claimed([first]):
            self._raw_lines(row, text, path)
            return
        if first is not None and (readers.claimed([first]) or readers.claimed(first)):
            whole = text.all(MAX_DOCUMENT)
            if whole is None:
                self.fail(path, "IN022", "more than 256 MB of JSON records that have to be read as a whole", "split it")
                return
            self._records(whole, path)
            return
        self._told(text, path, "log")
        again = partial(_blocks, item.file, text.encoding) if item.file is not None else None
        sieve = sieve_of(text.blocks(), json=True, again=again)
        with _workers(item, text, json=True) as workers:
            log = scanning.read_json_log(sieve, path, self.scanner, workers=workers)
        self.log(log, item)

    def _raw_lines(self, row: readers.Row, text: Text, path: str) -> None:
        found = readers.read_lines(row, self._watched(text.lines()), path)
        if found[1].skipped:
            hint = "the file may have been cut off while it was copied: copy it again"
            self.warn(path, "IN020", f"{found[1].skipped} lines not read: {found[1].why}", hint)
        self.found(found)

    def _watched(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The lines, the people in them remembered."""
        for number, line in lines:
            self.people_in(line)
            yield number, line

    def _records(self, whole: str, path: str) -> None:
        """Lines of JSON that a structural reader claims; broken lines are named."""
        values = list(salvage.parsed(whole.splitlines()))
        broken = [n for n, line in enumerate(whole.splitlines(), 1) if line.strip() and salvage.value(line) is None]
        found = self.object(values, path) or self.object(values[0], path)
        if found is None:
            self.log(scanning.read_rows(salvage.rows(values), path, self.scanner))
            return
        drafts, report = found
        if broken:
            why = f"{len(broken)} not valid JSON: line {', '.join(str(n) for n in broken[:5])}"
            self.warn(path, "IN020", why, "the file may have been cut off while it was copied: copy it again")
            report = msgspec.structs.replace(report, skipped=report.skipped + len(broken), why=why)
        self.found((drafts, report))

    def _document(self, text: Text, path: str, item: Input) -> None:
        whole = text.all(MAX_DOCUMENT)
        if whole is None:
            self.fail(path, "IN022", "a JSON document of more than 256 MB", "split it, or export one object a line")
            return
        row = readers.of_json(text.head)
        known = readers.read_json(row, whole, path) if row is not None else None
        if known is not None:
            self.people_in(whole)
            self.found(known)
            return
        try:
            value = json.loads(whole.lstrip("\ufeff"), strict=False)
        except RecursionError:
            self.fail(path, "IN023", "JSON nested too deep", "this is no evidence of a call; leave it out")
            return
        except ValueError as error:
            self._broken_document(whole, path, item, error)
            return
        found = self.object(value, path)
        if found is not None:
            self.found(found)
            return
        records = [v for v in salvage.unwrapped(value) if isinstance(v, Mapping)]
        if not records:
            self.fail(path, "IN024", "JSON of no known shape", "see the README for the shapes that are read")
            return
        self.log(scanning.read_rows(salvage.rows(records), path, self.scanner), item)

    def _broken_document(self, whole: str, path: str, item: Input, error: ValueError) -> None:
        """Several objects one after the other, a document that breaks off, or a text that only begins like JSON."""
        values, leftover = salvage.objects(whole)
        found = self.object(values, path) if values else None
        if found is None and values and all(is_log_record(v) for v in values):
            self.log(scanning.read_rows(salvage.rows(values), path, self.scanner), item)
        elif found is not None or (
            (rest := salvage.salvaged(whole)) and (found := self.object(rest, path)) is not None
        ):
            self.found(found)
        else:
            self._ticket(Text(io.BytesIO(whole.encode("utf-8", "replace")), "utf-8"), path, ())
            return
        if values and not leftover:
            return
        line = getattr(error, "lineno", 0)
        self.warn(
            path,
            "IN025",
            f"the JSON breaks off or is wrong at line {line}",
            "what stands before it was read; fetch it again",
        )


def _kinds_beside(path: str) -> tuple[str, ...]:
    """The kinds, beside `ticket`, as which prose is scanned when the file's name says that it holds notes or output."""
    return (next(iter(kinds.name_kinds(path)), "log"),) if sniff.is_terse(path) else ()


def _first(lines: Iterable[tuple[int, str]], limit: int) -> Iterator[tuple[int, str]]:
    """The lines up to the one that reaches so many characters."""
    for number, line in lines:
        yield number, line
        limit -= len(line) + 1
        if limit < 0:
            return


def _nothing(item: Input) -> tuple[str, str]:
    """What to say of an input without a byte."""
    if item.size:
        return "nothing but zero bytes", "it was never written, or lost in a crash: fetch it again"
    return "the file is empty", "check that it was saved or exported whole"


def _workers(
    item: Input, text: Text, *, json: bool, sparse: bool = False, mark: str = ""
) -> AbstractContextManager[Workers | None]:
    """Other processes for a log, where it is large, a plain file, and in UTF-8."""
    flow = item.stream.raw
    if (item.size or 0) < 2 * LEAST or not isinstance(flow, Flow) or not flow.plain or not text.lenient:
        return nullcontext()
    assert item.file is not None
    return Workers(item.file, text, flow, json=json, sparse=sparse, mark=mark)


def _blocks(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The blocks of a file from its beginning."""
    file.seek(0)
    return Text(cast(io.BufferedIOBase, file), encoding).blocks()


def _sparse(head: str) -> bool:
    """Whether few lines of a text have stamps, so that lines without one are records of their own."""
    from diagnose.read.logs.stamps import parse

    sample = [line for line in head.splitlines() if line.strip()][:200]
    return sum(1 for line in sample if parse(line) is not None) * 5 < len(sample)
