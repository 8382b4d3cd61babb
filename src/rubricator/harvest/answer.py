"""What is asked of a source over HTTP, and what its answers mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from rubricator.errors import SourceError
from rubricator.harvest.record import NO_VALIDATORS, Validators

_LONGEST_VALIDATOR = 512


@dataclass(frozen=True, slots=True)
class Request:
    """One address to ask. With validators it is asked whether what was held then still holds."""

    url: str
    accept: str = "*/*"
    validators: Validators = NO_VALIDATORS

    @property
    def headers(self) -> dict[str, str]:
        asked = {
            "Accept": self.accept,
            "Accept-Encoding": "gzip",
            "If-None-Match": self.validators.etag,
            "If-Modified-Since": self.validators.last_modified,
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, unpacked, without secrets; no body if it is ``not_modified``.

    ``url`` is where it came from in the end. ``media_type`` and ``charset`` are what the source says, in lower case,
    and empty where it says nothing: HTML may come where JSON was asked for.
    """

    url: str
    not_modified: bool
    body: bytes
    media_type: str
    charset: str
    validators: Validators
    retrieved: datetime


class StatusError(SourceError):
    """The source answered with an HTTP status that is no success; ``body`` is what it said, without secrets, for those
    who know its language.
    """

    def __init__(self, code: str, message: str, http_status: int, body: bytes) -> None:
        super().__init__(code, message)
        self.http_status = http_status
        self.body = body


def content_type(header: str) -> tuple[str, str]:
    """Media type and charset of a ``Content-Type`` header, in lower case, empty where it does not say."""
    if not header.strip():
        return "", ""
    message = Message()
    message["Content-Type"] = header
    return message.get_content_type(), message.get_content_charset("")


def validators_of(headers: Mapping[str, str]) -> Validators:
    """The validators of an answer, as far as they can be sent back as they are."""
    etag, last_modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
    return Validators(etag if _can_be_sent(etag) else "", last_modified if _can_be_sent(last_modified) else "")


def _can_be_sent(value: str) -> bool:
    return value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR


def meaning(status: int, rests: bool) -> tuple[str, str]:
    """The code of an HTTP status that is no success, and the end of the sentence that says what to do.

    ``rests``: whether the source said when it wants to be asked again.
    """
    if status == 429 or (status == 503 and rests):
        return "source-busy", "ask again later, or allow fewer source_requests"
    if status in _MEANINGS:
        return _MEANINGS[status]
    if 400 <= status < 500:
        return "source-rejected", "the request is not as the source wants it"
    return "source-server-error", "ask again later, or tell those who run the source"


_REFUSED = "source-refused", "check the key, and whether it may read this"
_MEANINGS = {
    401: _REFUSED,
    403: _REFUSED,
    404: ("source-missing", "it is not there; check the identifier"),
    408: ("source-timeout", "ask again later"),
    410: ("source-gone", "it was there once and is no more"),
    451: _REFUSED,
}
