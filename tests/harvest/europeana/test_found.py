"""What searches find, at first and again."""

import json
from collections import Counter

import pytest
from flask import Response

from rubricator.edm import map_record
from rubricator.harvest.europeana.api import SYNTAXES
from rubricator.harvest.europeana.found import found_by_concept, found_by_query
from rubricator.harvest.europeana.records import Wanted
from rubricator.harvest.europeana.search import Query
from rubricator.harvest.record import JSON_LD, RDF_XML, Rejection, SourceRecord, Validators
from rubricator.harvest.source import Gone, Repeated, Unchanged
from rubricator.settings import Settings
from tests.fakes.europeana import Europeana
from tests.harvest.europeana.harvesting import EVERYTHING, Remembered, checkpoints, identifiers

PAINTINGS = Query(concepts=("http://data.europeana.eu/concept/47", "http://data.europeana.eu/concept/base/47"))


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
