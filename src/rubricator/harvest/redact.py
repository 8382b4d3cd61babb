"""Secrets taken out of what a source sends: Europeana's APIs echo the key of whoever asks."""

import re
from collections.abc import Iterable
from functools import lru_cache

REDACTED = "REDACTED"
_REDACTED = REDACTED.encode()
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")

_MEMBER = re.compile(rb'("(?:api_?key|wskey)"\s*:\s*")(?:[^"\\]|\\.)*', re.IGNORECASE)
"""``"apikey": "…"`` in JSON."""
_PARAMETER = re.compile(
    rb"((?:\b|%(?:25)*(?:26|3F))(?:api_?key|wskey)=)[^&;#\s\"'<>\\]*"
    rb"|((?:\b|%(?:25)*(?:26|3F))(?:api_?key|wskey)%(?:25)*3D)(?:(?!%(?:25)*(?:26|23|20|22))[^&;#\s\"'<>\\])*",
    re.IGNORECASE,
)
"""A parameter of an address, plain or within another address; ``&amp;`` and ``\\u0026`` end it too."""
_CAMPAIGN = re.compile(rb"(utm_medium=api(?:&|&amp;|\\u0026)utm_campaign=)[^&;#\s\"'<>\\]*", re.IGNORECASE)
"""``guid`` of a search result carries the key as the name of a campaign."""
_HINT = re.compile(rb"key|utm_campaign", re.IGNORECASE)


def redact(content: bytes, secrets: Iterable[str] = ()) -> bytes:
    """The content without these secrets, plain or percent-encoded, and without the keys that Europeana echoes, known
    or not. ``REDACTED`` stands in their place; without any, the content is what it was.
    """
    for secret in secrets:
        if secret:
            content = _pattern(secret).sub(_REDACTED, content)
    if _HINT.search(content):
        content = _MEMBER.sub(rb"\1" + _REDACTED, content)
        content = _PARAMETER.sub(rb"\1\2" + _REDACTED, content)
        content = _CAMPAIGN.sub(rb"\1" + _REDACTED, content)
    return content


@lru_cache
def _pattern(secret: str) -> re.Pattern[bytes]:
    """Any spelling of a secret: characters that need it may be percent-encoded, once or again."""
    return re.compile(b"".join(_spellings(bytes([byte])) for byte in secret.encode()))


def _spellings(character: bytes) -> bytes:
    if _UNRESERVED.match(character):
        return re.escape(character)
    plain = re.escape(character) + (rb"|\+" if character == b" " else b"")
    return rb"(?:%b|%%(?:25)*(?i:%02X))" % (plain, character[0])
