"""``rubricator serve`` and ``rubricator store``: the processes that stay."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import app, settings_of

if TYPE_CHECKING:
    from rubricator.settings import Settings


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the store by SPARQL, dereferencing and pages, until Ctrl-C.

    The IRIs of a store keep the base that it was made for, whatever the port.
    """
    from rubricator_service.serving.together import serve, where_iris_lead

    settings = where_iris_lead(settings_of(context, host=host, port=port))
    with _settled(settings):
        serve(settings)


@contextmanager
def _settled(settings: "Settings") -> Iterator[None]:
    """Our store with what was left of a killed change finished, which it would publish nothing before.

    A foreign one publishes what it is told at once, and may not be there yet. A read-only one stays as it is.
    """
    from rubricator.pipeline.curating.change import settle_what_is_left
    from rubricator.store.client import connect

    if settings.store_url is not None or settings.read_only:
        yield
        return
    with connect(settings) as client:
        settle_what_is_left(client, settings)
        yield


@app.command()
def store(context: typer.Context) -> None:
    """Run the store's one writer on its own, until Ctrl-C. `serve` and other commands find it and use it."""
    from rubricator.store.server import run_store

    run_store(settings_of(context))
