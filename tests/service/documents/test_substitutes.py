"""What a person put in the place of a claim answers as long as no later decision overrules it."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, new_ulid, replacement_iri, review_quads
from rubricator.pipeline.curating.change import change, view_turn
from rubricator.rdf import DC, EDM, ENR, FOAF, PROV, TYPE, timestamp
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator.vocabulary import load_vocabulary
from rubricator_service import create_app
from tests.pipeline.curating.runs import BEGUN, ITEMS, written
from tests.service.live import BASE


def test_a_replacement_that_was_overruled_is_gone_and_says_by_which_review(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base=BASE)
    iris, vocabulary = settings.iris, load_vocabulary(settings.iris)
    with connect(settings) as client:
        run = written(client, settings, {item: {"map": 0.9} for item in ITEMS[:2]})
        map_, toy = (vocabulary.by_slug(slug).body for slug in ("map", "toy"))
        put, moment = [], BEGUN + timedelta(days=1)
        for item in ITEMS[:2]:
            claim, ulid = iris.annotation(run.ulid, item[-1] * 64, item, map_.value), new_ulid(moment)
            put.append(Replacement(replacement_iri(ulid, claim, toy, iris), toy, DC["type"]))
            review = Review(ulid, claim, Decision.replaced, "reviewer-1", Role.reviewer, moment, "a toy", put[-1])
            client.load(review_quads(review, NamedNode(f"{claim.value}#target"), iris))
        later = moment + timedelta(hours=1)
        back = Review(new_ulid(later), claim, Decision.accepted, "reviewer-2", Role.curator, later)
        client.load(review_quads(back, NamedNode(f"{claim.value}#target"), iris))
    readers = open_readers(settings)
    web = create_app(settings, readers).test_client()
    stands, gone = (web.get(f"{one.annotation.value.removeprefix(BASE)}.nt") for one in put)
    page = web.get(put[1].annotation.value.removeprefix(BASE), headers={"Accept": "text/html"})
    standing_page = web.get(put[0].annotation.value.removeprefix(BASE), headers={"Accept": "text/html"})
    readers.close()

    assert (200, 410, 410, 200) == (stands.status_code, gone.status_code, page.status_code, standing_page.status_code)
    said = {(triple.predicate, triple.object) for triple in parse(gone.data, RdfFormat.N_TRIPLES)}
    assert {(ENR["review"], back.iri(iris)), (PROV["invalidatedAtTime"], timestamp(later))} <= said
    assert PROV["invalidatedAtTime"].value not in stands.text
    assert "Overruled" in page.text
    assert "was overruled by reviewer-2 (curator)" in page.text
    assert "It is published: reviewer-1 (reviewer) put it in the place of " in standing_page.text


def test_pages_show_what_a_person_put_in_the_place_of_a_claim(tmp_path: Path) -> None:
    """It has no confidence, and is published all the same."""
    settings = load_settings(data_dir=tmp_path, base=BASE)
    iris, vocabulary, item = settings.iris, load_vocabulary(settings.iris), NamedNode(ITEMS[0])
    map_, toy = (vocabulary.by_slug(slug).body for slug in ("map", "toy"))
    record, other = iris.record_graph("1", "1"), iris.record_graph("forged", "1")
    with connect(settings) as client:
        run = written(client, settings, {item.value: {"map": 0.9}})
        claim = iris.annotation(run.ulid, item.value[-1] * 64, item.value, map_.value)
        moment = BEGUN + timedelta(days=1)
        put = Replacement(replacement_iri("R", claim, toy, iris), toy, DC["type"])
        review = Review(
            new_ulid(moment), claim, Decision.replaced, "reviewer-1", Role.reviewer, moment, replacement=put
        )
        facts = [*review_quads(review, NamedNode(f"{claim.value}#target"), iris)]
        facts += [Quad(record, FOAF["primaryTopic"], item, record), Quad(item, TYPE, EDM["ProvidedCHO"], other)]
        with view_turn(settings):
            change(client, iris, facts, [item])
    readers = open_readers(settings)
    web = create_app(settings, readers).test_client()
    page, listed = (
        web.get(path, headers={"Accept": "text/html"}).text
        for path in ("/item/1/1", f"/items/?concept={quote(toy.value, safe='')}")
    )
    readers.close()

    assert f'href="{put.annotation.value.removeprefix(BASE)}"' in page
    assert "said by people" in page
    assert "Nothing is claimed" not in page
    assert 'href="/item/1/1"' in listed
