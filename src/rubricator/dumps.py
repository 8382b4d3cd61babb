"""The dumps of a data directory as they lie there: made by ``rubricator dumps``, handed out by the web front end.

``dumps/{revision}/`` holds the files and ``dumps.json``, which names them; ``dumps/current`` is a link to the newest.
All of it can be deleted at any time.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rubricator.errors import RubricatorError

FOLDER = "dumps"
CATALOGUE = "dumps.json"
CURRENT = "current"


class DumpsDamaged(RubricatorError):
    """The list of the dumps cannot be read, so nobody can tell which there are.

    Whoever runs the service makes them anew by ``rubricator dumps``.
    """

    status = 503
    title = "Dumps damaged"
    slug = "dumps-damaged"


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of gzipped N-Quads. ``size`` is in bytes, gzipped; ``sha256`` is that of these bytes."""

    name: str
    title: str
    quads: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Dumps:
    """All dumps of one snapshot of the store, the whole one first. ``taken`` is when the snapshot was."""

    folder: Path
    taken: datetime
    dumps: Sequence[Dump]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(dump.size for dump in self.dumps)

    def named(self, name: str) -> Dump | None:
        return next((dump for dump in self.dumps if dump.name == name), None)

    def checksums(self) -> str:
        """What ``sha256sum -c`` reads."""
        return "".join(f"{dump.sha256}  {dump.name}\n" for dump in self.dumps)


def read_dumps(data_dir: Path) -> Dumps | None:
    """The newest dumps of a data directory; None where there are none. Raises DumpsDamaged."""
    for _ in range(2):  # the second time, if the first met those that were being replaced
        try:
            folder = (data_dir / FOLDER / CURRENT).resolve(strict=True)
            return _dumps(folder, json.loads((folder / CATALOGUE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DumpsDamaged(
                f"The list of the dumps, {FOLDER}/{CURRENT}/{CATALOGUE} in the data directory, cannot be read: "
                "make the dumps anew by `rubricator dumps`."
            ) from error
    return None


def _dumps(folder: Path, catalogue: Any) -> Dumps:
    """What a list tells. Raises ValueError, KeyError or TypeError where it is none."""
    taken = datetime.fromisoformat(catalogue["taken"])
    if taken.tzinfo is None:
        raise ValueError(f"{taken} has no time zone")
    return Dumps(folder, taken, [_dump(one) for one in catalogue["dumps"]])


def _dump(one: Any) -> Dump:
    digest = bytes.fromhex(one["sha256"]).hex()
    return Dump(str(one["name"]), str(one["title"]), int(one["quads"]), int(one["size"]), digest)


def write_catalogue(dumps: Dumps) -> None:
    """Write what ``read_dumps`` reads into the folder of the dumps, and bring it to the disk. Raises OSError."""
    catalogue = {"taken": dumps.taken.isoformat(), "dumps": [asdict(one) for one in dumps.dumps]}
    with (dumps.folder / CATALOGUE).open("w", encoding="utf-8") as file:
        json.dump(catalogue, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
