"""Image features, kept so that a new prompt set, head or threshold re-classifies a collection without looking again."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rubricator.classifier.errors import FeatureCacheError
from rubricator.classifier.preparing import PREPARED
from rubricator.images import LOOKING

if TYPE_CHECKING:
    from torch import Tensor

# Rows lie in the order in which they came, which is about that in which they are asked for; a page holds several
# vectors, which would otherwise spill into pages of their own.
_PAGE = 16_384
_SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    model TEXT NOT NULL,
    image TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (model, image)
)
"""
_ASKED_AT_ONCE = 500


class FeatureCache:
    """Features of one model, by the sha-256 of the image. Killing the process at any moment leaves whole rows only.

    ``model`` is a model's ``features_key``. What was seen while pictures were decoded, prepared or refused in another
    way is not served. Vectors are float32, so that a cached image scores exactly as a fresh one.
    Threads may share one cache, and processes one file. All of it raises FeatureCacheError if the file is damaged, or
    cannot be written.
    """

    def __init__(self, file: Path, model: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._model = f"{model} {PREPARED} {LOOKING}"
        self._lock = threading.Lock()
        with _told(file):
            self._database = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
            try:
                self._database.execute(f"PRAGMA page_size = {_PAGE}")
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute("PRAGMA synchronous = NORMAL")
                self._database.execute(_SCHEMA)
            except sqlite3.Error:
                self._database.close()
                raise

    def get(self, image: str) -> "Tensor | None":
        """float32 (dimension,), or None if this image has not been seen by this model."""
        return self.get_many([image]).get(image)

    def get_many(self, images: Sequence[str]) -> "dict[str, Tensor]":
        """Of those that this model has seen, float32 (dimension,); in one look at the file, however many are asked."""
        import torch

        found: dict[str, Tensor] = {}
        asked = iter(images)
        while some := list(islice(asked, _ASKED_AT_ONCE)):
            marks = ",".join("?" * len(some))
            query = f"SELECT image, vector FROM features WHERE model = ? AND image IN ({marks})"  # noqa: S608
            with self._lock, _told(self._file):
                rows = self._database.execute(query, (self._model, *some)).fetchall()
            if rows:
                names, vectors = zip(*rows, strict=True)
                flat = torch.frombuffer(bytearray().join(vectors), dtype=torch.float32)
                found.update(zip(names, flat.view(len(names), -1).unbind(), strict=True))
        return found

    def put(self, vectors: Iterable[tuple[str, "Tensor"]]) -> None:
        """Keep the features of several images in one transaction."""
        rows = [(self._model, image, vector.float().cpu().numpy().tobytes()) for image, vector in vectors]
        with self._lock, _told(self._file), self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Waits for a thread that is looking something up: a fetch ahead may outlive its run."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn an error of SQLite into a sentence that says what to do."""
    try:
        yield
    except sqlite3.ProgrammingError:  # of ours, as to ask a cache that was closed
        raise
    except sqlite3.OperationalError as error:
        raise FeatureCacheError(
            f"The feature cache {file} cannot be used ({error}); make room on the disk, end other programs that write "
            "to it, or remove the file: it is made anew."
        ) from error
    except sqlite3.Error as error:
        raise FeatureCacheError(
            f"The feature cache {file} is damaged ({error}); remove the file: it is made anew."
        ) from error
