"""Web Annotation pages as Europeana's Annotation API takes them: semantic tags on a picture in the scope of an item.

The API takes creator and generator from its client's token, and has no field for confidence, model or run:
``canonical`` leads back to us, where all of that is told.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from rubricator.errors import UsageError
from rubricator.pipeline.exporting.outcome import Outcome
from rubricator.pipeline.exporting.parcel import Parcel
from rubricator.pipeline.exporting.published import Published
from rubricator.plural import plural
from rubricator.rdf import EUROPEANA

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PAGE_SIZE = 100
_PAGE = "page-{:06}.json"


def annotation(one: Published) -> dict[str, Any]:
    """A semantic tag (https://www.w3.org/TR/annotation-model/)."""
    return {
        "type": "Annotation",
        "motivation": "tagging",
        "body": one.body.value,
        "target": {"type": "SpecificResource", "scope": one.item.value, "source": one.image.value},
        "canonical": one.annotation.value,
    }


def write_pages(claims: Iterable[Published], pages: Parcel, size: int = PAGE_SIZE) -> Outcome:
    """Write AnnotationPages of ``size`` items, one file each. Raises UsageError where no claim is on such an item."""
    elsewhere = 0

    def europeana() -> Iterator[dict[str, Any]]:
        nonlocal elsewhere
        for one in claims:
            if one.item.value.startswith(f"{EUROPEANA}item/"):
                yield annotation(one)
            else:
                elsewhere += 1

    number, annotations, items = 0, 0, europeana()
    while page := list(islice(items, size)):
        number += 1
        annotations += len(page)
        document = {"@context": CONTEXT, "type": "AnnotationPage", "items": page}
        with pages.file(_PAGE.format(number)) as file:
            file.write(json.dumps(document, ensure_ascii=False, indent=1).encode())
    if elsewhere and not annotations:
        raise UsageError(
            f"Nothing was written: of {plural(elsewhere, 'claim')}, none is on an item of Europeana, whose Annotation "
            "API takes no others; --format csv, jsonl, parquet or nquads takes claims on any item."
        )
    return Outcome({"annotations": annotations, "pages": number}, {"claims on items that Europeana has not": elsewhere})
