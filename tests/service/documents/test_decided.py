"""What people decided about a claim is told on the page of its item and in its own document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from rubricator.enrichment.lifecycle import Event, supersession_quads
from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, new_ulid, replacement_iri, review_quads
from rubricator.pipeline.curating.change import change, view_turn
from rubricator.pipeline.publish import publish_vocabulary
from rubricator.rdf import DC, DCTERMS, ENR, FOAF, OA, PROV, timestamp
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator.vocabulary import load_vocabulary, vocabulary_triples
from rubricator_service import create_app
from tests.pipeline.curating.runs import BEGUN, ITEMS, written
from tests.service.live import BASE, PATIENT

MOMENT = BEGUN + timedelta(days=1)
DECISIONS = (Decision.accepted, Decision.rejected, Decision.replaced)


@dataclass(frozen=True)
class Decided:
    """The front end over a store; by item its claims of a superseded run, and of its successor, which people reviewed.

    The last item has no more than near misses. ``reviews`` are by decision, ``put`` is in the place of a claim.
    """

    web: FlaskClient
    former: list[NamedNode]
    claims: list[NamedNode]
    reviews: dict[Decision, NamedNode]
    put: NamedNode

    def page(self, path: str) -> str:
        answer = self.web.get(path.removeprefix(BASE), headers={"Accept": "text/html"})
        return " ".join(str(html.fromstring(answer.text).xpath("normalize-space(//main)")).split())

    def said(self, thing: NamedNode) -> set[tuple[object, NamedNode, object]]:
        answer = self.web.get(f"{thing.value.removeprefix(BASE)}.nt")
        return {(one.subject, one.predicate, one.object) for one in parse(answer.data, RdfFormat.N_TRIPLES)}

    def successors(self, thing: NamedNode) -> list[str]:
        links = self.web.get(f"{thing.value.removeprefix(BASE)}.nt").headers.getlist("Link")
        return [link for link in links if "successor-version" in link]


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decided]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("decided"), base=BASE, **PATIENT)
    iris, vocabulary = settings.iris, load_vocabulary(settings.iris)
    map_, toy = (vocabulary.by_slug(slug).body for slug in ("map", "toy"))
    seen: dict[str, dict[str, float]] = {**{item: {"map": 0.9} for item in ITEMS[:3]}, ITEMS[3]: {}}
    with connect(settings) as client:
        publish_vocabulary(client, vocabulary, iris, vocabulary_triples(iris))
        old, new = (written(client, settings, seen, minute=minute) for minute in (0, 5))
        former, claims = (
            [iris.annotation(run.ulid, item[-1] * 64, item, map_.value) for item in ITEMS[:3]] for run in (old, new)
        )
        facts = list(
            supersession_quads(
                Event.at(BEGUN + timedelta(hours=1), "operator-1", "better prompts"),
                iris.run_graph(old.ulid), iris.run_graph(new.ulid), iris,
            )
        )  # fmt: skip
        put = replacement_iri("R", claims[2], toy, iris)
        reviews = {}
        for claim, decision in zip(claims, DECISIONS, strict=True):
            instead = Replacement(put, toy, DC["type"]) if decision is Decision.replaced else None
            review = Review(new_ulid(MOMENT), claim, decision, "reviewer-1", Role.reviewer, MOMENT, "", instead)
            facts += review_quads(review, NamedNode(f"{claim.value}#target"), iris)
            reviews[decision] = review.iri(iris)
        for number, item in enumerate(ITEMS):
            record = iris.record_graph("1", str(number))
            facts.append(Quad(record, FOAF["primaryTopic"], NamedNode(item), record))
        with view_turn(settings):
            change(client, iris, facts, [iris.run_graph(run.ulid) for run in (old, new)])
    readers = open_readers(settings)
    yield Decided(create_app(settings, readers).test_client(), former, claims, reviews, put)
    readers.close()


@pytest.mark.parametrize(("item", "word"), [(0, "accepted"), (1, "rejected"), (2, "replaced")])
def test_the_page_of_an_item_tells_by_its_own_word_what_was_decided_about_each_claim(
    decided: Decided, item: int, word: str
) -> None:
    page = decided.page(f"/item/1/{item}")
    current, former = page.split("Former claims")

    assert f"{word} 2026-11-22 08:00 UTC" in (current if word == "accepted" else former)
    assert "superseded 2026-11-21 09:00 UTC" in former
    assert "Replaced or retracted" not in page


def test_near_misses_of_superseded_runs_stand_beside_no_current_claim(decided: Decided) -> None:
    page = decided.page("/item/1/3")

    assert 1 == page.count("near miss ·")
    assert "superseded" not in page


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_document_of_a_claim_says_what_people_decided(decided: Decided, number: int) -> None:
    claim = decided.claims[number]

    assert {ENR[DECISIONS[number]]} == {
        value
        for subject, predicate, value in decided.said(claim)
        if (claim, ENR["reviewStatus"]) == (subject, predicate)
    }
    document = decided.web.get(f"{claim.value.removeprefix(BASE)}.jsonld").get_json()
    assert ENR[DECISIONS[number]].value == document["reviewStatus"]


@pytest.mark.parametrize(("decision", "word"), [(one, one.value) for one in DECISIONS])
def test_the_page_of_a_review_calls_what_was_decided_by_the_words_of_the_ontology(
    decided: Decided, decision: Decision, word: str
) -> None:
    path = decided.reviews[decision].value.removeprefix(BASE).replace("/id/", "/doc/")
    page: Any = html.fromstring(decided.web.get(path, headers={"Accept": "text/html"}).text)
    told = {line.findtext("dt"): line.xpath("normalize-space(dd)") for line in page.xpath("//dl[@class='fields']/div")}

    assert (word, "assessing", "reviewer") == (told["Says"], told["Motivation"], told["Role"])


@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".html"])
@pytest.mark.parametrize(("number", "status"), [(0, 200), (1, 410), (2, 410)])
def test_a_claim_that_people_took_from_the_view_is_gone_like_any_that_was_withdrawn(
    decided: Decided, number: int, status: int, suffix: str
) -> None:
    """Only who knows our terms would see by a status in the document that nobody publishes it."""
    path = decided.claims[number].value.removeprefix(BASE)

    assert status == decided.web.get(path + suffix).status_code
    assert ("do not use it" in decided.page(path)) == (status == 410)


def test_what_was_superseded_has_no_status_besides(decided: Decided) -> None:
    for claim in decided.former:
        assert ENR["reviewStatus"] not in {predicate for _, predicate, _ in decided.said(claim)}


def test_only_what_stands_is_named_as_successor(decided: Decided) -> None:
    accepted, rejected, replaced = (decided.successors(claim) for claim in decided.former)

    def link(claim: NamedNode) -> str:
        return f'<{claim.value.removeprefix(BASE)}>; rel="successor-version"'

    assert link(decided.claims[0]) in accepted
    assert [] == [one for one in rejected if "/annotation/" in one]
    assert [link(decided.put)] == [one for one in replaced if "/annotation/" in one]
    assert [link(decided.put)] == decided.successors(decided.claims[2])
    assert [] == decided.successors(decided.put)


def test_the_document_of_a_persons_claim_holds_who_when_of_what_and_in_the_place_of_what(decided: Decided) -> None:
    put, replaced = decided.put, decided.claims[2]
    target, reviewer = NamedNode(f"{replaced.value}#target"), NamedNode(f"{BASE}/id/agent/reviewer-1")

    assert {
        (put, OA["hasTarget"], target),
        (target, OA["hasScope"], NamedNode(ITEMS[2])),
        (target, OA["hasSource"], NamedNode("https://museum.example.org/2.jpg")),
        (put, DCTERMS["creator"], reviewer),
        (put, DCTERMS["created"], timestamp(MOMENT)),
        (put, ENR["review"], decided.reviews[Decision.replaced]),
        (put, ENR["reviewStatus"], ENR["accepted"]),
        (put, PROV["wasRevisionOf"], replaced),
    } <= decided.said(put)


def test_the_container_describes_a_persons_claim_as_its_document_does(decided: Decided) -> None:
    listed = decided.web.get("/annotations/", headers={"Accept": "application/ld+json"}).get_json()["first"]["items"]
    document = decided.web.get(f"{decided.put.value.removeprefix(BASE)}.jsonld").get_json()
    [member] = [one for one in listed if one["id"] == decided.put.value]

    assert {key: document[key] for key in ("target", "creator", "created", "motivation", "reviewStatus")} == {
        key: member[key] for key in ("target", "creator", "created", "motivation", "reviewStatus")
    }


def test_the_page_of_a_persons_claim_is_not_in_red_and_leads_to_what_it_replaces(decided: Decided) -> None:
    answer = decided.web.get(decided.put.value.removeprefix(BASE), headers={"Accept": "text/html"})
    page: Any = html.fromstring(answer.text)

    assert [] == page.xpath("//main//*[contains(@class, 'rubric')]")
    assert "reviewer-1, 2026-11-22 08:00 UTC" in page.xpath("normalize-space(//dt[.='Said by']/../dd)")
    [before] = page.xpath("//dt[.='In place of']/../dd/a")
    assert ("map", decided.claims[2].value.removeprefix(BASE)) == (before.text, before.get("href"))
    assert ["/item/1/2"] == page.xpath("//dt[.='Item']/../dd/a[1]/@href")
    assert page.xpath("//main//figure")
    assert "put it in the place of map on" in page.xpath("normalize-space(//p[@class='story'])")
