"""``rubricator harvest``: bring records in. Every source ends in the same summary: new, changed, unchanged, refused."""

from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Listing, app, settings_of

if TYPE_CHECKING:
    from rubricator.harvest.source import Harvester
    from rubricator.pipeline.harvesting.counts import HarvestSummary
    from rubricator.pipeline.harvesting.sources import HarvestedSource
    from rubricator.settings import Settings

harvest = typer.Typer(help="Bring records and pictures into the store.", no_args_is_help=True)
app.add_typer(harvest, name="harvest")

_SHOWN_ADDRESS, _SHOWN_SELECTION = 36, 28

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


@harvest.command()
def report(
    context: typer.Context,
    code: Annotated[str | None, typer.Option(help="Every case of this code, in place of the sums.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Only this data set.")] = None,
    listing: Annotated[Listing, typer.Option("--format", help="For people or for programs.")] = Listing.table,
) -> None:
    """What was refused, repaired or found gone, by reason code, with what it means and what to do."""
    from rubricator.cli.console import PRINTERS
    from rubricator.pipeline.harvesting.cases import cases, sums
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client:
        if code is None:
            lines = sums(client, settings.iris, dataset)
            rows = [(line.kind, line.code, str(line.count), line.meaning, line.remedy, line.example) for line in lines]
            if not rows and listing is Listing.table:
                typer.echo("Nothing was refused, repaired or found gone.")
                return
            PRINTERS[listing](("kind", "code", "count", "meaning", "what to do", "example"), rows)
        else:
            every = (astuple(case) for case in cases(client, settings.iris, code, dataset))
            PRINTERS[listing](("data set", "source", "raw value", "what stands now", "message", "when"), every)


@harvest.command()
def sources(
    context: typer.Context,
    listing: Annotated[Listing, typer.Option("--format", help="For people or for programs.")] = Listing.table,
) -> None:
    """What was harvested from where, when, and with which errors. The figures are those of the last harvest of each."""
    from rubricator.cli.console import PRINTERS, print_table, shortened
    from rubricator.pipeline.harvesting.sources import harvested_sources
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client:
        found = harvested_sources(client, settings)
    if listing is Listing.table:
        print_table(
            ("kind", "address", "selection", "last harvest", "state", "held", "it brought", "errors"),
            [
                (
                    source.kind,
                    shortened(source.address, _SHOWN_ADDRESS),
                    shortened(" ".join(source.selection), _SHOWN_SELECTION),
                    f"{source.started:%Y-%m-%d %H:%M}",
                    source.state,
                    str(source.held),
                    ", ".join(f"{count} {what}" for what, count in _brought(source) if count) or "nothing",
                    _errors(source),
                )
                for source in found
            ],
        )
        return
    columns = ("kind", "address", "selection", "last harvest", "state", "held", "new", "changed", "unchanged",
               "refused", "gone", "errors", "failure", "failed at")  # fmt: skip
    rows = [
        (
            source.kind,
            source.address,
            " ".join(source.selection),
            source.started.isoformat(" ", "seconds"),
            source.state,
            str(source.held),
            *(str(count) for _, count in _brought(source)),
            _errors(source),
            source.failure.code if source.failure else "",
            source.failure.moment.isoformat(" ", "seconds") if source.failure else "",
        )
        for source in found
    ]
    PRINTERS[listing](columns, rows)


def _brought(source: "HarvestedSource") -> tuple[tuple[str, int], ...]:
    counts = source.counts
    return (
        ("new", counts.new),
        ("changed", counts.changed),
        ("unchanged", counts.unchanged),
        ("refused", counts.rejected.total()),
        ("gone", counts.gone.total()),
    )


def _errors(source: "HarvestedSource") -> str:
    """Why the source ended the harvest, if it did, and why records were refused or are gone, with how many."""
    failure = [source.failure.code] if source.failure else []
    return ", ".join([*failure, *(f"{code} {count}" for code, count in source.errors.most_common())])


def run(harvester: "Harvester", settings: "Settings") -> "HarvestSummary":
    """Harvest, with progress, and end with one sentence."""
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.harvesting.harvest import harvest
    from rubricator.store.client import connect

    with connect(settings) as client, progress_bar("Harvesting", "records") as progress:
        summary = harvest(harvester, client, settings, progress)
    typer.echo(summary.sentence)
    return summary
