"""Files of other programs' claims, taken in beside ours."""

import json
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from rubricator.edm.validate import shapes_file, validate
from rubricator.pipeline.curating.facts import FactReader
from rubricator.pipeline.exporting.export import Order, export
from rubricator.pipeline.exporting.forms import Form
from rubricator.pipeline.importing import take
from rubricator.pipeline.importing.ledger import Tool, list_imports
from rubricator.pipeline.importing.take import Imported, import_annotations
from rubricator.pipeline.proving.trace import trace
from rubricator.rdf import DC, EDM, OA
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import load_vocabulary
from tests.pipeline.exporting.claiming import claim
from tests.pipeline.exporting.shelf import MARKED, POOR, RICH

TOOL = Tool("Tagger", "2.1")
BODY = "http://data.europeana.eu/concept/47"
TAG = {
    "type": "Annotation",
    "id": "urn:uuid:1",
    "motivation": "tagging",
    "body": BODY,
    "target": {"type": "SpecificResource", "scope": RICH.value, "source": "https://museum.example.org/1.jpg"},
    "creator": {"id": "https://orcid.org/0000-0001-0000-0000", "type": "Person"},
    "created": "2026-01-02T03:04:05Z",
    "confidence": 0.7,
}


def taken(client: StoreClient, settings: Settings, path: Path) -> Imported:
    return import_annotations(client, settings, path, TOOL)


def quads(client: StoreClient) -> set[Quad]:
    return set(parse(b"".join(client.export("application/n-quads")), RdfFormat.N_QUADS))


def written(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_claims_of_others_lie_apart_with_where_they_come_from(
    shelf: StoreClient, settings: Settings, tmp_path: Path
) -> None:
    before = quads(shelf)

    outcome = taken(shelf, settings, written(tmp_path / "tags.jsonl", TAG))

    added, iris = quads(shelf) - before, settings.iris
    (claimed,) = {quad.subject for quad in added if quad.predicate == OA["hasBody"]}
    told = trace(shelf, str(claimed)[1:-1], settings)
    lines = {(section.title, line.what, line.value) for section in told.sections for line in section.lines}
    assert "imported" == told.state
    assert f"It is a claim of Tagger 2.1, kept apart from ours and never published: {settings.operator} imp" in (
        told.sentence
    )
    assert {
        ("The claim", "concept", BODY),
        ("As the other program tells it", "program", "Tagger 2.1"),
        ("As the other program tells it", "creator", "https://orcid.org/0000-0001-0000-0000"),
        ("As the other program tells it", "created", "2026-01-02T03:04:05Z"),
        ("As the other program tells it", "known there as", "urn:uuid:1"),
        ("Import", "file", "tags.jsonl"),
        ("Import", "sha-256 of the file", outcome.import_.sha256),
        ("Import", "operator", settings.operator),
    } <= lines
    graph = iris.import_graph(outcome.import_.ulid)
    assert {graph, iris.ledger} == {quad.graph_name for quad in added}
    assert {RICH.value, "https://museum.example.org/1.jpg"} == {
        getattr(quad.object, "value", "") for quad in added if quad.predicate == OA["hasTarget"]
    }
    kept = [quad.triple for quad in quads(shelf) if quad.graph_name in (graph, iris.ledger)]
    assert [] == validate(kept, shapes_file("import"))
    assert (1, {}, "Tagger") == (outcome.import_.annotations, outcome.import_.refused, outcome.import_.tool)


def test_they_are_never_published_nor_taken_for_ours(shelf: StoreClient, settings: Settings, tmp_path: Path) -> None:
    row = {"recordId": "/9990001/harbour", "uri": BODY, "targetField": "dc:type", "confidence": 0.99}
    taken(shelf, settings, written(tmp_path / "rows.jsonl", row))

    outcome = export(shelf, settings, Order(Form.csv, tmp_path / "ours.csv"))

    assert {"claims": 0} == outcome.written
    assert not shelf.ask(f"ASK {{ ?proxy {DC['type']} <{BODY}> }}")
    assert not shelf.ask(f"ASK {{ ?claim {EDM['confidenceLevel']} ?sure }}")
    assert [] == FactReader(shelf, settings.iris).of([RICH]).claims


def test_a_file_is_taken_in_once_whatever_its_name(shelf: StoreClient, settings: Settings, tmp_path: Path) -> None:
    first = taken(shelf, settings, written(tmp_path / "tags.jsonl", TAG))
    before = quads(shelf)

    again = taken(shelf, settings, written(tmp_path / "copy.jsonl", TAG))

    assert (True, first.import_.ulid) == (again.repeated, again.import_.ulid)
    assert before == quads(shelf)


def test_every_line_is_taken_in_or_counted(shelf: StoreClient, settings: Settings, tmp_path: Path) -> None:
    lines = [TAG, TAG, TAG | {"id": "urn:uuid:2"}, TAG | {"target": "http://data.europeana.eu/item/1/unheard"}, 7]
    path = written(tmp_path / "tags.jsonl", *lines, TAG | {"body": "javascript:alert(1)"})
    with path.open("a") as file:
        file.write("{ not json\n")

    outcome = taken(shelf, settings, path)

    refused = {"annotation-malformed": 2, "repeated-claim": 1, "unknown-item": 1, "unsafe-iri": 1}
    assert (2, refused) == (outcome.import_.annotations, outcome.import_.refused)
    assert [outcome.import_] == list_imports(shelf, settings.iris)


def test_an_interrupted_import_goes_on_as_the_same(
    shelf: StoreClient, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = [TAG | {"id": f"urn:uuid:{number}"} for number in range(5)]
    path = written(tmp_path / "tags.jsonl", *tags)
    monkeypatch.setattr(take, "PORTION", 2)

    def interrupted(done: int, total: int | None = None) -> None:  # noqa: ARG001 - whom progress is told
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_annotations(shelf, settings, path, TOOL, interrupted)
    (half,) = list_imports(shelf, settings.iris)
    outcome = taken(shelf, settings, path)

    assert (None, None, half.ulid) == (half.ended, half.annotations, outcome.import_.ulid)
    assert (5, {}) == (outcome.import_.annotations, outcome.import_.refused)


def test_our_own_export_is_refused_here_and_taken_in_elsewhere(
    shelf: StoreClient, settings: Settings, tmp_path: Path
) -> None:
    claim(shelf, settings.iris, "A", [RICH, POOR, MARKED], load_vocabulary(settings.iris).by_slug("map").body)
    export(shelf, settings, Order(Form.csv, tmp_path / "ours.csv"))
    elsewhere = load_settings(data_dir=settings.data_dir, port=settings.port, base="http://elsewhere.test")

    assert {"claims-to-be-ours": 3} == taken(shelf, settings, tmp_path / "ours.csv").import_.refused
    # The same store under another base stands for that of somebody else, who has harvested the same items.
    theirs = tmp_path / "theirs.csv"
    theirs.write_bytes((tmp_path / "ours.csv").read_bytes() + b"\r\n")
    assert 3 == taken(shelf, elsewhere, theirs).import_.annotations
