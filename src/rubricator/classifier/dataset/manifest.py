"""A folder with ``manifest.csv``: path, concept, source, use, licence and repository of each picture."""

import csv
from pathlib import Path

from rubricator.classifier.dataset.labelled import LabelledImage
from rubricator.errors import UsageError

MANIFEST = "manifest.csv"


def read_manifest(data_dir: Path) -> list[LabelledImage]:
    """Read the manifest; rows without concept are left out. Raises UsageError if it cannot be understood."""
    manifest = data_dir / MANIFEST
    try:
        with manifest.open(encoding="utf-8", newline="") as content:
            return [
                LabelledImage(
                    data_dir / row["path"],
                    tuple(row["concept"].split("|")),
                    row["source"],
                    row["repository"],
                    row["use"],
                    row["licence"],
                    row.get("sha256") or "",
                )
                for row in csv.DictReader(content)
                if row["concept"]
            ]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise UsageError(f"{manifest} cannot be read as a manifest of labelled images: {error!r}.") from error
