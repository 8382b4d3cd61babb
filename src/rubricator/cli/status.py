"""``rubricator status``: what is in the store, where it lies and what IRIs it mints."""

from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of

_UNSETTLED = "unsettled: claims are being changed, or whoever did was killed; `rubricator view rebuild` finishes that"


@app.command()
def status(
    context: typer.Context,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing; exit 3 if no store is running.")] = False,
) -> None:
    """Count records, pictures, runs and enrichments."""
    from rubricator.cli.console import print_facts
    from rubricator.errors import StoreUnavailable
    from rubricator.pipeline.curating.change import is_settled
    from rubricator.pipeline.status import count_store
    from rubricator.store.client import connect
    from rubricator.store.endpoint import running

    settings = settings_of(context)
    writer = running(settings)
    if quiet:
        if writer is None:
            raise StoreUnavailable("No store is running on this data directory; start one with `rubricator serve`.")
        return
    with connect(settings) as client:
        counts, settled = count_store(client, settings.iris), is_settled(client, settings.iris)
    print_facts(
        ("what", "value"),
        [
            ("data directory", str(settings.data_dir.resolve())),
            ("store", writer.url if writer else "not running; started for this command"),
            ("IRIs start with", settings.iris.base),
            ("model", settings.model),
            ("published view", "up to date" if settled else _UNSETTLED),
            *((name, f"{count:,}") for name, count in counts.items()),
        ],
    )
