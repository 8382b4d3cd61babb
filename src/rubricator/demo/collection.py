"""Yields the demo's records, with the pictures of the installed packages in place of the paths that stand for them.

Titles, creators, sources and rights are those that the packages' own documentation states; a picture without a title of
its own has one that says what it shows. Pictures whose rights are not stated are left out.
"""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from rubricator.errors import MissingExtra
from rubricator.harvest.record import TURTLE, Picture, Rejection, SourceRecord
from rubricator.images import ImageError, ImageStore
from rubricator.rdf import now
from rubricator.settings import Settings

DATASET = "demo"
PACKAGES = {"skimage": "scikit-image", "sklearn": "scikit-learn"}
# A record names its picture by import package and path, as in <skimage/data/coins.png>.
_PICTURE = re.compile(rf"<((?:{'|'.join(PACKAGES)})/[^>]+)>")


def demo_records(settings: Settings) -> Iterator[SourceRecord | Rejection]:
    """Each record of the demo collection, its picture in the image cache already.

    Raises MissingExtra, before the first record, if a package is not installed.
    """
    return read_collection(settings, {package: _folder(package, name) for package, name in PACKAGES.items()})


def read_collection(settings: Settings, packages: Mapping[str, Path]) -> Iterator[SourceRecord | Rejection]:
    """The records in the order of their names, with pictures from the folders of these import packages.

    A picture that a version of a package lacks, or that is broken, gives a rejection.
    """
    images, base = ImageStore(settings), f"@base {settings.iris.item(DATASET, '')} .\n"
    records = (entry for entry in files("rubricator.demo").joinpath("records").iterdir() if entry.name.endswith(".ttl"))
    for entry in sorted(records, key=lambda entry: entry.name):
        identifier, source = entry.name.removesuffix(".ttl"), f"{DATASET}/{entry.name}"
        text = entry.read_text(encoding="utf-8")
        picture = _picture(text)
        package, _, path = picture.partition("/")
        try:
            capture = images.ingest(packages[package] / path)
        except ImageError as error:
            message = f"{PACKAGES[package]} holds no usable picture {path}; another version of it may."
            yield Rejection(source, DATASET, identifier, error.code, message, text.encode(), now())
            continue
        content = f"{base}{text.replace(f'<{picture}>', f'<{capture.source}>')}".encode()
        taken = Picture(picture, capture.sha256, capture.media_type, capture.byte_size, capture.width, capture.height)
        yield SourceRecord(DATASET, identifier, TURTLE, content, source, now(), pictures=(taken,))


def _picture(text: str) -> str:
    found = _PICTURE.search(text)
    if found is None:
        raise ValueError("a record of the demo collection names no picture")
    return found[1]


def _folder(package: str, name: str) -> Path:
    """Where an installed package lies, without importing it: both are slow to import."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra(
            f"The demo shows pictures from {name}, which is not installed; pip install 'rubricator[demo]'."
        )
    return Path(spec.submodule_search_locations[0])
