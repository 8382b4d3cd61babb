"""A small foreign scheme and small graphs, as a user would write them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rubricator.iris import Iris
from rubricator.vocabulary import Vocabulary, load_vocabulary

FOREIGN_SCHEME = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://thesaurus.example/birds> a skos:ConceptScheme ; dcterms:identifier "birds" ; owl:versionInfo "7" .
<https://thesaurus.example/birds/owl> a skos:Concept ; skos:prefLabel "owl"@en , "hibou"@fr ;
  skos:exactMatch <http://data.europeana.eu/concept/base/4711> .
<https://thesaurus.example/birds#12> a skos:Concept ; skos:notation "wren" ; skos:prefLabel "roitelet"@fr ;
  skos:closeMatch <http://vocab.getty.edu/aat/300000001> .
"""

FOREIGN_PROMPTS = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix enr: <https://w3id.org/rubricator/ns#> .
<https://thesaurus.example/prompts> a enr:PromptSet ; dcterms:title "plumes" ; dcterms:language "fr" ; dcterms:hasPart
  [ enr:forConcept <https://thesaurus.example/birds/owl> ; enr:prompt "un hibou"@fr , "la photo d'un hibou"@fr ] ,
  [ enr:forConcept <https://thesaurus.example/birds#12> ; enr:prompt "un roitelet"@fr ] .
"""

Write = Callable[[str, str], Path]


@pytest.fixture
def iris() -> Iris:
    return Iris("http://rubricator.test")


@pytest.fixture
def vocabulary(iris: Iris) -> Vocabulary:
    return load_vocabulary(iris)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def foreign_scheme(write: Write) -> Path:
    return write("birds.ttl", FOREIGN_SCHEME)


@pytest.fixture
def foreign_prompts(write: Write) -> Path:
    return write("plumes.ttl", FOREIGN_PROMPTS)
