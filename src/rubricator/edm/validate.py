"""Holds stored records against the EDM shapes of ``ontology/shapes/edm.ttl``, and runs against those beside it."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from rubricator.rdf import RDFS, SH, TYPE, XSD
from rubricator.resources import resource

if TYPE_CHECKING:
    import rdflib
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
    """Where the shapes of that name are: ``edm``, ``enrichment``, ``classifier``, ``explanation``, ``harvest``, …"""
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

    rules = _parsed(shapes or shapes_file("edm"))
    with _unworried():
        _, report, _ = check(_graph(triples), shacl_graph=rules, inplace=True, allow_warnings=True, allow_infos=True)
    if not isinstance(report, Graph):
        raise TypeError("pyshacl gave no report graph")
    return sorted({_finding(report, result, rules) for result in report.objects(None, TERMS.result)})


@contextmanager
def _unworried() -> Iterator[None]:
    """Keep rdflib from logging each literal that is not of its datatype: to say so is for the shapes."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _graph(triples: Iterable[Triple]) -> "rdflib.Graph":
    """The triples as rdflib has them. Not by way of a syntax, because rdflib reads no RDF 1.2."""
    import rdflib

    graph = rdflib.Graph()
    graph.addN((_term(triple.subject), _term(triple.predicate), _term(triple.object), graph) for triple in triples)
    return graph


def _term(term: object) -> "rdflib.BNode | rdflib.Literal | rdflib.URIRef":
    import rdflib

    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case Literal():
            plain = term.language is not None or term.datatype == XSD["string"]
            datatype = None if plain else rdflib.URIRef(term.datatype.value)
            return rdflib.Literal(term.value, term.language, datatype, normalize=False)
        case _:
            return rdflib.BNode(str(term))


@cache
def _parsed(shapes: Path) -> "rdflib.Graph":
    import rdflib

    return rdflib.Graph().parse(shapes, format="turtle")


def _finding(report: "rdflib.Graph", result: "Node", rules: "rdflib.Graph") -> Finding:
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


def _turtle(graph: "rdflib.Graph", node: "Node") -> str:
    """A term as Turtle; a blank node with all that hangs on it, as the paths of shapes are made."""
    from rdflib import RDF, BNode
    from rdflib import Literal as Text

    if isinstance(node, Text):
        datatype = NamedNode(node.datatype) if node.datatype else None
        return str(Literal(str(node), language=node.language, datatype=datatype))
    if not isinstance(node, BNode):
        return str(NamedNode(str(node)))
    if (node, RDF.first, None) in graph:
        return f"( {' '.join(_turtle(graph, item) for item in graph.items(node))} )"
    parts = (f"{_turtle(graph, name)} {_turtle(graph, value)}" for name, value in graph.predicate_objects(node))
    return f"[ {' ; '.join(sorted(parts))} ]"
