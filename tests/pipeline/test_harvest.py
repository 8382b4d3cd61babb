import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rubricator.errors import SourceError
from rubricator.harvest import SourceRecord
from rubricator.harvest.local import LocalHarvester
from rubricator.harvest.record import RECORD_JSON, Rejection, Validators
from rubricator.harvest.source import Gone, Source, Unchanged
from rubricator.pipeline import harvest as module
from rubricator.pipeline.harvest import harvest
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from tests.fakes.oxigraph import oxigraph_server
from tests.pipeline.harvesting import (
    BASE,
    NOW,
    Catalogue,
    count_harvests,
    dataset,
    edm,
    facts,
    gone,
    row,
    titles,
    unpublished,
)

TEN = {number: f"Bowl {number}" for number in range(10)}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoreClient, Settings]]:
    """One for all tests: a process takes longer to start than most of them."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("data"), base=BASE)
    with connect(settings) as client:
        yield client, settings


@pytest.fixture
def client(store: tuple[StoreClient, Settings]) -> StoreClient:
    client, _ = store
    client.update("DROP ALL")
    return client


@pytest.fixture
def settings(store: tuple[StoreClient, Settings]) -> Settings:
    return store[1]


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


def test_a_record_that_is_listed_twice_is_met_once(client: StoreClient, settings: Settings) -> None:
    record = row(1, "Bowl")
    summary = harvest(LocalHarvester(Source("web", "x"), [record, row(2, "Jug"), record]), client, settings)

    assert (2, 1, {}) == (summary.new, summary.repeated, summary.rejected)
    assert "1 listed twice" in summary.sentence


def test_something_unchanged_that_is_not_held_is_refused(client: StoreClient, settings: Settings) -> None:
    met = Unchanged("http://shelf.test/1")
    summary = harvest(LocalHarvester(Source("web", "x"), [met]), client, settings)  # type: ignore[list-item]

    assert {"unchanged-unknown": 1} == summary.rejected


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


def test_a_harvest_goes_on_in_a_foreign_store_too(
    client: StoreClient, settings: Settings, tmp_path: Path, free_port: int
) -> None:
    catalogue = Catalogue(dict(TEN), cut=7)
    with oxigraph_server(tmp_path / "foreign", free_port) as url:
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
