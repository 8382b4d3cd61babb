from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.check import check_store
from rubricator.pipeline.ingest import ingest
from rubricator.rdf import EDM, OA, TYPE, XSD
from rubricator.settings import Settings
from rubricator.store.client import StoreClient


def test_harvested_pictures_conform(harvested: StoreClient, settings: Settings) -> None:
    assert [] == [finding for finding in check_store(harvested, settings.iris) if finding.severity == "violation"]


def test_a_claim_with_an_impossible_confidence_is_found(
    client: StoreClient, settings: Settings, pictures: Path
) -> None:
    ingest(harvest_folder(pictures, settings, "pictures"), client, settings)
    graph = settings.iris.run_graph("01JD8Q")
    claim, target = NamedNode(f"{settings.base}/annotation/x"), NamedNode(f"{settings.base}/annotation/x#target")
    client.load(
        [
            Quad(claim, TYPE, OA["Annotation"], graph),
            Quad(claim, OA["hasTarget"], target, graph),
            Quad(claim, EDM["confidenceLevel"], Literal("1.4", datatype=XSD["decimal"]), graph),
            Quad(target, OA["hasScope"], NamedNode("http://data.europeana.eu/item/1/x"), graph),
        ]
    )

    found = [finding for finding in check_store(client, settings.iris) if finding.severity == "violation"]

    assert claim.value in {finding.focus for finding in found}
    assert any("confidenceLevel" in finding.path for finding in found)
