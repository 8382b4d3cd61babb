"""The addresses of the documents about items and claims, for those who want to visit all of them."""

from pyoxigraph import NamedNode

from rubricator_service.links import Links
from rubricator_service.reading.store import Reading

# No ORDER BY: within one snapshot the store gives them in one order, and sorting a million for each page would be slow.


def items(reading: Reading, links: Links, limit: int, offset: int) -> list[str]:
    """Where each item with a record of ours is shown."""
    rows = reading.select(
        f"SELECT ?record ?item WHERE {{ {_RECORDS} }} LIMIT {limit:d} OFFSET {offset:d}",
    )
    return [
        links.absolute(links.item_document(NamedNode(row["item"].value), NamedNode(row["record"].value)))
        for row in rows
    ]


def records(reading: Reading) -> int:
    return reading.count(f"SELECT (COUNT(*) AS ?count) WHERE {{ {_RECORDS} }}")


def claims(reading: Reading, links: Links, limit: int, offset: int) -> list[str]:
    """The claims that are published."""
    rows = reading.select(f"SELECT ?claim WHERE {{ ?item enr:hasEnrichment ?claim }} LIMIT {limit:d} OFFSET {offset:d}")
    return [links.absolute(links.to(NamedNode(row["claim"].value))) for row in rows]


_RECORDS = "GRAPH ?record { ?record foaf:primaryTopic ?item }"
