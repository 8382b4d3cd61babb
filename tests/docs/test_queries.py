"""Runs every query of the documentation on a store with the demo, a head, an evaluation and an explanation."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricator.settings import load_settings
from rubricator.store.launch import running_store
from tests.fakes.drawn import drawn_dataset
from tests.fakes.program import Rubricator, program

pytest.importorskip("open_clip", reason="the demo needs the extra demo")
pytest.importorskip("skimage", reason="the demo needs the extra demo")

DOCS = Path(__file__).parents[2] / "docs"
QUERIES = [
    pytest.param(query, id=f"{page.stem}-{number}")
    for page in sorted(DOCS.glob("*.md"))
    for number, query in enumerate(re.findall(r"```sparql\n(.*?)```", page.read_text(), re.DOTALL), 1)
]

# For the queries about failures: pictures that are never fetched, one for its private address, one for its rights.
UNREACHABLE = """
    @prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix ore: <http://www.openarchives.org/ore/terms/> .
    <http://data.europeana.eu/item/1/lost> a edm:ProvidedCHO .
    <http://museum.example.org/aggregation/lost> a ore:Aggregation ;
      edm:aggregatedCHO <http://data.europeana.eu/item/1/lost> ; edm:isShownBy <http://127.0.0.1:9/lost.jpg> ;
      edm:rights <http://creativecommons.org/publicdomain/zero/1.0/> .
"""

# For the query about statements: one that a machine made, as aggregators mark it.
MARKED = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:edm="http://www.europeana.eu/schemas/edm/">
  <edm:ProvidedCHO rdf:about="http://data.europeana.eu/item/1/marked">
    <dc:type rdf:resource="http://data.europeana.eu/concept/47" edm:wasGeneratedBy="SoftwareAgent"
      edm:confidenceLevel="0.83"/>
  </edm:ProvidedCHO></rdf:RDF>"""

# For the query about imports: what another program says as well.
SAID = """SELECT ?item ?uri {
  ?item <https://w3id.org/rubricator/ns#hasEnrichment>/<http://www.w3.org/ns/oa#hasBody> ?uri
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rubricator]:
    """The program, with a store that runs on, so that no query has to start it."""
    directory = tmp_path_factory.mktemp("demo")
    settings = load_settings(data_dir=directory / "data", base="http://rubricator.test")
    rubricator = program(settings, directory)
    with running_store(settings):
        _fill(directory, rubricator)
        yield rubricator


def _fill(directory: Path, rubricator: Rubricator) -> None:
    closed = UNREACHABLE.replace("lost", "closed").replace(
        "http://creativecommons.org/publicdomain/zero/1.0/", "http://rightsstatements.org/vocab/InC/1.0/"
    )
    for name, record in (("lost", UNREACHABLE), ("closed", closed)):
        (directory / f"{name}.ttl").write_text(record)
    (directory / "marked.xml").write_text(MARKED)
    drawn_dataset(directory / "drawn", concepts=("map", "textile"), each=1)

    def run(*command: str) -> str:
        filled = rubricator(*command)
        assert 0 == filled.returncode, filled.stderr
        return filled.stdout

    run("demo", "--no-serve")
    run("harvest", "edm", "lost.ttl", "closed.ttl", "marked.xml")
    run("enrich")
    claim = run(
        "query", "--format", "csv", "SELECT ?claim { ?item <https://w3id.org/rubricator/ns#hasEnrichment> ?claim }"
    )
    run("explain", claim.split()[1])
    enriched = run("runs", "list", "--format", "csv").splitlines()[1].partition(",")[0]
    run("runs", "retract", enriched, "--reason", "a trial")
    run("runs", "unretract", enriched, "--reason", "it was one")
    run("train", "--on", "drawn", "--output", "head", "--steps", "2")
    run("enrich", "--head", "head")
    run("evaluate", "drawn", "--head", "head", "--include-learned", "--store")
    (directory / "theirs.csv").write_text(run("query", "--format", "csv", SAID))
    run("import", "annotations", "theirs.csv", "--tool", "another program")


def test_everything_that_the_queries_are_asked_of_conforms_to_the_shapes(demo: Rubricator) -> None:
    checked = demo("check")

    assert 0 == checked.returncode, checked.stdout + checked.stderr


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_documentation_finds_something(demo: Rubricator, query: str) -> None:
    answer = demo("query", "--format", "csv", query)

    assert 0 == answer.returncode, answer.stderr
    assert 2 <= len(answer.stdout.splitlines())
