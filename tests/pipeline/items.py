"""Items with pictures on the web, as quads of the published view and of their records' graphs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, EBUCORE, EDM, ENR, PROV, timestamp

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
BY_NC = "http://creativecommons.org/licenses/by-nc/4.0/"
IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"


@dataclass(frozen=True)
class Item:
    """An item with its pictures by link (``isShownBy`` …).

    ``rights`` are those of the aggregation, ``own`` those of single pictures, ``media_types`` what is said of them.
    ``spelling`` is how the provider wrote an address that had to be repaired.
    """

    name: str
    links: dict[str, Sequence[str]]
    rights: str | None = CC0
    own: dict[str, Sequence[str]] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    spelling: str | None = None
    start: str = "http://data.europeana.eu/item/9990001/"

    @property
    def iri(self) -> NamedNode:
        return NamedNode(f"{self.start}{self.name}")

    def quads(self, iris: Iris) -> Iterator[Quad]:
        graph = iris.record_graph("9990001", self.name)
        for subject, predicate, value in self._statements():
            yield Quad(subject, predicate, value)
            yield Quad(subject, predicate, value, graph)
        yield Quad(graph, DCTERMS["isPartOf"], iris.thing("dataset", "9990001"), graph)
        if self.spelling is not None:
            repair = NamedNode(f"{graph.value}#repair-illegal-iri")
            yield Quad(repair, ENR["code"], Literal("illegal-iri"), graph)
            yield Quad(repair, ENR["rawValue"], Literal(self.spelling), graph)

    def gone(self, iris: Iris, moment: datetime) -> Quad:
        """What a harvest says of a record that it met no more."""
        graph = iris.record_graph("9990001", self.name)
        return Quad(graph, PROV["invalidatedAtTime"], timestamp(moment), graph)

    def _statements(self) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
        aggregation = NamedNode(f"http://museum.test/aggregation/{self.name}")
        yield aggregation, EDM["aggregatedCHO"], self.iri
        if self.rights is not None:
            yield aggregation, EDM["rights"], NamedNode(self.rights)
        for link, images in self.links.items():
            for image in images:
                yield aggregation, EDM[link], NamedNode(image)
        for image, statements in self.own.items():
            for statement in statements:
                yield NamedNode(image), EDM["rights"], NamedNode(statement)
        for image, media_type in self.media_types.items():
            yield NamedNode(image), EBUCORE["hasMimeType"], Literal(media_type)
