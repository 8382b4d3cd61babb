"""Which build of Rubricator is running: every run names it."""

import subprocess
from functools import cache
from pathlib import Path

from rubricator import __version__
from rubricator.enrichment.software import Software

_CHECKOUT = Path(__file__).parents[3]


@cache
def running_software(commit: str | None) -> Software:
    """``commit`` from the settings (images of containers set it), else that of the checkout, else none.

    A checkout whose code or ontology differs from its commit says so by ``-dirty``.
    """
    return Software(__version__, commit or _checked_out_commit())


def _checked_out_commit() -> str | None:
    if not (_CHECKOUT / ".git").exists():
        return None
    try:
        commit, changes = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--", "src", "ontology")
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit}-dirty" if changes else commit


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(_CHECKOUT), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)  # noqa: S603 - fixed words
    return answer.stdout.strip()
