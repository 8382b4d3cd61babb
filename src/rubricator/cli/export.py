"""``rubricator export``: the whole store as one file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.store.mediatypes import N_QUADS, TRIG


class ExportFormat(StrEnum):
    nquads = "nquads"
    trig = "trig"


MEDIA_TYPES = {ExportFormat.nquads: N_QUADS, ExportFormat.trig: TRIG}


@app.command()
def export(
    context: typer.Context,
    output: Annotated[Path, typer.Option(help="The file to write.")],
    export_format: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.nquads,
) -> None:
    """Write every graph of the store, the published view included, to one file."""
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.exporting.whole import export_store
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client, progress_bar("Exporting", "bytes") as progress:
        size = export_store(client, MEDIA_TYPES[export_format], output, progress)
    typer.echo(f"Wrote {output}: {size:,} bytes of {export_format}.")
