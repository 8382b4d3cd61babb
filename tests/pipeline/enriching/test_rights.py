"""Pictures are fetched only where their rights allow it, and what was not fetched is told."""

from collections.abc import Iterator

import pytest

from rubricator.enrichment.account import run_facts
from rubricator.enrichment.ledger import list_runs
from rubricator.pipeline.enriching.enrich import EnrichSummary, Scope, enrich
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.fakes.europeana import Europeana, europeana
from tests.pipeline.items import BY_NC, CC0, IN_COPYRIGHT, Item

pytest.importorskip("open_clip", reason="enriching needs the extra clip")

ALL = ("open", "restricted", "permission")


@pytest.fixture
def web() -> Iterator[Europeana]:
    with europeana(records=0) as server:
        yield server


@pytest.fixture
def museum(client: StoreClient, settings: Settings, web: Europeana) -> StoreClient:
    """Four items on the web: with open, restricted and closed rights, and with none."""
    rights = [CC0, BY_NC, IN_COPYRIGHT, None]
    items = [Item(str(n), {"isShownBy": [f"{web.url}/pictures/{n}.jpg"]}, stated) for n, stated in enumerate(rights)]
    client.load(quad for item in items for quad in item.quads(settings.iris))
    return client


def enriched(client: StoreClient, settings: Settings, *allowed: str, scope: Scope | None = None) -> EnrichSummary:
    return enrich(client, settings.model_copy(update={"allow_private_addresses": True, "reusability": allowed}), scope)


def failures(client: StoreClient) -> list[tuple[str, str | None]]:
    """Code and rights of everything that was not looked at in any run, by code."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?code ?rights WHERE {{
          GRAPH ?run {{ ?failure a enr:Failure ; enr:code ?code . OPTIONAL {{ ?failure edm:rights ?rights }} }}
        }} ORDER BY ?code ?rights"""
    )
    return [(getattr(row["code"], "value", ""), getattr(row.get("rights"), "value", None)) for row in rows]


def dump(client: StoreClient) -> list[bytes]:
    return sorted(b"".join(client.export("application/n-quads")).splitlines())


def test_a_closed_picture_is_never_asked_for_and_the_reason_is_recorded(
    museum: StoreClient, settings: Settings, web: Europeana
) -> None:
    summary = enriched(museum, settings, "open")

    assert summary.run is not None
    assert summary.counts is not None
    assert 1 == len(web.requests)
    assert [
        ("rights-missing", None),
        ("rights-not-allowed", BY_NC),
        ("rights-not-allowed", IN_COPYRIGHT),
    ] == failures(museum)
    assert (
        f"pictures 4 (1 looked at), enrichments {summary.counts.enrichments}, "
        f"near misses {summary.counts.near_misses}, "
        f"failures 3 (rights-not-allowed 2, rights-missing 1; `rubricator runs show {summary.run.ulid}` names them). "
        "3 pictures were not fetched because their rights (1 of them without any) do not allow it; "
        "--reusability restricted --reusability permission allow them."
    ) in summary.sentence
    (listed,) = list_runs(museum, settings.iris)
    assert (4, 3) == (listed.images, listed.failures)


def test_the_same_run_again_writes_nothing_and_says_what_is_left(museum: StoreClient, settings: Settings) -> None:
    enriched(museum, settings, "open", "restricted")
    before = dump(museum)

    again = enriched(museum, settings, "open", "restricted")

    assert before == dump(museum)
    assert again.run is None
    assert "2 pictures were not fetched" in again.sentence
    assert "--reusability permission allows them." in again.sentence


def test_retrying_what_failed_does_not_fetch_what_is_closed(
    museum: StoreClient, settings: Settings, web: Europeana
) -> None:
    enriched(museum, settings, "open")
    before = dump(museum)

    retried = enriched(museum, settings, "open", scope=Scope(retry_failed=True))

    assert (1, before) == (len(web.requests), dump(museum))
    assert retried.run is None
    assert 0 == retried.failed_earlier


@pytest.mark.parametrize("more", [ALL, ("permission",)])
def test_a_run_that_allows_more_looks_at_exactly_those(
    museum: StoreClient, settings: Settings, web: Europeana, more: tuple[str, ...]
) -> None:
    enriched(museum, settings, "open", "restricted")

    second = enriched(museum, settings, *more)

    assert (2, None) == (second.looked_at, second.closed)
    assert 4 == len(web.requests)
    assert enriched(museum, settings, *more).run is None


def test_a_picture_that_was_seen_is_seen_though_less_is_allowed_later(museum: StoreClient, settings: Settings) -> None:
    enriched(museum, settings, *ALL)

    assert enriched(museum, settings, "open").run is None


def test_a_picture_that_was_tried_failed_and_is_no_longer_called_closed(
    client: StoreClient, settings: Settings, web: Europeana
) -> None:
    item = Item("lost", {"isShownBy": [f"{web.url}/pictures/lost.jpg"]}, IN_COPYRIGHT)
    client.load(item.quads(settings.iris))
    enriched(client, settings, "open")
    enriched(client, settings, *ALL)

    left = enriched(client, settings, *ALL)

    assert (1, None) == (left.failed_earlier, left.closed)
    assert 1 == enriched(client, settings, *ALL, scope=Scope(retry_failed=True)).looked_at


def test_the_allowed_classes_are_among_the_facts_of_a_run(museum: StoreClient, settings: Settings) -> None:
    run = enriched(museum, settings, "open", "restricted").run
    assert run is not None

    facts = [(fact.name, fact.value) for fact in run_facts(museum, settings.iris, run.ulid)]

    assert [("looked at", "original"), ("rights allowed", "open"), ("rights allowed", "restricted")] == [
        fact for fact in facts if fact[0] in ("looked at", "rights allowed")
    ]
    assert ("failed", "1 × rights-missing") in facts
