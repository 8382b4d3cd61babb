"""``rubricator dumps``: files of the whole data set for the web front end to hand out."""

import typer

from rubricator.cli.app import app, settings_of


@app.command()
def dumps(context: typer.Context) -> None:
    """Dump what is published now, for others to download from /dumps/; the last dumps go.

    Call it now and then, as from cron: the service shows how old the dumps are.
    """
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.dumping.dump import make_dumps

    settings = settings_of(context)
    with progress_bar("Dumping", "quad") as progress:
        made = make_dumps(settings, progress)
    taken, quads = f"{made.taken:%Y-%m-%d %H:%M} UTC", made.dumps[0].quads
    typer.echo(f"{made.folder} holds {len(made.dumps)} dumps of {taken}: {quads:,} quads, {made.size:,} bytes.")
