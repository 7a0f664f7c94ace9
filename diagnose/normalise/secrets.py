"""What gives access: passwords, keys, tokens, cookies, the answers of digest authentication. It is never kept.

Each pattern takes the secret itself in its first group, so that what it belonged to can still be read. Words that
stand where a secret would (`password: missing`) tell what went wrong and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_NAMES = r"""
    api[_-]?key | apikey | access[_-]?key(?:[_-]?id)? | account[_-]?key | private[_-]?key | shared[_-]?key
    | encryption[_-]?key | passw(?:or)?d | passwd | pwd | passphrase | secret | secret[_-]?key
    | (?:access|refresh|auth|id|session|security|sas|csrf|xsrf|bearer|client)[_-]?token | accesstoken | authtoken
    | credentials? | signature | ice-pwd | ha1 | session[_-]?cookie"""
_PATTERNS = (
    # keys on several lines, and lines out of the middle of one
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*(?!secret-|\s)([^-]+)"),
    re.compile(r"^\s*([A-Za-z0-9+/]{60,}={0,2})\s*$", re.MULTILINE),
    # HTTP and SIP
    re.compile(r"\b(?i:bearer|basic)\s+(?=\S*[\d=]|\S*[a-z][A-Z])([A-Za-z0-9+/=_.~-]{8,})"),
    re.compile(r"(?i)\bauthorization[\"']?\s*[:=]\s*[\"']?(?!bearer|basic|digest|ntlm|negotiate)([^\s\"',;]{6,})"),
    re.compile(r"(?i)\b(?:negotiate|ntlm)\s+([A-Za-z0-9+/=]{16,})"),
    re.compile(r"(?i)\b(?:response|cnonce|rspauth)\s*=\s*\"?([0-9a-f]{16,})"),
    re.compile(r"(?i)\b(?:set-)?cookie[\"']?\s*[:=]\s*[\"']?([^\s=;,\"']+=[^\r\n\"']+)"),
    re.compile(r"://[^/\s:@]+:([^/\s@]+)@"),
    re.compile(r"(?i)[?&](?:key|sig|auth|jwt|ticket|code|x-amz-signature)=([A-Za-z0-9%+/=_.~-]{16,})"),
    # tokens that show what they are
    re.compile(r"\b(eyJ[\w-]{16,}(?:\.[\w-]*){0,2})"),
    re.compile(r"\b((?:sk|pk|rk|xox[abp]|ghp|gho|glpat|github_pat|hf)[-_][A-Za-z0-9_-]{12,})"),
    re.compile(r"\b(AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,})"),
    re.compile(r"\b(A(?:KIA|SIA)[0-9A-Z]{12,})"),
    re.compile(r"(?i)\binline:([A-Za-z0-9+/=]{20,})"),
    # names of fields and options
    re.compile(rf"""(?ix)["']?\b(?:[\w.-]*(?:{_NAMES}))["']?\s*[:=]\s*["']?([^\s"',;&}}]{{3,}})"""),
    re.compile(r"""(?i)["']?\btoken["']?\s*[:=]\s*["']?([A-Za-z0-9+/=_.~-]{12,})"""),
    re.compile(r"(?i)--(?:password|passwd|token|secret|api-key)[ =][\"']?([^\s\"']{3,})"),
    re.compile(r"\s(?:-u|--user)[ =][\"']?[^\s:\"']+:([^\s\"']{3,})"),
    re.compile(r"(?i)\bpass(?:word|phrase|code) (?:is|was|to)[ :]+[\"']?(?=[^\s\"']*\d)([^\s\"',;]{4,})"),
)
_HINT = re.compile(
    r"(?i)private key|bearer|basic|negotiate|ntlm|auth|response|nonce|cookie|://|[?&]\w+=|eyj|[-_]key|apikey|sk-|sk_|pk_"
    r"|rk_|xox|ghp_|gho_|glpat|hf_|aiza|sg\.|akia|asia|inline:|pass|pwd|secret|token|credential|signature|ha1|[-]u "
    r"|--user|[a-z0-9+/]{60}"
)
_WORDS = frozenset({
    "absent", "bad", "changed", "check", "denied", "different", "disabled", "empty", "enabled", "error", "expired",
    "failed", "failure", "false", "incorrect", "invalid", "mismatch", "mismatched", "missing", "no", "none", "not",
    "null", "ok", "passed", "refused", "rejected", "required", "reset", "revoked", "rotated", "set", "stored", "true",
    "unknown", "unset", "updated", "valid", "verification", "verified", "wrong", "yes",
})  # fmt: skip
_DONE = re.compile(r"secret-\d+|\*+|<[^>]*>|\[?redacted\]?", re.IGNORECASE)


def replace(text: str, token: Callable[[str], str]) -> str:
    """The text with each secret replaced by what `token` gives for it."""
    if _HINT.search(text) is None:
        return text

    def put(found: re.Match[str]) -> str:
        value = found.group(1)
        if value.casefold().strip(".!?)") in _WORDS or _DONE.match(value):
            return found.group()
        whole, start = found.group(), found.start()
        return whole[: found.start(1) - start] + token(value) + whole[found.end(1) - start :]

    for pattern in _PATTERNS:
        text = pattern.sub(put, text)
    return text
