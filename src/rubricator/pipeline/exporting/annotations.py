"""Web Annotation pages as Europeana's Annotation API takes them: semantic tags on a picture in the scope of an item.

The API takes creator and generator from its client's token, and has no field for confidence, model or run:
``canonical`` leads back to us, where all of that is told.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rubricator.errors import UsageError
from rubricator.pipeline.exporting.published import Published
from rubricator.rdf import EUROPEANA
from rubricator.wholefile import make_folder, whole_file

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PAGE_SIZE = 100
_PAGE = "page-{:06}.json"


@dataclass(frozen=True, slots=True)
class Pages:
    """How many pages and annotations were written, and how many claims are on items that Europeana does not have."""

    pages: int
    annotations: int
    elsewhere: int


def annotation(one: Published) -> dict[str, Any]:
    """A semantic tag (https://www.w3.org/TR/annotation-model/)."""
    return {
        "type": "Annotation",
        "motivation": "tagging",
        "body": one.body.value,
        "target": {"type": "SpecificResource", "scope": one.item.value, "source": one.image.value},
        "canonical": one.annotation.value,
    }


def write_pages(claims: Iterable[Published], folder: Path, size: int = PAGE_SIZE) -> Pages:
    """Write AnnotationPages of ``size`` items, one file each, to a folder that has none yet. Raises UsageError."""
    make_folder(folder)
    if next(folder.glob("page-*.json"), None):
        raise UsageError(f"{folder} holds pages already; name another folder, so that old and new ones do not mix.")
    elsewhere = 0

    def europeana() -> Iterator[dict[str, Any]]:
        nonlocal elsewhere
        for one in claims:
            if one.item.value.startswith(f"{EUROPEANA}item/"):
                yield annotation(one)
            else:
                elsewhere += 1

    pages, annotations, items = 0, 0, europeana()
    while page := list(islice(items, size)):
        pages += 1
        annotations += len(page)
        with whole_file(folder / _PAGE.format(pages)) as file:
            document = {"@context": CONTEXT, "type": "AnnotationPage", "items": page}
            file.write(json.dumps(document, ensure_ascii=False, indent=1).encode())
    return Pages(pages, annotations, elsewhere)
