"""What every cleaner of a syntax shares: references resolved per item, and a note of every change."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin

from rubricator.edm.identity import Identity
from rubricator.edm.iri import clean_iri, clean_language
from rubricator.harvest.record import Repair
from rubricator.rdf import EUROPEANA, RDF
from rubricator.vocabulary import canonical_entity

_ENTITIES = ("http://data.europeana.eu/", "https://data.europeana.eu/")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_OF_LANGUAGES = frozenset(RDF[name].value for name in ("langString", "dirLangString"))
"""Datatypes that only a text with a language has, and that no text says."""
_EUROPEANA_PATH = re.compile(
    r"/(?:item|proxy|aggregation|concept|agent|place|timespan|organization|dataset|annotation|collection)/[^\s#]+(?:#.*)?"
)
_EUROPEANA_ID = re.compile(r"/\d\w*/\w+(?:#.*)?", re.ASCII)


def rooted(text: str) -> str | None:
    """The IRI that Europeana writes without its host (``/proxy/provider/1/x``, ``/1/x``), or None for other texts."""
    if _EUROPEANA_PATH.fullmatch(text):
        return EUROPEANA + text[1:]
    return f"{EUROPEANA}item{text}" if _EUROPEANA_ID.fullmatch(text) else None


def absolute(base: str, text: str) -> str:
    """What a reference stands for below a base. Without a base, and where that cannot be told, it stays as it is."""
    if not base or _SCHEME.match(text):
        return text
    try:
        return urljoin(base, text)
    except ValueError:
        return text


def base_within(outer: str, raw: str) -> str | None:
    """The base that holds within ``outer`` where ``raw`` is said; None if nothing can be resolved against that."""
    if not raw.strip():
        return outer
    iri = clean_iri(absolute(outer, raw.strip()))
    return iri.partition("#")[0] if iri and "://" in iri else None


Notes = dict[tuple[str, str], str]
"""What stands now, by code and what stood there: each change once, in the order of the record."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a statement bears of its own provenance, as it came: who made it, and how sure that was."""

    agent: str | None
    confidence: str | None


@dataclass(slots=True)
class Cleaner:
    """Cleans one record. ``name`` is what the record calls its item, ``identity`` what that is.

    ``provenance`` is that of statements, by the IRI of the reified statement in the clean record.
    """

    name: str
    identity: Identity
    base: str = ""
    notes: Notes = field(default_factory=dict)
    provenance: dict[str, Provenance] = field(default_factory=dict)

    def note(self, code: str, raw: str, now: str) -> None:
        self.notes.setdefault((code, raw.encode("utf-8", "replace").decode()), now)

    def repairs(self) -> tuple[Repair, ...]:
        return tuple(Repair(code, raw, now) for (code, raw), now in self.notes.items())

    def reference(self, raw: str) -> str | None:
        """The absolute, legal IRI that a reference stands for, or None if there is none."""
        text = absolute(self.base, raw.strip())
        whole = _SCHEME.match(text) is not None
        if text == self.name:
            now: str | None = self.identity.iri
        else:
            now = clean_iri(text if whole else self._resolve(text))
        if now is None:
            self.note("unusable-iri", raw, "")
        elif now != text or raw != raw.strip():
            self.note("illegal-iri" if whole else "relative-iri", raw, now)
        if now is not None and now.startswith(_ENTITIES):
            return self._canonical(now)
        return now

    def _canonical(self, iri: str) -> str:
        canonical = canonical_entity(iri)
        if canonical != iri:
            self.note("legacy-entity", iri, canonical)
        return canonical

    def _resolve(self, text: str) -> str:
        """Metis writes IRIs of Europeana without their host; every other relative IRI belongs to this item alone."""
        item = self.identity.iri
        if text.startswith("#"):
            return item.partition("#")[0] + text
        if known := rooted(text):
            return known
        if self.name and text.startswith(self.name + "#"):
            return item + text[len(self.name) :]
        if text.startswith("/") and item.startswith("http") and not item.startswith((EUROPEANA, self.identity.own)):
            return absolute(item, text)
        return f"{self.identity.own}#{quote(text, safe='-._~')}"

    def datatype(self, raw: str) -> str | None:
        """The IRI of a datatype, or None where a text cannot have it: a relative one without a base names nothing."""
        text = absolute(self.base, raw.strip())
        now = clean_iri(text) if raw.strip() and _SCHEME.match(text) else None
        if now is None or now in _OF_LANGUAGES:
            self.note("illegal-datatype", raw, "")
            return None
        if now != text:
            self.note("illegal-iri", raw, now)
        return now

    def language(self, raw: str) -> str | None:
        """The legal language tag, or None where none was meant."""
        tag = clean_language(raw)
        if tag is None:
            self.note("illegal-language" if raw.strip() else "empty-language", raw, "")
        elif tag.lower() != raw.lower():
            self.note("illegal-language", raw, tag)
        return tag


MakeCleaner = Callable[[list[str]], Cleaner]
"""Makes the cleaner of a record from the names it has for its item."""
