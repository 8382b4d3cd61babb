"""What a user asks to have explained: a claim, or a picture, in any of the ways that these are named."""

import re
from pathlib import Path

from pyoxigraph import NamedNode

from rubricator.enrichment.naming import refuse_run
from rubricator.errors import UsageError
from rubricator.images import ImageStore
from rubricator.settings import Settings

_ANNOTATION = re.compile(r"[0-9a-f]{26}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def subject(text: str, settings: Settings) -> NamedNode | Path:
    """The IRI of an annotation, or a file that holds a picture.

    An annotation is given by its IRI or the hash in it; a picture as a file or, where it is in the image cache, by its
    sha-256, ``BASE/media/…`` or ``BASE/id/image/sha256-…``; blanks around it, such as a line's end in CSV, are no part
    of it unless a file is called so. Raises UsageError for anything else.
    """
    if not Path(text).exists():
        text = text.strip()
    iris = settings.iris
    start = f"{iris.base}/annotation/"
    name = text.removeprefix(start).removesuffix("/explanation")
    if _ANNOTATION.fullmatch(name) and not Path(text).exists():
        return NamedNode(f"{start}{name}")
    captured = text.removeprefix(iris.media("").value).removeprefix(iris.image("").value)
    if _SHA256.fullmatch(captured) and not Path(text).exists():
        return ImageStore(settings).path(captured)
    if "://" in text:
        raise UsageError(
            f"{text} is neither an annotation nor a captured picture of {iris.base}; give one of these, or a file."
        )
    if not Path(text).exists():
        refuse_run(text, iris)
    return Path(text)
