"""What the store is made of, as far as its description tells: data sets, runs, and examples to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator_service.reading.store import Reading

MOST = 1000
"""Most data sets, and most runs, that are told."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The graphs of runs, and an item with a claim on it, if there is one."""

    run_graphs: Sequence[NamedNode]
    examples: Sequence[NamedNode]


def read_extent(reading: Reading, iris: Iris) -> Extent:
    """The newest runs first."""
    graphs = reading.select(
        f"""SELECT ?graph WHERE {{ GRAPH {iris.ledger} {{
          ?run a enr:Run . ?graph a prov:Bundle ; prov:wasGeneratedBy ?run
        }} }} ORDER BY DESC(?run) LIMIT {MOST:d}"""
    )
    examples = reading.select("SELECT ?item ?claim WHERE { ?item enr:hasEnrichment ?claim } LIMIT 1")
    return Extent(
        [NamedNode(row["graph"].value) for row in graphs],
        [NamedNode(row[name].value) for row in examples for name in ("item", "claim")],
    )


def count_by_dataset(reading: Reading) -> Mapping[NamedNode, int]:
    """How many records each data set has, the largest first."""
    rows = reading.select(
        f"""SELECT ?dataset (COUNT(?record) AS ?count) WHERE {{
          GRAPH ?record {{ ?record dcterms:isPartOf ?dataset }}
        }} GROUP BY ?dataset ORDER BY DESC(?count) ?dataset LIMIT {MOST:d}"""
    )
    return {NamedNode(row["dataset"].value): int(row["count"].value) for row in rows}
