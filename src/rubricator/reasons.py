"""Every reason code that is written to the store or ends a command: what it means, and what to do.

The table itself is ``reasons.toml`` beside this file; ``docs/reasons.md`` shows it.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Kind = Literal["refused", "source", "gone", "picture", "rights", "repaired", "unsent", "claim"]
"""A record that is not in the store, a source that failed, a record that its source has no more, a picture that could
not be used, one that its rights keep us from, and a change without which a record could not be used."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Reason:
    """``meaning`` and ``remedy`` are one sentence each."""

    code: str
    kind: Kind
    meaning: str
    remedy: str


def _load() -> dict[str, Reason]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {code: Reason(code, kind, **row) for kind in KINDS for code, row in table[kind].items()}


REASONS: dict[str, Reason] = _load()
"""By code, in the order of the table."""
