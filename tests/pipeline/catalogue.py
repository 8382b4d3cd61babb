"""A source of our own, records for it, and what the store holds of them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from rubricator.errors import SourceError
from rubricator.harvest import Rejection, SourceRecord
from rubricator.harvest.mapping import table_mapping
from rubricator.harvest.record import RDF_XML, TABLE_ROW, Validators
from rubricator.harvest.source import Checkpoint, Gone, Harvested, Memory, Source, Unchanged
from rubricator.rdf import DCTERMS, PROV, SPARQL_PREFIXES
from rubricator.store.client import StoreClient

NOW = datetime(2026, 1, 2, tzinfo=UTC)
BASE = "http://rubricator.test"
MAPPING = table_mapping(
    {"dataset": "shelf", "identifier": "{id}", "columns": {"title": "dc:title", "place": "dcterms:spatial"}}
)
_MOMENTS = (PROV["generatedAtTime"], PROV["invalidatedAtTime"], DCTERMS["created"])
_HARVESTS = (PROV["wasGeneratedBy"], PROV["wasInvalidatedBy"])


def row(number: int, title: str, place: str = "Delft", source: str = "") -> SourceRecord:
    content = json.dumps({"id": str(number), "title": title, "place": place}).encode()
    return SourceRecord("shelf", str(number), TABLE_ROW, content, source or f"shelf.csv#row={number}", NOW, MAPPING)


def edm(number: int, title: str) -> SourceRecord:
    """A record that shares its agent, and what is said of it, with all others."""
    text = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
      <edm:ProvidedCHO rdf:about="http://data.europeana.eu/item/1/{number}"><dc:title>{title}</dc:title>
      <dc:creator rdf:resource="http://e.org/potter"/></edm:ProvidedCHO>
      <edm:Agent rdf:about="http://e.org/potter"><skos:prefLabel>{title[0]}. Potter</skos:prefLabel></edm:Agent>
      </rdf:RDF>"""
    return SourceRecord("shelf", "", RDF_XML, text.encode(), f"{number}.xml", NOW)


@dataclass
class Catalogue:
    """A catalogue on the web, in memory: ``titles`` by number, listed in pages, each record with an entity tag.

    ``unlisted`` are there though no list has them, ``deleted`` are listed as such, ``failing`` cannot be had today.
    ``ends`` is the page at which the list fails, ``cut`` how many things are met before somebody presses Ctrl-C.
    """

    titles: dict[int, str]
    page: int = 4
    unlisted: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    failing: set[int] = field(default_factory=set)
    ends: int | None = None
    cut: int | None = None
    dataset: str = "shelf"
    datestamp: str = ""
    request: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    tokens: list[str] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def source(self) -> Source:
        return Source("catalogue", "http://catalogue.test/", {"dataset": self.dataset})

    def records(self, memory: Memory, token: str = "") -> Iterator[Harvested]:
        self.told.append(memory.datestamp)
        listed = sorted((self.titles.keys() | self.deleted) - self.unlisted)
        for start in range(int(token or 0), max(len(listed), 1), self.page):
            if self.ends == start // self.page:
                raise SourceError("source-server-error", "The catalogue fails.")
            self.tokens.append(str(start))
            page = listed[start : start + self.page]
            for met in self._answers([_wanted(number, self.dataset) for number in page], memory):
                if self.cut is not None:
                    self.cut -= 1
                    if self.cut < 0:
                        raise KeyboardInterrupt
                yield met
            following = start + self.page
            yield Checkpoint(str(following) if following < len(listed) else "", self.datestamp, len(listed))

    def missing(self, records: Iterable[SourceRecord]) -> Iterator[Harvested]:
        for record in records:
            yield self._answer(record, record.validators)

    def _answers(self, wanted: list[SourceRecord], memory: Memory) -> Iterator[Harvested]:
        held = memory.validators(wanted)
        for record in wanted:
            yield self._answer(record, held.get(record.source, Validators()))

    def _answer(self, record: SourceRecord, validators: Validators) -> Harvested:
        number = int(record.identifier)
        if number in self.failing:
            message = "The record cannot be had today."
            return Rejection(record.source, record.dataset, str(number), "source-server-error", message, None, NOW)
        if number in self.deleted or number not in self.titles:
            return Gone(record.source, record.dataset, str(number), "source-gone", NOW)
        etag = f'"{self.titles[number]}"'
        if validators.etag == etag:
            return Unchanged(record.source)
        self.fetched.append(number)
        content = _content(number, self.titles[number])
        return replace(record, content=content, validators=Validators(etag), retrieved=NOW)


def _wanted(number: int, dataset: str) -> SourceRecord:
    return SourceRecord(dataset, str(number), RDF_XML, b"", f"http://catalogue.test/{number}", NOW)


def _content(number: int, title: str) -> bytes:
    return edm(number, title).content


def titles(client: StoreClient, where: str = "?s dc:title ?title") -> list[str]:
    rows = client.select(f"{SPARQL_PREFIXES}SELECT ?title WHERE {{ {where} }} ORDER BY ?title")
    return [str(getattr(solution["title"], "value", "")) for solution in rows]


def gone(client: StoreClient) -> dict[int, str]:
    """The numbers of the records that are marked as gone, with the codes."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph ?code WHERE {{
          GRAPH ?graph {{ ?graph prov:invalidatedAtTime ?moment ; prov:wasInvalidatedBy ?harvest ; enr:code ?code }}
          GRAPH <{BASE}/graph/ledger> {{ ?harvest a enr:Harvest }}
        }}"""
    )
    return {
        int(row["graph"].value.rpartition("/")[2]): row["code"].value
        for row in rows
        if isinstance(row["graph"], NamedNode) and isinstance(row["code"], Literal)
    }


def quads(client: StoreClient) -> list[Quad]:
    return list(parse(b"".join(client.export("application/n-quads")), RdfFormat.N_QUADS))


def dataset(client: StoreClient) -> set[str]:
    """All that the store holds, apart from moments and from what is said of harvests."""
    return comparable(quads(client))


def comparable(quads: Iterable[Quad]) -> set[str]:
    """What two stores have in common that were filled by different harvests of the same records."""
    harvests = tuple(f"<{BASE}/{place}/" for place in ("id/harvest", "id/source", "id/agent"))
    return {
        str(quad)
        for quad in quads
        if not (quad.predicate in (*_MOMENTS, *_HARVESTS) or str(quad.subject).startswith(harvests))
    }


def unpublished(client: StoreClient) -> set[str]:
    """The triples by which the published view differs from what all record graphs say of anything but themselves."""
    view: set[str] = set()
    graphs: set[str] = set()
    for quad in quads(client):
        graph = getattr(quad.graph_name, "value", "")
        if not graph:
            view.add(str(quad.triple))
        elif graph.startswith(f"{BASE}/graph/edm/") and not getattr(quad.subject, "value", "").startswith(graph):
            graphs.add(str(quad.triple))
    return view ^ graphs


def facts(client: StoreClient, pattern: str) -> list[str]:
    """The values of ``?x`` in the ledger."""
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT ?x WHERE {{ GRAPH <{BASE}/graph/ledger> {{ {pattern} }} }} ORDER BY ?x"
    )
    return [str(getattr(solution["x"], "value", "")) for solution in rows]


def count_harvests(client: StoreClient) -> int:
    return len(facts(client, "?x a enr:Harvest"))
