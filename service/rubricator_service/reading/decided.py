"""What people decided about a claim, and what one put in its place, as the documents about them tell it."""

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Triple

from rubricator.enrichment.events import holding, read_events
from rubricator.enrichment.judged import claims_on, reviews_of
from rubricator.enrichment.standing import Judgement, winning
from rubricator.enrichment.substitute import read_substitute
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, OA, PROV, timestamp
from rubricator_service.reading.descriptions import Description, describe, is_gone, target_of
from rubricator_service.reading.labels import tail
from rubricator_service.reading.store import Reading, node, values


def describe_decision(reading: Reading, iris: Iris, annotation: NamedNode, said: Description) -> list[Triple]:
    """The status that people gave a claim that neither a retraction nor a supersession took back, if they did."""
    if is_gone(said, annotation) or not said.objects(annotation, ENR["review"]):
        return []
    judgement = _judgement(reading, iris, annotation, said)
    return [] if judgement is None else [Triple(annotation, ENR["reviewStatus"], ENR[judgement.decision])]


def _judgement(reading: Reading, iris: Iris, annotation: NamedNode, said: Description) -> Judgement | None:
    """The one that counts, of all claims that say the same; None of near misses, which nobody reviews."""
    body, (_, item) = said.node(annotation, OA["hasBody"]), target_of(said, annotation)
    claims = [claim.annotation for claim in claims_on(reading, iris, item, body)] if item and body else []
    if annotation not in claims:
        return None
    made = [one for judgements in reviews_of(reading, iris, claims)[0].values() for one in judgements]
    return winning(made) if made else None


def describe_substitute(reading: Reading, iris: Iris, annotation: NamedNode) -> list[Triple]:
    """What a person put in the place of a claim, of the same target: who did and when, and that it is accepted.

    If a review overruled it, which one did and since when, in place of a status. Empty for what nobody put anywhere.
    """
    put = read_substitute(reading, iris, annotation)
    if put is None:
        return []
    triples = describe(reading, annotation, [iris.reviews])
    triples += reading.construct(
        f"""CONSTRUCT {{ ?part ?p ?o ; a oa:SpecificResource }} WHERE {{
          GRAPH {iris.reviews} {{ {annotation} oa:hasTarget ?part }}
          GRAPH ?graph {{ {put.replaced} oa:hasTarget ?part . ?part ?p ?o }}
          GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}
        }}"""
    )
    triples += [
        Triple(annotation, OA["motivatedBy"], OA["tagging"]),
        Triple(annotation, DCTERMS["creator"], put.reviewer),
        Triple(annotation, DCTERMS["created"], timestamp(put.moment)),
        Triple(annotation, ENR["review"], put.review),
    ]
    if put.overruled is None:
        triples.append(Triple(annotation, ENR["reviewStatus"], ENR["accepted"]))
    else:
        triples.append(Triple(annotation, ENR["review"], put.overruled.iri))
        triples.append(Triple(annotation, PROV["invalidatedAtTime"], timestamp(put.overruled.moment)))
    return triples


def concept_of(reading: Reading, iris: Iris, claim: NamedNode) -> NamedNode | None:
    """The concept that a run's claim is of."""
    rows = reading.select(
        f"""SELECT ?body WHERE {{
          GRAPH ?graph {{ {claim} oa:hasBody ?body }}
          GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}
        }} LIMIT 1"""
    )
    return node(rows[0], "body") if rows else None


def instead_of(reading: Reading, iris: Iris, said: Description, annotation: NamedNode) -> Sequence[NamedNode]:
    """What people put in the place of this claim, or of one that says the same, and is published."""
    reviews = values("review", said.nodes(annotation, ENR["review"]))
    rows = reading.select(
        f"""SELECT DISTINCT ?put WHERE {{
          GRAPH {iris.reviews} {{ {reviews} ?review enr:replacement ?put }}
          ?item enr:hasEnrichment ?put FILTER(?put != {annotation})
        }} ORDER BY ?put"""
    )
    return [put for row in rows if (put := node(row, "put"))]


def standing(reading: Reading, iris: Iris, successors: Iterable[NamedNode]) -> Sequence[NamedNode]:
    """Those of these claims and runs that hold themselves: claims that are published, runs that no event ended."""
    told = list(successors)
    rows = reading.select(f"SELECT DISTINCT ?one WHERE {{ {values('one', told)} ?item enr:hasEnrichment ?one }}")
    published = {row["one"] for row in rows}
    events = read_events(reading, iris) if told else ()
    return [
        one
        for one in told
        if one in published
        or (one.value.startswith(f"{iris.base}/id/run/") and not holding(events, iris.run_graph(tail(one.value))))
    ]
