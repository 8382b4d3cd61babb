"""What the JSON of Europeana's Record and Search APIs share: nodes whose keys the context in ``mappings/`` explains."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rubricator.edm.clean import Cleaner, rooted
from rubricator.edm.record import RecordRejected
from rubricator.resources import resource

Node = dict[str, Any]
"""A node of JSON-LD, its keys those of the context."""

_SURROGATE = re.compile(rb"\\u[Dd][89A-Fa-f]")
"""What may be half of a character; half of one is none."""
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


def load(content: bytes) -> dict[str, Any]:
    """The JSON object. Raises RecordRejected for anything else."""
    try:
        document = json.loads(content)
        if _SURROGATE.search(content):
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise RecordRejected("json-malformed", "The record is nested too deeply to be read.") from error
    except ValueError as error:
        raise RecordRejected("json-malformed", f"The record is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise RecordRejected("not-a-record", "The JSON is no object, so it is no record of Europeana's.")
    return document


def values(value: object) -> Iterator[tuple[str, str]]:
    """Languages (``def`` for none) and texts in any shape that the APIs have for them: text, list, lists by language.

    Numbers and truth values are texts as JSON writes them.
    """
    for part in value if isinstance(value, list) else [value]:
        said = part.items() if isinstance(part, dict) else [("def", part)]
        for language, inner in said:
            for text in inner if isinstance(inner, list) else [inner]:
                if isinstance(text, bool | int | float):
                    yield language, json.dumps(text)
                elif isinstance(text, str) and text.strip():
                    yield language, text


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
            self.cleaner.note("empty-about", kind, "")
            return
        node: Node = {"@id": iri, "@type": kind}
        for key, value in said.items():
            term = terms().get(key)
            if term is not None:
                self._state(node, key, term, value)
            elif key not in terms():
                self.unknown(kind, key)
        self.nodes.append(node)

    def unknown(self, where: str, key: str) -> None:
        """A field that nothing stands for: the raw bytes keep it."""
        self.cleaner.note("unknown-field", f"{where} {key}", "")

    def _state(self, node: Node, key: str, term: Term, value: object) -> None:
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
            return _REFERENCE.match(text) is not None
        return term.by_language and term.property not in _TEXTS and (bool(_IRI.fullmatch(text)) or text in self.names)

    def jsonld(self) -> bytes:
        """All nodes, with as much of the context as they need."""
        used = {key: context()[key] for key in (*_prefixes(), *self.keys)}
        return json.dumps({"@context": used, "@graph": self.nodes}, ensure_ascii=False).encode("utf-8", "replace")


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(key for key, value in context().items() if isinstance(value, str) and value.endswith(("/", "#")))
