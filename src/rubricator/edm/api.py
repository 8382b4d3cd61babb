"""What the JSON of Europeana's Record and Search APIs share: nodes whose keys the context in ``mappings/`` explains."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rubricator.edm.clean import Cleaner, rooted
from rubricator.edm.jsontext import read_json
from rubricator.edm.record import RecordRejected
from rubricator.resources import resource

Node = dict[str, Any]
"""A node of JSON-LD, its keys those of the context."""

_IRI = re.compile(r"\s*(?:https?://[^\s/]|urn:[^\s:]+:)\S*\s*")
_REFERENCE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|[/#])\S")
_TEXT_NAMES = """dc:title dc:identifier dc:language dcterms:alternative skos:prefLabel skos:altLabel skos:hiddenLabel
    skos:note skos:notation edm:acronym edm:begin edm:end edm:country edm:language edm:userTag edm:year foaf:name
    rdaGr2:biographicalInformation rdaGr2:dateOfBirth rdaGr2:dateOfDeath rdaGr2:dateOfEstablishment
    rdaGr2:dateOfTermination rdaGr2:gender"""
_TEXTS = frozenset(_TEXT_NAMES.split())
"""Properties that EDM allows no IRI for: what looks like one stays a text, as in Europeana's own RDF/XML."""


@dataclass(frozen=True, slots=True)
class Term:
    """What the context says of a key: its property, and whether the values are IRIs, or texts by language."""

    property: str
    iri: bool
    by_language: bool


@cache
def context() -> dict[str, Any]:
    """The JSON-LD context of Europeana's own JSON."""
    path = resource("mappings", "europeana-api.context.jsonld")
    return json.loads(path.read_text(encoding="utf-8"))["@context"]  # type: ignore[no-any-return]


@cache
def terms() -> dict[str, Term | None]:
    """What every key means; None for what says nothing of an item. Keys that hold nodes are not among them."""
    said: dict[str, Term | None] = {}
    for key, definition in context().items():
        if definition is None and not key.startswith("@"):
            said[key] = None
        elif isinstance(definition, dict):
            container = definition.get("@container")
            said[key] = Term(definition["@id"], definition.get("@type") == "@id", container == "@language")
    return said


def load(content: bytes) -> tuple[dict[str, Any], list[str]]:
    """The JSON object, and its texts with half characters. Raises RecordRejected for anything else."""
    document, halves = read_json(content)
    if not isinstance(document, dict):
        raise RecordRejected("not-a-record", "The JSON is no object, so it is no record of Europeana's.")
    return document, halves


def flat(value: object) -> Iterator[object]:
    """What a list holds, and the lists in it; any other value alone."""
    if isinstance(value, list):
        for part in value:
            yield from flat(part)
    else:
        yield value


def values(value: object) -> Iterator[tuple[str, str]]:
    """Languages (``def`` for none) and texts in any shape that the APIs have for them: text, list, lists by language.

    Numbers and truth values are texts as JSON writes them.
    """
    for part in flat(value):
        for language, inner in part.items() if isinstance(part, dict) else [("def", part)]:
            for text in flat(inner):
                if isinstance(text, bool | int | float):
                    yield language, json.dumps(text)
                elif isinstance(text, str) and text.strip():
                    yield language, text


def shapeless(value: object) -> Iterator[Node]:
    """What has none of these shapes: objects where a text should be, with the key that they stand under."""
    for part in flat(value):
        if isinstance(part, dict):
            yield from ({key: text} for key, inner in part.items() for text in flat(inner) if isinstance(text, dict))


def is_reference(text: str) -> bool:
    """Whether a text where an IRI should be is one, or the name of a node."""
    return _REFERENCE.match(text) is not None


@dataclass(slots=True)
class Writer:
    """Writes the nodes of one record. ``names`` are what the record calls its own nodes."""

    cleaner: Cleaner
    names: frozenset[str] = frozenset()
    keys: set[str] = field(default_factory=set)
    nodes: list[Node] = field(default_factory=list)

    def iri(self, raw: str) -> str | None:
        """The IRI behind a name. That Europeana leaves out its host is the rule here, and nothing to note."""
        known = rooted(raw.strip())
        return self.cleaner.reference(known or raw)

    def node(self, name: str, kind: str, said: Mapping[str, object]) -> None:
        """One node of a class; what no key of the context stands for is noted as ``unknown-field``."""
        iri = self.iri(name) if name.strip() else None
        if iri is None:
            self.cleaner.note("empty-about", _raw(kind, said), "")
            return
        node: Node = {"@id": iri, "@type": kind}
        for key, value in said.items():
            term = terms().get(key)
            if term is not None:
                self._state(node, key, term, value)
            elif key not in terms():
                self.unknown(kind, key, value)
        self.nodes.append(node)

    def unknown(self, where: str, key: str, value: object) -> None:
        """A field that nothing stands for."""
        self.cleaner.note("unknown-field", _raw(f"{where} {key}", value), "")

    def shapeless(self, key: str, value: object) -> None:
        """A value that can be neither a text nor a node."""
        self.cleaner.note("unexpected-shape", _raw(key, value), "")

    def unassigned(self, key: str, value: object) -> None:
        """What is said of one of several nodes, and not of which."""
        self.cleaner.note("unassigned-labels", _raw(key, value), "")

    def _state(self, node: Node, key: str, term: Term, value: object) -> None:
        for part in shapeless(value):
            self.shapeless(key, part)
        for language, text in values(value):
            iri = self.iri(text) if self._is_iri(text, term) else None
            if iri is not None:
                node.setdefault(term.property, []).append({"@id": iri})
            elif term.iri:
                self.cleaner.note("unusable-iri", text, "")
                node.setdefault(term.property, []).append({"@value": text})
            elif term.by_language:
                tag = self.cleaner.language(language) if language != "def" else None
                node.setdefault(key, {}).setdefault(tag or "@none", []).append(text)
                self.keys.add(key)
            else:
                node.setdefault(key, []).append(text)
                self.keys.add(key)

    def _is_iri(self, text: str, term: Term) -> bool:
        """Where both may stand, an IRI is what has no blank in it and a scheme, or is the name of a node."""
        if term.iri:
            return is_reference(text)
        return term.by_language and term.property not in _TEXTS and (bool(_IRI.fullmatch(text)) or text in self.names)

    def jsonld(self) -> bytes:
        """All nodes, with as much of the context as they need."""
        used = {key: context()[key] for key in (*_prefixes(), *self.keys)}
        return json.dumps({"@context": used, "@graph": self.nodes}, ensure_ascii=False).encode()


def _raw(where: str, value: object) -> str:
    """What stood there, for a note."""
    return f"{where} {json.dumps(value, ensure_ascii=False)}"


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(key for key, value in context().items() if isinstance(value, str) and value.endswith(("/", "#")))
