"""Annotation pages as a program that knows JSON-LD only reads them, and as Europeana's Annotation API takes them."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from rubricator.errors import UsageError
from rubricator.pipeline.exporting.annotations import CONTEXT, write_pages
from rubricator.pipeline.exporting.export import Order, export
from rubricator.pipeline.exporting.forms import Form
from rubricator.pipeline.exporting.parcel import parcel
from rubricator.pipeline.exporting.published import Chosen, published
from rubricator.rdf import OA
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary
from tests.pipeline.exporting.claiming import claim
from tests.pipeline.exporting.shelf import MARKED, POOR, RICH

# The terms of the W3C's context that such annotations have, in the words of the Web Annotation Vocabulary.
TERMS = {
    "@context": {
        "id": {"@id": "@id", "@type": "@id"},
        "type": {"@id": "@type", "@type": "@vocab"},
        "Annotation": OA["Annotation"].value,
        "AnnotationPage": "https://www.w3.org/ns/activitystreams#OrderedCollectionPage",
        "SpecificResource": OA["SpecificResource"].value,
        "tagging": OA["tagging"].value,
        "motivation": {"@id": OA["motivatedBy"].value, "@type": "@vocab"},
        "body": {"@id": OA["hasBody"].value, "@type": "@id"},
        "target": {"@id": OA["hasTarget"].value, "@type": "@id"},
        "source": {"@id": OA["hasSource"].value, "@type": "@id"},
        "scope": {"@id": OA["hasScope"].value, "@type": "@id"},
        "canonical": {"@id": OA["canonical"].value, "@type": "@id"},
        "items": {"@id": "https://www.w3.org/ns/activitystreams#items", "@type": "@id", "@container": "@list"},
    }
}


@pytest.fixture
def claims(shelf: StoreClient, settings: Settings, vocabulary: Vocabulary) -> list[str]:
    found = claim(shelf, settings.iris, "A", [RICH, POOR, MARKED], vocabulary.by_slug("map").body)
    return [one.value for one in found]


def expanded(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The annotations of a page, with IRIs for all terms."""

    def load(url: str, _options: object) -> dict[str, Any]:
        assert CONTEXT == url
        return {"contextUrl": None, "documentUrl": url, "document": TERMS}

    (page,) = jsonld.expand(document, {"documentLoader": load})
    annotations: list[dict[str, Any]] = page["https://www.w3.org/ns/activitystreams#items"][0]["@list"]
    return annotations


def test_a_page_expands_to_web_annotations(
    shelf: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[str], tmp_path: Path
) -> None:
    outcome = export(shelf, settings, Order(Form.annotations, tmp_path / "pages.zip"))
    with zipfile.ZipFile(tmp_path / "pages.zip") as packed:
        (page,) = (json.loads(packed.read(name)) for name in packed.namelist())

    assert ({"annotations": 2, "pages": 1}, 1) == (outcome.written, sum(outcome.left_out.values()))
    assert {
        (RICH.value, claims[0], vocabulary.by_slug("map").body.value),
        (POOR.value, claims[1], vocabulary.by_slug("map").body.value),
    } == {
        (
            one[OA["hasTarget"].value][0][OA["hasScope"].value][0]["@id"],
            one[OA["canonical"].value][0]["@id"],
            one[OA["hasBody"].value][0]["@id"],
        )
        for one in expanded(page)
    }


def test_where_no_item_is_of_europeana_nothing_is_written_and_another_format_named(
    shelf: StoreClient, settings: Settings, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    claim(shelf, settings.iris, "A", [MARKED], vocabulary.by_slug("map").body)

    for name in ("pages.zip", "pages"):
        with pytest.raises(UsageError, match=r"of 1 claim, none is on an item of Europeana, .* --format csv"):
            export(shelf, settings, Order(Form.annotations, tmp_path / name))

    assert [] == list(tmp_path.glob("*pages*"))


@pytest.mark.usefixtures("claims")
def test_an_annotation_has_the_shape_that_the_api_took(
    shelf: StoreClient, settings: Settings, shared: Path, tmp_path: Path
) -> None:
    """The API's own fixtures: a batch, whose items have what a semantic tag on a web resource has."""
    batch = json.loads((shared / "samples/annotation-api/annotation_page.json").read_text("utf-8"))
    tag = json.loads((shared / "samples/annotation-api/annotation__web_resource.json").read_text("utf-8"))
    with parcel(tmp_path / "pages") as pages:
        write_pages(published(shelf, settings.iris, Chosen()), pages)

    ours = json.loads((tmp_path / "pages/page-000001.json").read_text("utf-8"))
    assert (batch["@context"], batch["type"]) == (ours["@context"], ours["type"])
    for one in ours["items"]:
        assert tag["target"].keys() <= one["target"].keys()
        assert not any(name.startswith("@") for name in (*one, *one["target"]))


@pytest.mark.usefixtures("claims")
def test_pages_hold_no_more_than_they_may(shelf: StoreClient, settings: Settings, tmp_path: Path) -> None:
    with parcel(tmp_path / "pages") as pages:
        outcome = write_pages(published(shelf, settings.iris, Chosen()), pages, size=1)

    assert 2 == outcome.written["pages"]
    assert ["page-000001.json", "page-000002.json"] == sorted(path.name for path in (tmp_path / "pages").iterdir())
