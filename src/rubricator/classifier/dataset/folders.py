"""A folder per concept, as most tools that sort pictures write them."""

from pathlib import Path

from rubricator.classifier.dataset.labelled import LabelledImage
from rubricator.errors import UsageError
from rubricator.plural import plural
from rubricator.vocabulary.names import ConceptNames

# Formats that ``rubricator.images`` decodes.
_KINDS = "jpg jpeg png tif tiff webp gif jp2 j2k jpx bmp avif ppm pgm pbm pnm mpo"
SUFFIXES = frozenset(f".{kind}" for kind in _KINDS.split())
_USE = "train"


def read_folders(root: Path, names: ConceptNames) -> tuple[list[LabelledImage], list[str]]:
    """The pictures below ``root/{concept}/``, in the order of their paths, and notes on the files passed over.

    Pictures in ``{concept}/{folder}/`` have that folder as source, others the name of ``root``. Raises UsageError for
    a folder whose name is no concept's.
    """
    folders = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not folders:
        raise UsageError(
            f"{root} holds neither a manifest.csv nor a folder for each concept; name a folder or a CSV that does."
        )
    images, notes = [], []
    if beside := sum(map(_is_picture, root.iterdir())):
        notes.append(f"Left out: {plural(beside, 'picture')} beside the folders, without a concept.")
    passed_over = 0
    for folder in folders:
        try:
            concepts = names.slugs(folder.name)
        except UsageError as error:
            raise UsageError(f"{folder}: {error}") from error
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
            if not _is_picture(file):
                passed_over += 1
                continue
            inner = file.relative_to(folder).parts[:-1]
            source = inner[0] if inner else root.resolve().name
            images.append(LabelledImage(file, concepts, source, source, _USE, "", named=False))
    if passed_over:
        notes.append(f"Left out: {plural(passed_over, 'file')} without the suffix of a picture.")
    return images, notes


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.is_file() and not file.name.startswith(".")
