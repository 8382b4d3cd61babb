"""One claim a row: CSV, JSON lines or Parquet, under the names that Europeana's MINT and SAGE read enrichments by."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from rubricator.errors import MissingExtra
from rubricator.pipeline.exporting.published import Published
from rubricator.rdf import EUROPEANA, NAMESPACES, timestamp

COLUMNS = (
    "recordId", "targetField", "uri", "confidence", "annotatorType", "item", "image", "annotation", "status", "run",
    "software", "since", "reviewer", "dataset",
)  # fmt: skip
ROW_GROUP = 50_000
SOFTWARE, PERSON = "SoftwareAgent", "Person"


def row(one: Published) -> dict[str, str | None]:
    """The claim under the names of the columns; several data sets of an item have spaces between them.

    ``confidence`` is a plain decimal, and missing where a person makes the claim.
    """
    return {
        "recordId": record_id(one.item.value),
        "targetField": field_name(one.field.value),
        "uri": one.body.value,
        "confidence": one.confidence.value if one.confidence else None,
        "annotatorType": PERSON if one.person else SOFTWARE,
        "item": one.item.value,
        "image": one.image.value,
        "annotation": one.annotation.value,
        "status": one.status,
        "run": one.run.value,
        "software": one.software.value,
        "since": timestamp(one.since).value,
        "reviewer": one.reviewer.value if one.reviewer else None,
        "dataset": " ".join(dataset.value for dataset in one.datasets),
    }


def record_id(item: str) -> str:
    """``/dataset/id`` of a Europeana item, as its APIs name it; the IRI of any other."""
    start = f"{EUROPEANA}item"
    return item.removeprefix(start) if item.startswith(f"{start}/") else item


def field_name(iri: str) -> str:
    """The property with the prefix that EDM is written with: ``dc:type``."""
    for namespace in NAMESPACES:
        if iri.startswith(namespace.iri):
            return f"{namespace.prefix}:{iri.removeprefix(namespace.iri)}"
    return iri


def write_csv(claims: Iterable[Published], output: IO[bytes]) -> int:
    """RFC 4180 with a header line, UTF-8. Returns the number of rows, as all of these do."""
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    written = 0
    for one in claims:
        writer.writerow(row(one))
        written += 1
    text.detach()
    return written


def write_json_lines(claims: Iterable[Published], output: IO[bytes]) -> int:
    """One object a line; ``confidence`` is a number."""
    written = 0
    for one in claims:
        flat = row(one)
        confidence = flat["confidence"]
        numbered = {**flat, "confidence": float(confidence) if confidence is not None else None}
        output.write(json.dumps(numbered, ensure_ascii=False).encode() + b"\n")
        written += 1
    return written


def write_parquet(claims: Iterable[Published], output: IO[bytes]) -> int:
    """One row group for every 50,000 claims; ``confidence`` is decimal(5, 4), all else text. Raises MissingExtra."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: pip install 'rubricator[parquet]', or export CSV.") from error
    types = {name: pyarrow.string() for name in COLUMNS} | {"confidence": pyarrow.decimal128(5, 4)}
    schema = pyarrow.schema(list(types.items()))
    written = 0
    with parquet.ParquetWriter(output, schema, compression="zstd") as writer:
        for rows in _groups(map(row, claims)):
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))
            written += len(rows)
    return written


def _groups(rows: Iterator[dict[str, str | None]]) -> Iterator[list[dict[str, object]]]:
    from decimal import Decimal

    while group := list(islice(rows, ROW_GROUP)):
        yield [
            {**one, "confidence": Decimal(sure).quantize(Decimal("0.0001")) if (sure := one["confidence"]) else None}
            for one in group
        ]
