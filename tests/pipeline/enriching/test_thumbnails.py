"""A run on Europeana's thumbnails: what is looked at, what is said of it, and what it has in common with originals."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from rubricator.enrichment.account import run_facts
from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.enriching.candidates import Scope
from rubricator.pipeline.enriching.enrich import EnrichSummary, enrich
from rubricator.pipeline.enriching.pending import PendingPictures
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.resources import resource
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.fakes.europeana import Europeana, europeana
from tests.pipeline.items import IN_COPYRIGHT, Item

pytest.importorskip("open_clip", reason="enriching needs the extra clip")


@pytest.fixture
def fake() -> Iterator[Europeana]:
    with europeana(records=3) as server:
        yield server


@pytest.fixture
def originals(settings: Settings, fake: Europeana) -> Settings:
    return settings.model_copy(update={"europeana_api": fake.url, "allow_private_addresses": True})


@pytest.fixture
def thumbnails(originals: Settings) -> Settings:
    return originals.model_copy(update={"pictures": "thumbnail"})


@pytest.fixture
def items(client: StoreClient, settings: Settings, fake: Europeana) -> list[Item]:
    found = [
        Item(item.identifier, {"isShownBy": [item.picture], "hasView": [f"{fake.url}/pictures/9.jpg"]})
        for item in fake.items.values()
    ]
    client.load(quad for item in found for quad in item.quads(settings.iris))
    return found


def ended(summary: EnrichSummary) -> tuple[int, int]:
    """Pictures looked at and failures."""
    assert summary.counts is not None
    return summary.counts.images, summary.counts.failures


def test_the_thumbnail_is_looked_at_and_recorded_as_such(
    client: StoreClient, thumbnails: Settings, fake: Europeana, items: list[Item]
) -> None:
    summary = enrich(client, thumbnails)

    assert ((3, 0), 3, []) == (ended(summary), len(fake.asked("/thumbnail/v3/400/")), fake.asked("/pictures/"))
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?item ?image ?resource ?thumbnail WHERE {{
          GRAPH ?run {{
            ?seen oa:hasTarget [ oa:hasScope ?item ; oa:hasSource ?image ] ; prov:wasDerivedFrom ?capture
          }}
          GRAPH ?ledger {{ ?capture prov:specializationOf ?resource ; enr:rendition ?thumbnail }}
        }} ORDER BY ?item"""
    )
    expected = [
        (item.iri, picture := NamedNode(item.links["isShownBy"][0]), picture, _thumbnail(fake, picture.value))
        for item in items
    ]
    assert expected == [(row["item"], row["image"], row["resource"], row["thumbnail"]) for row in rows]


def _thumbnail(fake: Europeana, picture: str) -> NamedNode:
    return NamedNode(f"{fake.url}/thumbnail/v3/400/{hashlib.md5(picture.encode()).hexdigest()}.jpg")  # noqa: S324


def test_runs_on_thumbnails_and_on_originals_are_different_inputs(
    client: StoreClient, originals: Settings, thumbnails: Settings, fake: Europeana, items: list[Item]
) -> None:
    first = enrich(client, thumbnails)

    second = enrich(client, originals)

    assert [(len(items), 0)] * 2 == [ended(first), ended(second)]
    assert (3, 3) == (len(fake.asked("/thumbnail/")), len(fake.asked("/pictures/")))
    assert [None, None] == [enrich(client, settings).run for settings in (originals, thumbnails)]
    assert first.run is not None
    facts = [(fact.name, fact.value) for fact in run_facts(client, originals.iris, first.run.ulid)]
    assert ("looked at", "thumbnail, 400 px") in facts


@pytest.mark.usefixtures("items")
def test_bytes_are_taken_from_a_capture_of_the_same_kind_only(
    client: StoreClient, originals: Settings, thumbnails: Settings
) -> None:
    bytes_of = {}
    for settings in (originals, thumbnails):
        enrich(client, settings)
    for settings in (originals, thumbnails):
        with PendingPictures(client, Scope(), [], settings) as pending:
            bytes_of[settings.pictures] = {picture.sha256 for picture in pending.fit()}

    assert [3, 3] == [len(digests - {None}) for digests in bytes_of.values()]
    assert not bytes_of["original"] & bytes_of["thumbnail"]


def test_another_model_asks_for_no_thumbnail_again(
    client: StoreClient, thumbnails: Settings, fake: Europeana, items: list[Item], tmp_path: Path
) -> None:
    enrich(client, thumbnails)
    prompts = tmp_path / "prompts.ttl"
    prompts.write_text(resource("ontology", "prompts", "default.ttl").read_text().replace("a photo of", "one photo of"))

    again = enrich(client, thumbnails.model_copy(update={"prompts": prompts}))

    assert (len(items), 0) == ended(again)
    assert len(items) == len(fake.asked("/thumbnail/"))


def test_a_closed_picture_has_no_thumbnail_for_us(
    client: StoreClient, thumbnails: Settings, fake: Europeana, settings: Settings
) -> None:
    (picture, *_) = (item.picture for item in fake.items.values())
    client.load(Item("closed", {"isShownBy": [picture]}, IN_COPYRIGHT).quads(settings.iris))

    summary = enrich(client, thumbnails)

    assert (("rights-not-allowed", 1),) == summary.failures
    assert [] == fake.requests


def test_the_address_is_hashed_as_its_provider_spelt_it(
    client: StoreClient, thumbnails: Settings, fake: Europeana, settings: Settings
) -> None:
    spelling = f"{fake.url}/pictures/view of Delft.jpg"
    next(iter(fake.items.values())).picture = spelling
    item = Item("delft", {"isShownBy": [spelling.replace(" ", "%20")]}, spelling=f" {spelling}")
    client.load(item.quads(settings.iris))

    summary = enrich(client, thumbnails)

    assert (1, 0) == ended(summary)
    assert [_thumbnail(fake, spelling).value] == [f"{fake.url}{asked.path}" for asked in fake.requests]


def test_a_missing_thumbnail_is_a_coded_failure(client: StoreClient, thumbnails: Settings, fake: Europeana) -> None:
    item = Item("unknown", {"isShownBy": [f"{fake.url}/pictures/unknown.jpg"]})
    client.load(item.quads(thumbnails.iris))

    assert (("image-missing", 1),) == enrich(client, thumbnails).failures


def test_other_pictures_are_looked_at_themselves_and_once_whatever_the_run_is_on(
    client: StoreClient, originals: Settings, thumbnails: Settings, fake: Europeana, pictures: Path
) -> None:
    ingest(harvest_folder(pictures, originals, "pictures"), client, originals)
    elsewhere = Item("own", {"isShownBy": [f"{fake.url}/pictures/1.jpg"]}, start="http://museum.test/item/")
    client.load(elsewhere.quads(originals.iris))

    assert (6, 0) == ended(enrich(client, thumbnails))
    assert [] == fake.asked("/thumbnail/")
    assert [None, None] == [enrich(client, settings).run for settings in (originals, thumbnails)]
