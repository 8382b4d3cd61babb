"""Records a second from RDF/XML to the statements that are stored, against the bare parser on the same records, clean.

Of the time of a clean record, 33 hundredths are the parser's, told to trust; 14 the look at its bytes that lets it; 18
finding classes, item, proxies and aggregation among the statements; 10 codes, and what the item is called; 13 whether a
record claims what is not its own, and is in our form already; 12 hashes, its graph and the record itself. The bare
parser would take 40. So the aim leaves 33 for all that comes after parser and look, which takes 53; it is many small
steps, few of which touch every statement.
"""

from collections.abc import Callable
from functools import partial

from pyoxigraph import RdfFormat, parse

from benchmarks.measure import Measurement, interleaved, one_core
from benchmarks.records import record, with_faulty_attributes, with_faulty_elements
from rubricator.edm import map_record
from rubricator.harvest.record import RDF_XML, SourceRecord
from rubricator.iris import Iris
from rubricator.rdf import now

RECORDS, ROUNDS = 1000, 9
KINDS = {
    "clean": (
        record,
        "as we store them; 47 % of it is the parser and a look at the bytes, 18 % finding parts, 23 % item and claims",
    ),
    "with faulty attributes": (with_faulty_attributes, "relative, illegal and outdated IRIs, empty languages"),
    "with faulty elements": (with_faulty_elements, "these, empty references and provenance of statements"),
}


def measure() -> list[Measurement]:
    clean = [record(n) for n in range(RECORDS)]
    works = [partial(_map, _records(make)) for make, _ in KINDS.values()]
    with one_core():
        baseline, *ours = interleaved(lambda _: _parse(clean), *works, rounds=ROUNDS)
    name = "pyoxigraph `parse` of clean ones"
    return [
        Measurement(f"mapping of records {kind}", "records/s", RECORDS / taken, name, RECORDS / baseline, "≥ 0.5", what)
        for (kind, (_, what)), taken in zip(KINDS.items(), ours, strict=True)
    ]


def _records(make: Callable[[int], bytes]) -> list[SourceRecord]:
    return [SourceRecord("records", "", RDF_XML, make(n), f"{n}.xml", now()) for n in range(RECORDS)]


def _parse(contents: list[bytes]) -> None:
    for content in contents:
        for _ in parse(content, format=RdfFormat.RDF_XML):
            pass


def _map(records: list[SourceRecord], _: int) -> None:
    iris = Iris("http://rubricator.bench")
    for one in records:
        map_record(one, iris)
