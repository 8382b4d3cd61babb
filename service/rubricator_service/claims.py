"""The enrichments and near misses of an item, with the run, model and picture that each came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator_service.labels import Heading, read_headings
from rubricator_service.reading import Reading, Row, node, text


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
    """Every claim about an item in any run, the published ones first and the surest first among them.

    Only what the ledger calls a run's graph is read: a harvested record can hold anything.
    """
    rows = reading.select(
        f"""SELECT DISTINCT ?annotation ?body ?confidence ?near ?current ?invalidated ?image ?capture ?run ?model ?title
        WHERE {{
          GRAPH ?graph {{
            ?target oa:hasScope {item} ; oa:hasSource ?image .
            ?annotation oa:hasTarget ?target ; oa:hasBody ?body ; edm:confidenceLevel ?confidence .
            OPTIONAL {{ ?annotation a enr:NearMiss . BIND(true AS ?near) }}
            OPTIONAL {{ ?annotation prov:wasDerivedFrom ?capture }}
          }}
          GRAPH {iris.ledger} {{ ?graph a prov:Bundle }}
          OPTIONAL {{ {item} enr:hasEnrichment ?annotation . BIND(true AS ?current) }}
          OPTIONAL {{ GRAPH {iris.ledger} {{
            ?graph prov:wasGeneratedBy ?run .
            OPTIONAL {{ ?graph prov:invalidatedAtTime ?invalidated }}
            OPTIONAL {{ ?run prov:used ?model . ?model a enr:Model . OPTIONAL {{ ?model dcterms:title ?title }} }}
          }} }}
        }}"""
    )
    headings = read_headings(reading, iris, (body for row in rows if (body := node(row, "body"))), languages)
    claims = [_claim(row, headings) for row in rows]
    return sorted(claims, key=lambda claim: (not claim.current, claim.near_miss, -claim.confidence))


def _claim(row: Row, headings: Mapping[NamedNode, Heading]) -> Claim:
    return Claim(
        annotation=NamedNode(row["annotation"].value),
        heading=headings[NamedNode(row["body"].value)],
        confidence=float(row["confidence"].value),
        near_miss="near" in row,
        current="current" in row,
        invalidated=text(row, "invalidated"),
        image=NamedNode(row["image"].value),
        capture=node(row, "capture"),
        run=node(row, "run"),
        model=node(row, "model"),
        model_title=text(row, "title"),
    )
