"""Progress on standard error: a bar on a terminal, a plain line now and then when piped."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rubricator.cli.interrupt import check_interrupted
from rubricator.plural import plural
from rubricator.progress import Progress

PLAIN_INTERVAL = 10.0


@contextmanager
def progress_bar(label: str, unit: str, units: str | None = None) -> Iterator[Progress]:
    """Show how many are done of what ``unit`` is one of, such as ``picture``; ``units`` where an s does not do.

    The last plain line always comes, so that a log shows where the work ended.

    Work that tells its progress can be interrupted: telling raises KeyboardInterrupt if Ctrl-C was pressed in vain.
    """
    if not sys.stderr.isatty():
        yield from _plain_lines(label, unit, units)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (SpinnerColumn(), TextColumn(label), BarColumn(), MofNCompleteColumn(), TextColumn(units or f"{unit}s"))
    with RichProgress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)

        def show(done: int, total: int | None = None) -> None:
            bar.update(task, completed=done, total=total)
            check_interrupted()

        yield show


def _plain_lines(label: str, unit: str, units: str | None) -> Iterator[Progress]:
    shown_at, shown, latest = time.monotonic(), "", ""

    def show(done: int, total: int | None = None) -> None:
        nonlocal shown_at, shown, latest
        latest = f"{label}: {plural(done, unit, units) if total is None else f'{done} of {plural(total, unit, units)}'}"
        if time.monotonic() - shown_at >= PLAIN_INTERVAL:
            shown_at, shown = time.monotonic(), latest
            print(latest, file=sys.stderr, flush=True)
        check_interrupted()

    try:
        yield show
    finally:
        if latest != shown:
            print(latest, file=sys.stderr, flush=True)
