"""What is served of an enrichment is a Web Annotation, as the W3C and Europeana's Annotation API have it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.service.conftest import Alive

SHARED = Path(__file__).parents[3] / "../shared"
SCHEMAS, SAMPLES = SHARED / "schemas" / "web-annotation", SHARED / "samples" / "annotation-api"
BASE = "http://rubricator.test"


@pytest.fixture(scope="module")
def documents(alive: Alive) -> list[dict[str, Any]]:
    """Enrichments of all runs, whatever became of them."""
    every = [claim for made in alive.lived.claims.values() for claim in made[:20]]
    return [json.loads(alive.web.get(f"{claim.value.removeprefix(BASE)}.jsonld").data) for claim in every]


def loaded(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_an_enrichment_passes_what_the_schemas_of_web_annotations_demand(documents: list[dict[str, Any]]) -> None:
    if not SCHEMAS.is_dir():
        pytest.skip(f"{SCHEMAS} is not there")
    definitions = {file.name: loaded(file) for file in (SCHEMAS / "definitions").glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (name, DRAFT4.create_resource(schema)) for name, schema in definitions.items()
    )
    assertions = [loaded(file) for file in sorted((SCHEMAS / "annotations").rglob("*.json"))]
    demanded = [one for one in assertions if one["assertionType"] == "must"]

    assert len(demanded) > 50
    wrong = {
        schema["id"]: document["id"]
        for schema in demanded
        for validator in [Draft4Validator(schema, registry=registry)]
        for document in documents
        if not validator.is_valid(document)
    }
    assert {} == wrong


def test_an_enrichment_has_the_shape_of_the_samples_of_the_annotation_api(documents: list[dict[str, Any]]) -> None:
    if not SAMPLES.is_dir():
        pytest.skip(f"{SAMPLES} is not there")
    tag, of_picture = loaded(SAMPLES / "simple_minimal.json"), loaded(SAMPLES / "annotation__web_resource.json")
    dated = loaded(SAMPLES / "standard.json")
    like = re.sub(r"\d", r"\\d", dated["created"])

    for document in documents:
        assert tag.keys() <= document.keys()
        assert tag["motivation"] == document["motivation"]
        assert type(tag["body"]) is type(document["body"]) is str
        assert dated["type"] == document["type"]
        assert of_picture["target"].keys() <= document["target"].keys()
        assert all(document["target"][key].startswith("http") for key in of_picture["target"])
        assert re.fullmatch(like, document["created"])
