"""Image features, kept so that a new prompt set, head or threshold re-classifies a collection without looking again."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rubricator.classifier.errors import FeatureCacheError

if TYPE_CHECKING:
    from torch import Tensor

# Rows lie in the order in which they came, so that reading all of them is reading the file from front to back; a page
# holds several vectors, which would otherwise spill into pages of their own.
_PAGE = 16_384
_SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    model TEXT NOT NULL,
    image TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (model, image)
)
"""
_ROWS_AT_ONCE = 8192


class FeatureCache:
    """Features of one model, by the sha-256 of the image. Killing the process at any moment leaves whole rows only.

    ``model`` is a model's ``features_key``. Vectors are float32, so that a cached image scores exactly as a fresh one.
    Threads may share one cache, and processes one file. All of it raises FeatureCacheError if the file is damaged, or
    cannot be written.
    """

    def __init__(self, file: Path, model: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._model = model
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
        import torch

        with self._lock, _told(self._file):
            row = self._database.execute(
                "SELECT vector FROM features WHERE model = ? AND image = ?", (self._model, image)
            ).fetchone()
        return torch.frombuffer(bytearray(row[0]), dtype=torch.float32) if row else None

    def batches(self, size: int = _ROWS_AT_ONCE) -> Iterator[tuple[list[str], "Tensor"]]:
        """All images that this model has seen, up to ``size`` at a time: their sha-256 and float32 (n, dimension).

        They come as they are at the beginning, in the order in which they were put; memory holds one batch.
        """
        import torch

        address = f"{self._file.absolute().as_uri()}?mode=ro"
        with _told(self._file), closing(sqlite3.connect(address, uri=True)) as database:
            rows = database.execute("SELECT image, vector FROM features NOT INDEXED WHERE model = ?", (self._model,))
            while found := rows.fetchmany(size):
                images, vectors = zip(*found, strict=True)
                flat = torch.frombuffer(bytearray().join(vectors), dtype=torch.float32)
                yield list(images), flat.view(len(images), -1)

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
