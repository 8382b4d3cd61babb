"""How long work tells how far it is, without knowing who listens."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

Thing = TypeVar("Thing")


class Progress(Protocol):
    """Called with the steps done so far and, where it is known, how many there are in all."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


def silent(done: int, total: int | None = None) -> None:
    """For callers whom nobody watches."""


def counted(things: Iterable[Thing], progress: Progress) -> Iterator[Thing]:
    """The same things, telling how many have passed."""
    for done, thing in enumerate(things, 1):
        yield thing
        progress(done)
