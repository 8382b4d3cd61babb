"""``rubricator harvest oai``: what an OAI-PMH repository lists."""

from typing import Annotated

import typer

from rubricator.cli.app import settings_of
from rubricator.cli.harvest import harvest, run


@harvest.command()
def oai(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The repository's base URL, such as https://api.europeana.eu/oai/record.")],
    set_spec: Annotated[str, typer.Option("--set", help="Only this set, with the sets below it.")] = "",
    metadata_prefix: Annotated[str, typer.Option(help="What the repository calls EDM.")] = "edm",
    since: Annotated[
        str, typer.Option("--from", help="Only what changed since this day, or moment of UTC: 2026-11-22T08:00:00Z.")
    ] = "",
    until: Annotated[str, typer.Option("--until", help="Only what changed up to this day or moment.")] = "",
    full: Annotated[
        bool, typer.Option("--full", help="Everything again, and look for what vanished; else only what changed.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many records.")] = None,
    dataset: Annotated[
        str, typer.Option(help="Name of the data set; default: the set, or else the repository's host.")
    ] = "",
) -> None:
    """Records from an OAI-PMH repository; the second time, what changed. Interrupted? Run it again."""
    from rubricator.harvest.oai.harvester import OaiHarvester, Selection
    from rubricator.harvest.web import Web

    settings = settings_of(context)
    with Web(settings) as web:
        wanted = Selection(metadata_prefix, set_spec, dataset, since, until, limit, full)
        summary = run(OaiHarvester(url, web, wanted), settings)
    if set_spec and not summary.total and not summary.since:
        typer.echo(f"Is {set_spec!r} a set there? {url}?verb=ListSets names them all.")
