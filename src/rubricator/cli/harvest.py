"""``rubricator harvest``: bring records in. Every source ends in the same summary: new, changed, unchanged, refused."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import app, settings_of

if TYPE_CHECKING:
    from rubricator.harvest.source import Harvester
    from rubricator.pipeline.harvesting.counts import HarvestSummary
    from rubricator.settings import Settings

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
    provider: Annotated[str, typer.Option(help="Who keeps the pictures, as edm:dataProvider.")] = "",
    language: Annotated[str, typer.Option(help="Language tag of the file names, such as en.")] = "",
) -> None:
    """Pictures of your own; titles come from the file names."""
    from rubricator.harvest.local import picture_folder
    from rubricator.harvest.mapping import NOT_EVALUATED

    settings = settings_of(context)
    run(picture_folder(directory, settings, dataset, rights or NOT_EVALUATED, provider, language), settings)


def run(harvester: "Harvester", settings: "Settings") -> "HarvestSummary":
    """Harvest, with progress, and end with one sentence."""
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.harvesting.harvest import harvest
    from rubricator.store.client import connect

    with connect(settings) as client, progress_bar("Harvesting", "records") as progress:
        summary = harvest(harvester, client, settings, progress)
    typer.echo(summary.sentence)
    return summary
