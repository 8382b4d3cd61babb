"""What is told of the last harvest of each source."""

from datetime import timedelta

import pytest

from rubricator.errors import SourceError
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.pipeline.harvesting.sources import HarvestedSource, harvested_sources
from rubricator.pipeline.sole import sole_job
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.catalogue import Catalogue, facts

TEN = {number: f"Bowl {number}" for number in range(10)}


def failed(catalogue: Catalogue, client: StoreClient, settings: Settings) -> HarvestedSource:
    with pytest.raises(SourceError):
        harvest(catalogue, client, settings)
    (source,) = harvested_sources(client, settings)
    return source


def test_a_source_that_fails_at_once_says_why_and_when(client: StoreClient, settings: Settings) -> None:
    source = failed(Catalogue(dict(TEN), ends=0), client, settings)

    assert ("failed", 0, 0) == (source.state, source.held, source.counts.total)
    assert source.failure is not None
    assert "source-server-error" == source.failure.code
    assert source.started - timedelta(seconds=1) <= source.failure.moment <= now()


def test_what_a_failed_harvest_brought_is_counted_with_its_failure(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN), ends=2, failing={3})
    source = failed(catalogue, client, settings)
    with sole_job(settings, "harvest"):
        (meanwhile,) = harvested_sources(client, settings)

    assert ("failed", 7, {"source-server-error": 1}) == (source.state, source.held, source.errors)
    assert "running or failed" == meanwhile.state


def test_a_harvest_that_went_on_to_its_end_has_failed_no_more(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN), ends=2)
    failed(catalogue, client, settings)
    failed(catalogue, client, settings)
    catalogue.ends = None
    harvest(catalogue, client, settings)
    (source,) = harvested_sources(client, settings)

    assert ("complete", 10, None) == (source.state, source.held, source.failure)
    assert ["source-server-error"] * 2 == facts(client, "?harvest enr:failed [ enr:code ?x ; prov:atTime ?moment ]")


def test_a_harvest_that_somebody_ended_has_not_failed(client: StoreClient, settings: Settings) -> None:
    with pytest.raises(KeyboardInterrupt):
        harvest(Catalogue(dict(TEN), cut=9), client, settings)
    (source,) = harvested_sources(client, settings)

    assert ("interrupted", None) == (source.state, source.failure)
