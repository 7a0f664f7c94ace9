"""`openssl s_client`, `x509`, `gnutls-cli`, `sslscan`, `testssl` -> what TLS agreed on or refused, and certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from diagnose.model import Draft
from diagnose.read.programs.instants import instant_of
from diagnose.read.programs.runs import Run
from diagnose.read.programs.targets import is_address, peer_of
from diagnose.read.shapes import integer, some

KIND = "network.tls"

_VERIFY = re.compile(
    r"verify error:num=(?P<num>\d+):(?P<text>[^\n]+)|Verify return code: (?P<code>\d+) \((?P<words>[^)\n]+)\)"
)
_OK = re.compile(r"Verify return code: 0 \(ok\)|^Verification: OK|^- Status: The certificate is trusted", re.M)
_DEPTHS = re.compile(r"^depth=\d+ [^\n]*\nverify return:1$", re.M)
_REASONS = {
    9: "not_yet_valid", 10: "expired", 12: "expired", 18: "untrusted", 19: "untrusted", 20: "untrusted",
    21: "untrusted", 23: "other", 27: "untrusted", 62: "name_mismatch", 63: "name_mismatch", 64: "name_mismatch",
}  # fmt: skip
"""Numbers of X509_V_ERR_* in OpenSSL's x509_vfy.h."""
_MISSING = frozenset({20, 21})
_ALERT = re.compile(r"(?:tlsv1\d?|sslv3) alert (?P<name>[\w ]+?)(?::|$)|SSL alert number (?P<number>\d+)", re.M)
_FAILURES = (
    (re.compile(r"wrong version number|packet length too long|http request", re.I), "wrong_protocol"),
    (re.compile(r"unsupported protocol|protocol version|no protocols available|version too low", re.I), "version"),
    (re.compile(r"no shared cipher|no ciphers available|alert handshake failure", re.I), "no_cipher"),
    (re.compile(r"alert (?:certificate required|bad certificate|unknown ca|certificate unknown)", re.I), "client_cert"),
    (
        re.compile(
            r"write:errno=(?:104|54)|read:errno=(?:104|54)|Connection reset by peer|unexpected eof|write:errno=0", re.I
        ),
        "reset",
    ),
)
_ERRNO = re.compile(
    r"(?:connect:errno=|Connection (?=refused|timed)|No route to host|Network is unreachable)(?P<n>\d+)?[^\n]*"
)
_ERRNOS = {
    "111": "refused",
    "61": "refused",
    "110": "timeout",
    "60": "timeout",
    "113": "unreachable",
    "101": "unreachable",
}
_NO_NAME = re.compile(r"(?:getaddrinfo|gethostbyname failure|Name or service not known|name resolution)[^\n]*", re.I)
_NO_CERTIFICATE = re.compile(r"^no peer certificate available", re.M)
_DATES = re.compile(
    r"v:NotBefore: (?P<a>[^;\n]+?); NotAfter: (?P<b>[^\n]+)|notBefore=(?P<a2>[^\n]+)\nnotAfter=(?P<b2>[^\n]+)"
    r"|Not Before\s*: (?P<a3>[^\n]+)\n\s*Not After\s*: (?P<b3>[^\n]+)"
    r"|^\*\s+start date: (?P<a4>[^\n]+)\n\*\s+expire date: (?P<b4>[^\n]+)",
    re.M,
)
_SUBJECT = re.compile(r"(?: 0 s:|^\*?\s*[Ss]ubject ?[=:] ?)(?P<subject>[^\n]+)", re.M)
_ISSUER = re.compile(r"(?:^ {3}i:|^\*?\s*[Ii]ssuer ?[=:] ?)(?P<issuer>[^\n]+)", re.M)
_NAMES = re.compile(r"X509v3 Subject Alternative Name:[^\n]*\n\s*(?P<names>[^\n]+)")
_CHAIN = re.compile(r"^ *\d+ s:", re.M)
_AGREED = re.compile(
    r"New, (?P<version>TLSv[\d.]+|SSLv\d), Cipher is (?P<cipher>[\w-]+)|Protocol *: (?P<v2>TLSv[\d.]+)"
)
_START = re.compile(
    r"^(?:CONNECTED\([\dA-F]+\)|depth=\d+ |verify error:num=|notBefore=|notAfter=|Certificate:\s*$|Connecting to )",
    re.M,
)


def claims(text: str) -> bool:
    """Whether a text holds output of `openssl s_client` or `openssl x509`, or of gnutls-cli."""
    return bool(_START.search(text) or _VERIFY.search(text))


def read(run: Run) -> Iterator[Draft]:
    """The facts of a TLS session, or of a certificate that was printed."""
    host = host_of(run)
    yield from certificates(run, host)
    if "x509" in run.command and "s_client" not in run.command:
        return
    if (hung := _hung(run)) is not None:
        yield run.draft(
            "tls.failure", KIND, hung, some(reason="timeout", target=peer_of(host) if host else "unknown"), host
        )
        return
    yield from _connected(run, host)


def host_of(run: Run) -> str | None:
    """The host that was asked for: the name sent to the server, or that of the connection."""
    named = run.option("-servername") or run.option("-connect") or run.option("-host")
    return named.rpartition(":")[0].strip("[]") or named if named else None


def port_of(run: Run) -> int | None:
    """The port that was connected to."""
    return integer((run.option("-connect") or "").rpartition(":")[2] or None)


def _hung(run: Run) -> Any:
    """The place of a run that was cut off by a time limit before anything came back."""
    if "s_client" not in run.command or "timeout" not in run.command.split():
        return None
    silent = not run.text.strip() or (run.text.strip().startswith("CONNECTED") and len(run.text.split()) < 2)
    return run.place(0, f"{run.command}: no answer") if silent else None


def _connected(run: Run, host: str | None) -> Iterator[Draft]:
    target = peer_of(host) if host else "unknown"
    if (lost := _NO_NAME.search(run.text)) is not None and host and not is_address(host):
        yield run.draft("dns.result", "network.dns", run.place(lost.start()), {"outcome": "failed", "name": host}, host)
        return
    if (errno := _ERRNO.search(run.text)) is not None and not _CHAIN.search(run.text):
        outcome = _ERRNOS.get(errno.group("n") or "") or _in_words(errno.group())
        fields = {"outcome": outcome, "phase": "connect", "target": target}
        yield run.draft("tcp.failure", KIND, run.place(errno.start()), fields, host)
        return
    agreed = _AGREED.search(run.text)
    failed = list(_refused(run, agreed is not None and "(NONE)" not in run.text))
    for offset, reason, detail in failed:
        alert = _ALERT.search(run.text)
        fields = some(
            reason=reason,
            target=target,
            note=detail,
            alert=alert.group("name") or alert.group("number") if alert else None,
        )
        yield run.draft("tls.failure", KIND, run.place(offset), fields, host)
    trusted = ("(NONE)" not in run.text and _OK.search(run.text)) or (
        len(_DEPTHS.findall(run.text)) > 1 and "Certificate chain" in run.text
    )
    if trusted and not failed:
        fields = some(
            target=target,
            port=port_of(run),
            version=(agreed.group("version") or agreed.group("v2")) if agreed else None,
        )
        yield run.draft(
            "tls.ok",
            KIND,
            run.at("Verify return code" if "Verify return code" in run.text else "verify return"),
            fields,
            host,
        )


def _in_words(text: str) -> str:
    return "refused" if "refused" in text else "timeout" if "timed" in text else "unreachable"


def _refused(run: Run, agreed: bool) -> Iterator[tuple[int, str, str | None]]:
    """(offset, reason, detail) of what was wrong: the first error of verifying, or of setting the session up."""
    for found in _VERIFY.finditer(run.text):
        number = int(found.group("num") or found.group("code"))
        if number == 0:
            continue
        words = (found.group("text") or found.group("words")).strip()
        alone = number in _MISSING and len(_CHAIN.findall(run.text)) == 1
        yield (
            found.start(),
            _REASONS.get(number, "other"),
            f"{words}; the server sends one certificate" if alone else words,
        )
        return
    if agreed:
        return
    for pattern, reason in _FAILURES:
        if (said := pattern.search(run.text)) is not None:
            forced = re.search(r" -tls1(?:_\d)?\b", run.command)
            yield (
                said.start(),
                "version" if forced and reason == "reset" else reason,
                forced.group().strip() if forced else None,
            )
            return
    if (silent := _NO_CERTIFICATE.search(run.text)) is not None:
        yield silent.start(), "other", "the server sends no certificate"


def certificates(run: Run, host: str | None) -> Iterator[Draft]:
    """The server's certificate: whose it is, who signed it, from when to when; and whether it was valid at the time."""
    found = _DATES.search(run.text)
    if found is None:
        return
    begin, end = (next((found.group(k + n) for n in ("", "2", "3", "4") if found.group(k + n)), "") for k in "ab")
    first, last = _moment(begin), _moment(end)
    subject, issuer, names = _SUBJECT.search(run.text), _ISSUER.search(run.text), _NAMES.search(run.text)
    own = subject.group("subject").strip() if subject else None
    signer = issuer.group("issuer").strip() if issuer else None
    now = instant_of(run.whole or run.text)
    state = (
        "unknown"
        if now is None or last is None
        else "expired"
        if now > last
        else "early"
        if first and now < first
        else "valid"
    )
    fields = some(
        subject=own, issuer=signer, not_before=begin.strip(), not_after=end.strip(), state=state,
        names=names.group("names").strip() if names else None, self_signed=True if own and own == signer else None,
        days_left=round((last - now) / 86_400_000, 1) if now is not None and last is not None else None,
    )  # fmt: skip
    yield run.draft("tls.certificate", KIND, run.place(found.start()), fields, host)
    if state in {"expired", "early"} and not _VERIFY.search(run.text) and "*  " not in run.text:
        reason = "expired" if state == "expired" else "not_yet_valid"
        target = peer_of(host) if host else "unknown"
        yield run.draft("tls.failure", KIND, run.place(found.start()), {"reason": reason, "target": target}, host)


def _moment(text: str) -> int | None:
    """A date of a certificate, such as `Nov 20 02:44:35 2026 GMT`, as UTC ms."""
    try:
        stamp = datetime.strptime(" ".join(text.split()).removesuffix(" GMT"), "%b %d %H:%M:%S %Y")
    except ValueError:
        return None
    return round(stamp.replace(tzinfo=UTC).timestamp() * 1000)
