"""What the store knows of one claim: everything that has to be the same again before it can be explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from rubricator.errors import NotFound
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Labels
from rubricator.store.client import StoreClient


@dataclass(frozen=True, slots=True)
class Claimed:
    """An enrichment or near miss, its picture, and what its run decided by.

    ``thresholds`` are by concept (the body of claims), None for what is never claimed; ``threshold`` is that of all
    others. ``labels`` says whether a picture got one concept or several. ``rights`` are those of the picture. ``head``
    is the sha-256 of a trained head's weights, None where prompts decided; ``calibration`` is that of the calibration,
    None where there was none or the run does not say which.
    """

    annotation: NamedNode
    body: NamedNode
    item: NamedNode
    image: NamedNode
    sha256: str
    rights: frozenset[str]
    confidence: float
    run: NamedNode
    model: str
    weights: str
    prompts: str | None
    head: str | None
    calibration: str | None
    labels: Labels
    threshold: float
    thresholds: Mapping[NamedNode, float | None] = field(hash=False)


def find_claimed(client: StoreClient, iris: Iris, annotation: NamedNode) -> Claimed:
    """Raises NotFound if no run wrote such an annotation."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT * WHERE {{
          GRAPH ?graph {{
            {annotation} oa:hasBody ?body ; edm:confidenceLevel ?confidence ; oa:hasTarget ?target ;
              prov:wasDerivedFrom ?capture .
            ?target oa:hasScope ?item ; oa:hasSource ?image .
          }}
          GRAPH {iris.ledger} {{
            ?graph a prov:Bundle ; prov:wasGeneratedBy ?run .
            ?run prov:used ?m , ?policy .
            ?m a enr:Model ; dcterms:title ?model ; enr:sha256 ?weights .
            ?policy a enr:DecisionPolicy ; enr:minimumConfidence ?threshold .
            ?capture enr:sha256 ?sha256 .
            OPTIONAL {{ ?capture edm:rights ?rights }}
            OPTIONAL {{ ?run prov:used ?p . ?p a enr:PromptSet ; enr:sha256 ?prompts }}
            OPTIONAL {{ ?run prov:used ?h . ?h a enr:Head ; enr:sha256 ?head }}
            OPTIONAL {{ ?policy enr:labels ?labels }}
            OPTIONAL {{ ?policy enr:calibrationSha256 ?calibration }}
            OPTIONAL {{
              ?policy enr:threshold ?t . ?t enr:forConcept ?concept OPTIONAL {{ ?t enr:minimumConfidence ?own }}
            }}
          }}
        }} ORDER BY ?concept"""
    )
    if not rows:
        raise NotFound(
            f"There is no annotation {annotation.value} in the store; `rubricator query` finds those that are."
        )
    first = rows[0]
    return Claimed(
        annotation=annotation,
        body=NamedNode(_text(first, "body") or ""),
        item=NamedNode(_text(first, "item") or ""),
        image=NamedNode(_text(first, "image") or ""),
        sha256=_text(first, "sha256") or "",
        rights=frozenset(rights for row in rows if (rights := _text(row, "rights")) is not None),
        confidence=float(_text(first, "confidence") or "nan"),
        run=NamedNode(_text(first, "run") or ""),
        model=_text(first, "model") or "",
        weights=_text(first, "weights") or "",
        prompts=_text(first, "prompts"),
        head=_text(first, "head"),
        calibration=_text(first, "calibration"),
        labels="several" if _text(first, "labels") == "several" else "one",
        threshold=float(_text(first, "threshold") or "nan"),
        thresholds={
            NamedNode(concept): None if (own := _text(row, "own")) is None else float(own)
            for row in rows
            if (concept := _text(row, "concept")) is not None
        },
    )


def _text(row: Mapping[str, object], name: str) -> str | None:
    term = row.get(name)
    return term.value if isinstance(term, Literal | NamedNode) else None
