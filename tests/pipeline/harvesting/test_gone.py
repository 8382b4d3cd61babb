import json
from collections.abc import Iterator

import pytest

from rubricator.harvest import SourceRecord
from rubricator.harvest.local import LocalHarvester
from rubricator.harvest.record import RECORD_JSON, Rejection
from rubricator.harvest.source import Gone, Source, Unchanged
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.catalogue import (
    NOW,
    Catalogue,
    edm,
    facts,
    gone,
    row,
    titles,
)

TEN = {number: f"Bowl {number}" for number in range(10)}


def test_a_harvest_killed_at_its_end_reads_no_list_again(
    client: StoreClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalogue(dict(TEN))
    harvest(catalogue, client, settings)
    del catalogue.titles[3]
    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "missing", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            harvest(catalogue, client, settings)
    catalogue.tokens.clear()
    summary = harvest(catalogue, client, settings)

    assert [] == catalogue.tokens
    assert ({3: "source-gone"}, {"source-gone": 1}, 9) == (gone(client), summary.gone, summary.unchanged)


def _interrupted(*_: object) -> Iterator[SourceRecord]:
    raise KeyboardInterrupt


def test_a_record_that_vanished_is_marked_and_stays(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN))
    harvest(catalogue, client, settings)
    del catalogue.titles[3]
    catalogue.unlisted.add(4)
    summary = harvest(catalogue, client, settings)

    assert ({"source-gone": 1}, 9) == (summary.gone, summary.unchanged)
    assert {3: "source-gone"} == gone(client)
    assert "Bowl 3" in titles(client)
    assert ["9"] == facts(client, f"{settings.iris.harvest(summary.harvest)} enr:heldCount ?x")
    assert "1 gone (source-gone 1)" in summary.sentence

    again = harvest(catalogue, client, settings)
    assert (0, 9) == (again.gone.total(), again.unchanged)


def test_a_record_that_is_listed_as_deleted_is_marked_where_it_was_held(
    client: StoreClient, settings: Settings
) -> None:
    harvest(Catalogue({1: "Bowl", 2: "Jug"}), client, settings)
    catalogue = Catalogue({2: "Jug"}, deleted={1, 7})
    summary = harvest(catalogue, client, settings)

    assert ({"source-gone": 1}, {"source-gone": 1}) == (summary.gone, summary.rejected)
    assert {1: "source-gone"} == gone(client)
    assert ["http://catalogue.test/7"] == facts(client, "?refusal a enr:Rejection ; dcterms:source ?x")

    assert (0, 2) == ((again := harvest(catalogue, client, settings)).gone.total(), again.unchanged)


@pytest.mark.parametrize("title", ["Bowl 3", "Mended bowl"])
def test_a_record_that_comes_back_loses_its_mark(title: str, client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN))
    harvest(catalogue, client, settings)
    del catalogue.titles[3]
    harvest(catalogue, client, settings)
    catalogue.titles[3] = title
    summary = harvest(catalogue, client, settings)

    assert (1, 9, {}) == (summary.changed, summary.unchanged, gone(client))
    assert title in titles(client)
    assert not client.ask(f"{SPARQL_PREFIXES}ASK {{ GRAPH ?g {{ ?g prov:wasInvalidatedBy ?harvest }} }}")


def test_a_record_that_came_back_is_known_by_a_304_too(client: StoreClient, settings: Settings) -> None:
    source = Source("web", "x")
    record = row(1, "Bowl", source="http://shelf.test/1")
    harvest(LocalHarvester(source, [record], whole=False), client, settings)
    for met in (Gone(record.source, "shelf", "1", "source-missing", NOW), Unchanged(record.source)):
        summary = harvest(LocalHarvester(source, [met], whole=False), client, settings)  # type: ignore[list-item]

    assert (1, {}) == (summary.changed, gone(client))


def test_a_record_that_cannot_be_had_once_stays_and_is_not_lost_sight_of(
    client: StoreClient, settings: Settings
) -> None:
    catalogue = Catalogue(dict(TEN))
    harvest(catalogue, client, settings)
    catalogue.failing = {3}
    failed = harvest(catalogue, client, settings)
    assert ({"source-server-error": 1}, {}) == (failed.rejected, gone(client))
    assert ["10"] == facts(client, f"{settings.iris.harvest(failed.harvest)} enr:heldCount ?x")

    catalogue.failing = set()
    del catalogue.titles[3]
    assert {"source-gone": 1} == harvest(catalogue, client, settings).gone


def test_a_harvest_of_a_part_marks_nothing_and_forgets_nothing(client: StoreClient, settings: Settings) -> None:
    harvest(Catalogue(dict(TEN)), client, settings)
    part = Catalogue({1: "Bowl 1", 11: "Basin"}, request={"from": "2026"}, whole=False)
    assert 0 == harvest(part, client, settings).gone.total()
    without = {number: title for number, title in TEN.items() if number != 5}
    summary = harvest(Catalogue(without), client, settings)

    assert {"source-gone": 2} == summary.gone
    assert {5, 11} == gone(client).keys()


def test_a_list_that_holds_nothing_proves_nothing(client: StoreClient, settings: Settings) -> None:
    source = Source("folder", "/mnt/disk")
    harvest(LocalHarvester(source, [row(1, "Bowl")]), client, settings)
    summary = harvest(LocalHarvester(source, []), client, settings)

    assert (0, {}) == (summary.total, gone(client))
    assert {1: "not-listed"} == (harvest(LocalHarvester(source, [row(2, "Jug")]), client, settings) and gone(client))


def test_one_source_does_not_miss_what_another_brought(client: StoreClient, settings: Settings) -> None:
    for address, numbers in (("a", [1, 2]), ("b", [2, 3]), ("a", [4])):
        source = Source("edm", address)
        harvest(LocalHarvester(source, [row(number, f"Bowl {number}") for number in numbers]), client, settings)

    assert {1: "not-listed"} == gone(client)


def test_what_may_be_behind_a_refusal_is_not_missing(client: StoreClient, settings: Settings) -> None:
    source = Source("edm", "dump")
    three = [row(n, f"Bowl {n}", source=f"in/all.xml#record={n}") for n in (1, 2, 3)]
    others = [row(n, f"Jug {n}", source=f"in/jugs.zip!{n}.xml") for n in (4, 5)]
    alone = row(6, "Basin", source="in/6.xml")
    harvest(LocalHarvester(source, [*three, *others, alone]), client, settings)
    broken = [
        Rejection(name, "shelf", None, "bad", "No.", None, NOW) for name in ("in/all.xml#record=1", "in/jugs.zip")
    ]
    summary = harvest(LocalHarvester(source, [*broken, three[1]]), client, settings)

    assert ({6: "not-listed"}, 4) == (gone(client), summary.undecided)
    assert "4 that were there before" in summary.sentence
    assert {1, 3, 4, 5, 6} == (harvest(LocalHarvester(source, [three[1]]), client, settings) and gone(client).keys())


def test_an_item_that_was_taken_down_is_marked_by_its_tombstone(client: StoreClient, settings: Settings) -> None:
    record = edm(1, "Bowl")
    harvest(LocalHarvester(Source("web", "x"), [record], whole=False), client, settings)
    tombstones = [SourceRecord("shelf", "", RECORD_JSON, _tombstone(n), f"http://e.test/{n}", NOW) for n in (1, 2)]
    summary = harvest(LocalHarvester(Source("web", "x"), tombstones, whole=False), client, settings)

    assert ({"tombstone": 1}, {"tombstone": 1}) == (summary.gone, summary.rejected)
    assert {1: "tombstone"} == gone(client)
    assert ["Bowl"] == titles(client)


def _tombstone(number: int) -> bytes:
    changes = [{"about": "#deletion", "changeLog": [{"type": "Delete"}]}]
    return json.dumps({"object": {"about": f"/1/{number}", "proxies": changes}}).encode()
