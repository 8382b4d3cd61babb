"""All published enrichments in the order of their IRIs, and what is said of a page of them.

No store sorts a million IRIs for a page of a hundred while somebody waits: their names are sorted here, once for many
pages. A page is asked for by the name that it comes after, so that it stays what it is while others come and go.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

from pyoxigraph import NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.mediatypes import TSV
from rubricator.store.readers import QueryRequest
from rubricator.store.snapshots import moment_of
from rubricator_service.reading.descriptions import AS
from rubricator_service.reading.store import Reading, values


@dataclass(frozen=True, slots=True)
class Names(Sequence[bytes]):
    """The last segments of the IRIs of annotations, sorted: 26 bytes each. ``modified`` is when they were published."""

    packed: bytes
    width: int
    modified: datetime | None

    def __len__(self) -> int:
        return len(self.packed) // self.width if self.width else 0

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self.packed[index * self.width : (index + 1) * self.width].rstrip(b"\0")


def read_names(reading: Reading, iris: Iris, foreign: bool) -> Names:
    """The names of all published enrichments; about two seconds for a million. ``foreign`` stores know no moment."""
    query = f"{SPARQL_PREFIXES}SELECT ?annotation WHERE {{ ?item enr:hasEnrichment ?annotation }}"
    start, end = f"<{iris.annotation_named('').value}".encode(), b">"
    names, rest = set[bytes](), b""
    with reading.readers.download(QueryRequest(query, reading.base, solutions=TSV, graph=None)) as answer:
        for chunk in answer.chunks:
            *lines, rest = (rest + chunk).split(b"\n")
            names.update(line.strip()[len(start) : -len(end)] for line in lines if line.startswith(start))
    width = max(map(len, names), default=0)
    packed = b"".join(name.ljust(width, b"\0") for name in sorted(names))
    return Names(packed, width, None if foreign else moment_of(answer.revision))


def read_members(reading: Reading, iris: Iris, names: Iterable[bytes]) -> dict[NamedNode, list[Triple]]:
    """What is said of these enrichments, as far as they are published, in their order.

    As their own documents have it but for what became of them and the reviews. What was withdrawn since the names
    were sorted is left out.
    """
    wanted = [iris.annotation_named(name.decode()) for name in names]
    block = values("annotation", wanted)
    rows = reading.select(f"SELECT ?annotation WHERE {{ {block} ?item enr:hasEnrichment ?annotation }}")
    published = {row["annotation"] for row in rows}
    triples = reading.construct(_description(iris, block)) if wanted else []
    return _grouped(triples, [one for one in wanted if one in published])


def _description(iris: Iris, block: str) -> str:
    by_run = f"GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}"
    return f"""CONSTRUCT {{
      ?annotation ?p ?o ; oa:motivatedBy ?motivation ; dcterms:creator ?software ; {AS["generator"]} ?software ;
        dcterms:created ?started ; prov:wasGeneratedBy ?run .
      ?annotation dcterms:creator ?reviewer ; dcterms:created ?moment ; enr:reviewStatus ?status .
      ?part ?pp ?po ; a oa:SpecificResource .
    }} WHERE {{
      {{ GRAPH ?graph {{ {block} ?annotation a oa:Annotation ; ?p ?o }} {by_run} BIND(oa:tagging AS ?motivation) }}
      UNION {{ GRAPH ?graph {{ {block} ?annotation a oa:Annotation ; oa:hasTarget ?part . ?part ?pp ?po }} {by_run} }}
      UNION {{
        GRAPH ?graph {{ {block} ?annotation a oa:Annotation }} {by_run}
        GRAPH {iris.ledger} {{
          OPTIONAL {{ ?run prov:startedAtTime ?started }}
          OPTIONAL {{ ?run prov:wasAssociatedWith ?software }}
        }}
      }}
      UNION {{ {block} ?annotation enr:reviewStatus ?status }}
      UNION {{ GRAPH {iris.reviews} {{ {block} ?annotation a oa:Annotation ; ?p ?o }} BIND(oa:tagging AS ?motivation) }}
      UNION {{ GRAPH {iris.reviews} {{
        {block} ?review enr:replacement ?annotation ; dcterms:creator ?reviewer ; dcterms:created ?moment
      }} }}
      UNION {{
        GRAPH {iris.reviews} {{
          {block} ?review enr:replacement ?annotation ; oa:hasTarget ?replaced . ?annotation oa:hasTarget ?part
        }}
        GRAPH ?graph {{ ?replaced oa:hasTarget ?part . ?part ?pp ?po }} {by_run}
      }}
    }}"""


def _grouped(triples: Collection[Triple], annotations: Iterable[NamedNode]) -> dict[NamedNode, list[Triple]]:
    """The triples by annotation, each with those of its target, which several may share."""
    by_subject: defaultdict[object, list[Triple]] = defaultdict(list)
    for triple in triples:
        by_subject[triple.subject].append(triple)
    return {
        one: [*by_subject[one], *(said for triple in by_subject[one] for said in by_subject.get(triple.object, ()))]
        for one in annotations
    }
