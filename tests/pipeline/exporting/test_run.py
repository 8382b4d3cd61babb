"""One run as N-Quads, TriG and RO-Crate, made by the shipped model."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from rdflib import Dataset

from rubricator.enrichment.manifest import hash_quads, read_manifest
from rubricator.enrichment.reviews import Decision, Role
from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.enriching.enrich import enrich
from rubricator.pipeline.exporting.export import Order, export
from rubricator.pipeline.exporting.forms import Form
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.rdf import ENR, OA, PROV, TYPE
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from tests.pipeline.proving.conftest import draw

pytest.importorskip("open_clip", reason="enriching needs the extra clip")


@dataclass(frozen=True)
class Enriched:
    """A store that two runs have enriched; ``ulid`` is the first, of which a person accepted a claim."""

    client: StoreClient
    settings: Settings
    ulid: str
    other: str


@pytest.fixture(scope="module")
def enriched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enriched]:
    directory = tmp_path_factory.mktemp("exporting")
    settings = load_settings(data_dir=directory / "data", base="http://rubricator.test", threshold=0.01)
    with connect(settings) as client:
        runs = []
        for name in ("first", "second"):
            ingest(
                harvest_folder(draw(directory / name, 4 if name == "first" else 1), settings, name), client, settings
            )
            summary = enrich(client, settings)
            assert summary.run is not None
            runs.append(summary.run.ulid)
        graph = client.get_graph(settings.iris.run_graph(runs[0]))
        claim = next(one.subject for one in graph if one.predicate == TYPE and one.object == OA["Annotation"])
        assert isinstance(claim, NamedNode)
        review(client, settings, [Verdict(claim, Decision.accepted, "reviewer-1", Role.reviewer)])
        yield Enriched(client, settings, *runs)


def quads(path: Path) -> set[Quad]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return set(parse(content, RdfFormat.TRIG if ".trig" in path.name else RdfFormat.N_QUADS))


def test_a_run_is_exported_with_all_that_is_known_of_it_and_nothing_else(enriched: Enriched, tmp_path: Path) -> None:
    client, settings, iris = enriched.client, enriched.settings, enriched.settings.iris

    outcome = export(client, settings, Order(Form.nquads, tmp_path / "run.nq.gz", enriched.ulid))

    found = quads(tmp_path / "run.nq.gz")
    graph = iris.run_graph(enriched.ulid)
    assert outcome.written == {"quads": len(found)}
    assert {graph, iris.ledger, iris.reviews} == {quad.graph_name for quad in found}
    manifest = read_manifest(client, enriched.ulid, iris)
    assert manifest is not None
    assert manifest.graph.whole == hash_quads(quad for quad in found if quad.graph_name == graph)
    captures = {quad.object for quad in found if quad.predicate == PROV["wasDerivedFrom"] and quad.graph_name == graph}
    assert captures <= {quad.subject for quad in found if quad.object == ENR["ImageCapture"]}
    assert not any(enriched.other in str(quad) for quad in found)


@pytest.mark.filterwarnings(
    "ignore:.*(Dataset|ConjunctiveGraph).*:DeprecationWarning"
)  # rdflib warns of what its own parsers do
def test_trig_says_the_same_to_another_library(enriched: Enriched, tmp_path: Path) -> None:
    for form, name in ((Form.nquads, "run.nq"), (Form.trig, "run.trig")):
        export(enriched.client, enriched.settings, Order(form, tmp_path / name, enriched.ulid))

    assert quads(tmp_path / "run.nq") == quads(tmp_path / "run.trig")
    assert len(quads(tmp_path / "run.nq")) == len(Dataset().parse(tmp_path / "run.trig", format="trig"))


def test_a_crate_describes_every_file_in_it(enriched: Enriched, tmp_path: Path) -> None:
    folder = tmp_path / "crate"

    export(enriched.client, enriched.settings, Order(Form.ro_crate, folder, enriched.ulid))

    metadata = json.loads((folder / "ro-crate-metadata.json").read_text("utf-8"))
    entities = {one["@id"]: one for one in metadata["@graph"]}
    files = {path.name for path in folder.iterdir()} - {"ro-crate-metadata.json"}
    assert files == {name for name, one in entities.items() if one["@type"] == "File"}
    assert files >= {
        "run.nq.gz",
        "claims.csv",
        "model.ttl",
        "model-card.md",
        "policy.ttl",
        "prompt-set.ttl",
        "README.md",
    }
    for name in files:
        content = (folder / name).read_bytes()
        told = (entities[name]["sha256"], entities[name]["contentSize"])
        assert (hashlib.sha256(content).hexdigest(), str(len(content))) == told
    action = entities[entities["./"]["mentions"]["@id"]]
    named = [action["instrument"], action["agent"], *action["object"], *action["result"], entities["./"]["license"]]
    assert {one["@id"] for one in named} <= entities.keys()
    assert enriched.ulid in (folder / "README.md").read_text("utf-8")


def test_a_crate_is_read_by_the_library_of_its_makers(enriched: Enriched, tmp_path: Path) -> None:
    crates = pytest.importorskip("rocrate.rocrate", reason="rocrate is no part of the development tools here")

    export(enriched.client, enriched.settings, Order(Form.ro_crate, tmp_path / "crate.zip", enriched.ulid))

    crate = crates.ROCrate(str(tmp_path / "crate.zip"))
    assert f"Rubricator run {enriched.ulid}" == crate.name
    assert "claims.csv" in {one.id for one in crate.get_entities() if one.type == "File"}
