"""The store's own directory below ``data_dir``: that it can be written, and which IRIs it was made for."""

import os
from pathlib import Path

from rubricator.errors import StoreUnavailable, UsageError
from rubricator.settings import Settings


def store_directory(settings: Settings) -> Path:
    """The directory, made where it is missing. Raises StoreUnavailable if it cannot be made or written."""
    directory = settings.store_dir
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(settings, error.strerror or str(error)) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise _unusable(settings, "Permission denied")
    return directory


def at_home(settings: Settings) -> Settings:
    """The settings with the base that the store was made for, where a store is there and no base is set."""
    made_for = None if settings.base or settings.store_url is not None else _recorded(settings)
    return settings if made_for is None else settings.model_copy(update={"base": made_for})


def check_base(settings: Settings) -> None:
    """Raise UsageError if the store was made under another base: all that it holds would be out of reach."""
    made_for = _recorded(settings)
    if made_for is not None and made_for != settings.iris.base:
        raise UsageError(
            f"The store in {settings.store_dir} was made for IRIs under {made_for}; "
            f"set RUBRICATOR_BASE={made_for} (or --base {made_for}), or use another data directory."
        )


def record_base(settings: Settings) -> None:
    """Keep the base of the first writer, and hold later ones to it. Call it as the sole writer.

    Raises UsageError as ``check_base`` does.
    """
    check_base(settings)
    if _recorded(settings) is None:
        path = _file(settings)
        draft = path.with_name("base.draft")
        draft.write_text(f"{settings.iris.base}\n")
        draft.replace(path)


def _recorded(settings: Settings) -> str | None:
    try:
        return _file(settings).read_text().strip() or None
    except OSError:
        return None


def _file(settings: Settings) -> Path:
    return settings.store_dir / "base"


def _unusable(settings: Settings, reason: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The data directory {settings.data_dir} cannot be written ({reason}): "
        "give this user the right to, or name another with --data-dir."
    )
