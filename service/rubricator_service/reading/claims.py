"""The enrichments and near misses of an item, with the run, model and picture that each came from."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from rubricator.enrichment.events import LedgerEvent, holding, read_events
from rubricator.enrichment.judged import reviews_of
from rubricator.enrichment.standing import Judgement, winning
from rubricator.iris import Iris
from rubricator_service.reading.labels import Heading, read_headings
from rubricator_service.reading.store import Reading, Row, node, text
from rubricator_service.reading.withheld import read_asked


@dataclass(frozen=True, slots=True)
class Claim:
    """One concept said of one picture of one item. ``confidence`` lies in [0, 1], and is None where a person says so.

    ``current`` claims are in the published view; ``event`` is what retracted or superseded one, where that holds, and
    ``judgement`` what people decided last about the concept on this item, if they did. ``why_not`` says of a near miss
    why it was not claimed, None where its run tells no policy.
    """

    annotation: NamedNode
    heading: Heading
    confidence: float | None
    near_miss: bool
    current: bool
    event: LedgerEvent | None
    judgement: Judgement | None
    image: NamedNode
    capture: NamedNode | None
    run: NamedNode | None
    model: NamedNode | None
    model_title: str | None
    why_not: str | None = None


def read_claims(reading: Reading, iris: Iris, item: NamedNode, languages: tuple[str, ...]) -> Sequence[Claim]:
    """Every claim about an item in any run, the published ones first and the surest first among them.

    What a person put in the place of one is there as long as it is published, before all others. Only what the ledger
    calls a run's graph is read: a harvested record can hold anything.
    """
    rows = reading.select(
        f"""SELECT DISTINCT ?annotation ?body ?confidence ?near ?current ?image ?capture ?graph ?run ?model ?title
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
            OPTIONAL {{ ?run prov:used ?model . ?model a enr:Model . OPTIONAL {{ ?model dcterms:title ?title }} }}
          }} }}
        }}"""
    )
    rows += reading.select(
        f"""SELECT DISTINCT ?annotation ?body ?image ?current WHERE {{
          {item} enr:hasEnrichment ?annotation .
          GRAPH {iris.reviews} {{
            ?review enr:replacement ?annotation . ?annotation oa:hasBody ?body ; oa:hasTarget ?target
          }}
          GRAPH ?graph {{ ?target oa:hasScope {item} ; oa:hasSource ?image }}
          GRAPH {iris.ledger} {{ ?graph a prov:Bundle }}
          BIND(true AS ?current)
        }}"""
    )
    headings = read_headings(reading, iris, (body for row in rows if (body := node(row, "body"))), languages)
    events = read_events(reading, iris)
    single = _retracted_singly(reading, iris, item) if any(event.claims for event in events) else {}
    judged = _judged(reading, iris, rows)
    asked = read_asked(reading, iris, {run for row in rows if "near" in row and (run := node(row, "run"))})
    claims = []
    for row in rows:
        named = single.get(row["annotation"].value, ())
        graph = node(row, "graph")
        found = [*(holding(events, graph) if graph else ()), *(one for one in events if one.iri in named)]
        in_force = sorted((event for event in found if event.holds), key=lambda event: event.kind)
        judgement = judged.get(row["body"]) if "confidence" in row and "near" not in row else None
        claim = _claim(row, headings, in_force[0] if in_force else None, judgement)
        policy = asked.get(claim.run) if claim.near_miss and claim.run else None
        if policy is not None and claim.confidence is not None:
            claim = replace(claim, why_not=policy.why_not(claim.heading.body, claim.confidence))
        claims.append(claim)
    return sorted(claims, key=lambda claim: (not claim.current, claim.near_miss, -_weight(claim.confidence)))


def _weight(confidence: float | None) -> float:
    """A person is surer than any machine."""
    return 2.0 if confidence is None else confidence


def _retracted_singly(reading: Reading, iris: Iris, item: NamedNode) -> Mapping[str, Collection[NamedNode]]:
    """The events that name claims on this item one by one, by annotation, whether they hold or not."""
    rows = reading.select(
        f"""SELECT ?annotation ?event WHERE {{
          GRAPH ?graph {{ ?target oa:hasScope {item} . ?annotation oa:hasTarget ?target }}
          GRAPH ?list {{ ?annotation prov:wasInvalidatedBy ?event }}
          GRAPH {iris.ledger} {{ ?list prov:wasGeneratedBy ?event }}
        }}"""
    )
    found: defaultdict[str, set[NamedNode]] = defaultdict(set)
    for row in rows:
        found[row["annotation"].value].add(NamedNode(row["event"].value))
    return found


def _judged(reading: Reading, iris: Iris, rows: Sequence[Row]) -> Mapping[object, Judgement]:
    """The judgement that counts, by body: it is about the item and the concept, whichever run said so."""
    bodies = {NamedNode(row["annotation"].value): row["body"] for row in rows if "near" not in row}
    made: defaultdict[object, list[Judgement]] = defaultdict(list)
    for annotation, judgements in reviews_of(reading, iris, list(bodies))[0].items():
        made[bodies[annotation]].extend(judgements)
    return {body: winning(judgements) for body, judgements in made.items()}


def _claim(
    row: Row, headings: Mapping[NamedNode, Heading], event: LedgerEvent | None, judgement: Judgement | None
) -> Claim:
    return Claim(
        annotation=NamedNode(row["annotation"].value),
        heading=headings[NamedNode(row["body"].value)],
        confidence=float(row["confidence"].value) if "confidence" in row else None,
        near_miss="near" in row,
        current="current" in row,
        event=event,
        judgement=judgement,
        image=NamedNode(row["image"].value),
        capture=node(row, "capture"),
        run=node(row, "run"),
        model=node(row, "model"),
        model_title=text(row, "title"),
    )
