"""What a file is split into: records, and what stands in the place of some."""

from dataclasses import dataclass

from rubricator.harvest.record import Repair


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
