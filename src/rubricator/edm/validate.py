"""Holds stored records against the EDM shapes of ``ontology/shapes/edm.ttl``, and runs against those beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from rubricator.rdf import RDFS, SH, TYPE
from rubricator.resources import resource

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that a shape finds wrong.

    ``severity`` is violation, warning or info; ``focus`` the IRI it is wrong with, ``shape`` that of the nearest shape
    that has one, ``component`` that of the constraint. ``path`` and ``value`` are Turtle without prefixes, empty where
    the shape is about the node itself.
    """

    severity: str
    focus: str
    path: str
    message: str
    value: str
    shape: str
    component: str


def shapes_file(name: str) -> Path:
    """Where the shapes ``edm``, ``enrichment`` or ``review`` are."""
    return resource("ontology", "shapes", f"{name}.ttl")


@cache
def needed_predicates(shapes: Path) -> frozenset[NamedNode]:
    """Every predicate that these shapes look at, and a few terms more: all that has to be fetched of a record."""
    named = {quad.object for quad in parse(path=shapes, format=RdfFormat.TURTLE)}
    return frozenset({TYPE} | {term for term in named if isinstance(term, NamedNode) and str(SH) not in term.value})


@cache
def remedies(shapes: Path) -> dict[str, str]:
    """What to do about each finding, by the IRI of its shape, where the shape says so."""
    said = (quad for quad in parse(path=shapes, format=RdfFormat.TURTLE) if quad.predicate == RDFS["comment"])
    return {
        quad.subject.value: quad.object.value
        for quad in said
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    }


def validate(triples: Iterable[Triple], shapes: Path | None = None) -> list[Finding]:
    """What the shapes find wrong with these triples, in a stable order; empty if they conform."""
    from pyshacl import validate as check
    from rdflib import Graph
    from rdflib.namespace import SH as TERMS

    data = Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    rules = _parsed(shapes or shapes_file("edm"))
    _, report, _ = check(data, shacl_graph=rules, inplace=True, allow_warnings=True, allow_infos=True)
    if not isinstance(report, Graph):
        raise TypeError("pyshacl gave no report graph")
    return sorted({_finding(report, result, rules) for result in report.objects(None, TERMS.result)})


@cache
def _parsed(shapes: Path) -> "Graph":
    from rdflib import Graph

    return Graph().parse(shapes, format="turtle")


def _finding(report: "Graph", result: "Node", rules: "Graph") -> Finding:
    from rdflib import BNode
    from rdflib.namespace import SH as TERMS

    shape = report.value(result, TERMS.sourceShape)
    while isinstance(shape, BNode):
        shape = next(rules.subjects(None, shape), None)
    path, value = report.value(result, TERMS.resultPath), report.value(result, TERMS.value)
    return Finding(
        str(report.value(result, TERMS.resultSeverity)).rpartition("#")[2].lower(),
        str(report.value(result, TERMS.focusNode)),
        "" if path is None else _turtle(report, path),
        str(report.value(result, TERMS.resultMessage) or ""),
        "" if value is None else _turtle(report, value),
        str(shape or ""),
        str(report.value(result, TERMS.sourceConstraintComponent)),
    )


def _turtle(graph: "Graph", node: "Node") -> str:
    """A term as Turtle; a blank node with all that hangs on it, as the paths of shapes are made."""
    from rdflib import RDF, BNode

    if not isinstance(node, BNode):
        return node.n3()
    if (node, RDF.first, None) in graph:
        return f"( {' '.join(_turtle(graph, item) for item in graph.items(node))} )"
    parts = sorted(f"{predicate.n3()} {_turtle(graph, value)}" for predicate, value in graph.predicate_objects(node))
    return f"[ {' ; '.join(parts)} ]"
