"""The bytes of records as they came, once each, under their sha-256."""

import hashlib
import os
import tempfile
from pathlib import Path


def keep_raw(content: bytes, folder: Path) -> str:
    """Write the bytes to ``folder/ab/abcdef…`` unless they are there, and give their sha-256.

    The file appears whole or not at all: a killed process leaves at most a temporary file.
    """
    digest = hashlib.sha256(content).hexdigest()
    place = folder / digest[:2] / digest
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return digest
