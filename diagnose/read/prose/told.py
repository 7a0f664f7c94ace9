"""The words of a text, for the finding that compares them with how causes are told.

Only words that the table of weights knows are kept, so no name or number of a person gets into a fact. What a
person suspects or advises is left out, and so are the headers and descriptions of messages on the wire: they are in
every call, the good ones too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from diagnose.model import Draft, Place
from diagnose.read.logs import stamps
from diagnose.read.prose import wording
from diagnose.read.prose.sentences import clauses, sentences, stance
from diagnose.tokens import KIND, SEPARATOR, features

MOST = 32_768
"""Characters of one text that are looked at."""

_WIRE = re.compile(
    r"\s*(?:Via: SIP/2\.0|(?:From|To|Contact|(?:Record-)?Route|P-\S+-Identity): [^\n]{0,80}sips?:"
    r"|(?:Call-ID|CSeq|Max-Forwards|Allow|Supported|Session-Expires|Min-SE|Content-Length): \S"
    r"|[vosctmab]=\S|(?:INVITE|ACK|BYE|OPTIONS|REGISTER|CANCEL|PRACK|UPDATE|INFO|NOTIFY) sips?:\S+ SIP/2\.0"
    r"|SIP/2\.0 [12]\d\d )"
)


def told(text: str, path: str, kind: str, vocabulary: Collection[str]) -> list[Draft]:
    """One draft with the known words of `text`, and how many different ones it has in all; none without a known one."""
    said = dict.fromkeys(f for part in _said(text[:MOST]) for f in features(part))
    found = [f for f in said if f in vocabulary]
    if not found:
        return []
    different = sum(" " not in f for f in said)
    fields = {"found": SEPARATOR.join(found), "different": different}
    return [Draft(KIND, kind, Place(path, 1), fields, signal="words")]


def _said(text: str) -> Iterator[str]:
    """Lines of programs as they are, and of prose the clauses that tell something."""
    prose: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if _WIRE.match(line):
            continue
        if wording.is_technical(line) or wording.is_code(line) or stamps.parse(line) is not None:
            yield line
        else:
            prose.append((number, line))
    for sentence in sentences(prose):
        for clause in clauses(sentence.text):
            if stance(clause, len(clause), len(clause)) in ("asserted", "denied"):
                yield clause
