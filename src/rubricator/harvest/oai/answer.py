"""What an OAI-PMH answer says. Pure: from bytes to errors, records and resumption token.

One broken record does not spoil its page: a page that is no XML as it stands is cut into its records, and each is
mended, or reported, by itself. Elements are known by their local names, since providers get namespaces wrong.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from rubricator.harvest.charset import decode
from rubricator.harvest.oai.record import OaiRecord, read_record
from rubricator.harvest.record import Repair
from rubricator.harvest.xml import Malformed, child_text, local_name, mend, mend_ampersands, parse

_NAME = r"(?:[\w.-]+:)?"
_BEFORE_ROOT = re.compile(
    rf"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*+<{_NAME}OAI-PMH[\s>]", re.DOTALL
)
_AFTER_ROOT = re.compile(rf"</{_NAME}OAI-PMH\s*>(?>\s+|<!--.*?-->)*+\Z", re.DOTALL)
_HTML = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_RECORD = re.compile(rf"<{_NAME}record(?:\s[^<>]*)?>\s*<{_NAME}header[\s>]")
_AFTER_RECORDS = re.compile(rf"<{_NAME}resumptionToken[\s/>]|</{_NAME}(?:ListRecords|GetRecord)\s*>")
_IDENTIFIER = re.compile(rf"<{_NAME}identifier\s*>([^<]*)</")


class NotOai(Exception):
    """The bytes are no whole OAI-PMH answer; ``code`` says what they are instead."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class OaiError:
    """An error condition (OAI-PMH 2.0, section 3.6): the protocol's own code, and the server's words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class OaiAnswer:
    """An answer to any verb.

    ``root`` is the document, without its records where these are in ``pieces`` because the whole was not well-formed.
    ``repair`` says that it was in another charset than declared.
    """

    root: etree._Element
    pieces: tuple[str, ...] = ()
    repair: Repair | None = None

    @property
    def body(self) -> etree._Element | None:
        """The element called like the verb; none where there are only errors."""
        for child in self.root.iterchildren("{*}*"):
            if local_name(child) not in ("responseDate", "request", "error"):
                return child
        return None

    @property
    def verb(self) -> str:
        return "" if self.body is None else local_name(self.body)

    @property
    def response_date(self) -> str:
        """The moment of the answer by the server's clock, as ``YYYY-MM-DDThh:mm:ssZ``; empty if it does not say."""
        try:
            moment = datetime.fromisoformat(child_text(self.root, "responseDate"))
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return ""
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def errors(self) -> tuple[OaiError, ...]:
        found = self.root.iterfind("{*}error")
        return tuple(OaiError(error.get("code", "").strip(), " ".join((error.text or "").split())) for error in found)

    @property
    def token(self) -> str:
        """What leads to the next page; empty where the list ends."""
        return "" if self.body is None else child_text(self.body, "resumptionToken")

    @property
    def list_size(self) -> int | None:
        """How many records all pages have, where the server tells."""
        element = None if self.body is None else self.body.find("{*}resumptionToken")
        size = "" if element is None else element.get("completeListSize", "").strip()
        return int(size) if size.isdecimal() and len(size) < 19 else None

    def records(self) -> Iterator[OaiRecord]:
        """The records of the page, or the headers of one that has nothing else."""
        repairs = (self.repair,) if self.repair else ()
        if self.body is None:
            return
        for piece in self.pieces:
            yield _read_piece(piece, self.body, repairs)
        for element in self.body.iterchildren("{*}record", "{*}header"):
            yield read_record(element, repairs)


def read_answer(content: bytes, announced: str = "") -> OaiAnswer:
    """Understand an answer; ``announced`` is the charset of its Content-Type. Raises NotOai."""
    text, repair = decode(content, announced)
    if _HTML.match(text):
        raise NotOai("source-not-xml", "an HTML page")
    pieces: tuple[str, ...] = ()
    try:
        root = parse(text)
    except Malformed as error:
        if not _BEFORE_ROOT.match(text):
            raise NotOai("source-not-xml", f"no XML ({error})") from error
        if not _AFTER_ROOT.search(text):
            raise NotOai("source-not-xml", "XML that ends in the middle") from error
        root, pieces = _cut(text)
    if local_name(root) != "OAI-PMH":
        raise NotOai("source-not-oai", f"a document of type {local_name(root)!r}")
    return OaiAnswer(root, pieces, repair)


def _cut(text: str) -> tuple[etree._Element, tuple[str, ...]]:
    """The answer without its records, and their texts."""
    starts = [match.start() for match in _RECORD.finditer(text)]
    after = _AFTER_RECORDS.search(text, starts[-1]) if starts else None
    pieces: tuple[str, ...] = ()
    if after:
        ends = [*starts[1:], after.start()]
        pieces = tuple(text[start:end] for start, end in zip(starts, ends, strict=True))
        text = text[: starts[0]] + text[after.start() :]
    mended, _ = mend_ampersands(mend(text)[0])
    try:
        return parse(mended), pieces
    except Malformed as error:
        raise NotOai("source-not-xml", f"XML that is broken outside its records ({error})") from error


def _read_piece(piece: str, around: etree._Element, repairs: tuple[Repair, ...]) -> OaiRecord:
    """A record by itself, with the namespaces of the element around it."""
    scope = "".join(
        f' xmlns{f":{prefix}" if prefix else ""}="{html.escape(iri)}"' for prefix, iri in around.nsmap.items()
    )
    legal_text, mended = mend(piece)
    repairs += mended
    try:
        return read_record(parse(f"<page{scope}>{legal_text}</page>")[0], repairs)
    except Malformed:
        text, mended = mend_ampersands(legal_text)
    try:
        return read_record(parse(f"<page{scope}>{text}</page>")[0], repairs + mended)
    except Malformed as error:
        found = _IDENTIFIER.search(legal_text)
        identifier = html.unescape(found[1]).strip() if found else ""
        return OaiRecord(identifier, content=legal_text.strip().encode(), malformed=str(error), repairs=repairs)
