from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rubricator.errors import SourceError
from rubricator.harvest import SourceRecord
from rubricator.harvest.local import LocalHarvester
from rubricator.harvest.record import Validators
from rubricator.harvest.source import Source, Unchanged
from rubricator.pipeline.harvesting import harvest as module
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from tests.fakes.oxigraph import oxigraph_server
from tests.pipeline.catalogue import (
    BASE,
    Catalogue,
    count_harvests,
    dataset,
    edm,
    facts,
    row,
    titles,
    unpublished,
)

TEN = {number: f"Bowl {number}" for number in range(10)}


def pages(client: StoreClient) -> list[str]:
    """The tokens of all pages that ended at a checkpoint."""
    rows = client.select(f"{SPARQL_PREFIXES}SELECT ?x WHERE {{ GRAPH ?g {{ ?page a enr:Page ; enr:token ?x }} }}")
    return sorted(str(getattr(row["x"], "value", "")) for row in rows)


def test_a_harvest_is_in_the_ledger_before_anything_is_fetched(client: StoreClient, settings: Settings) -> None:
    def stream() -> Iterator[SourceRecord]:
        said = "?x a enr:Harvest ; prov:startedAtTime ?start ; prov:used ?source ; prov:wasAssociatedWith ?software"
        [iri] = facts(client, f"{said} . ?source enr:kind 'edm' ; enr:address '~/dump' ; enr:selection 'dataset=shelf'")
        assert iri.startswith("http://rubricator.test/id/harvest/")
        assert [] == facts(client, "?x prov:endedAtTime ?end")
        yield edm(1, "Bowl")

    harvest(LocalHarvester(Source("edm", "~/dump", {"dataset": "shelf"}), stream()), client, settings)

    assert 1 == len(facts(client, "?x prov:endedAtTime ?end"))


def test_a_harvest_ends_with_what_it_came_to(client: StoreClient, settings: Settings) -> None:
    summary = harvest(Catalogue(dict(TEN), failing={3, 4}, deleted={20}), client, settings)

    assert (8, 3, False) == (summary.new, summary.rejected.total(), summary.resumed)
    assert [summary.harvest] == [iri.rpartition("/")[2] for iri in facts(client, "?x a enr:Harvest")]
    figures = "newCount 8, changedCount 0, unchangedCount 0, repeatedCount 0, refusedCount 3, goneCount 0, heldCount 8"
    for name, count in (figure.split() for figure in figures.split(", ")):
        assert [count] == facts(client, f"?harvest a enr:Harvest ; enr:{name} ?x")
    assert ["1", "2"] == facts(client, "?harvest enr:refusedFor ?tally . ?tally enr:code ?code ; enr:count ?x")


def test_a_record_names_the_harvest_that_brought_it_and_what_its_server_gave(
    client: StoreClient, settings: Settings
) -> None:
    summary = harvest(Catalogue({1: "Bowl"}), client, settings)
    said = f"""?g dcterms:source <http://catalogue.test/1> ; enr:etag '"Bowl"' ; dcterms:identifier "1" ;
      prov:wasGeneratedBy {settings.iris.harvest(summary.harvest)} ; dcterms:format "application/rdf+xml" """

    assert client.ask(f"{SPARQL_PREFIXES}ASK {{ GRAPH ?g {{ {said} }} }}")


def test_an_interrupted_harvest_goes_on_at_its_last_checkpoint(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN), cut=9)
    with pytest.raises(KeyboardInterrupt):
        harvest(catalogue, client, settings)
    assert 8 == len(titles(client))

    catalogue.cut = None
    summary = harvest(catalogue, client, settings)

    assert (10, 0, True) == (summary.new, summary.unchanged, summary.resumed)
    assert ["0", "4", "8", "8"] == catalogue.tokens
    assert 1 == count_harvests(client)
    assert ["", "4", "8"] == pages(client)


def test_what_came_before_a_list_failed_stays_and_the_next_call_goes_on(
    client: StoreClient, settings: Settings
) -> None:
    catalogue = Catalogue(dict(TEN), ends=2)
    with pytest.raises(SourceError, match="The catalogue fails") as failure:
        harvest(catalogue, client, settings)
    assert 5 == failure.value.exit_code
    assert 8 == len(titles(client))
    assert [] == facts(client, "?x prov:endedAtTime ?end")

    catalogue.ends = None
    assert 10 == harvest(catalogue, client, settings).new
    assert ["0", "4", "8"] == catalogue.tokens


def test_a_page_that_was_interrupted_in_the_middle_is_counted_once(
    client: StoreClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_RECORDS", 2)
    catalogue = Catalogue(dict(TEN), failing={4}, cut=7)
    with pytest.raises(KeyboardInterrupt):
        harvest(catalogue, client, settings)
    assert ["4"] == pages(client)
    assert "Bowl 5" in titles(client)

    catalogue.cut = None
    catalogue.titles[5] = "Mended bowl"
    summary = harvest(catalogue, client, settings)

    assert (9, 0, {"source-server-error": 1}) == (summary.new, summary.unchanged, summary.rejected)
    assert "Mended bowl" in titles(client)


def test_another_source_or_request_begins_a_harvest_of_its_own(client: StoreClient, settings: Settings) -> None:
    for other in ({"dataset": "case"}, {"request": {"limit": "9"}}, {}):
        with pytest.raises(KeyboardInterrupt):
            harvest(Catalogue(dict(TEN), cut=5, **other), client, settings)

    assert 3 == count_harvests(client)


def test_a_harvest_that_came_to_no_checkpoint_is_left_behind(client: StoreClient, settings: Settings) -> None:
    def cut() -> Iterator[SourceRecord]:
        yield edm(1, "Bowl")
        raise SourceError("unreadable", "The disk is gone.")

    source = Source("edm", "~/dump")
    with pytest.raises(SourceError):
        harvest(LocalHarvester(source, cut()), client, settings)
    summary = harvest(LocalHarvester(source, [edm(1, "Bowl"), edm(2, "Jug")]), client, settings)

    assert (1, 1, False) == (summary.new, summary.unchanged, summary.resumed)
    assert (2, 1) == (count_harvests(client), len(facts(client, "?x prov:endedAtTime ?end")))


def test_only_what_changed_is_fetched_again(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN))
    harvest(catalogue, client, settings)
    catalogue.titles[3] = "Old bowl"
    catalogue.fetched.clear()
    summary = harvest(catalogue, client, settings)

    assert [3] == catalogue.fetched
    assert (0, 1, 9) == (summary.new, summary.changed, summary.unchanged)
    assert "Old bowl" in titles(client)


def test_what_would_be_mapped_anew_is_fetched_again(client: StoreClient, settings: Settings) -> None:
    harvest(Catalogue({1: "Bowl"}), client, settings)
    catalogue = Catalogue({1: "Bowl"}, dataset="case")
    summary = harvest(catalogue, client, settings)

    assert ([1], 1) == (catalogue.fetched, summary.changed)


def test_what_a_server_gives_with_the_same_bytes_is_remembered(client: StoreClient, settings: Settings) -> None:
    record = row(1, "Bowl", source="http://shelf.test/1")
    for etag in ('"one"', '"two"'):
        given = replace(record, validators=Validators(etag))
        summary = harvest(LocalHarvester(Source("web", "x"), [given]), client, settings)

    assert 1 == summary.unchanged
    etags = client.select(f"{SPARQL_PREFIXES}SELECT ?tag WHERE {{ GRAPH ?g {{ ?g enr:etag ?tag }} }}")
    assert ['"two"'] == [getattr(solution["tag"], "value", "") for solution in etags]


def test_a_record_that_is_listed_twice_is_met_once(client: StoreClient, settings: Settings) -> None:
    record = row(1, "Bowl")
    summary = harvest(LocalHarvester(Source("web", "x"), [record, row(2, "Jug"), record]), client, settings)

    assert (2, 1, {}) == (summary.new, summary.repeated, summary.rejected)
    assert "1 listed twice" in summary.sentence


def test_something_unchanged_that_is_not_held_is_refused(client: StoreClient, settings: Settings) -> None:
    met = Unchanged("http://shelf.test/1")
    summary = harvest(LocalHarvester(Source("web", "x"), [met]), client, settings)  # type: ignore[list-item]

    assert {"unchanged-unknown": 1} == summary.rejected


def test_the_pages_of_older_harvests_go_when_all_was_listed_anew(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN))
    first = harvest(catalogue, client, settings).harvest
    second = harvest(catalogue, client, settings).harvest
    found = client.select(
        f"{SPARQL_PREFIXES}SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?page prov:hadMember ?member }} }}"
    )

    assert first < second
    assert [settings.iris.harvest_graph(second)] == [solution["g"] for solution in found]
    assert ["10", "10"] == facts(client, "?harvest enr:newCount ?n ; enr:heldCount ?x")


def test_a_harvester_is_told_up_to_when_its_source_was_complete(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN), datestamp="2026-01-02", cut=5)
    with pytest.raises(KeyboardInterrupt):
        harvest(catalogue, client, settings)
    catalogue.cut, catalogue.datestamp = None, "2026-01-03"
    harvest(catalogue, client, settings)
    harvest(catalogue, client, settings)

    assert ["", "", "2026-01-02"] == catalogue.told


def test_harvests_that_differ_leave_the_same_store(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue(dict(TEN))
    harvest(catalogue, client, settings)
    before = dataset(client)
    catalogue.page = 3
    harvest(catalogue, client, settings)

    assert before == dataset(client)
    assert set() == unpublished(client)


def test_a_harvest_goes_on_in_a_foreign_store_too(client: StoreClient, settings: Settings, tmp_path: Path) -> None:
    catalogue = Catalogue(dict(TEN), cut=7)
    with oxigraph_server(tmp_path / "foreign") as url:
        foreign = load_settings(data_dir=tmp_path / "data", base=BASE, store_url=f"{url}/")
        with connect(foreign) as other:
            with pytest.raises(KeyboardInterrupt):
                harvest(catalogue, other, foreign)
            catalogue.cut = None
            assert (10, True) == ((resumed := harvest(catalogue, other, foreign)).new, resumed.resumed)
            del catalogue.titles[3]
            catalogue.titles[4] = "Mended bowl"
            summary = harvest(catalogue, other, foreign)
            held = dataset(other)
    for listed in (TEN, catalogue.titles):
        harvest(Catalogue(dict(listed)), client, settings)

    assert (1, 8, {"source-gone": 1}) == (summary.changed, summary.unchanged, summary.gone)
    assert held == dataset(client)
