"""The published view of a store as it is used: with its vocabulary, and with decisions of people."""

from rubricator.enrichment.reviews import Decision, Role
from rubricator.pipeline.checking.check import check_claims, check_reviews
from rubricator.pipeline.curating.change import rebuild
from rubricator.pipeline.curating.correct import Difference
from rubricator.pipeline.curating.rebuild import check_view
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.publish import publish_vocabulary
from rubricator.rdf import ENR
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri
from rubricator.vocabulary import load_vocabulary, vocabulary_triples
from tests.pipeline.curating.living import enriched


def test_a_view_with_its_vocabulary_is_right_and_is_the_same_when_it_is_derived_from_nothing(
    client: StoreClient, settings: Settings
) -> None:
    iris, vocabulary = settings.iris, load_vocabulary(settings.iris)
    publish_vocabulary(client, vocabulary, iris, vocabulary_triples(iris))
    enriched(client, iris, "A", vocabulary.by_slug("map").body)
    assert Difference() == check_view(client, iris)

    before = set(client.get_graph(None))
    client.update("DROP DEFAULT")
    rebuild(client, iris)
    assert before == set(client.get_graph(None))


def test_what_a_person_puts_in_the_place_of_a_claim_conforms_to_the_shapes(
    client: StoreClient, settings: Settings
) -> None:
    iris, vocabulary = settings.iris, load_vocabulary(settings.iris)
    first, *_ = enriched(client, iris, "A", vocabulary.by_slug("map").body)
    review(client, settings, [Verdict(first, Decision.replaced, "r-1", Role.reviewer, "", vocabulary.by_slug("toy"))])
    (found,) = check_reviews(client, iris)
    assert () == found.findings
    replacement = client.select(f"SELECT ?c WHERE {{ GRAPH {iris.reviews} {{ ?review {ENR['replacement']} ?c }} }}")
    of_claims = {finding.focus for one in check_claims(client, iris) for finding in one.findings}
    assert as_iri(replacement[0]["c"]).value not in of_claims

    client.update(f"DELETE WHERE {{ GRAPH {iris.reviews} {{ ?claim {ENR['property']} ?property }} }}")
    (found,) = check_reviews(client, iris)
    assert ["What replaces a claim says which one EDM property it is meant for."] == [
        finding.message for finding in found.findings
    ]
