"""What varies in a log line and what stays: the message cut into literal words and variables, and its pattern.

`cut` takes one message apart, `merged` lays several of one form over each other, `pattern` writes the RE2 pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import msgspec

LONGEST = 240
"""Characters of a message that a pattern is made of."""
ALIKE = 0.6
"""Share of the pieces of two messages that must be equal for them to have one form."""
EMPTY = "(?i)"
"""What every pattern begins with, and the pattern of a message that says nothing."""
NUMBERS = frozenset({"number", "duration", "size"})
"""Kinds of variables that are numbers."""


class Piece(msgspec.Struct, frozen=True):
    """A piece of a message: a word or a gap that stays (`kind` is empty), or a variable.

    `key` is the word that names the variable, `unit` what stands behind a number. `body` is what varies: of a duration
    the number, of a quoted text what is inside the quotes.
    """

    text: str
    kind: str = ""
    key: str = ""
    unit: str = ""
    body: str = ""


_ADDRESS = r"(?:\d{1,3}\.){3}\d{1,3}"
_HOST = r"(?:[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
_TERM = (
    r"(?i:\b(?:ip?v[46]|(?:tls|ssl|dtls)v?\d(?:\.\d)?|https?/\d(?:\.\d)?|sip/2\.0|h\.?26\d|g\.?7\d\d\w?|rfc ?\d+"
    r"|sha-?\d+|md5|x\.?509|oauth2|utf-?(?:8|16)|l16|s3|ec2|l[2-7]|k8s|p2p|e\.?164|vp[89]|av1|base64|aes-?\d+|rs256|h[23]"
    r"|pcm\d+|t\.?38|x86_64|amd64)\b(?![.-]?\w))"
)
"""Names of things that hold a digit and are no variables."""
_FORMS: tuple[tuple[str, str], ...] = (
    ("term", _TERM),
    ("uuid", r"(?i:\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b)"),
    ("url", r"\b(?:https?|wss?|tcp|udp|rtsp|amqp|mqtt)://[^\s\"'<>,;)]+"),
    ("party", r"\b(?:sips?:|tel:)[^\s\"'<>,;)]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("mac", r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"),
    ("time", r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
             r"|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"),
    ("address", rf"\b{_ADDRESS}(?::\d{{1,5}}|/\d{{1,2}})?\b|\[[0-9A-Fa-f:]*:[0-9A-Fa-f:]+\](?::\d+)?"
                r"|(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{1,4}\b|(?<![\w:])(?:[0-9A-Fa-f]{1,4}:)+:[0-9A-Fa-f:]*"),
    ("host", rf"\b{_HOST}:\d{{1,5}}\b|\b(?:[A-Za-z0-9-]+\.){{2,}}[A-Za-z]{{2,}}\b"),
    ("path", r"(?<![\w/])/(?:[\w.@-]+/)+[\w.@-]*"),
    ("quoted", r'"[^"\n]*"|(?<!\w)\'[^\'\n]*\'(?!\w)|`[^`\n]*`'),
    ("hex", r"\b0[xX][0-9A-Fa-f]+\b|\b(?=[0-9A-Fa-f]*\d)(?=[0-9A-Fa-f]*[A-Fa-f])[0-9A-Fa-f]{8,}\b"),
    ("duration", r"(?<![\w.-])\d+(?:[.,]\d+)? ?(?:ns|us|µs|ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?"
                 r"|h|hrs?|hours?|d|days?)\b"),
    ("size", r"(?<![\w.-])\d+(?:[.,]\d+)? ?(?:%|(?:percent|packets?|frames?|bytes|[KMGT]i?B|kbps|kbit/s|k?Hz|dBm?)\b)"),
    ("id", r"\b[A-Za-z]*(?:[\w.-]*\d[\w-]*)(?:[.:/-]\w+)*(?<=[\w])|(?<=[=#])[A-Za-z][\w.-]*[\w]"),
    ("number", r"(?<![\w.])-?\d+(?:[.,]\d+)*\b"),
)  # fmt: skip
_NAMES = [kind for kind, _ in _FORMS]
_VARIABLE = re.compile("|".join(f"(?P<v{i}>{form})" for i, (_, form) in enumerate(_FORMS)))
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_KEY = re.compile(r"([A-Za-z][\w.-]*?)(?:\s*[=:]\s*|[ -]+#?|#)[\"'\[({]?$")
_CODE = re.compile(r"^(?:[A-Z]{2,}(?:[_-][A-Z]+)*[_-]?\d{2,6}|[A-Z]\d{3,6})$")
_CODE_KEYS = frozenset({"code", "error", "err", "errno", "status", "reason", "cause", "alarm", "rc", "exit", "fault"})
"""Words before a number that says what happened, not how much."""
_UNITS = {
    "ns": "ns", "us": "us", "µs": "us", "ms": "ms", "msec": "ms", "millisecond": "ms", "s": "s", "sec": "s",
    "second": "s", "m": "min", "min": "min", "minute": "min", "h": "h", "hr": "h", "hour": "h", "d": "d", "day": "d",
    "%": "percent", "percent": "percent", "packet": "packets", "frame": "frames", "byte": "bytes",
}  # fmt: skip


def cut(message: str) -> tuple[Piece, ...]:
    """The first line of a message as words, gaps and variables, in their order."""
    text = message.split("\n", 1)[0].strip()
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(None, 1)[0]
    pieces: list[Piece] = []
    at = 0
    for found in _VARIABLE.finditer(text):
        piece = _variable(text, found)
        if piece is None:
            continue
        pieces += _words(text[at : found.start()])
        pieces.append(piece)
        at = found.end()
    return (*pieces, *_words(text[at:]))


def _words(text: str) -> list[Piece]:
    return [Piece(word) for word in _WORD.findall(text)]


def _variable(text: str, found: re.Match[str]) -> Piece | None:
    """The variable that was found, or None when it is a term or a code that must stay."""
    kind, body = _NAMES[int(str(found.lastgroup)[1:])], found[0]
    if kind == "term":
        return None
    before = _KEY.search(text[: found.start()])
    key = before[1].lower().replace("-", "_").replace(".", "_") if before is not None else ""
    unit = ""
    if kind == "id":
        if _CODE.match(body) or not any(c.isdigit() for c in body):
            return None
        if _NUMBER.fullmatch(body):
            kind = "number"
    if kind == "number" and key in _CODE_KEYS:
        kind = "code"
    if kind in ("duration", "size"):
        number = _NUMBER.match(body)
        written = body[number.end() :].strip() if number else ""
        unit = _UNITS.get(written.lower()) or _UNITS.get(written.lower().rstrip("s"), written)
        body = number[0] if number else body
    if kind == "quoted":
        body = body[1:-1]
    return Piece(found[0], kind, key, unit, body)


def alike(first: Sequence[Piece], second: Sequence[Piece]) -> bool:
    """Whether two messages have one form: most of their words are equal, and stand in the same order."""
    one, other = _shape(first), _shape(second)
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE and len(one) == len(other)


def _shape(pieces: Sequence[Piece]) -> list[str]:
    return [p.kind or p.text.lower() for p in pieces]


def merged(first: Sequence[Piece], second: Sequence[Piece]) -> tuple[Piece, ...]:
    """The form of two messages that are `alike`: a word that differs becomes a variable."""
    out = []
    for one, other in zip(first, second, strict=True):
        if one.kind == other.kind and (one.kind or one.text.lower() == other.text.lower()):
            out.append(one)
        else:
            out.append(Piece(one.text, "word", one.key or other.key, "", one.body or one.text))
    return tuple(out)


_PATTERNS = {
    "uuid": "[0-9a-f-]{36}", "url": r"\w+://\S+", "party": r"\S+", "time": r"[\d:T.,Z+-]+(?: [\d:.,]+)?",
    "mac": "[0-9a-f:-]{17}", "address": r"[\[\]0-9a-f.:/]+", "host": r"[\w.:-]+", "path": r"/\S+",
    "hex": "(?:0x)?[0-9a-f]+", "id": r"[\w.:/-]+", "word": r"\S+",
}  # fmt: skip


def literal(text: str) -> str:
    """The text as a piece of a pattern, nothing escaped that needs it not."""
    if text.isspace():
        return " " if text == " " else r"\s+"
    return re.sub(r"([\\^$.|?*+()\[\]{}])", r"\\\1", text)


def pattern(pieces: Sequence[Piece], named: Callable[[int], str]) -> str:
    """The RE2 pattern of a message; `named` gives per number of a piece the name of its group, or an empty text.

    Variables at either end that nothing takes are left out, since a pattern is searched for anywhere in a line.
    """
    start, end = _span(pieces, named)
    body = "".join(_piece(pieces[i], named(i)) for i in range(start, end))
    if start < end:
        first, last = pieces[start], pieces[end - 1]
        body = (r"\b" if first.kind in ("", "code") and first.text[0].isalnum() else "") + body
        body += r"\b" if last.kind in ("", "code") and last.text[-1].isalnum() else ""
    return EMPTY + body


def _span(pieces: Sequence[Piece], named: Callable[[int], str]) -> tuple[int, int]:
    """From where to where the pieces say something."""
    idle = [_idle(piece, named(i)) for i, piece in enumerate(pieces)]
    for i in range(2, len(pieces)):
        if idle[i] and pieces[i].kind and pieces[i - 1].text == "=":
            idle[i - 2] = True  # the name of a pair whose value is taken by nothing
    start, end = 0, len(pieces)
    while start < end and idle[start]:
        start += 1
    while end > start and (idle[end - 1] or (end < len(pieces) and pieces[end - 1].text.lower() in _LEADING)):
        end -= 1
    return start, end


_LEADING = frozenset({"for", "after", "in", "on", "with", "to", "of", "from", "at", "by", "and", "is", "the", "a"})
"""Words that say nothing where what they lead to is left out."""


def _idle(piece: Piece, name: str) -> bool:
    return not name and piece.kind != "code" and (bool(piece.kind) or not any(c.isalnum() for c in piece.text))


def _piece(piece: Piece, name: str) -> str:
    if not piece.kind or (piece.kind == "code" and not name):
        return literal(piece.text)
    if piece.kind in NUMBERS or piece.kind == "code":
        body = r"-?\d+(?:[.,]\d+)?" if set(piece.body) & set(".,-") else r"\d+"
    elif piece.kind == "quoted":
        quote = piece.text[0]
        return f"{quote}(?P<{name}>[^{quote}]*){quote}" if name else f"{quote}[^{quote}]*{quote}"
    else:
        body = _PATTERNS[piece.kind]
    body = f"(?P<{name}>{body})" if name else body
    before, _, after = piece.text.partition(piece.body) if piece.body else ("", "", "")
    return literal(before) + body + "".join(literal(w) for w in _WORD.findall(after)) if piece.body else body


def words(pieces: Sequence[Piece]) -> list[str]:
    """The literal words of a message, in lower case."""
    return [p.text.lower() for p in pieces if not p.kind and p.text[0].isalpha() and len(p.text) > 1]
