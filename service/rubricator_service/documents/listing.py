"""A page of a list as an Activity Streams collection (https://www.w3.org/TR/activitystreams-core/#collections)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from rubricator.rdf import RDF, RDFS, TYPE, XSD
from rubricator_service.reading.descriptions import AS


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list at ``iri``, counted from 1; a full one has ``size`` members.

    ``said`` is what is said of the members, and ``total`` how many all pages have, where that was counted.
    """

    iri: NamedNode
    label: str
    size: int
    number: int
    more: bool
    members: Sequence[NamedNode]
    said: Sequence[Triple]
    total: int | None = None

    def page(self, number: int) -> NamedNode:
        return NamedNode(f"{self.iri.value}{'&' if '?' in self.iri.value else '?'}page={number}")

    @property
    def ends(self) -> dict[str, NamedNode]:
        """The first page, and the last one where it is known."""
        last = {} if self.total is None else {"last": self.page(max(-(-self.total // self.size), 1))}
        return {"first": self.page(1), **last}

    @property
    def neighbours(self) -> dict[str, NamedNode]:
        """The pages before and after this one, as far as there are any."""
        before = {"prev": self.page(self.number - 1)} if self.number > 1 else {}
        return before | ({"next": self.page(self.number + 1)} if self.more else {})

    def triples(self) -> list[Triple]:
        """The list, this page of it, and its members, in a fixed order."""
        return sorted({*self._list(), *self._page(), *self.said}, key=str)

    def _list(self) -> Iterator[Triple]:
        yield Triple(self.iri, TYPE, AS["OrderedCollection"])
        yield Triple(self.iri, RDFS["label"], Literal(self.label, language="en"))
        yield from (Triple(self.iri, AS[name], page) for name, page in self.ends.items())
        if self.total is not None:
            yield Triple(self.iri, AS["totalItems"], count(self.total))

    def _page(self) -> Iterator[Triple]:
        page = self.page(self.number)
        yield Triple(page, TYPE, AS["OrderedCollectionPage"])
        yield Triple(page, AS["partOf"], self.iri)
        yield Triple(page, AS["startIndex"], count((self.number - 1) * self.size))
        yield from (Triple(page, AS[name], other) for name, other in self.neighbours.items())
        yield from ordered_items(page, self.members)


def ordered_items(page: NamedNode, members: Sequence[NamedNode]) -> Iterator[Triple]:
    """The members of a page, as the list that ``as:items`` of an ordered collection has."""
    cells: list[BlankNode | NamedNode] = [BlankNode(f"item{number}") for number in range(len(members))]
    cells.append(RDF["nil"])
    yield Triple(page, AS["items"], cells[0])
    for cell, rest, member in zip(cells, cells[1:], members, strict=False):
        yield Triple(cell, RDF["first"], member)
        yield Triple(cell, RDF["rest"], rest)


def count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD["nonNegativeInteger"])
