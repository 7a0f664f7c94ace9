"""The first bytes of TLS connections: hellos with the server's name, and alerts that are still readable (RFC 8446)."""

from __future__ import annotations

from typing import NamedTuple

_NAMES = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 40: "handshake_failure", 42: "bad_certificate",
    43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
    47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
    70: "protocol_version", 71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
    90: "user_canceled", 109: "missing_extension", 112: "unrecognized_name", 113: "bad_certificate_status_response",
    116: "certificate_required", 120: "no_application_protocol",
}  # fmt: skip
_REASONS = {
    40: "no_cipher", 71: "no_cipher", 70: "version", 86: "version", 45: "expired", 48: "untrusted", 46: "untrusted",
    42: "untrusted", 44: "untrusted", 112: "name_mismatch", 116: "client_cert", 49: "client_cert", 10: "wrong_protocol",
}  # fmt: skip
_BENIGN = frozenset({0, 90})


class Alert(NamedTuple):
    """An alert: its name in the RFC, and the reason in the dictionary's words, empty when it is a normal end."""

    name: str
    reason: str


def alert_of(data: bytes) -> Alert | None:
    """The alert that a segment holds in the clear; None for none, or an encrypted one."""
    at = 0
    while at + 5 <= len(data) and data[at] in {20, 21, 22, 23} and data[at + 1] == 3:
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        if data[at] == 21:
            if length != 2 or at + 7 > len(data) or data[at + 5] not in {1, 2}:
                return None
            code = data[at + 6]
            return Alert(_NAMES.get(code, f"alert {code}"), "" if code in _BENIGN else _REASONS.get(code, "other"))
        at += 5 + length
    return None


def is_hello(data: bytes, kind: int) -> bool:
    """Whether a segment begins with a ClientHello (kind 1) or a ServerHello (2)."""
    return len(data) > 5 and data[0] == 22 and data[1] == 3 and data[5] == kind


def server_name(data: bytes) -> str:
    """The server name (SNI) of a ClientHello; an empty text when it has none or is cut."""
    try:
        at = 9 + 2 + 32
        at += 1 + data[at]
        at += 2 + int.from_bytes(data[at : at + 2], "big")
        at += 1 + data[at]
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        at += 2
        while at + 4 <= min(end, len(data)):
            kind, length = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
            if kind == 0:
                size = int.from_bytes(data[at + 7 : at + 9], "big")
                return data[at + 9 : at + 9 + size].decode("ascii", "replace")
            at += 4 + length
    except IndexError:
        return ""
    return ""
