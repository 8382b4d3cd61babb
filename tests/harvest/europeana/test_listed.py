import io
from pathlib import Path

import pytest

from rubricator.errors import UsageError
from rubricator.harvest.europeana.listed import ListedItems, listed_items, opened_list
from rubricator.harvest.europeana.records import Wanted
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.harvest.source import Checkpoint, Gone, Repeated
from tests.fakes.europeana import Europeana
from tests.harvest.europeana.harvesting import Remembered

LINES = """\ufeff# from the exhibition
/9990000/item_000001
9990000/item_000002,painting   # in a table

http://data.europeana.eu/item/9990000/item_000003\t"x"
"https://www.europeana.eu/en/item/9990000/item_000004?q=1";map
/9990000/item_000001
no item
/9990000/nowhere
"""


def listed(wanted: Wanted, text: str, name: str = "items.txt") -> ListedItems:
    return listed_items(wanted, io.BytesIO(text.encode()), name)


def test_a_list_is_read_in_every_spelling_and_its_bad_lines_are_told(wanted: Wanted, memory: Remembered) -> None:
    harvested = list(listed(wanted, LINES).records(memory))

    assert [1, 2, 3, 4] == [int(entry.identifier[-1]) for entry in harvested if isinstance(entry, SourceRecord)]
    assert [("items.txt#line=8", "no item", "bad-identifier")] == [
        (entry.source, entry.identifier, entry.code) for entry in harvested if isinstance(entry, Rejection)
    ]
    assert ["/9990000/nowhere"] == [entry.identifier for entry in harvested if isinstance(entry, Gone)]
    assert [Repeated(next(entry.source for entry in harvested if isinstance(entry, SourceRecord)))] == [
        entry for entry in harvested if isinstance(entry, Repeated)
    ]
    assert [Checkpoint("")] == [entry for entry in harvested if isinstance(entry, Checkpoint)]


def test_an_address_of_the_record_api_names_its_item(wanted: Wanted, memory: Remembered) -> None:
    line = "https://api.europeana.eu/record/9990000/item_000013.json?wskey=foo&profile=rich\n"

    (record, _) = listed(wanted, line).records(memory)

    assert isinstance(record, SourceRecord)
    assert ("/9990000/item_000013", True) == (record.identifier, record.source.endswith("/item_000013.rdf"))


def test_a_key_in_a_bad_line_is_not_kept(wanted: Wanted, memory: Remembered, fake: Europeana) -> None:
    lines = f"https://api.europeana.eu/x.json?wskey=somebody\nhttp://a/{fake.key}/b\n{'x' * 4080}&wskey=somebody,\n"

    met = [entry for entry in listed(wanted, lines).records(memory) if isinstance(entry, Rejection)]

    assert [1, 2, 3] == [int(entry.source[-1]) for entry in met]
    assert "https://api.europeana.eu/x.json?wskey=REDACTED" == met[0].identifier
    for entry in met:
        assert "some" not in repr(entry)
        assert fake.key not in repr(entry)


def test_a_list_is_cut_in_pages_and_gone_on_with(wanted: Wanted, memory: Remembered, fake: Europeana) -> None:
    harvester = listed(wanted, "\n".join(fake.items))

    harvested = list(harvester.records(memory))
    rest = list(harvester.records(memory, "200"))

    assert ["100", "200", ""] == [entry.token for entry in harvested if isinstance(entry, Checkpoint)]
    assert list(fake.items) == [entry.identifier for entry in harvested if isinstance(entry, SourceRecord)]
    assert list(fake.items)[200:] == [entry.identifier for entry in rest if isinstance(entry, SourceRecord)]


def test_a_changed_list_is_another_request_of_the_same_source(wanted: Wanted) -> None:
    one, other = listed(wanted, "/1/a"), listed(wanted, "/1/b")

    assert one.source == other.source
    assert one.request != other.request
    assert (True, False) == (one.whole, listed(wanted, "/1/a", "-").whole)


def test_an_empty_list_harvests_nothing(wanted: Wanted, memory: Remembered) -> None:
    assert [] == list(listed(wanted, "").records(memory))


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"), opened_list(tmp_path / "nowhere.txt"):
        pass
