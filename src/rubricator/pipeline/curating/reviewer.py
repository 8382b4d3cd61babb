"""Who reviews: a pseudonym made from a name and a secret of this data directory. The name itself is kept nowhere."""

import os
import secrets
from contextlib import suppress

from rubricator.enrichment.reviews import pseudonym
from rubricator.errors import UsageError
from rubricator.settings import Settings

_SECRET = "pseudonyms.key"  # noqa: S105 - the name of a file
_LENGTH = 32


def reviewer_pseudonym(settings: Settings, name: str | None = None) -> str:
    """The pseudonym of ``name``, or of the setting ``reviewer``. Raises UsageError where nobody is named."""
    given = name or settings.reviewer
    if not given or not given.strip():
        raise UsageError("Say who reviews: give --reviewer NAME, or set RUBRICATOR_REVIEWER; only a pseudonym is kept.")
    return pseudonym(given, _secret(settings))


def _secret(settings: Settings) -> bytes:
    """Made on first use, for its owner only to read; without it the same name gives another pseudonym."""
    path = settings.data_dir / _SECRET
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{_SECRET}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)  # unlike a rename, never over the secret of somebody faster
        draft.unlink()
    try:
        secret = bytes.fromhex(path.read_text())
    except ValueError:
        secret = b""
    if len(secret) != _LENGTH:
        raise UsageError(f"{path} is damaged: bring it back from a backup; without it people get other pseudonyms.")
    return secret
