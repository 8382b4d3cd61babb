"""What people accepted and rejected in the store is a data set, with labels for what they judged and nothing more."""

import pytest
from pyoxigraph import NamedNode

from rubricator.enrichment.reviews import Decision, Role
from rubricator.errors import UsageError
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.enriching.enrich import enrich
from rubricator.pipeline.evaluating.evaluate import evaluate
from rubricator.pipeline.evaluating.reviewed import reviewed_dataset
from rubricator.pipeline.evaluating.terms import Terms
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import load_vocabulary


def decide(client: StoreClient, settings: Settings, claim: str, decision: Decision) -> None:
    review(client, settings, [Verdict(NamedNode(claim), decision, "reviewer-1", Role.reviewer)])


def claims(client: StoreClient) -> list[str]:
    rows = client.select(f"{SPARQL_PREFIXES}SELECT ?c WHERE {{ GRAPH ?run {{ ?c a oa:Annotation }} }} ORDER BY ?c")
    return [str(getattr(row["c"], "value", "")) for row in rows]


def test_decisions_are_labels_and_the_last_one_counts(harvested: StoreClient, settings: Settings) -> None:
    claiming = settings.model_copy(update={"threshold": 0.0})
    enrich(harvested, claiming)
    first, second, third, *_ = claims(harvested)
    decide(harvested, settings, first, Decision("accepted"))
    decide(harvested, settings, second, Decision("accepted"))
    decide(harvested, settings, second, Decision("rejected"))
    decide(harvested, settings, third, Decision("needsDiscussion"))
    vocabulary = load_vocabulary(settings.iris)

    dataset = reviewed_dataset(harvested, settings, vocabulary)
    found = evaluate(dataset, vocabulary, claiming, Terms())

    assert [0, 1] == sorted(len(image.concepts) for image in dataset.images)
    assert [0, 1] == sorted(len(image.rejected or ()) for image in dataset.images)
    assert {"pictures"} == {image.source for image in dataset.images}
    # The same model claims what it claimed: one of two judged claims is right.
    assert 0.5 == found.summary.overall["claim_precision"].value
    assert 0.5 == found.summary.overall["accuracy"].value
    assert any("recall hardly" in note for note in found.notes)


def test_a_store_without_decisions_is_refused_in_a_sentence(harvested: StoreClient, settings: Settings) -> None:
    with pytest.raises(UsageError, match="Nobody has accepted or rejected"):
        reviewed_dataset(harvested, settings, load_vocabulary(settings.iris))
