"""``rubricator runs verify``: whether a run, and what it used, is still what it was."""

from typing import Annotated

import typer

from rubricator.cli.app import Listing, settings_of
from rubricator.cli.runs import Format, runs
from rubricator.errors import ChecksFailed, UsageError

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
    settings = settings_of(context)
    with connect(settings) as client:
        found = list_runs(client, settings.iris) if run is None else [find_run(client, settings.iris, run)]
        findings = [(one.ulid, line) for one in found for line in verify_run(client, one.ulid, settings, write)]
    rows = [(ulid, line.what, line.name, line.verdict.value, line.told) for ulid, line in findings]
    print_listing(listing, _COLUMNS, rows, "There is no run yet; `rubricator enrich` makes one.")
    changed = sum(line.verdict is Verdict.changed for _, line in findings)
    if changed:
        raise ChecksFailed(
            f"Of {len(findings)} things that were looked at, {changed} were changed; the list says which."
        )
