"""The bytes of records as they came, once each, under their sha-256."""

import hashlib
from pathlib import Path


def keep_raw(content: bytes, folder: Path) -> str:
    """Write the bytes to ``folder/ab/abcdef…`` unless they are there, and give their sha-256.

    The file appears whole or not at all: a killed process leaves at most a hidden file, which the next one overwrites.
    """
    digest = hashlib.sha256(content).hexdigest()
    place = folder / digest[:2] / digest
    if not place.exists():
        half = place.with_name(f".{digest}")
        try:
            half.write_bytes(content)
        except FileNotFoundError:
            place.parent.mkdir(parents=True)
            half.write_bytes(content)
        half.replace(place)
    return digest
