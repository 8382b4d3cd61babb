"""``rubricator serve`` and ``rubricator store``: the processes that stay."""

from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the store by SPARQL, dereferencing and pages, until Ctrl-C.

    The IRIs of a store keep the base that it was made for, whatever the port.
    """
    from rubricator_service.serve import serve, where_iris_lead

    serve(where_iris_lead(settings_of(context, host=host, port=port)))


@app.command()
def store(context: typer.Context) -> None:
    """Run the store's one writer on its own, until Ctrl-C. `serve` and other commands find it and use it."""
    from rubricator.store.server import run_store

    run_store(settings_of(context))
