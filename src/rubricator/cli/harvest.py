"""``rubricator harvest``: bring records in. Every source ends in the same summary: new, changed, unchanged, refused."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import app, settings_of

if TYPE_CHECKING:
    from rubricator.harvest.source import Harvester
    from rubricator.pipeline.harvesting.counts import HarvestSummary
    from rubricator.settings import Settings
    from rubricator.store.client import StoreClient

harvest = typer.Typer(help="Bring records and pictures into the store.", no_args_is_help=True)
app.add_typer(harvest, name="harvest")

Dataset = Annotated[str | None, typer.Option(help="Name of the data set; default: the file's or folder's own.")]


@harvest.command()
def edm(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="RDF, saved answers of OAI-PMH or of APIs; files, folders, zips, .gz.")
    ],
    dataset: Dataset = None,
) -> None:
    """Europeana Data Model records from files, as providers send them or Europeana serves them."""
    from rubricator.harvest.local import edm_files

    run(edm_files(paths, dataset), settings_of(context))


@harvest.command()
def csv(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file, one record a row.")],
    mapping: Annotated[Path, typer.Option(help="TOML that says which column is what, or pilot, which is shipped.")],
    dataset: Annotated[str | None, typer.Option(help="Name of the data set; default: the mapping's.")] = None,
) -> None:
    """Rows of a catalogue; pictures by path or URL."""
    from rubricator.harvest.local import csv_table
    from rubricator.harvest.mapping import load_mapping

    settings = settings_of(context)
    run(csv_table(file, load_mapping(mapping), settings, dataset), settings)


@harvest.command()
def folder(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="A folder of pictures.")],
    dataset: Dataset = None,
    rights: Annotated[
        str | None, typer.Option(help="IRI of the pictures' rights statement; default: copyright not evaluated.")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="Who keeps the pictures, as edm:dataProvider.")] = None,
    language: Annotated[str | None, typer.Option(help="Language tag of the file names, such as en.")] = None,
) -> None:
    """Pictures of your own; titles come from the file names. What an option said holds until it says something else."""
    from rubricator.harvest.local import folder_source, picture_folder
    from rubricator.pipeline.harvesting.options import options_before
    from rubricator.store.client import connect

    settings = settings_of(context)
    named = {"rights": rights, "provider": provider, "language": language}
    given = {name: value for name, value in named.items() if value is not None}
    with connect(settings) as client:
        before = options_before(client, folder_source(directory, dataset), settings.iris)
        if kept := ", ".join(f"{name} {value}" for name, value in before.items() if value and name not in given):
            typer.echo(f"As told before: {kept} (an option changes it).", err=True)
        _harvested(picture_folder(directory, settings, dataset, {**before, **given}), client, settings)


def run(harvester: "Harvester", settings: "Settings") -> "HarvestSummary":
    """Harvest, with progress, and end with one sentence."""
    from rubricator.store.client import connect

    with connect(settings) as client:
        return _harvested(harvester, client, settings)


def _harvested(harvester: "Harvester", client: "StoreClient", settings: "Settings") -> "HarvestSummary":
    from rubricator.cli.console import hint
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.harvesting.harvest import harvest

    with progress_bar("Harvesting", "record") as progress:
        summary = harvest(harvester, client, settings, progress)
    typer.echo(summary.sentence)
    if summary.new or summary.changed:
        hint("Next, `rubricator enrich` looks at the pictures.")
    return summary
