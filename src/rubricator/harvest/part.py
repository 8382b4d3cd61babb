"""What a file is split into: records, and what stands in the place of some."""

from collections.abc import Iterable
from dataclasses import dataclass

from rubricator.harvest.record import Repair

_NAMED = 5
"""How many of the things that were left out a message names."""


class NotSplit(Exception):
    """The file holds no record at all; ``code`` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """One record of a file, as bytes of its own. ``identifier`` is what the envelope around it calls it."""

    media_type: str
    content: bytes
    identifier: str = ""
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class NoRecord:
    """A part of a file that is no record, and why; ``content`` is empty where there is nothing but a name."""

    code: str
    message: str
    content: bytes = b""
    identifier: str = ""


def unreached(names: Iterable[str], content: bytes) -> NoRecord:
    """What stands in a file with several items and belongs to none, since none refers to it."""
    every = list(names)
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return NoRecord(
        "unreached-nodes",
        f"No item of the file refers to {', '.join(every[:_NAMED])}{more}; refer to what belongs to an item.",
        content,
    )
