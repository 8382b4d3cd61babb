"""The enrichments and near misses of an item, with the run, model and picture that each came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator_service.labels import Heading, read_headings
from rubricator_service.reading import Reading, Row


@dataclass(frozen=True, slots=True)
class Claim:
    """One concept said of one picture of one item. ``confidence`` lies in [0, 1].

    ``current`` claims are in the published view; ``invalidated`` is when their run was retracted.
    """

    annotation: NamedNode
    heading: Heading
    confidence: float
    near_miss: bool
    current: bool
    invalidated: str | None
    image: NamedNode
    capture: NamedNode | None
    run: NamedNode | None
    model: NamedNode | None
    model_title: str | None

    @property
    def percent(self) -> str:
        return f"{self.confidence:.0%}"


def read_claims(reading: Reading, iris: Iris, item: NamedNode, languages: tuple[str, ...]) -> Sequence[Claim]:
    """Every claim about an item in any run, the published ones first and the surest first among them."""
    rows = reading.select(
        f"""SELECT DISTINCT ?annotation ?body ?confidence ?near ?current ?invalidated ?image ?capture ?run ?model ?title
        WHERE {{
          GRAPH ?graph {{
            ?target oa:hasScope {item} ; oa:hasSource ?image .
            ?annotation oa:hasTarget ?target ; oa:hasBody ?body ; edm:confidenceLevel ?confidence .
            OPTIONAL {{ ?annotation a enr:NearMiss . BIND(true AS ?near) }}
            OPTIONAL {{ ?annotation prov:wasDerivedFrom ?capture }}
          }}
          OPTIONAL {{ {item} enr:hasEnrichment ?annotation . BIND(true AS ?current) }}
          OPTIONAL {{ GRAPH {iris.ledger} {{
            ?graph prov:wasGeneratedBy ?run .
            OPTIONAL {{ ?graph prov:invalidatedAtTime ?invalidated }}
            OPTIONAL {{ ?run prov:used ?model . ?model a enr:Model . OPTIONAL {{ ?model dcterms:title ?title }} }}
          }} }}
        }}"""
    )
    headings = read_headings(reading, iris, (node for row in rows if (node := _node(row, "body"))), languages)
    claims = [_claim(row, headings) for row in rows]
    return sorted(claims, key=lambda claim: (not claim.current, claim.near_miss, -claim.confidence))


def _claim(row: Row, headings: Mapping[NamedNode, Heading]) -> Claim:
    return Claim(
        annotation=NamedNode(row["annotation"].value),
        heading=headings[NamedNode(row["body"].value)],
        confidence=float(row["confidence"].value),
        near_miss="near" in row,
        current="current" in row,
        invalidated=_text(row, "invalidated"),
        image=NamedNode(row["image"].value),
        capture=_node(row, "capture"),
        run=_node(row, "run"),
        model=_node(row, "model"),
        model_title=_text(row, "title"),
    )


def _node(row: Row, name: str) -> NamedNode | None:
    term = row.get(name)
    return term if isinstance(term, NamedNode) else None


def _text(row: Row, name: str) -> str | None:
    term = row.get(name)
    return term.value if isinstance(term, Literal) else None
