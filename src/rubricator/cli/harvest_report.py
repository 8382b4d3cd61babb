"""``rubricator harvest report`` and ``sources``: what harvests refused, repaired and found gone, and how they ended."""

from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Listing, settings_of
from rubricator.cli.harvest import harvest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rubricator.pipeline.harvesting.cases import Case
    from rubricator.pipeline.harvesting.sources import HarvestedSource

_SHOWN_ADDRESS, _SHOWN_SELECTION = 36, 28

Format = Annotated[Listing, typer.Option("--format", help="For people or for programs.")]


@harvest.command()
def report(
    context: typer.Context,
    code: Annotated[str | None, typer.Option(help="Every case of this code, in place of the sums.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Only this data set.")] = None,
    listing: Format = Listing.table,
) -> None:
    """What was refused, repaired or found gone, by reason code, with what it means and what to do."""
    from rubricator.cli.console import print_listing
    from rubricator.pipeline.harvesting.cases import cases, sums
    from rubricator.store.client import connect

    settings = settings_of(context)
    within = f" in the data set {dataset!r}" if dataset is not None else ""
    with connect(settings) as client:
        if code is None:
            lines = sums(client, settings.iris, dataset)
            rows = [(line.kind, line.code, str(line.count), line.meaning, line.remedy, line.example) for line in lines]
            columns = ("kind", "code", "count", "meaning", "what to do", "example")
            print_listing(listing, columns, rows, f"Nothing{within} was refused, repaired or found gone.")
        else:
            every = _told(cases(client, settings.iris, code, dataset), listing)
            columns = ("data set", "source", "raw value", "what stands now", "message", "when")
            print_listing(listing, columns, every, f"There is no case of {code}{within}.")


def _told(every: "Iterable[Case]", listing: Listing) -> "Iterable[tuple[str, ...]]":
    from rubricator.cli.console import exact_moment, moment

    written = moment if listing is Listing.table else exact_moment
    return ((one.dataset, one.source, one.raw, one.now, one.message, written(one.when)) for one in every)


@harvest.command()
def sources(context: typer.Context, listing: Format = Listing.table) -> None:
    """What was harvested from where, when, and with which errors. The figures are those of the last harvest of each."""
    from rubricator.cli.console import print_listing
    from rubricator.pipeline.harvesting.sources import harvested_sources
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client:
        found = harvested_sources(client, settings)
    if listing is Listing.table:
        columns: tuple[str, ...] = (
            "kind", "address", "selection", "last harvest", "state", "held", "it brought", "errors"
        )  # fmt: skip
        rows = map(_shown, found)
    else:
        columns = ("kind", "address", "selection", "last harvest", "state", "held", "new", "changed", "unchanged",
                   "refused", "gone", "errors", "failure", "failed at")  # fmt: skip
        rows = map(_exact, found)
    print_listing(listing, columns, rows, "Nothing was harvested yet; `rubricator harvest` says from where one can.")


def _shown(source: "HarvestedSource") -> tuple[str, ...]:
    """As a screen holds it."""
    from rubricator.cli.console import moment, shortened

    return (
        source.kind,
        shortened(source.address, _SHOWN_ADDRESS),
        shortened(" ".join(source.selection), _SHOWN_SELECTION),
        moment(source.started),
        source.state,
        str(source.held),
        ", ".join(f"{count} {what}" for what, count in _brought(source) if count) or "nothing",
        _errors(source),
    )


def _exact(source: "HarvestedSource") -> tuple[str, ...]:
    """With nothing shortened."""
    from rubricator.cli.console import exact_moment

    return (
        source.kind,
        source.address,
        " ".join(source.selection),
        exact_moment(source.started),
        source.state,
        str(source.held),
        *(str(count) for _, count in _brought(source)),
        _errors(source),
        source.failure.code if source.failure else "",
        exact_moment(source.failure.moment) if source.failure else "",
    )


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
