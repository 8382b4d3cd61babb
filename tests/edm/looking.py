"""What tests of mapped records look at."""

from pyoxigraph import NamedNode

from rubricator.edm import EdmRecord

ITEM = "http://data.europeana.eu/item/1/x"


def values(record: EdmRecord, predicate: NamedNode) -> list[object]:
    return [triple.object for triple in record.triples if triple.predicate == predicate]


def codes(record: EdmRecord) -> list[str]:
    return [repair.code for repair in record.repairs if repair.code not in ("aggregation-added", "relative-iri")]
