import json
from collections import Counter

import pytest
from flask import Response

from rubricator.edm import map_record
from rubricator.errors import SourceError, UsageError
from rubricator.harvest.europeana.api import SYNTAXES
from rubricator.harvest.europeana.found import found_by_concept, found_by_query
from rubricator.harvest.europeana.records import Wanted
from rubricator.harvest.europeana.search import Query
from rubricator.harvest.record import JSON_LD, RDF_XML, Rejection, SourceRecord, Validators
from rubricator.harvest.source import Checkpoint, Gone, Harvested, Repeated, Unchanged
from rubricator.settings import Settings, load_settings
from tests.fakes import faults
from tests.fakes.europeana import DEPRECATED_KEY, Europeana, repeating_cursor
from tests.fakes.web import internet

from .conftest import Remembered

EVERYTHING = Query()
PAINTINGS = Query(concepts=("http://data.europeana.eu/concept/47", "http://data.europeana.eu/concept/base/47"))


def identifiers(harvested: list[Harvested]) -> list[str]:
    return [entry.identifier for entry in harvested if isinstance(entry, SourceRecord)]


def checkpoints(harvested: list[Harvested]) -> list[Checkpoint]:
    return [entry for entry in harvested if isinstance(entry, Checkpoint)]


def test_everything_that_a_search_finds_comes_in_pages_of_a_hundred(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    harvester = found_by_query(wanted, EVERYTHING, None)

    harvested = list(harvester.records(memory))

    assert sorted(fake.items) == identifiers(harvested)
    assert [(False, 250), (False, 250), (True, 250)] == [
        (checkpoint.token == "", checkpoint.expected) for checkpoint in checkpoints(harvested)
    ]
    assert 3 == len(fake.asked("search.json"))
    assert harvester.whole
    first = harvested[0]
    assert isinstance(first, SourceRecord)
    assert (RDF_XML, "9990000", f"{fake.url}/record/v2/9990000/item_000000.rdf") == (
        first.media_type,
        first.dataset,
        first.source,
    )
    assert Validators('W/"20240101000000"', "Mon, 01 Jan 2024 00:00:00 GMT") == first.validators


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_records_in_either_syntax_are_mapped_without_repairs(
    settings: Settings, memory: Remembered, syntax: str
) -> None:
    wanted = Wanted(settings, SYNTAXES[syntax])

    record, *_ = found_by_query(wanted, Query("europeana_id:/9990000/item_000001"), None).records(memory)

    assert isinstance(record, SourceRecord)
    assert {"rdf": RDF_XML, "jsonld": JSON_LD}[syntax] == record.media_type
    mapped = map_record(record, settings.iris)
    assert ("http://data.europeana.eu/item/9990000/item_000001", ()) == (mapped.item.value, mapped.repairs)


def test_a_concept_is_found_under_its_old_and_its_new_iri(wanted: Wanted, memory: Remembered, fake: Europeana) -> None:
    harvested = list(found_by_query(wanted, PAINTINGS, None).records(memory))

    found = [fake.items[identifier] for identifier in identifiers(harvested)]
    assert sorted(item.id for item in fake.items.values() if 47 in item.concepts) == [item.id for item in found]
    assert {True, False} == {item.legacy for item in found}


def test_what_is_asked_for_goes_to_the_api_in_a_stable_order(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    query = Query("painting", ('TYPE:"IMAGE"',), PAINTINGS.concepts, ("open", "restricted"), "IMAGE", media=True)

    harvester = found_by_query(wanted, query, None)
    list(harvester.records(memory))

    [asked] = fake.asked("search.json")
    assert {
        "query": ["painting"],
        "qf": [
            'TYPE:"IMAGE"',
            'skos_concept:("http://data.europeana.eu/concept/47" OR "http://data.europeana.eu/concept/base/47")',
            "TYPE:IMAGE",
        ],
        "reusability": ["open", "restricted"],
        "media": ["true"],
        "sort": ["europeana_id asc"],
        "profile": ["minimal"],
        "rows": ["100"],
        "cursor": ["*"],
    } == asked.params
    assert {"query", "qf", "reusability", "media", "format"} == set(harvester.source.selection)


def test_a_limit_cuts_the_last_page(wanted: Wanted, memory: Remembered, fake: Europeana) -> None:
    harvester = found_by_query(wanted, EVERYTHING, 130)

    harvested = list(harvester.records(memory))

    assert sorted(fake.items)[:130] == identifiers(harvested)
    assert [130, 130] == [checkpoint.expected for checkpoint in checkpoints(harvested)]
    assert ["100", "30"] == [asked.params["rows"][0] for asked in fake.asked("search.json")]
    assert not harvester.whole
    assert {"limit": "130"} == harvester.request


def test_a_harvest_goes_on_at_its_last_checkpoint_with_what_is_left_of_its_limit(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    harvester = found_by_query(wanted, EVERYTHING, 130)
    before = []
    for entry in harvester.records(memory):
        before.append(entry)
        if isinstance(entry, Checkpoint):
            token = entry.token
            break

    after = list(harvester.records(memory, token))

    assert sorted(fake.items)[:130] == identifiers(before) + identifiers(after)
    assert 2 == len(fake.asked("search.json"))


def test_a_token_that_europeana_no_longer_knows_starts_the_list_again(
    wanted: Wanted, memory: Remembered, fake: Europeana, caplog: pytest.LogCaptureFixture
) -> None:
    harvester = found_by_query(wanted, EVERYTHING, 130)
    token = next(entry.token for entry in harvester.records(memory) if isinstance(entry, Checkpoint))
    fake.expire_cursors()

    harvested = list(harvester.records(memory, token))

    assert sorted(fake.items)[:130] == identifiers(harvested)
    assert "from its beginning" in caplog.text


def test_a_cursor_that_expires_in_the_middle_ends_the_harvest_at_its_last_checkpoint(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.aside(fake.expire_cursors), ".rdf")

    harvested: list[Harvested] = []
    with pytest.raises(SourceError) as error:
        harvested.extend(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-bad-cursor" == error.value.code
    assert (100, 1) == (len(identifiers(harvested)), len(checkpoints(harvested)))


def test_a_cursor_that_repeats_itself_is_told_and_not_followed(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(repeating_cursor, "search.json", times=None)

    harvested: list[Harvested] = []
    with pytest.raises(SourceError, match=r"After 100 of 250 items .* goes in circles") as error:
        harvested.extend(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-cursor-repeats" == error.value.code
    assert 2 == len(fake.asked("search.json"))


def test_a_list_that_gives_nothing_more_before_its_end_is_told(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    def emptied(right: Response) -> Response:
        page = json.loads(right.get_data())
        right.set_data(json.dumps({**page, "items": []}))
        return right

    fake.fail(emptied, "search.json", after=1)

    with pytest.raises(SourceError) as error:
        list(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-list-ends-early" == error.value.code


@pytest.mark.parametrize("fault", [faults.html, faults.half], ids=["html", "half"])
def test_a_list_that_is_no_json_is_asked_for_again(
    wanted: Wanted, memory: Remembered, fake: Europeana, fault: faults.Fault
) -> None:
    fake.fail(fault, "search.json", times=2)

    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert 10 == len(identifiers(harvested))


def test_a_list_that_never_is_json_ends_the_harvest(
    wanted: Wanted, memory: Remembered, fake: Europeana, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail(faults.html, "search.json", times=None)

    with pytest.raises(SourceError, match="again later") as error:
        list(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-not-json" == error.value.code
    assert 3 == len(fake.asked("search.json"))
    assert ["Europeana answers with something that cannot be read; asked again in 0 s (try 3 of 3)."] == [
        record.getMessage() for record in caplog.records if record.name.startswith("rubricator")
    ]


@pytest.mark.parametrize(
    "fault",
    [faults.busy(), faults.busy_until(), faults.status(500), faults.status(503), faults.cut_off, faults.half,
     faults.html],
    ids=["429", "429 until", "500", "503", "cut off", "half", "html"],
)  # fmt: skip
def test_a_passing_fault_loses_no_record(
    wanted: Wanted, memory: Remembered, fake: Europeana, fault: faults.Fault
) -> None:
    fake.fail(fault, "item_000003", times=1)
    fake.fail(fault, "item_000005", times=2)

    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert sorted(fake.items)[:10] == identifiers(harvested)
    assert {"item_000003.rdf": 2, "item_000005.rdf": 3} == {
        path: count
        for path, count in Counter(asked.path.rpartition("/")[2] for asked in fake.asked(".rdf")).items()
        if count > 1
    }


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(faults.status(400, "no"), "source-rejected", id="400"),
        pytest.param(faults.status(403), "source-refused", id="403"),
        pytest.param(faults.html, "source-not-rdf", id="html"),
        pytest.param(faults.gzip_bomb, "source-too-large", id="gzip bomb"),
    ],
)
def test_a_record_that_cannot_be_had_is_refused_with_its_reason(
    wanted: Wanted, memory: Remembered, fake: Europeana, fault: faults.Fault, code: str
) -> None:
    fake.fail(fault, "item_000003", times=None)

    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert [("/9990000/item_000003", code)] == [
        (entry.identifier, entry.code) for entry in harvested if isinstance(entry, Rejection)
    ]
    assert 9 == len(identifiers(harvested))


def test_a_redirect_to_a_private_address_is_not_followed(
    settings: Settings, memory: Remembered, fake: Europeana, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.fail(faults.redirected(f"{fake.url}/inside"), "item_000003", times=None)
    outside = load_settings(**(settings.model_dump() | {
        "europeana_api": "http://api.europeana.example", "allow_private_addresses": False,
    }))  # fmt: skip

    with internet(monkeypatch) as open_web:
        open_web.names["api.europeana.example"] = ["193.0.6.139"]
        open_web.servers["193.0.6.139"] = int(fake.url.rpartition(":")[2])
        harvested = list(found_by_query(Wanted(outside), EVERYTHING, 10).records(memory))

    assert [("/9990000/item_000003", "source-private-address")] == [
        (entry.identifier, entry.code) for entry in harvested if isinstance(entry, Rejection)
    ]
    assert [] == fake.asked("/inside")


def test_a_connection_that_never_sends_is_given_up_and_asked_again(
    settings: Settings, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.silent(fake.stopping), "item_000003")
    hasty = load_settings(**(settings.model_dump() | {"source_timeout": 2}))

    harvested = list(found_by_query(Wanted(hasty, first_wait=0.01), EVERYTHING, 10).records(memory))

    assert sorted(fake.items)[:10] == identifiers(harvested)
    assert 2 == len(fake.asked("item_000003"))


def test_a_source_that_fails_for_one_record_after_the_other_ends_the_harvest_before_they_are_refused(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.status(400), ".rdf", times=None, after=20)
    # Of two at once the later may come first, and a record that comes starts the count again.
    one_by_one = Wanted(load_settings(**(wanted.settings.model_dump() | {"source_requests": 1})), first_wait=0.01)

    harvested: list[Harvested] = []
    with pytest.raises(SourceError) as error:
        harvested.extend(found_by_query(one_by_one, EVERYTHING, None).records(memory))

    assert "source-rejected" == error.value.code
    assert [] == [entry for entry in harvested if not isinstance(entry, SourceRecord)]


def test_a_record_of_ten_megabytes_in_latin_1_comes_as_it_is(
    wanted: Wanted, memory: Remembered, fake: Europeana, settings: Settings
) -> None:
    fake.items["/9990000/item_000000"].padding = 10 * 2**20
    fake.fail(faults.wrong_charset, "item_000000")

    record, *_ = found_by_query(wanted, EVERYTHING, 1).records(memory)

    assert isinstance(record, SourceRecord)
    assert 10 * 2**20 < len(record.content)
    assert "Musée" in str(map_record(record, settings.iris).triples)


def test_an_item_that_vanished_is_gone_and_one_that_is_listed_twice_is_fetched_once(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.vanish("/9990000/item_000002")
    fake.duplicates = 3

    harvested = list(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert [("/9990000/item_000002", "source-missing")] == [
        (entry.identifier, entry.code) for entry in harvested if isinstance(entry, Gone)
    ]
    assert 249 == len(set(identifiers(harvested))) == len(identifiers(harvested))
    assert 9 == sum(isinstance(entry, Repeated) for entry in harvested)
    assert 250 == len(fake.asked(".rdf"))


def test_what_has_not_changed_is_not_sent_again(wanted: Wanted, memory: Remembered, fake: Europeana) -> None:
    harvester = found_by_query(wanted, EVERYTHING, 10)
    records = [entry for entry in harvester.records(memory) if isinstance(entry, SourceRecord)]
    memory.known.update((record.source, record.validators) for record in records)
    fake.items["/9990000/item_000004"].touch()

    again = list(harvester.records(memory))

    assert ["/9990000/item_000004"] == identifiers(again)
    assert 9 == sum(isinstance(entry, Unchanged) for entry in again)


def test_what_was_not_met_again_is_asked_for(wanted: Wanted, memory: Remembered, fake: Europeana) -> None:
    harvester = found_by_query(wanted, EVERYTHING, 4)
    records = [entry for entry in harvester.records(memory) if isinstance(entry, SourceRecord)]
    fake.vanish(records[0].identifier)
    fake.items[records[1].identifier].touch()

    became = list(harvester.missing(records))

    assert [Gone, SourceRecord, Unchanged, Unchanged] == [type(entry) for entry in became]
    assert [(records[1].dataset, records[1].identifier)] == [
        (entry.dataset, entry.identifier) for entry in became if isinstance(entry, SourceRecord)
    ]


def test_strange_entries_are_refused_and_strange_identifiers_encoded(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    def strange(right: Response) -> Response:
        page = json.loads(right.get_data())
        page["items"][:3] = [{"title": ["nameless"]}, "text", {"id": "/9990000/a b/ü?"}]
        right.set_data(json.dumps(page))
        return right

    fake.fail(strange, "search.json")

    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert ["bad-identifier", "bad-identifier"] == [e.code for e in harvested if isinstance(e, Rejection)]
    assert ["/9990000/a b/ü?"] == [entry.identifier for entry in harvested if isinstance(entry, Gone)]
    assert 1 == len(fake.asked("/record/v2/9990000/a b/ü?.rdf"))


def test_a_name_of_one_s_own_is_kept_with_the_records_and_in_the_source(settings: Settings, memory: Remembered) -> None:
    harvester = found_by_query(Wanted(settings, dataset="pilot"), EVERYTHING, 1)

    record, *_ = harvester.records(memory)

    assert isinstance(record, SourceRecord)
    assert ("pilot", "pilot") == (record.dataset, harvester.source.selection["dataset"])


def test_some_items_are_harvested_for_each_concept_list_after_list(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    concepts = {
        slug: (f"http://data.europeana.eu/concept/{n}", f"http://data.europeana.eu/concept/base/{n}")
        for slug, n in (("map", 43), ("painting", 47), ("toy", 56))
    }
    harvester = found_by_concept(wanted, Query(type="IMAGE"), concepts, 8)

    harvested = list(harvester.records(memory))

    counts = Counter(n for identifier in identifiers(harvested) for n in fake.items[identifier].concepts)
    assert (8, 8, 8) == (counts[43], counts[47], counts[56])
    tokens = [checkpoint.token for checkpoint in checkpoints(harvested)]
    assert ["painting 0 *", "toy 0 *", ""] == tokens
    assert identifiers(harvested)[8:] == identifiers(list(harvester.records(memory, tokens[0])))
    assert ("map\npainting\ntoy", "8") == (
        harvester.source.selection["concept"],
        harvester.source.selection["per-concept"],
    )


def test_without_a_key_nothing_can_be_wanted() -> None:
    with pytest.raises(UsageError, match="RUBRICATOR_EUROPEANA_API_KEY"):
        Wanted(load_settings())


@pytest.mark.parametrize(("key", "said"), [("unknown", "Invalid API key"), (DEPRECATED_KEY, "Deprecated API key")])
def test_a_key_that_europeana_does_not_accept_ends_the_harvest(
    settings: Settings, memory: Remembered, key: str, said: str
) -> None:
    settings = load_settings(**{**settings.model_dump(), "europeana_api_key": key})

    with pytest.raises(SourceError, match=said) as error:
        list(found_by_query(Wanted(settings), EVERYTHING, None).records(memory))

    assert "source-refused" == error.value.code
    assert "RUBRICATOR_EUROPEANA_API_KEY" in str(error.value)
    assert key not in str(error.value)


def test_a_key_that_is_withdrawn_between_two_records_does_not_make_them_gone(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.aside(lambda: setattr(fake, "key", "another")), ".rdf", after=2)

    harvested: list[Harvested] = []
    with pytest.raises(SourceError) as error:
        harvested.extend(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-refused" == error.value.code
    assert {SourceRecord} == {type(entry) for entry in harvested}


def test_a_query_that_europeana_cannot_read_is_explained(wanted: Wanted, memory: Remembered) -> None:
    with pytest.raises(SourceError, match="undefined field colour") as error:
        list(found_by_query(wanted, Query("colour:red"), None).records(memory))

    assert "source-rejected" == error.value.code


def test_the_key_goes_in_a_header_only_and_stays_in_no_record(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert {fake.key} == {asked.headers["X-Api-Key"] for asked in fake.requests}
    assert [] == [asked for asked in fake.requests if fake.key in asked.query + asked.path]
    assert fake.key not in repr(harvested)
