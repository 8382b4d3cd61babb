"""The newest snapshot, opened read-only, for whoever reads one after the other."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from rubricator.store.snapshots import Held, current_revision, hold_current


@dataclass(frozen=True, slots=True)
class Opened:
    """A snapshot that can be read, and its revision."""

    store: Store
    revision: str


class Newest:
    """Holds the newest snapshot that there was when somebody last turned to it. Of one thread."""

    def __init__(self, directory: Path, after_first: Callable[[], object] = lambda: None) -> None:
        """``after_first`` is called once, after the first opening."""
        self._directory = directory
        self._after_first = after_first
        self._held: Held | None = None
        self._opened: Opened | None = None

    def prepare(self) -> None:
        """Turn to a newer snapshot ahead of the next query, so that nobody keeps an old one from deletion."""
        with suppress(OSError):  # the next query will tell
            self.turn()

    def turn(self) -> Opened | None:
        """The newest snapshot; None where there never was one. Raises OSError where it cannot be opened."""
        if self._held is None or current_revision(self._directory) != self._held.revision:
            newer = hold_current(self._directory)
            if newer is None:
                return None
            try:
                opened = Opened(Store.read_only(str(newer.database)), newer.revision)
            except (OSError, RuntimeError) as error:  # which damage is
                newer.close()
                raise OSError(str(error).replace(f"{self._directory}/", "")) from error
            if self._held is not None:
                self._held.close()
            else:
                self._after_first()
            self._held, self._opened = newer, opened
        return self._opened

    def close(self) -> None:
        """Let go of the snapshot."""
        if self._held is not None:
            self._held.close()
        self._held = self._opened = None
