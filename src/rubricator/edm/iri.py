"""Makes IRIs and language tags legal. A strict parser accepts everything that leaves here."""

import re
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORBIDDEN = re.compile(r'[\x00-\x20\x7f-\x9f<>"{}|\\^`\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]')
_AUTHORITY = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)(.*)", re.DOTALL)
_BRACKETS = str.maketrans({"[": "%5B", "]": "%5D"})


@lru_cache(maxsize=4096)
def clean_iri(raw: str) -> str | None:
    """The absolute IRI that was meant, blanks around it dropped and forbidden characters percent-encoded.

    None if even that is no IRI.
    """
    text = _STRAY_PERCENT.sub("%25", _FORBIDDEN.sub(_encode, raw.strip()))
    for candidate in (text, _encode_tail(text), _encode_tail(quote(text, safe="%:/?#[]@!$&'()*+,;=-._~"))):
        try:
            return NamedNode(candidate).value
        except ValueError:
            continue
    return None


def _encode(match: re.Match[str]) -> str:
    return quote(match[0].encode("utf-8", "replace"))


def _encode_tail(text: str) -> str:
    """Brackets are allowed around an IPv6 address only, and a fragment holds no second ``#``."""
    found = _AUTHORITY.fullmatch(text)
    head, tail = found.groups() if found else ("", text)
    path, mark, fragment = tail.partition("#")
    return head + (path + mark + fragment.replace("#", "%23")).translate(_BRACKETS)


@lru_cache(maxsize=1024)
def clean_language(raw: str) -> str | None:
    """The language tag that was meant (``en_GB`` → ``en-GB``), or None if it is none."""
    tag = raw.strip().replace("_", "-")
    try:
        return Literal("", language=tag).language
    except ValueError:
        return None
