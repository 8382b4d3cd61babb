"""The example query of an earlier moment gives what stood then, by people's decisions as by runs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.lifecycle import Event, retraction_quads
from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, new_ulid, replacement_iri, review_quads
from rubricator.enrichment.standing import State, replacements, standings
from rubricator.pipeline.curating.facts import FactReader
from rubricator.rdf import DC, timestamp
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.results import as_iri
from rubricator.vocabulary import load_vocabulary
from rubricator_service.sparql.examples import examples
from tests.pipeline.curating.runs import BEGUN, ITEMS, written
from tests.service.live import BASE

HOUR = timedelta(hours=1)
# By hour: the item, the concept of the claim that is judged, who judges it, how, and what goes in its place.
DECISIONS = [
    (1, 0, "map", Role.reviewer, Decision.replaced, "drawing"),
    (1, 1, "map", Role.reviewer, Decision.replaced, "painting"),
    (1, 2, "map", Role.curator, Decision.replaced, "drawing"),
    (1, 3, "map", Role.reviewer, Decision.replaced, "drawing"),
    (2, 1, "painting", Role.contributor, Decision.rejected, None),
    (2, 2, "map", Role.reviewer, Decision.accepted, None),
    (2, 3, "map", Role.reviewer, Decision.replaced, "photograph"),
    (3, 1, "painting", Role.reviewer, Decision.rejected, None),
    (3, 3, "map", Role.curator, Decision.accepted, None),
]
RETRACTED = 4


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("then"), base=BASE)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[StoreClient]:
    """A store with a run whose claims people judged, hour by hour, before it was retracted."""
    iris, vocabulary = settings.iris, load_vocabulary(settings.iris)
    with connect(settings) as client:
        run = written(client, settings, {item: {"map": 0.9, "painting": 0.8} for item in ITEMS})
        facts = FactReader(client, iris).of([NamedNode(item) for item in ITEMS])
        claims = {(claim.item.value, claim.body): claim.annotation for claim in facts.claims}
        quads = list[Quad]()
        for hour, item, concept, role, decision, instead in DECISIONS:
            claim, moment = claims[ITEMS[item], vocabulary.by_slug(concept).body], BEGUN + hour * HOUR
            ulid, replacement = new_ulid(moment), None
            if instead is not None:
                body = vocabulary.by_slug(instead).body
                replacement = Replacement(replacement_iri(ulid, claim, body, iris), body, DC["type"])
            review = Review(ulid, claim, decision, "reviewer-1", role, moment, "", replacement)
            quads += review_quads(review, NamedNode(f"{claim.value}#target"), iris)
        event = Event.at(BEGUN + RETRACTED * HOUR, "operator-1", "wrong")
        client.load([*quads, *retraction_quads(event, [iris.run_graph(run.ulid)], iris)])
        yield client


def stood(client: StoreClient, settings: Settings, at: datetime) -> list[str]:
    """Claims, by the rules in Python."""
    found = standings(FactReader(client, settings.iris).of([NamedNode(item) for item in ITEMS]), at)
    current = [one.claim.annotation.value for one in found if one.state is State.current]
    return sorted(current + [instead.annotation.value for _, _, instead in replacements(found)])


def told(client: StoreClient, settings: Settings, at: datetime) -> list[tuple[str, str, str]]:
    """Claims with items and concepts, by the query."""
    query = next(one.query for one in examples(settings.iris) if one.slug == "as-of")
    rows = client.select(query.replace("NOW()", str(timestamp(at))))
    return sorted((as_iri(row["claim"]).value, as_iri(row["item"]).value, as_iri(row["concept"]).value) for row in rows)


@pytest.mark.parametrize("hour", [-1, 0, 1, 2, 3, 4, 5])
def test_what_stood_at_a_moment_is_told_once(client: StoreClient, settings: Settings, hour: int) -> None:
    at = BEGUN + hour * HOUR

    assert stood(client, settings, at) == [claim for claim, _, _ in told(client, settings, at)]


def test_what_people_put_in_the_place_of_claims_outlives_their_run(client: StoreClient, settings: Settings) -> None:
    drawing = load_vocabulary(settings.iris).by_slug("drawing").body.value
    found = told(client, settings, BEGUN + 5 * HOUR)

    assert {(ITEMS[0], drawing), (ITEMS[2], drawing)} == {(item, concept) for _, item, concept in found}
