"""What comes with the software and not from the store: our terms, and the shapes that hold our data."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, render_template
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, Triple, parse

from rubricator.enrichment.run import CC0
from rubricator.errors import NotFound
from rubricator.rdf import DCTERMS, ENR, OWL, RDFS, SH, SKOS, TYPE
from rubricator.resources import resource
from rubricator_service.context import languages, service
from rubricator_service.documents.dereference import answer, form_of_suffix, nothing, readings
from rubricator_service.documents.jsonld import compact
from rubricator_service.documents.kinds import Document
from rubricator_service.reading.descriptions import Description
from rubricator_service.reading.labels import choose, tail

blueprint = Blueprint("terms", __name__)

ONTOLOGY = NamedNode(str(ENR).rstrip("#"))
SHAPES = NamedNode("https://w3id.org/rubricator/shapes")


@blueprint.get("/ns")
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str = "") -> Response:
    """Our own few terms. Their IRIs begin with https://w3id.org/rubricator/ns# on every installation."""
    triples = _read(resource("ontology", "rubricator.ttl"), service().iris.base + "/")
    found = Document(ONTOLOGY, service().links.root + "/ns", triples, lambda: _ontology_page(triples), (CC0,))
    return answer(found, form_of_suffix(suffix))


@blueprint.get("/shapes/")
@blueprint.get("/shapes/<name>")
def shapes(name: str = "") -> Response:
    """The shapes of one kind of graph, such as records, or all. Their IRIs begin with ``SHAPES#`` everywhere."""
    for bare, suffix in readings(name):
        files = [file for file in _shape_files() if bare in ("", file.stem)]
        if files:
            return answer(_shapes(bare, files), suffix)
    raise nothing()


def _shape_files() -> Sequence[Path]:
    return sorted(resource("ontology", "shapes").glob("*.ttl"))


def _shapes(name: str, files: Sequence[Path]) -> Document:
    base = service().iris.base + "/"
    triples = sorted({triple for file in files for triple in _read(file, base)}, key=str)
    path = f"{service().links.root}/shapes/{name}"
    return Document(SHAPES, path, triples, lambda: _shapes_page(name, triples, path), (CC0,))


@lru_cache(maxsize=32)
def _read(path: Path, base: str) -> Sequence[Triple]:
    """The triples of a file; its blank nodes are called the same each time, so that an ETag holds."""
    if not path.exists():
        raise NotFound("This installation carries no ontology file; reinstall it.")
    dataset = Dataset(parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=base))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted((quad.triple for quad in dataset), key=str)


def _ontology_page(triples: Sequence[Triple]) -> str:
    description = Description(triples)
    terms = {
        triple.subject
        for triple in triples
        if triple.predicate == TYPE and isinstance(triple.subject, NamedNode) and triple.subject.value != str(ENR)
        if triple.subject.value.startswith(str(ENR))
    }
    return render_template(
        "ns.html",
        terms=[
            (
                term,
                tail(term.value),
                [tail(node.value) for node in description.nodes(term, TYPE)],
                choose(description.literals(term, RDFS["label"], SKOS["prefLabel"]), languages()),
                choose(description.literals(term, RDFS["comment"], SKOS["definition"]), languages()),
            )
            for term in sorted(terms, key=lambda node: node.value)
        ],
        title=next(
            (
                description.text(node, DCTERMS["title"], RDFS["label"])
                for node in description.instances(OWL["Ontology"])
            ),
            None,
        ),
        jsonld=compact(triples),
    )


def _shapes_page(name: str, triples: Sequence[Triple], path: str) -> str:
    description = Description(triples)
    nodes = {*description.instances(SH["NodeShape"]), *description.instances(SH["PropertyShape"])}
    return render_template(
        "shapes.html",
        name=name,
        path=path,
        others=[file.stem for file in _shape_files()],
        shapes=[
            (
                tail(shape.value),
                description.nodes(shape, SH["targetClass"], SH["targetSubjectsOf"], SH["targetObjectsOf"]),
                _messages(description, shape),
            )
            for shape in sorted(nodes, key=lambda node: node.value)
        ],
        jsonld=compact(triples),
    )


def _messages(description: Description, shape: NamedNode) -> list[str]:
    """What is said of data that does not conform: to the shape itself, and to its properties."""
    parts = [shape, *description.objects(shape, SH["property"])]
    return sorted({message.value for part in parts for message in description.literals(part, SH["message"])})
