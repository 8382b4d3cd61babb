"""A folder of pictures as source records: one picture, one record, with a title from the file name."""

import re
from collections.abc import Iterator
from pathlib import Path

from rubricator.errors import UsageError
from rubricator.harvest.csv import canonical_json
from rubricator.harvest.mapping import NOT_EVALUATED, TableMapping, is_address, table_mapping
from rubricator.harvest.pictures import take_picture
from rubricator.harvest.record import TABLE_ROW, Rejection, SourceRecord
from rubricator.images import ImageStore
from rubricator.rdf import now
from rubricator.settings import Settings

_SUFFIX = re.compile(
    r"\.(apng|avif|bmp|dng|gif|hei[cf]|j2[ck]|jfif|jp[2cefgx]|jpeg|jxl|p[bgnp]m|png|psd|svg|tiff?|webp)", re.IGNORECASE
)
"""How pictures are called, those that cannot be read among them: their owner misses them, and is told."""
_NO_PICTURE = ("image-not-an-image", "image-too-large")
"""What is found of other files, films among them."""


def harvest_folder(
    folder: Path,
    settings: Settings,
    dataset: str | None = None,
    rights: str = NOT_EVALUATED,
    data_provider: str = "",
    language: str = "",
) -> Iterator[SourceRecord | Rejection]:
    """Each picture below a folder as a record, in the order of its paths.

    The raw content is JSON of name, size and sha-256. A picture that cannot be used is yielded as a rejection. Hidden
    files are passed over, and so is what is a picture neither by its name nor by its content. Raises UsageError if
    there is no such folder, or ``rights`` is no address.
    """
    if not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is no folder; name a folder of pictures.")
    if not is_address(rights):
        raise UsageError(f"{rights!r} is no address of a rights statement; name one such as {NOT_EVALUATED}.")
    images, retrieved = ImageStore(settings), now()
    mapping = _mapping(dataset or folder.resolve().name or "folder", rights, data_provider, language)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or any(part.startswith(".") for part in Path(name).parts):
            continue
        name = name.encode("utf-8", "replace").decode()
        source = f"{mapping.dataset}/{name}"
        picture = take_picture(path, name, images)
        if picture.code in _NO_PICTURE and not _SUFFIX.fullmatch(path.suffix):
            continue
        if picture.code:
            message = f"The file {name!r} cannot be used as a picture."
            yield Rejection(source, mapping.dataset, name, picture.code, message, None, retrieved)
            continue
        content = canonical_json({"name": name, "size": picture.byte_size, "sha256": str(picture.sha256)})
        yield SourceRecord(mapping.dataset, name, TABLE_ROW, content, source, retrieved, mapping, (picture,))


def _mapping(dataset: str, rights: str, data_provider: str, language: str) -> TableMapping:
    table = {"dataset": dataset, "identifier": "{name}", "rights": rights, "language": language}
    table |= {"data_provider": data_provider, "provider": data_provider} if data_provider else {}
    columns = {"name": {"property": "dc:identifier", "language": ""}}
    return table_mapping(table | {"columns": columns, "constants": {"dc:title": "{name:words}"}})
