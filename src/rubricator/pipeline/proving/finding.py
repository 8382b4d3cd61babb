"""What a proof comes to, one line at a time."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether something still is what it was."""

    ok = "ok"
    changed = "changed"
    unchecked = "cannot be checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` kind of thing it is about, its ``name``, and in ``told`` a sentence that says how it was found out."""

    what: str
    name: str
    verdict: Verdict
    told: str
