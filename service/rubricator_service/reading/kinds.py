"""Whether there is a thing, and of what kinds it is: what a redirect to its document tells of it."""

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator.rdf import VOID
from rubricator_service.reading.store import Reading, Row, node


def kinds_of(reading: Reading, thing: NamedNode, graphs: Sequence[NamedNode]) -> Sequence[NamedNode] | None:
    """The classes of a thing in graphs that are read as one, no graph meaning the published view.

    None where ``describe`` finds nothing to say of it there.
    """
    dataset = " ".join(f"FROM {graph}" for graph in graphs)
    rows = reading.select(
        f"""SELECT ?kind {dataset} WHERE {{
          {{ {thing} a ?kind }}
          UNION {{ SELECT ?any WHERE {{ {thing} ?any ?o }} LIMIT 1 }}
          UNION {{ SELECT ?any WHERE {{
            VALUES ?any {{ enr:revokes prov:wasInvalidatedBy }} ?s ?any {thing}
          }} LIMIT 1 }}
        }}"""
    )
    return _kinds(rows) if rows else None


def kinds_of_dataset(reading: Reading, dataset: NamedNode) -> Sequence[NamedNode] | None:
    """A data set is there if a record is part of it, and nothing else is known of it."""
    part = f"GRAPH ?record {{ ?record dcterms:isPartOf {dataset} ; foaf:primaryTopic ?item }}"
    return [VOID["Dataset"]] if reading.select(f"SELECT ?item WHERE {{ {part} }} LIMIT 1") else None


def item_in(reading: Reading, record: NamedNode) -> tuple[NamedNode, Sequence[NamedNode]] | None:
    """The item that a record graph is about, and its classes; None where there is no such record."""
    rows = reading.select(
        f"""SELECT ?item ?kind WHERE {{
          GRAPH {record} {{ {record} foaf:primaryTopic ?item OPTIONAL {{ ?item a ?kind }} }}
        }}"""
    )
    items = sorted({item for row in rows if (item := node(row, "item"))}, key=str)
    return (items[0], _kinds(row for row in rows if row["item"] == items[0])) if items else None


def licences_of(reading: Reading, iris: Iris, concept: NamedNode) -> Sequence[NamedNode]:
    """The licences of a concept: those of its scheme."""
    rows = reading.select(
        f"""SELECT DISTINCT ?licence WHERE {{
          GRAPH {iris.concepts_graph} {{ {concept} skos:inScheme?/dcterms:license ?licence }}
        }}"""
    )
    return sorted((licence for row in rows if (licence := node(row, "licence"))), key=str)


def _kinds(rows: Iterable[Row]) -> Sequence[NamedNode]:
    return sorted({kind for row in rows if (kind := node(row, "kind"))}, key=str)
