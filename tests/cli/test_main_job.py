import csv
import io
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pyoxigraph import RdfFormat, parse

from rubricator.settings import Settings
from tests.fakes.program import Rubricator

pytest.importorskip("open_clip", reason="the main job needs the extra clip")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "attic"
    folder.mkdir()
    for n, name in enumerate(("blue vase", "red_vase")):
        picture = Image.new("RGB", (300, 200), (200 * n, 40, 200 - 200 * n))
        ImageDraw.Draw(picture).ellipse((90, 40, 210, 190), fill="white")
        picture.save(folder / f"{name}.png")
    (folder / "torn.png").write_text("no picture")
    return folder


def test_a_newcomer_enriches_own_pictures_and_asks_what_was_seen(rubricator: Rubricator, pictures: Path) -> None:
    assert "20 concepts" in rubricator("vocabulary", "load").stdout
    harvested = rubricator("harvest", "folder", pictures)
    enriched = rubricator("enrich", "--threshold", "0")
    again = rubricator("enrich", "--threshold", "0")

    assert (0, 0, 0) == (harvested.returncode, enriched.returncode, again.returncode)
    assert "pictures 2 (2 looked at)" in enriched.stdout
    assert "enrichments 2" in enriched.stdout
    assert "nothing to do" in again.stdout
    answer = rubricator(
        "query",
        "--format",
        "csv",
        "PREFIX dc: <http://purl.org/dc/elements/1.1/> PREFIX enr: <https://w3id.org/rubricator/ns#> "
        "PREFIX ore: <http://www.openarchives.org/ore/terms/> "
        "SELECT ?title (COUNT(*) AS ?n) { ?item enr:hasEnrichment ?a . ?proxy ore:proxyFor ?item ; dc:title ?title } "
        "GROUP BY ?title ORDER BY ?title",
    )
    assert [["title", "n"], ["blue vase", "1"], ["red vase", "1"]] == list(csv.reader(io.StringIO(answer.stdout)))
    assert "image-not-an-image" in rubricator("harvest", "report").stdout


def test_runs_are_listed_and_shown_for_people_and_programs(rubricator: Rubricator, pictures: Path) -> None:
    rubricator("harvest", "folder", pictures)
    rubricator("enrich")

    listed = json.loads(rubricator("runs", "list", "--format", "json").stdout)
    shown = rubricator("runs", "show", listed[0]["run"])

    assert ["ended"] == [run["state"] for run in listed]
    assert "weights sha-256" in shown.stdout
    assert "rubricator-lite" in shown.stdout


def test_the_whole_store_is_exported_and_the_shapes_hold(
    rubricator: Rubricator, pictures: Path, tmp_path: Path, settings: Settings
) -> None:
    rubricator("vocabulary", "load")
    rubricator("harvest", "folder", pictures)
    rubricator("enrich")

    exported = rubricator("export", "--output", tmp_path / "store.nq")
    checked = rubricator("check")

    assert 0 == exported.returncode, exported.stderr
    graphs = {str(quad.graph_name) for quad in parse((tmp_path / "store.nq").read_bytes(), RdfFormat.N_QUADS)}
    assert f"<{settings.base}/graph/ledger>" in graphs
    assert "DEFAULT" in graphs
    assert 0 == checked.returncode, checked.stdout + checked.stderr


def test_status_counts_what_is_there(rubricator: Rubricator, pictures: Path) -> None:
    rubricator("harvest", "folder", pictures)

    answer = rubricator("status")

    assert 0 == answer.returncode, answer.stderr
    assert ["records", "2"] in [line.split() for line in answer.stdout.splitlines()]
