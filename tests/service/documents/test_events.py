"""What pages and documents say of claims whose runs were superseded, retracted and reinstated."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.events import read_events
from rubricator.enrichment.ledger import list_runs
from rubricator.enrichment.lifecycle import Event
from rubricator.enrichment.run import Run
from rubricator.pipeline.curating.change import change, view_turn
from rubricator.pipeline.curating.reinstating import reinstate
from rubricator.pipeline.curating.retracting import retract_claims, retract_runs
from rubricator.pipeline.curating.selection import SelectedClaims, selection_of
from rubricator.pipeline.curating.superseding import supersede
from rubricator.pipeline.publish import publish_vocabulary
from rubricator.rdf import ENR, PROV
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.readers import open_readers
from rubricator.vocabulary import load_vocabulary, vocabulary_triples
from rubricator_service import create_app
from tests.pipeline.curating.runs import ITEMS, written
from tests.service.live import BASE

BROWSER = {"Accept": "text/html"}


@dataclass(frozen=True)
class History:
    """Runs and what became of them; ``client`` asks the service.

    ``events`` are by their reasons. ``forged_away`` says that a claim left the view because a record called it
    retracted.
    """

    forged_away: bool
    events: dict[str, NamedNode]
    client: FlaskClient
    superseded: Run
    successor: Run
    retracted: Run
    reinstated: Run
    partly: Run
    open: Run
    regained: Run

    def event(self, reason: str) -> str:
        """The path of the document about an event."""
        return self.events[reason].value.removeprefix(BASE).replace("/id/", "/doc/")

    def page(self, path: str) -> Any:
        return html.fromstring(self.client.get(path, headers=BROWSER).text).find(".//main")

    def claim(self, run: Run, item: str = ITEMS[0]) -> str:
        return claim_of(run, item)


IRIS = load_settings(base=BASE).iris


def claim_of(run: Run, item: str) -> str:
    """The path of the claim of a map."""
    body = load_vocabulary(IRIS).by_slug("map").body.value
    return IRIS.annotation(run.ulid, item[-1] * 64, item, body).value.removeprefix(BASE)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("history") / "data", base=BASE)
    claims = {ITEMS[0]: {"map": 0.9}, ITEMS[1]: {"map": 0.6}}
    with connect(settings) as client:
        publish_vocabulary(client, load_vocabulary(IRIS), IRIS, vocabulary_triples(IRIS))
        runs = [written(client, settings, claims, minute=minute) for minute in range(5)]
        runs.append(written(client, settings, claims, minute=6, ended=False))
        supersede(client, settings, runs[0].ulid, runs[1].ulid, "better prompts")
        listed = list_runs(client, IRIS)
        retract_runs(client, settings, listed[2:4], "wrong thresholds")
        reinstate(client, settings, runs[3].ulid, "they were right")
        runs.append(written(client, settings, claims, minute=7))
        event, mistaken = (
            _retract_unsure(client, settings, run, reason)
            for run, reason in ((runs[4], "too unsure"), (runs[6], "by mistake"))
        )
        reinstate(client, settings, mistaken.ulid, "they were sure")
        # A record can say anything: this one that the event was about another claim, too.
        claim = NamedNode(BASE + claim_of(runs[4], ITEMS[0]))
        forged = Quad(claim, PROV["wasInvalidatedBy"], event.iri(IRIS), IRIS.record_graph("forged", "2"))
        with view_turn(settings):
            change(client, IRIS, [forged], [NamedNode(ITEMS[0])])
        published = client.ask(f"ASK {{ ?item {ENR['hasEnrichment']} {claim} }}")
        events = {event.reason: event.iri for event in read_events(client, IRIS)}
    readers = open_readers(settings)
    yield History(not published, events, create_app(settings, readers).test_client(), *runs)
    readers.close()


def _retract_unsure(client: StoreClient, settings: Settings, run: Run, reason: str) -> Event:
    selection, graphs = selection_of(["confidence=..0.7"], load_vocabulary(IRIS)), [IRIS.run_graph(run.ulid)]
    with SelectedClaims(client, IRIS, graphs, selection, read_events(client, IRIS)) as selected:
        event = retract_claims(client, settings, selected, selection, reason)
    assert event is not None
    return event


def test_a_superseded_claim_is_gone_and_leads_to_the_run_and_the_claim_that_took_its_place(history: History) -> None:
    answer = history.client.get(f"{history.claim(history.superseded)}.jsonld")
    page = history.client.get(history.claim(history.superseded), headers=BROWSER).text
    same = history.claim(history.successor)

    assert (410, 200) == (answer.status_code, history.client.get(same).status_code)
    assert [f"{BASE}{same}", IRIS.run(history.successor.ulid).value] == sorted(answer.get_json()["isReplacedBy"])
    assert f'<{same}>; rel="successor-version"' in answer.headers.getlist("Link")
    assert "invalidatedAtTime" not in answer.get_json()
    assert "Superseded." in page
    assert f"/id/run/{history.successor.ulid}" in page


def test_a_superseded_run_is_told_and_leads_to_its_successor(history: History) -> None:
    answer = history.client.get(f"/doc/run/{history.superseded.ulid}")

    assert 200 == answer.status_code
    assert f'</id/run/{history.successor.ulid}>; rel="successor-version"' in answer.headers.getlist("Link")


def test_a_retracted_claim_is_gone_until_it_is_reinstated(history: History) -> None:
    gone = history.client.get(f"{history.claim(history.retracted)}.jsonld")
    back = history.client.get(f"{history.claim(history.reinstated)}.jsonld")

    assert (410, 200) == (gone.status_code, back.status_code)
    assert "invalidatedAtTime" in gone.get_json()
    assert "invalidatedAtTime" not in back.get_json()


def test_a_claim_that_was_retracted_by_itself_is_gone_and_its_neighbour_is_not(history: History) -> None:
    assert 410 == history.client.get(history.claim(history.partly, ITEMS[1])).status_code
    assert 200 == history.client.get(history.claim(history.partly, ITEMS[0])).status_code


def test_no_record_retracts_a_claim(history: History) -> None:
    """Only what the ledger knows as a list of a retraction does."""
    claim = history.claim(history.partly, ITEMS[0])

    assert not history.forged_away
    assert "wasInfluencedBy" not in history.client.get(f"{claim}.jsonld").get_json()
    assert "It is published." in history.client.get(claim, headers=BROWSER).text


def test_the_list_of_runs_tells_their_states(history: History) -> None:
    page = history.client.get("/runs/", headers=BROWSER).text

    assert 1 == page.count("<strong>superseded</strong>") == page.count("<strong>retracted</strong>")
    assert 1 == page.count("running or interrupted")
    assert f"/doc/run/{history.successor.ulid}" in page or f"/id/run/{history.successor.ulid}" in page


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("superseded", ["<dd>superseded</dd>", "better prompts"]),
        ("successor", ["<dd>ended</dd>", "Took the place of", "better prompts"]),
        ("retracted", ["<dd>retracted</dd>", "wrong thresholds", "by operator"]),
        ("reinstated", ["<dd>ended</dd>", "wrong thresholds", "taken back"]),
        ("open", ["<dd>running or interrupted</dd>", "not yet"]),
    ],
)
def test_the_page_of_a_run_tells_what_became_of_it(history: History, run: str, words: list[str]) -> None:
    page = history.client.get(f"/doc/run/{getattr(history, run).ulid}", headers=BROWSER).text

    assert [] == [word for word in words if word not in page]


@pytest.mark.parametrize(
    ("ended", "reinstated"), [("wrong thresholds", "they were right"), ("by mistake", "they were sure")]
)
def test_an_event_that_was_taken_back_says_so_at_the_top_with_when_and_by_what(
    history: History, ended: str, reinstated: str
) -> None:
    page = history.page(history.event(ended))
    [notice] = page.xpath("p[@class='notice']")
    said = history.client.get(f"{history.event(ended)}.nt").text
    later = history.events[reinstated]

    assert notice.text_content().startswith("Holds no more. It was taken back on ")
    assert [later.value.removeprefix(BASE)] == notice.xpath("a/@href")
    assert notice.find("a").text in history.page(history.event(reinstated)).findtext("h1/span")
    assert f"{later} {PROV['endedAtTime']} " in said
    assert f"{later} {ENR['revokes']} {history.events[ended]} ." in said


@pytest.mark.parametrize("reason", ["better prompts", "too unsure", "they were right"])
def test_an_event_that_holds_has_no_such_notice(history: History, reason: str) -> None:
    assert [] == history.page(history.event(reason)).xpath("p[@class='notice']")


@pytest.mark.parametrize(
    ("reason", "run", "title", "state"),
    [
        ("too unsure", "partly", "The claims that it ended", "not published"),
        ("by mistake", "regained", "The claims that it had ended", "published again"),
    ],
)
def test_the_claims_of_an_event_are_shown_by_concept_and_item_and_as_what_they_are_now(
    history: History, reason: str, run: str, title: str, state: str
) -> None:
    page, claim = history.page(history.event(reason)), history.claim(getattr(history, run), ITEMS[1])
    [line] = page.xpath("//ul[@class='claims']/li")

    assert title == page.findtext("section[@aria-labelledby='claims']/h2")
    assert "map" == line.xpath("normalize-space(p[@class='claim'])")
    assert [ITEMS[1], claim] == line.xpath("p[@class='trace']/a/@href")
    assert line.xpath("normalize-space(p[@class='trace'])").endswith(f"· {state}")
    assert "ended by" not in page.text_content()
    assert f"annotation/{claim[-26:]}" not in page.text_content()


def test_the_page_of_an_event_names_the_runs_that_it_ended_and_that_of_a_reinstatement_what_it_took_back(
    history: History,
) -> None:
    runs = history.page(history.event("wrong thresholds")).xpath("section[@aria-labelledby='runs']//a/@href")
    earlier = history.page(history.event("they were right")).xpath("section[@aria-labelledby='revokes']//a/@href")

    assert {f"/id/run/{run.ulid}" for run in (history.retracted, history.reinstated)} >= set(runs) > set()
    assert earlier
    assert set(earlier) <= {event.value.removeprefix(BASE) for event in history.events.values()}
