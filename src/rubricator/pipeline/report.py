"""What was seen in each item, as the demo prints it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator.rdf import OA, SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Seen:
    """One concept seen in one picture; a near miss where it is not ``claimed``."""

    label: str
    confidence: float
    claimed: bool

    def __str__(self) -> str:
        return f"{self.label} {self.confidence:.2f}"


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One item, its picture and the concepts seen in it, best first."""

    item: str
    title: str
    image: str
    concepts: tuple[Seen, ...]

    @property
    def best(self) -> Seen:
        return self.concepts[0]

    @property
    def second(self) -> Seen | None:
        return self.concepts[1] if len(self.concepts) > 1 else None


def looked_at(client: StoreClient, iris: Iris, vocabulary: Vocabulary, dataset: str) -> list[LookedAt]:
    """The items of one data set as the latest run that looked at them saw them, by item."""
    labels = {concept.body: concept.label("en") for concept in vocabulary.concepts}
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?item ?title ?image ?kind ?body ?confidence ?graph WHERE {{
          GRAPH ?record {{
            ?record dcterms:isPartOf {iris.thing("dataset", dataset)} .
            ?aggregation edm:aggregatedCHO ?item .
            OPTIONAL {{ ?proxy ore:proxyFor ?item ; dc:title ?title }}
          }}
          GRAPH ?graph {{
            ?target oa:hasScope ?item ; oa:hasSource ?image .
            ?seen oa:hasTarget ?target ; a ?kind ; oa:hasBody ?body ; edm:confidenceLevel ?confidence .
          }}
        }} ORDER BY ?item DESC(?graph) ?image DESC(?confidence)"""
    )
    return list(_latest(rows, labels))


def _latest(rows: Sequence[Mapping[str, object]], labels: dict[NamedNode, str]) -> Iterator[LookedAt]:
    for item, all_of_item in groupby(rows, key=lambda row: row["item"]):
        # Run IRIs sort by time, so the first graph is the latest; titles in two languages repeat every row.
        _, newest = next(groupby(all_of_item, key=lambda row: (row["graph"], row["image"], row.get("title"))))
        first, *others = newest
        concepts = tuple(
            Seen(_label(row["body"], labels), float(_text(row["confidence"])), row["kind"] == OA["Annotation"])
            for row in (first, *others)
        )
        yield LookedAt(_text(item), _text(first.get("title")), _text(first["image"]), concepts)


def _label(term: object, labels: dict[NamedNode, str]) -> str:
    return labels.get(term, term.value) if isinstance(term, NamedNode) else ""


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""
