"""Who follows the feed, and dereferences what it leads to, knows what is published, whatever happened."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import NamedNode, Quad
from rdflib import RDF, Graph, Namespace, URIRef

from rubricator.enrichment.lifecycle import (
    Event,
    reinstatement_quads,
    retraction_quads,
    selective_retraction_quads,
    supersession_quads,
)
from rubricator.enrichment.policy import PicturePolicy
from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, new_ulid, replacement_iri, review_quads
from rubricator.enrichment.run import Run, RunInputs
from rubricator.enrichment.software import Software
from rubricator.pipeline.curating.change import change, view_turn
from rubricator.pipeline.publish import publish_vocabulary
from rubricator.rdf import DC, SPARQL_PREFIXES, timestamp
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.readers import open_readers
from rubricator.vocabulary import load_prompts, load_vocabulary, vocabulary_triples
from rubricator_service import create_app
from rubricator_service.exchange.feed import PAGE_SIZE, Page
from tests.enrichment.classified import Model
from tests.pipeline.proving.lived import BEGUN, POLICY, run
from tests.service.exchange.conftest import BASE, Dumped
from tests.service.exchange.replica import Replica

TREE = Namespace("https://w3id.org/tree#")
LDES = Namespace("https://w3id.org/ldes#")
ENR = Namespace("https://w3id.org/rubricator/ns#")
REVIEWS_A_TIME = 25


@dataclass
class History:
    """Does at random what people and machines do; every moment is later than the last. All runs look at all items."""

    client: StoreClient
    settings: Settings
    random: Random
    hours: Iterator[int] = field(default_factory=count)
    claims: dict[str, list[NamedNode]] = field(default_factory=dict)
    events: list[NamedNode] = field(default_factory=list)

    def moment(self) -> datetime:
        return BEGUN - timedelta(days=300) + timedelta(minutes=next(self.hours))

    def runs(self) -> None:
        vocabulary = load_vocabulary(self.settings.iris)
        inputs = RunInputs(
            Model(), load_prompts(vocabulary), POLICY, PicturePolicy("thumbnail", frozenset({"open"})), vocabulary,
            Software("0.1.0", "c0ffee"), "operator-17",
        )  # fmt: skip
        one = Run(f"R{len(self.claims)}", self.moment())
        self.claims[one.ulid] = run(self.client, self.settings, one, inputs)

    def happens(self) -> None:
        """A retraction, supersession or reinstatement of what there is, or some reviews."""
        what = self.random.choices(
            (self.retracts, self.picks, self.supersedes, self.reinstates, self.reviews), (2, 2, 2, 4, 6)
        )
        what[0]()

    def retracts(self) -> None:
        event, graph = self.event(), self.graph()
        self.change(retraction_quads(event, [graph], self.settings.iris), [graph])

    def picks(self) -> None:
        event, ulid = self.event(), self.random.choice(list(self.claims))
        chosen = self.random.sample(self.claims[ulid], 5)
        quads = selective_retraction_quads(event, chosen, ["concept=map"], self.settings.iris)
        self.change(quads, [self.settings.iris.run_graph(ulid)])

    def supersedes(self) -> None:
        if len(self.claims) > 1:
            old, new = (self.settings.iris.run_graph(ulid) for ulid in self.random.sample(list(self.claims), 2))
            self.change(supersession_quads(self.event(), old, new, self.settings.iris), [old])

    def reinstates(self) -> None:
        if self.events[:-1]:
            ended = self.events.pop(self.random.randrange(len(self.events)))
            event = self.event()
            self.events.pop()
            self.change(reinstatement_quads(event, [ended], self.settings.iris), [self.graph()])

    def reviews(self) -> None:
        iris, vocabulary = self.settings.iris, load_vocabulary(self.settings.iris)
        quads: list[Quad] = []
        for _ in range(REVIEWS_A_TIME):
            claim, moment = self.random.choice(self.claims[self.random.choice(list(self.claims))]), self.moment()
            decision, role = self.random.choice(list(Decision)), self.random.choice(list(Role))
            ulid, replacement = new_ulid(moment), None
            if decision is Decision.replaced:
                body = vocabulary.by_slug(self.random.choice(("drawing", "painting", "map"))).body
                replacement = Replacement(replacement_iri(ulid, claim, body, iris), body, DC["type"])
            review = Review(ulid, claim, decision, "reviewer-1", role, moment, "", replacement)
            quads += review_quads(review, NamedNode(f"{claim.value}#target"), iris)
        self.change(quads, [self.graph()])

    def event(self) -> Event:
        event = Event.at(self.moment(), "operator-2", "at random")
        self.events.append(event.iri(self.settings.iris))
        return event

    def graph(self) -> NamedNode:
        return self.settings.iris.run_graph(self.random.choice(list(self.claims)))

    def change(self, quads: Iterable[Quad], affected: list[NamedNode]) -> None:
        with view_turn(self.settings):
            change(self.client, self.settings.iris, quads, affected)

    def published(self) -> set[tuple[URIRef, URIRef, URIRef]]:
        rows = self.client.select(
            f"{SPARQL_PREFIXES}SELECT ?item ?claim ?body "
            "WHERE { ?item enr:hasEnrichment ?claim . ?claim oa:hasBody ?body }"
        )
        item, claim, body = "item", "claim", "body"
        return {(iri(row[item]), iri(row[claim]), iri(row[body])) for row in rows}


def iri(term: object) -> URIRef:
    assert isinstance(term, NamedNode)
    return URIRef(term.value)


def follower(web: FlaskClient) -> Replica:
    def get(address: str, media_type: str) -> tuple[str, str]:
        path = address.removeprefix(BASE)
        response = web.get(path, headers={"Accept": media_type}, follow_redirects=True, buffered=True)
        assert 200 == response.status_code, address
        return response.text, response.headers["Cache-Control"]

    return Replica(get, f"{BASE}/feed/")


def test_a_replica_that_follows_the_feed_knows_what_is_published(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", base=BASE)
    with connect(settings) as client:
        vocabulary = load_vocabulary(settings.iris)
        publish_vocabulary(client, vocabulary, settings.iris, vocabulary_triples(settings.iris))
        history = History(client, settings, Random(1))  # noqa: S311 - the same each time
        history.runs()
    readers = open_readers(settings)
    replica = follower(create_app(settings, readers).test_client())
    for _ in range(3):
        with connect(settings) as client:
            history.client = client
            history.runs()
            for _ in range(12):
                history.happens()
            expected = history.published()
        replica.asked.clear()
        replica.follow()

        assert expected
        assert expected == replica.published()
    replica.asked.clear()
    replica.follow()
    readers.close()

    assert expected == replica.published()
    assert [f"{BASE}/feed/", f"{BASE}/feed/2"] == replica.asked


def test_pages_have_their_members_in_the_order_of_time_and_are_closed_when_full(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", base=BASE)
    with connect(settings) as client:
        history = History(client, settings, Random(3))  # noqa: S311
        history.runs()
        for _ in range(PAGE_SIZE // REVIEWS_A_TIME + 2):
            history.reviews()
    readers = open_readers(settings)
    web = create_app(settings, readers).test_client()
    first, second = (web.get(f"/feed/{number}.nt") for number in (1, 2))
    for_people = web.get("/feed/1.html")
    readers.close()

    assert "public, max-age=31536000, immutable" == first.headers["Cache-Control"]
    assert "public, no-cache" == for_people.headers["Cache-Control"]
    assert "public, no-cache" == second.headers["Cache-Control"]
    graphs = [Graph().parse(data=page.text, format="nt") for page in (first, second)]
    members = [set(graph.objects(None, TREE.member)) for graph in graphs]
    assert [PAGE_SIZE, 51] == [len(found) for found in members]
    moments = [
        {str(graph.value(one, URIRef("http://purl.org/dc/terms/created"))) for one in found}
        for graph, found in zip(graphs, members, strict=True)
    ]
    assert max(moments[0]) < min(moments[1])
    assert [URIRef(f"{BASE}/feed/2")] == list(graphs[0].objects(None, TREE.node))
    assert [min(moments[1])] == [str(value) for value in graphs[0].objects(None, TREE.value)]
    assert [] == list(graphs[1].objects(None, TREE.node))


def test_a_page_is_closed_by_the_age_of_the_snapshot_and_not_by_a_clock_that_went_on() -> None:
    """A run that began before the next page's first change may be missing in a snapshot that is never renewed."""
    page = Page(1, [], timestamp(BEGUN))

    assert not page.closed(BEGUN + timedelta(minutes=59))
    assert page.closed(BEGUN + timedelta(minutes=61))
    assert not Page(1, [], None).closed(BEGUN + timedelta(days=9))


def test_the_stream_says_what_it_is_and_leads_to_its_first_page(dumped: Dumped) -> None:
    graph = dumped.graph("/feed/")

    stream = URIRef(f"{BASE}/feed/#stream")
    assert (stream, RDF.type, LDES.EventStream) in graph
    assert URIRef(f"{BASE}/feed/") == graph.value(stream, TREE.view)
    assert [URIRef(f"{BASE}/feed/1")] == list(graph.objects(None, TREE.node))


def test_people_read_what_a_review_decided_and_of_which_concept(dumped: Dumped) -> None:
    page: Any = html.fromstring(dumped.said("/feed/", "text/html").text)
    reviews = page.xpath("//td[contains(., 'Review')]")

    assert reviews
    for row in reviews:
        assert re.search("Review: (accepted|rejected|replaced|to be discussed)", " ".join(row.text_content().split()))
    assert page.xpath("//td[contains(., 'Review')]/a[@class='rubric']")


def test_members_can_be_dereferenced_and_so_can_the_graphs_they_lead_to(dumped: Dumped) -> None:
    graph = dumped.graph("/feed/1")

    prov = Namespace("http://www.w3.org/ns/prov#")
    leads = {
        *graph.objects(None, TREE.member),
        *graph.objects(None, prov.generated),
        *graph.objects(None, prov.invalidated),
    }
    assert len(leads) > 10
    for lead in leads:
        response = dumped.web.get(
            str(lead).removeprefix(BASE),
            headers={"Accept": "text/turtle, application/n-quads"},
            follow_redirects=True,
            buffered=True,
        )
        assert 200 == response.status_code, lead


def test_the_end_of_a_run_is_told_by_the_run_and_that_of_an_event_by_the_feed_too(dumped: Dumped) -> None:
    """As docs/aggregators.md has it: what a page says of a run must hold from its start on."""
    prov, feed = Namespace("http://www.w3.org/ns/prov#"), dumped.graph("/feed/1")
    runs = set(feed.subjects(RDF.type, ENR.Run))
    events = {
        one for kind in (ENR.Retraction, ENR.Supersession, ENR.Reinstatement) for one in feed.subjects(RDF.type, kind)
    }
    reviews = set(feed.subjects(RDF.type, ENR.Review))

    assert runs
    assert events
    assert reviews
    assert runs | events | reviews == set(feed.objects(None, TREE.member))
    assert not runs & set(feed.subjects(prov.endedAtTime))
    assert events <= set(feed.subjects(prov.endedAtTime))
    assert reviews <= set(feed.subjects(URIRef("http://purl.org/dc/terms/created")))
    documents = {run: dumped.graph(str(run).removeprefix(BASE).replace("/id/", "/doc/")) for run in runs}
    assert any(document.value(run, prov.endedAtTime) for run, document in documents.items())


def test_a_run_that_was_planned_only_is_no_change(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", base=BASE)
    with connect(settings) as client:
        client.update(f"INSERT DATA {{ GRAPH {settings.iris.ledger} {{ <{BASE}/id/run/P> a <{ENR.Run}> }} }}")
    readers = open_readers(settings)
    page = create_app(settings, readers).test_client().get("/feed/1.nt").text
    readers.close()

    assert "/id/run/" not in page


@pytest.mark.parametrize("name", ["0", "01", "x", "1.xyz", "-1", "2", "1000000000", "1.5"])
def test_there_is_no_other_page(dumped: Dumped, name: str) -> None:
    assert 404 == dumped.get(f"/feed/{name}").status_code
