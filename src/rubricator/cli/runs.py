"""``rubricator runs``: which runs there are, and everything about one of them."""

from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Listing, app, settings_of
from rubricator.plural import plural

if TYPE_CHECKING:
    from rubricator.enrichment.account import Fact
    from rubricator.enrichment.ledger import RunSummary
    from rubricator.vocabulary.names import ConceptNames

runs = typer.Typer(
    help="List runs, show and compare them, take back what they claimed, and put one in the place of another.",
    no_args_is_help=True,
)
app.add_typer(runs, name="runs")

# For programs: columns are added at the end, never moved.
COLUMNS = (
    "run", "state", "started", "model", "prompts", "threshold", "pictures", "enrichments", "failures", "ended",
    "dataset", "head", "operator", "near_misses", "successor", "retracted",
)  # fmt: skip
_FACT = ("what", "value", "iri")
_SHOWN = ("run", "state", "started", "model", "head", "threshold", "pictures", "enrichments", "failures")

Format = Annotated[Listing, typer.Option("--format", help="For people or for programs.")]


@runs.command("list")
def list_(context: typer.Context, listing: Format = Listing.table) -> None:
    """All runs, the newest last."""
    from rubricator.cli.console import exact_moment, moment, print_listing
    from rubricator.enrichment.ledger import list_runs, singly_retracted
    from rubricator.pipeline.sole import busy_with
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client:
        found = list_runs(client, settings.iris, busy_with(settings, "enrich"))
        retracted = singly_retracted(client, settings.iris)
    written, columns = (moment, _SHOWN) if listing is Listing.table else (exact_moment, COLUMNS)
    rows = []
    for run in found:
        told = _told(run) | {"retracted": str(retracted[run.ulid])}
        if listing is Listing.table:
            told["state"] = _state(run, retracted[run.ulid])
        told |= {name: written(when) for name, when in (("started", run.started), ("ended", run.ended)) if when}
        rows.append([told.get(column, "") for column in columns])
    print_listing(listing, columns, rows, "There is no run yet; `rubricator enrich` makes one.")


def _state(run: "RunSummary", retracted: int) -> str:
    """For people: also what took the run's place, and how many of its claims alone are retracted."""
    successor = f" by {run.successor}" if run.successor and run.state == "superseded" else ""
    single = f", {plural(retracted, 'claim')} retracted" if retracted else ""
    return f"{run.state}{successor}{single}"


def _told(run: "RunSummary") -> dict[str, str]:
    """What is known of a run, by column, but for its times."""
    from rubricator.enrichment.ledger import ONE_A_CONCEPT

    said = {
        "run": run.ulid,
        "state": run.state,
        "model": run.model,
        "prompts": run.prompts,
        "threshold": ONE_A_CONCEPT if run.threshold is None else f"{run.threshold:g}",
        "pictures": run.images,
        "enrichments": run.enrichments,
        "failures": run.failures,
        "dataset": run.dataset,
        "head": run.head,
        "operator": run.operator,
        "near_misses": run.near_misses,
        "successor": run.successor,
    }
    return {column: str(value) for column, value in said.items() if value is not None}


@runs.command()
def show(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The run's id, as `runs list` prints it.")],
    listing: Format = Listing.table,
) -> None:
    """What an auditor asks of one run: inputs by content hash, what became of it, concepts claimed, failures."""
    from rubricator.cli.console import PRINTERS, exact_moment, print_facts
    from rubricator.enrichment.account import run_facts
    from rubricator.pipeline.sole import busy_with
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary
    from rubricator.vocabulary.names import ConceptNames

    settings = settings_of(context)
    with connect(settings) as client:
        facts = run_facts(client, settings.iris, run, busy_with(settings, "enrich"))
    if listing is Listing.table:
        names = ConceptNames(load_vocabulary(settings.iris, settings.vocabulary).concepts)
        print_facts(_FACT, [_told_fact(fact, names) for fact in facts])
        return
    rows = [
        (fact.name, fact.value if isinstance(fact.value, str) else exact_moment(fact.value), fact.iri or "")
        for fact in facts
    ]
    PRINTERS[listing](_FACT, rows)


def _told_fact(fact: "Fact", names: "ConceptNames") -> tuple[str, str, str]:
    """The row for people: concepts by their names, and no IRI twice."""
    from rubricator.cli.console import moment

    iri = fact.iri or ""
    if not isinstance(fact.value, str):
        return fact.name, moment(fact.value), iri
    value = fact.value.replace(iri, names.called(iri)) if fact.name == "claimed" else fact.value
    return fact.name, value, "" if iri == value else iri
