import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from rubricator.rdf import ENR, RDFS
from rubricator.resources import resource
from rubricator.vocabulary.errors import VocabularyError
from rubricator.vocabulary.turtle import TurtleFile

ROOT = Path(__file__).parents[2]
ONTOLOGY = TurtleFile.read(resource("ontology", "rubricator.ttl"), "https://w3id.org/rubricator/", VocabularyError)
DEFINED = {triple.subject for triple in ONTOLOGY.triples if triple.predicate == RDFS["isDefinedBy"]}


def used_terms() -> set[NamedNode]:
    """The own terms that the source code, the documentation and the published files name."""
    files = (
        *(file for top in ("src", "service") for file in (ROOT / top).rglob("*.py")),
        *(ROOT / "docs").glob("*.md"),
    )
    texts = (file.read_text(encoding="utf-8") for file in files)
    code = {name for text in texts for name in re.findall(r'\bENR\["(\w+)"\]|\benr:(\w+)', text)}
    terms = {ENR[name] for pair in code for name in pair if name}
    for file in (ROOT / "ontology").rglob("*.ttl"):
        for quad in parse(path=file, format=RdfFormat.TURTLE, base_iri="https://w3id.org/rubricator/"):
            for term in (quad.predicate, quad.object):
                if isinstance(term, NamedNode) and term.value.startswith(str(ENR)) and term.value != str(ENR):
                    terms.add(term)
    return terms


@pytest.mark.parametrize("term", sorted(used_terms(), key=str), ids=lambda term: term.value.removeprefix(str(ENR)))
def test_every_own_term_in_use_is_defined(term: NamedNode) -> None:
    assert term in DEFINED


def test_every_own_term_that_is_defined_is_in_use() -> None:
    assert set() == DEFINED - used_terms()


@pytest.mark.parametrize("term", sorted(DEFINED, key=str), ids=lambda term: term.value.removeprefix(str(ENR)))
def test_every_own_term_has_a_label_and_an_explanation(term: NamedNode) -> None:
    assert 1 == len(ONTOLOGY.literals(term, RDFS["label"]))
    assert ONTOLOGY.text(term, RDFS["comment"])
