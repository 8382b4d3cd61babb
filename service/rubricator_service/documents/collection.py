"""The collection of all published enrichments and a page of it: as triples, and as a Web Annotation collection."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.rdf import DCTERMS, RDFS, TYPE, Namespace, timestamp
from rubricator_service.documents.listing import count, ordered_items
from rubricator_service.documents.webannotation import CONTEXT, OWN_TERMS, web_annotation
from rubricator_service.reading.annotations import Names
from rubricator_service.reading.descriptions import AS

PER_PAGE = 100
LDP = Namespace("ldp", "http://www.w3.org/ns/ldp#")
_LABEL = Literal("Published enrichments", language="en")
_CONTEXT = [CONTEXT, "http://www.w3.org/ns/ldp.jsonld", OWN_TERMS]


@dataclass(frozen=True, slots=True)
class Collection:
    """The container at ``iri``. Where ``bare``, pages tell the IRIs of their members and no more."""

    iri: NamedNode
    names: Names
    bare: bool

    def page(self, after: str) -> NamedNode:
        """The address of the page after a name, the first one after none."""
        return NamedNode(f"{self.iri.value}?{urlencode({'after': after} | ({'iris': 1} if self.bare else {}))}")

    def beginning_with(self, index: int) -> NamedNode:
        """The address of the page whose first member is the one of this index."""
        return self.page(self.names[index - 1].decode() if index > 0 else "")

    @property
    def ends(self) -> dict[str, NamedNode]:
        """The first and the last page."""
        last = max(len(self.names) - 1, 0) // PER_PAGE * PER_PAGE
        return {"first": self.beginning_with(0), "last": self.beginning_with(last)}

    def triples(self) -> Iterator[Triple]:
        yield Triple(self.iri, TYPE, LDP["BasicContainer"])
        yield Triple(self.iri, TYPE, AS["OrderedCollection"])
        yield Triple(self.iri, RDFS["label"], _LABEL)
        yield Triple(self.iri, AS["totalItems"], count(len(self.names)))
        yield from (Triple(self.iri, AS[name], iri) for name, iri in self.ends.items())
        if self.names.modified:
            yield Triple(self.iri, DCTERMS["modified"], timestamp(self.names.modified))

    def json(self) -> dict[str, Any]:
        modified = {"modified": timestamp(self.names.modified).value} if self.names.modified else {}
        return {
            "id": self.iri.value,
            "type": ["BasicContainer", "AnnotationCollection"],
            "label": {"@value": _LABEL.value, "@language": _LABEL.language},
            "total": len(self.names),
            **modified,
            **{name: iri.value for name, iri in self.ends.items()},
        }


@dataclass(frozen=True, slots=True)
class Page:
    """What comes after a name: ``members`` with their descriptions, which are not told where the collection is bare."""

    collection: Collection
    after: str
    members: Mapping[NamedNode, Sequence[Triple]]

    @property
    def iri(self) -> NamedNode:
        return self.collection.page(self.after)

    @property
    def start(self) -> int:
        return bisect_right(self.collection.names, self.after.encode())

    @property
    def neighbours(self) -> dict[str, NamedNode]:
        """The pages before and after this one, as far as there are any."""
        found = {}
        if self.start > 0:
            found["prev"] = self.collection.beginning_with(max(self.start - PER_PAGE, 0))
        if self.start + PER_PAGE < len(self.collection.names):
            found["next"] = self.collection.beginning_with(self.start + PER_PAGE)
        return found

    def triples(self) -> Iterator[Triple]:
        yield Triple(self.iri, TYPE, AS["OrderedCollectionPage"])
        yield Triple(self.iri, AS["partOf"], self.collection.iri)
        yield Triple(self.iri, AS["startIndex"], count(self.start))
        yield from (Triple(self.iri, AS[name], iri) for name, iri in self.neighbours.items())
        yield from ordered_items(self.iri, list(self.members))
        if not self.collection.bare:
            yield from chain.from_iterable(self.members.values())

    def json(self) -> dict[str, Any]:
        return {
            "id": self.iri.value,
            "type": "AnnotationPage",
            "partOf": self.collection.iri.value,
            "startIndex": self.start,
            **{name: iri.value for name, iri in self.neighbours.items()},
            "items": [self._item(annotation, said) for annotation, said in self.members.items()],
        }

    def _item(self, annotation: NamedNode, said: Sequence[Triple]) -> Any:
        if self.collection.bare:
            return annotation.value
        return {name: value for name, value in web_annotation(said, annotation).items() if name != "@context"}


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer tells: the container with a page or, in a minimal one, none; ``alone`` is the page for itself."""

    collection: Collection
    page: Page | None
    alone: bool

    def triples(self) -> list[Triple]:
        return sorted({*self.collection.triples(), *(self.page.triples() if self.page else ())}, key=str)

    def json(self) -> dict[str, Any]:
        """The page as part of the container, or the container with its first page in it."""
        container, page = self.collection.json(), self.page.json() if self.page else None
        if page is None:
            return {"@context": _CONTEXT, **container}
        if self.alone:
            return {"@context": _CONTEXT, **page, "partOf": container}
        return {"@context": _CONTEXT, **container, "first": page}
