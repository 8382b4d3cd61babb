"""Secrets taken out of what a source sends: Europeana's APIs echo the key of whoever asks."""

import re
from collections.abc import Iterable
from functools import lru_cache

REDACTED = "REDACTED"
_REDACTED = REDACTED.encode()
_TRACES = (b"wskey", b"apikey", b"api_key", b"utm_campaign")
"""Without any of them, in lower case, there is no echo; looking for these first is twenty times faster."""
_KEY = rb"(?:wskey|api_?key)"
_BEFORE = rb"(?:\b|%(?:25)*[0-9A-F]{2}|\\u00[0-9A-F]{2})"
_AND = rb"(?:&(?:amp;|#38;|#x26;)?|\\u0026|%(?:25)*26)"
_IS = rb"(?:=|\\u003d|%(?:25)*3D)"
_VALUE = rb"(?:(?!%(?:25)*(?:2[0236]|3[BCE]))[^&;#\s\"'<>\\])+"

_MEMBER = re.compile(rb'("%b"\s*:\s*(?:\[\s*)?")(?:[^"\\]|\\.)+' % _KEY, re.IGNORECASE)
"""``"apikey": "…"`` in JSON."""
_PARAMETER = re.compile(b"(%b%b%b)%b" % (_BEFORE, _KEY, _IS, _VALUE), re.IGNORECASE)
"""``wskey=…`` in an address, however the address is escaped where it stands."""
_CAMPAIGN = re.compile(b"(utm_medium%bapi%butm_campaign%b)%b" % (_IS, _AND, _IS, _VALUE), re.IGNORECASE)
"""The landing pages of search results name the key as the campaign that led there."""


def redact(content: bytes, secrets: Iterable[str] = ()) -> bytes:
    """The content with ``REDACTED`` for these secrets, plain or percent-encoded, and for the keys that Europeana
    echoes, known or not. Content without any is returned as it is.
    """
    for secret in filter(None, secrets):
        content = _spelled(secret).sub(_REDACTED, content)
    lowered = content.lower()
    if any(trace in lowered for trace in _TRACES):
        for echo in (_MEMBER, _PARAMETER, _CAMPAIGN):
            content = echo.sub(rb"\1" + _REDACTED, content)
    return content


@lru_cache
def _spelled(secret: str) -> re.Pattern[bytes]:
    """Every spelling of a secret: characters that may need it percent-encoded or not, once or again."""
    return re.compile(b"".join(map(_spellings, secret.encode())))


def _spellings(byte: int) -> bytes:
    plain = re.escape(bytes([byte]))
    if plain.isalnum() or byte in b"-._~":
        return plain
    return rb"(?:%b|%%(?:25)*(?i:%02X)%b)" % (plain, byte, rb"|\+" if byte == 0x20 else b"")
