"""Compact JSON-LD says what the triples say, lists as lists."""

from typing import Any

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from rubricator_service.documents.formats import write_json
from rubricator_service.documents.jsonld import compact

START = "@prefix ex: <http://example.org/> .\n"
GRAPHS = {
    "a list": "ex:a ex:p (1 ex:b 'c'@de) .",
    "an empty one": "ex:a ex:p () .",
    "two": "ex:a ex:p (1 2), (3) .",
    "one in another": "ex:a ex:p ((1 2) 3) .",
    "of blank nodes": "ex:a ex:p ([ ex:q 1 ] [ ex:q 2 ]) .",
    "with a name": "ex:a ex:p (1 2) . ex:b ex:p (3) .",
    "shared": "ex:a ex:p _:l . ex:b ex:p _:l . _:l rdf:first 1 ; rdf:rest () .",
    "with a shared end": "ex:a ex:p _:l, _:m . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest () .",
    "with more said of it": "ex:a ex:p _:l . _:l rdf:first 1 ; rdf:rest () ; ex:q 2 .",
    "with two first members": "ex:a ex:p _:l . _:l rdf:first 1, 2 ; rdf:rest () .",
    "without an end": "ex:a ex:p _:l . _:l rdf:first 1 ; rdf:rest _:m .",
    "without a beginning": "_:l rdf:first 1 ; rdf:rest () .",
    "a circle": "_:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest _:l .",
    "of cells with names": "ex:a ex:p ex:l . ex:l rdf:first 1 ; rdf:rest () .",
}


def quads(text: str) -> list[Quad]:
    prefixes = START + "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    return list(parse((prefixes + text).encode(), format=RdfFormat.TURTLE))


def canonical(said: list[Quad]) -> set[Quad]:
    dataset = Dataset(said)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@pytest.mark.parametrize("text", GRAPHS.values(), ids=list(GRAPHS))
def test_no_list_says_anything_else_than_before(text: str) -> None:
    said = quads(text)
    written = write_json(compact([quad.triple for quad in said]))

    assert canonical(said) == canonical(list(parse(written, format=RdfFormat.JSON_LD)))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("a list", ["1", "http://example.org/b", "c"]),
        ("an empty one", []),
        ("with a name", ["1", "2"]),
    ],
)
def test_a_list_is_written_as_one(kind: str, expected: list[str]) -> None:
    document = compact([quad.triple for quad in quads(GRAPHS[kind])])
    subject = next(node for node in document["@graph"] if node["@id"] == "http://example.org/a")
    found: list[Any] = subject["http://example.org/p"]["@list"]

    assert expected == [member.get("@id") or member["@value"] for member in found]
    assert "rdf" not in document["@context"]
