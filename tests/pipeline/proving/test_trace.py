"""The trace of a claim tells where it came from and what became of it."""

from datetime import timedelta

import pytest
from pyoxigraph import NamedNode

from rubricator.enrichment.lifecycle import (
    Event,
    reinstatement_quads,
    retraction_quads,
    selective_retraction_quads,
    supersession_quads,
)
from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, new_ulid, replacement_iri, review_quads
from rubricator.enrichment.trace import Trace
from rubricator.errors import NotFound, UsageError
from rubricator.pipeline.proving.trace import trace
from rubricator.rdf import DC, SPARQL_PREFIXES, now
from rubricator.vocabulary import load_prompts, load_vocabulary
from tests.pipeline.proving.conftest import Enriched


def first(enriched: Enriched, pattern: str) -> NamedNode:
    return all_of(enriched, pattern)[0]


def all_of(enriched: Enriched, pattern: str) -> list[NamedNode]:
    """Each ?x that a pattern finds in the run's graph."""
    graph = enriched.settings.iris.run_graph(enriched.ulid)
    rows = enriched.client.select(f"{SPARQL_PREFIXES}SELECT ?x WHERE {{ GRAPH {graph} {{ {pattern} }} }} ORDER BY ?x")
    return [node for row in rows if isinstance(node := row["x"], NamedNode)]


@pytest.fixture
def claim(enriched: Enriched) -> NamedNode:
    return first(enriched, "?x a oa:Annotation")


def traced(enriched: Enriched, subject: NamedNode) -> Trace:
    return trace(enriched.client, subject.value, enriched.settings)


def values(found: Trace, what: str) -> list[str]:
    return [line.value for section in found.sections for line in section.lines if line.what == what]


def test_a_claim_tells_the_whole_chain(enriched: Enriched, claim: NamedNode) -> None:
    found, iris = traced(enriched, claim), enriched.settings.iris
    vocabulary = load_vocabulary(iris)
    body = values(found, "concept")[0]
    concept = next(concept for concept in vocabulary.concepts if concept.body.value == body)

    assert ("current", "It is published. Nobody has reviewed it.") == (found.state, found.sentence)
    assert list(load_prompts(vocabulary).prompts[concept.slug]) == sorted(values(found, "prompt"))
    assert ["rubricator-lite"] == values(found, "model")
    assert ["0.01, of all concepts"] == values(found, "threshold")
    assert ["the original"] == values(found, "looked at")
    assert ["operator"] == values(found, "operator")
    told = {line.what for section in found.sections for line in section.lines}
    assert {
        "item", "picture", "sha-256 of the bytes", "weights sha-256", "licence", "prompts sha-256", "decision policy",
        "calibrated", "run", "started", "ended", "software", "manifest sha-256", "vocabulary", "retrieved",
    } <= told  # fmt: skip


def test_a_claim_is_found_by_its_hash(enriched: Enriched, claim: NamedNode) -> None:
    by_hash = trace(enriched.client, claim.value.rpartition("/")[2], enriched.settings)

    assert traced(enriched, claim).sections == by_hash.sections


def test_a_near_miss_says_why_it_was_not_claimed(enriched: Enriched) -> None:
    found = traced(enriched, first(enriched, "?x a enr:NearMiss"))

    assert "near miss" == found.state
    assert found.sentence.startswith("It was not claimed: ")


def test_a_failure_says_why_nothing_was_claimed(enriched: Enriched) -> None:
    found = traced(enriched, first(enriched, "?x a enr:Failure"))

    assert "failure" == found.state
    assert ["http://127.0.0.1:9/lost.jpg"] == values(found, "picture")
    assert 1 == len(values(found, "reason code")) == len(values(found, "message"))


def test_what_no_run_has_said_has_no_trace(enriched: Enriched) -> None:
    with pytest.raises(NotFound, match="No run has said"):
        trace(enriched.client, "0" * 26, enriched.settings)
    with pytest.raises(UsageError, match="give its IRI"):
        trace(enriched.client, "no iri", enriched.settings)


def test_reviews_and_events_are_told_with_who_when_and_why(enriched: Enriched, claim: NamedNode) -> None:
    client, iris, begun = enriched.client, enriched.settings.iris, now()
    review = Review(new_ulid(begun), claim, Decision.rejected, "reviewer-1", Role.curator, begun, "no map at all")
    client.load(review_quads(review, NamedNode(f"{claim.value}#target"), iris))
    rejected = traced(enriched, claim)
    event = Event.at(begun + timedelta(hours=1), "operator-2", "wrong thresholds")
    client.load(retraction_quads(event, [iris.run_graph(enriched.ulid)], iris))
    retracted = traced(enriched, claim)
    back = Event.at(begun + timedelta(hours=2), "operator-3", "they were right")
    client.load(reinstatement_quads(back, [event.iri(iris)], iris))
    reinstated = traced(enriched, claim)

    assert "rejected" == rejected.state == reinstated.state
    assert rejected.sentence.endswith("by reviewer-1 (curator).")
    assert "retracted" == retracted.state
    assert "retracted with its run" in retracted.sentence
    assert "by operator-2, because: wrong thresholds" in retracted.sentence
    assert ["Reviews", "Retractions and their ends"] == [section.title for section in reinstated.sections[-2:]]
    assert "no map at all" in reinstated.sections[-2].lines[0].value
    assert [
        ("retracted with its run", "operator-2: wrong thresholds"),
        ("reinstated", "operator-3: they were right"),
    ] == [(line.what, line.value.partition(" by ")[2]) for line in reinstated.sections[-1].lines]
    assert {event.iri(iris), back.iri(iris), review.iri(iris)} <= {triple.subject for triple in reinstated.triples}


def test_the_sentence_is_of_what_the_state_says(enriched: Enriched) -> None:
    client, iris, begun = enriched.client, enriched.settings.iris, now() + timedelta(days=1)
    claim, other = all_of(enriched, "?x a oa:Annotation")[1:3]
    graph = iris.run_graph(enriched.ulid)
    client.load(selective_retraction_quads(Event.at(begun, "operator-2", "no maps"), [claim], ["concept=map"], iris))
    later = Event.at(begun + timedelta(hours=1), "operator-3", "better prompts")
    client.load(supersession_quads(later, graph, iris.run_graph("LATER"), iris))
    single, superseded = traced(enriched, claim), traced(enriched, other)
    client.load(reinstatement_quads(Event.at(begun + timedelta(hours=2), "o", "tested"), [later.iri(iris)], iris))

    assert "retracted" == single.state
    assert "it was retracted on " in single.sentence
    assert single.sentence.endswith("because: no maps")
    assert "superseded" == superseded.state
    assert "it was superseded by the run LATER on " in superseded.sentence


def test_what_a_person_put_in_the_place_of_a_claim_has_a_trace(enriched: Enriched) -> None:
    client, iris, begun = enriched.client, enriched.settings.iris, now()
    claim, target = all_of(enriched, "?x a oa:Annotation")[5], NamedNode("http://rubricator.test/none")
    body = load_vocabulary(iris).by_slug("toy").body
    ulid, again = new_ulid(begun), new_ulid(begun + timedelta(minutes=1))
    instead = Replacement(replacement_iri(ulid, claim, body, iris), body, DC["type"])
    review = Review(ulid, claim, Decision.replaced, "reviewer-7", Role.reviewer, begun, "a toy map", instead)
    client.load(review_quads(review, target, iris))
    stands = traced(enriched, instead.annotation)
    back = Review(again, claim, Decision.accepted, "reviewer-8", Role.curator, begun + timedelta(minutes=1))
    client.load(review_quads(back, target, iris))
    undone = traced(enriched, instead.annotation)

    assert "current" == stands.state
    assert f"It is published: reviewer-7 (reviewer) put it in the place of {claim.value} on " in stands.sentence
    assert [claim.value] == values(stands, "replaces")
    assert ["reviewer-7", "reviewer", "a toy map"] == [
        value for what in ("reviewer", "role", "note") for value in values(stands, what)
    ]
    assert [body.value] == values(stands, "concept")
    assert {instead.annotation, review.iri(iris)} <= {triple.subject for triple in stands.triples}
    assert "overruled" == undone.state
    assert "but was overruled by reviewer-8 (curator) on " in undone.sentence
