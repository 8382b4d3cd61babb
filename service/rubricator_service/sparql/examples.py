"""Queries to start from, as RDF: one file each in ``ontology/examples/``, in the form of the SIB's sparql-examples.

Claims in run graphs are read by way of the ledger, which names these: a harvested record could pose as a run.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from rubricator.iris import Iris
from rubricator.rdf import RDFS, SCHEMA, SH, TYPE
from rubricator.resources import resource

AUDIENCES = ("aggregators", "auditors")
FIRST_STEPS = "first steps"

_QUERIES = (SH["select"], SH["ask"], SH["construct"], SH["describe"])
_OWN = re.compile(r"<((?:graph|id)/[^<>\s]*)>")
"""An IRI of the installation in a query, relative to its address as everything in these files."""


@dataclass(frozen=True, slots=True)
class Example:
    """One query. ``slug`` ends its IRI, ``audience`` is one of AUDIENCES: who asks such a thing."""

    slug: str
    iri: NamedNode
    title: str
    audience: str
    keywords: tuple[str, ...]
    query: str


@cache
def examples(iris: Iris) -> Sequence[Example]:
    """The queries of one installation: by audience, and first those to begin with."""
    found = [
        _example(triple.subject, example_triples(iris), iris)
        for triple in example_triples(iris)
        if triple.predicate == TYPE and triple.object == SH["SPARQLExecutable"]
    ]
    return sorted(
        found, key=lambda one: (AUDIENCES.index(one.audience), FIRST_STEPS not in one.keywords, one.keywords, one.title)
    )


@cache
def example_triples(iris: Iris) -> Sequence[Triple]:
    """All examples and their prefixes, with the address of the installation filled in, in queries too."""
    return sorted(
        (
            _filled(quad.triple, iris)
            for path in resource("ontology", "examples").glob("*.ttl")
            for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=f"{iris.base}/")
        ),
        key=str,
    )


def _filled(triple: Triple, iris: Iris) -> Triple:
    if triple.predicate not in _QUERIES or not isinstance(triple.object, Literal):
        return triple
    query = _OWN.sub(lambda found: f"<{iris.base}/{found[1]}>", triple.object.value)
    return Triple(triple.subject, triple.predicate, Literal(query))


def _example(iri: object, triples: Sequence[Triple], iris: Iris) -> Example:
    assert isinstance(iri, NamedNode)  # noqa: S101 - a test holds the files to it
    said: dict[NamedNode, list[str]] = {}
    for triple in triples:
        if triple.subject == iri and isinstance(triple.object, Literal):
            said.setdefault(triple.predicate, []).append(triple.object.value)
    keywords = said[SCHEMA["keywords"]]
    return Example(
        slug=iri.value.removeprefix(f"{iris.base}/sparql/examples/"),
        iri=iri,
        title=said[RDFS["comment"]][0],
        audience=next(name for name in AUDIENCES if name in keywords),
        keywords=tuple(sorted(set(keywords) - set(AUDIENCES))),
        query=next(said[form][0] for form in _QUERIES if form in said),
    )
