"""The built wheel, installed elsewhere, works as the checkout does; without torch it does all that needs none."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
WITHOUT_TORCH = """
import sys
sys.modules.update(torch=None, open_clip=None, torchvision=None, timm=None)
from rubricator.cli import main
main()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="building a wheel needs hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    build = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True, timeout=120)
    return folder


def run(installed: Path, data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(installed), "RUBRICATOR_DATA_DIR": str(data)}
    command = [sys.executable, "-c", WITHOUT_TORCH, *arguments]
    return subprocess.run(command, env=environment, cwd=installed, capture_output=True, text=True, timeout=120)


def test_the_wheel_holds_both_packages_and_what_they_publish(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())

    for name in (
        "rubricator/cli/app.py",
        "rubricator/ontology/concepts.ttl",
        "rubricator/ontology/examples/near-misses.ttl",
        "rubricator/mappings/concepts.sssom.tsv",
        "rubricator/classifier/models/rubricator-lite/open_clip_model.safetensors",
        "rubricator_service/serving/server.py",
        "rubricator_service/static/query.js",
        "rubricator_service/static/query/plain.js",
        "rubricator_service/templates/base.html",
    ):
        assert name in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]


def test_the_wheel_holds_the_editor_of_the_query_page_and_its_licences(wheel: Path) -> None:
    static = ROOT / "service" / "rubricator_service" / "static"
    built = sorted(path.name for path in (static / "yasgui").glob("*"))
    if not built:
        pytest.skip("Yasgui is not built (make yasgui needs npm)")

    with ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert ["licences.txt", "yasgui.min.css", "yasgui.min.js"] == built
    assert {f"rubricator_service/static/yasgui/{name}" for name in built} <= names


def test_a_plain_installation_loads_harvests_queries_and_exports(installed: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.ttl"
    record.write_text("""
        @prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix dc: <http://purl.org/dc/elements/1.1/> .
        @prefix ore: <http://www.openarchives.org/ore/terms/> .
        <http://data.europeana.eu/item/1/a> a edm:ProvidedCHO ; dc:title "A map" ; edm:type "IMAGE" .
        <http://museum.example.org/aggregation/a> a ore:Aggregation ; edm:dataProvider "Museum" ;
          edm:provider "Museum" ;
          edm:aggregatedCHO <http://data.europeana.eu/item/1/a> ; edm:isShownAt <http://museum.example.org/a> ;
          edm:rights <http://creativecommons.org/publicdomain/mark/1.0/> .
    """)
    answers = [
        run(installed, tmp_path / "data", "vocabulary", "check"),
        run(installed, tmp_path / "data", "vocabulary", "load"),
        run(installed, tmp_path / "data", "harvest", "edm", str(record)),
        run(installed, tmp_path / "data", "query", "ASK { ?x a <http://www.europeana.eu/schemas/edm/ProvidedCHO> }"),
        run(installed, tmp_path / "data", "export", "--output", str(tmp_path / "store.nq")),
    ]

    assert [0] * 5 == [answer.returncode for answer in answers], [answer.stderr for answer in answers]
    assert "true" in answers[3].stdout
    assert b"A map" in (tmp_path / "store.nq").read_bytes()


@pytest.mark.parametrize("command", [("enrich",), ("models", "verify"), ("train", "--on", "x", "--output", "y")])
def test_a_command_that_needs_torch_says_so_in_one_sentence(
    installed: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    answer = run(installed, tmp_path / "data", *command)

    assert 2 == answer.returncode
    assert "rubricator[clip]" in answer.stderr
    assert 1 == len(answer.stderr.strip().splitlines())
