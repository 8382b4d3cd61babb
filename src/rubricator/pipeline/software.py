"""Which build of Rubricator is running: every run names it."""

import subprocess
from functools import cache
from pathlib import Path

from rubricator import __version__
from rubricator.enrichment.run import Software

_CHECKOUT = Path(__file__).parents[3]


@cache
def running_software(commit: str | None) -> Software:
    """``commit`` from the settings (images of containers set it), else that of the checkout, else none."""
    return Software(__version__, commit or _checked_out_commit())


def _checked_out_commit() -> str | None:
    if not (_CHECKOUT / ".git").exists():
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command on our own checkout
            ["git", "-C", str(_CHECKOUT), "rev-parse", "HEAD"],  # noqa: S607 - git is wherever the user keeps it
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
