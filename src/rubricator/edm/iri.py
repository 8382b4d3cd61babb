"""Makes IRIs and language tags legal. A strict parser accepts everything that leaves here."""

import re
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORBIDDEN = (
    *range(0x21), *range(0x7F, 0xA0), *map(ord, '<>"{}|\\^`'),
    *range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF,
)  # fmt: skip
_ENCODED = {code: quote(chr(code).encode("utf-8", "replace")) for code in _FORBIDDEN}
_REMEMBERED = 1024
"""Longest IRI that is worth remembering, in characters."""
_AUTHORITY = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)(.*)", re.DOTALL)
_BRACKETS = str.maketrans({"[": "%5B", "]": "%5D"})


def clean_iri(raw: str) -> str | None:
    """The absolute IRI that was meant, blanks around it dropped and forbidden characters percent-encoded.

    None if even that is no IRI.
    """
    return _remembered(raw) if len(raw) <= _REMEMBERED else _clean(raw)


def clean_relative(raw: str) -> str:
    """The relative reference that was meant, for a parser that knows its base."""
    return _encode_tail(_encoded(raw))


def _encoded(raw: str) -> str:
    return _STRAY_PERCENT.sub("%25", raw.strip().translate(_ENCODED))


def _clean(raw: str) -> str | None:
    text = _encoded(raw)
    for candidate in (text, _encode_tail(text), _encode_tail(quote(text, safe="%:/?#[]@!$&'()*+,;=-._~"))):
        try:
            return NamedNode(candidate).value
        except ValueError:
            continue
    return None


_remembered = lru_cache(maxsize=4096)(_clean)


def _encode_tail(text: str) -> str:
    """Brackets are allowed around an IPv6 address only, and a fragment holds no second ``#``."""
    found = _AUTHORITY.fullmatch(text)
    head, tail = found.groups() if found else ("", text)
    path, mark, fragment = tail.partition("#")
    return head + (path + mark + fragment.replace("#", "%23")).translate(_BRACKETS)


def clean_language(raw: str) -> str | None:
    """The language tag that was meant (``en_GB`` → ``en-GB``), or None if it is none."""
    tag = raw.strip().replace("_", "-")
    try:
        return Literal("", language=tag).language
    except ValueError:
        return None
