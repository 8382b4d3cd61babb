"""What an export came to: what was written, and what was left out and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """Numbers by what they count (``claims``), and by what was left out (``claims on items that …``)."""

    written: Mapping[str, int]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        done = ", ".join(_counted(number, what) for what, number in self.written.items())
        missing = "; ".join(_counted(number, what) for what, number in self.left_out.items() if number)
        return f"{done}. Left out: {missing}." if missing else f"{done}."


def _counted(number: int, what: str) -> str:
    """``what`` begins with what is counted, in the plural."""
    things, _, further = what.partition(" ")
    thing = things.removesuffix("s") if number == 1 else things
    return f"{number:,} {thing} {further}".rstrip()
