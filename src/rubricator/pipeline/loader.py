"""Loads one batch while the next is being made: the store and this process each have work at any time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Generic, Self, TypeVar

from rubricator.store.client import StoreClient

Batch = TypeVar("Batch")


class Loader(Generic[Batch]):
    """Hands batches to the store in order, one at a time, from a thread and through a client of its own.

    Leaving the context waits for the last one; what writing a batch raises is raised there, or at the next ``load``.
    """

    def __init__(self, client: StoreClient, write: Callable[[StoreClient, Batch], None]) -> None:
        self._client = client.clone()
        self._write = write
        self._thread = ThreadPoolExecutor(1, "loader")
        self._running: Future[None] | None = None

    def load(self, batch: Batch) -> None:
        """Wait until the batch before is acknowledged, then hand this one over."""
        self.wait()
        self._running = self._thread.submit(self._write, self._client, batch)

    def wait(self) -> None:
        """Wait until everything that was handed over is acknowledged."""
        running, self._running = self._running, None
        if running is not None:
            running.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with closing(self._client), self._thread:
            self.wait()
