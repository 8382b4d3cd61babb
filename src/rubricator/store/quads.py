"""Quads as text: N-Triples, and what stands between the braces of INSERT DATA."""

from collections.abc import Iterable
from io import BytesIO
from itertools import groupby
from operator import attrgetter

from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize


def n_triples(quads: Iterable[Quad]) -> bytes:
    """The triples of quads, without their graphs."""
    output = BytesIO()
    serialize((quad.triple for quad in quads), output, RdfFormat.N_TRIPLES)
    return output.getvalue()


def quad_data(quads: Iterable[Quad]) -> str:
    """Quads as INSERT DATA and DELETE DATA take them."""
    return "".join(
        triples if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ {triples} }}\n"
        for graph, group in groupby(quads, key=attrgetter("graph_name"))
        for triples in [n_triples(group).decode()]
    )
