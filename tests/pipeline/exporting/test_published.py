"""What is published, as every export is made from it."""

import pytest
from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.reviews import Decision, Role
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.exporting.published import Chosen, published
from rubricator.rdf import PROV
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary
from tests.pipeline.curating.living import enriched


@pytest.fixture
def claims(client: StoreClient, settings: Settings, vocabulary: Vocabulary) -> list[NamedNode]:
    iris = settings.iris
    software = Quad(iris.run("A"), PROV["wasAssociatedWith"], iris.thing("agent", "software"), iris.ledger)
    client.load([software])
    return enriched(client, iris, "A", vocabulary.by_slug("map").body)


def test_what_people_rejected_is_missing_and_what_they_said_instead_is_theirs(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    review(
        client,
        settings,
        [
            Verdict(claims[0], Decision.rejected, "r-1", Role.reviewer),
            Verdict(claims[1], Decision.replaced, "r-1", Role.reviewer, "", vocabulary.by_slug("drawing")),
            Verdict(claims[2], Decision.accepted, "r-1", Role.reviewer),
        ],
    )
    found = list(published(client, settings.iris, Chosen()))
    assert [
        (vocabulary.by_slug("drawing").body, None, True),
        (vocabulary.by_slug("map").body, "0.7", True),
    ] == sorted(((one.body, one.confidence.value if one.confidence else None, one.person) for one in found), key=str)


def test_claims_are_chosen_by_confidence_and_status(
    client: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    review(client, settings, [Verdict(claims[0], Decision.accepted, "r-1", Role.reviewer)])
    chosen = Chosen(run=settings.iris.run_graph("A"), status="unreviewed", least=0.75)
    assert [claims[1]] == [one.annotation for one in published(client, settings.iris, chosen)]
