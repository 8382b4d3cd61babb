"""``rubricator runs verify``: whether a run, and what it used, is still what it was."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Listing, settings_of
from rubricator.cli.runs import Format, runs
from rubricator.errors import ChecksFailed, UsageError

if TYPE_CHECKING:
    from rubricator.enrichment.ledger import RunSummary

_COLUMNS = ("run", "what", "name", "verdict", "told")


@runs.command()
def verify(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="The run's id, or a beginning of it.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every run.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Make the manifest of a run that ended before there were any.")
    ] = False,
    listing: Format = Listing.table,
) -> None:
    """Hold a run against its manifest, and the files it used against their hashes. Ends with 4 if one was changed.

    Recomputes the sha-256 of its graph and of what the ledger says of it, of prompts and policies from the ledger, and
    of the model, the head, the vocabulary and the pictures, as far as they are on this machine.
    """
    from rubricator.cli.console import print_listing
    from rubricator.enrichment.ledger import find_run, list_runs
    from rubricator.pipeline.proving.finding import Verdict
    from rubricator.pipeline.proving.verify import verify_run
    from rubricator.store.client import connect

    if every is (run is not None):
        raise UsageError("Give a run, or --all.")
    settings, verdicts = settings_of(context), Counter[Verdict]()
    with connect(settings) as client:
        found = list_runs(client, settings.iris) if run is None else [find_run(client, settings.iris, run)]

        def rows(runs: "Iterable[RunSummary]") -> Iterator[tuple[str, ...]]:
            for one in runs:
                for line in verify_run(client, one.ulid, settings, write):
                    verdicts[line.verdict] += 1
                    yield one.ulid, line.what, line.name, line.verdict.value, line.told

        # A table is as wide as its rows, so that all of them have to be known: people get one of each run.
        portions = [[one] for one in found] if found and listing is Listing.table else [found]
        for portion in portions:
            print_listing(listing, _COLUMNS, rows(portion), "There is no run yet; `rubricator enrich` makes one.")
    if changed := verdicts[Verdict.changed]:
        raise ChecksFailed(
            f"Of {verdicts.total()} things that were looked at, {changed} were changed; the list says which."
        )
