"""``rubricator runs``: which runs there are, and everything about one of them."""

from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Listing, app, settings_of

if TYPE_CHECKING:
    from rubricator.enrichment.ledger import RunSummary

runs = typer.Typer(help="List the runs, or show what one of them used, claimed and failed at.", no_args_is_help=True)
app.add_typer(runs, name="runs")

_FIGURES = ("pictures", "enrichments", "failures")

Format = Annotated[Listing, typer.Option("--format", help="For people or for programs.")]


@runs.command("list")
def list_(context: typer.Context, listing: Format = Listing.table) -> None:
    """All runs, the newest last."""
    from rubricator.cli.console import exact_moment, moment, print_listing
    from rubricator.enrichment.ledger import list_runs
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client:
        found = list_runs(client, settings.iris)
    if listing is Listing.table:
        columns: tuple[str, ...] = ("run", "state", "started", "model", *_FIGURES)
        rows = [(run.ulid, run.state, moment(run.started), run.model, *_counts(run)) for run in found]
    else:
        columns = ("run", "state", "started", "model", "prompts", "threshold", *_FIGURES)
        rows = [
            (
                run.ulid,
                run.state,
                exact_moment(run.started),
                run.model,
                run.prompts,
                f"{run.threshold:g}",
                *_counts(run),
            )
            for run in found
        ]
    print_listing(listing, columns, rows, "There is no run yet; `rubricator enrich` makes one.")


def _counts(run: "RunSummary") -> tuple[str, ...]:
    return tuple("" if count is None else str(count) for count in (run.images, run.enrichments, run.failures))


@runs.command()
def show(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The run's id, as `runs list` prints it.")],
    listing: Format = Listing.table,
) -> None:
    """What an auditor asks of one run: inputs by content hash, concepts claimed, failures."""
    from rubricator.cli.console import PRINTERS, exact_moment, moment
    from rubricator.enrichment.ledger import run_facts
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client:
        facts = run_facts(client, settings.iris, run)
    written = moment if listing is Listing.table else exact_moment
    rows = [
        (fact.name, fact.value if isinstance(fact.value, str) else written(fact.value), fact.iri or "")
        for fact in facts
    ]
    PRINTERS[listing](("what", "value", "iri"), rows)
