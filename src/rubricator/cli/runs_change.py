"""``rubricator runs retract``, ``supersede`` and ``unretract``: what somebody decides about runs, as new facts."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import characters, settings_of
from rubricator.cli.runs import runs
from rubricator.errors import UsageError
from rubricator.plural import plural

if TYPE_CHECKING:
    from rubricator.enrichment.events import LedgerEvent
    from rubricator.enrichment.ledger import RunSummary
    from rubricator.settings import Settings
    from rubricator.store.client import StoreClient

ALL = "all"

Reason = Annotated[str, typer.Option(help="Why, for whoever asks later.", callback=characters)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be affected, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask on a terminal.")]


@runs.command()
def retract(
    context: typer.Context,
    run: Annotated[list[str], typer.Argument(help="Runs, by id; with --where also `all`.")],
    reason: Reason,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Single claims only: concept=C, dataset=D, provider=P, confidence=0.3..0.6, annotations=FILE; all "
            "given have to fit."
        ),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take back what runs claimed, all of it or single claims. Nothing is deleted; the published view follows.

    On a terminal it says what is affected and asks; without one, as in a script, it goes ahead.
    """
    from rubricator.pipeline.curating.retracting import given
    from rubricator.store.client import connect

    settings, reason = settings_of(context), given(reason)
    if ALL in run and not where:
        raise UsageError("`all` runs need --where: name the runs that are to be retracted as a whole.")
    with connect(settings) as client:
        chosen = _chosen(client, settings, run)
        if where:
            _retract_claims(client, settings, chosen, where, reason, dry_run, yes)
        else:
            _retract_runs(client, settings, chosen, reason, dry_run, yes)


def _chosen(client: "StoreClient", settings: "Settings", names: list[str]) -> list["RunSummary"]:
    from rubricator.enrichment.ledger import find_run, list_runs
    from rubricator.pipeline.sole import busy_with

    busy = busy_with(settings, "enrich")
    if ALL in names:
        return list_runs(client, settings.iris, busy)
    found = {run.ulid: run for run in (find_run(client, settings.iris, name, busy) for name in names)}
    return list(found.values())


def _retract_runs(
    client: "StoreClient", settings: "Settings", chosen: list["RunSummary"], reason: str, dry_run: bool, yes: bool
) -> None:
    from rubricator.cli.progress import progress_bar
    from rubricator.enrichment.ledger import RunState
    from rubricator.pipeline.curating.retracting import affected_by_runs, retract_runs, still_in_place

    iris = settings.iris
    for run in chosen:
        if run.state is RunState.retracted:
            typer.echo(f"Run {run.ulid} is retracted already; it is left as it is.")
    wanted = [run for run in chosen if run.state is not RunState.retracted]
    if not wanted:
        return
    names = " and ".join(run.ulid for run in wanted)
    affected = affected_by_runs(client, iris, wanted)
    typer.echo(f"{names}: {affected.sentence}.")
    replaced = still_in_place(client, iris, [iris.run_graph(run.ulid) for run in wanted])
    if replaced:
        typer.echo(
            f"{', '.join(replaced)}, superseded by them, stay superseded; `runs unretract` publishes them again."
        )
    if dry_run or not _agreed("Retract?", yes):
        typer.echo("Nothing was changed.")
        return
    with progress_bar("Correcting the view", "item") as progress:
        events = retract_runs(client, settings, wanted, reason, progress)
    for run in wanted:
        if run.ulid in events:
            typer.echo(f"Retracted {run.ulid}, by event {events[run.ulid].ulid}.")
        else:
            typer.echo(f"Somebody has retracted {run.ulid} meanwhile; it is left as it is.")


def _retract_claims(
    client: "StoreClient",
    settings: "Settings",
    chosen: list["RunSummary"],
    where: list[str],
    reason: str,
    dry_run: bool,
    yes: bool,
) -> None:
    from rubricator.cli.progress import progress_bar
    from rubricator.enrichment.events import read_events
    from rubricator.enrichment.ledger import RunState
    from rubricator.pipeline.curating.retracting import affected_by_selection, retract_claims
    from rubricator.pipeline.curating.selection import SelectedClaims, selection_of
    from rubricator.vocabulary import load_vocabulary

    iris = settings.iris
    selection = selection_of(where, load_vocabulary(iris, settings.vocabulary))
    graphs = [iris.run_graph(run.ulid) for run in chosen if run.state is not RunState.retracted]
    with SelectedClaims(client, iris, graphs, selection, read_events(client, iris)) as selected:
        if not len(selected):
            typer.echo("No claim fits that is not retracted already; nothing was changed.")
            return
        typer.echo(f"{affected_by_selection(client, selected).sentence}.")
        if dry_run or not _agreed("Retract them?", yes):
            typer.echo("Nothing was changed.")
            return
        with progress_bar("Correcting the view", "item") as progress:
            event = retract_claims(client, settings, selected, selection, reason, progress)
        if event is None:
            typer.echo("Somebody else has retracted all of these claims meanwhile; nothing was changed.")
            return
        typer.echo(f"Retracted {plural(len(selected), 'claim')}, by event {event.ulid}.")


@runs.command()
def supersede(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="The run whose claims are to leave the view.")],
    new: Annotated[str, typer.Argument(help="The run that takes its place.")],
    reason: Reason,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Put one run in the place of another. Items that only the old one looked at are told.

    On a terminal it asks; without one, as in a script, it goes ahead.
    """
    from rubricator.cli.progress import progress_bar
    from rubricator.enrichment.events import read_events
    from rubricator.enrichment.ledger import find_run
    from rubricator.pipeline.curating.retracting import affected_by_runs, given
    from rubricator.pipeline.curating.superseding import refuse, uncovered
    from rubricator.pipeline.curating.superseding import supersede as write
    from rubricator.pipeline.sole import busy_with
    from rubricator.store.client import connect

    settings, reason = settings_of(context), given(reason)
    iris = settings.iris
    with connect(settings) as client:
        busy = busy_with(settings, "enrich")
        before, after = find_run(client, iris, old, busy), find_run(client, iris, new, busy)
        if before.successor == after.ulid:
            typer.echo(f"Run {before.ulid} is superseded by {after.ulid} already; nothing was changed.")
            return
        refuse(before, after, read_events(client, iris), iris)
        typer.echo(f"{before.ulid}: {affected_by_runs(client, iris, [before]).sentence}.")
        left = uncovered(client, iris.run_graph(before.ulid), [iris.run_graph(after.ulid)])
        if left.items:
            typer.echo(
                f"Only {before.ulid} looked at {plural(left.items, 'item')}: {plural(left.claims, 'claim')} on "
                f"{'it' if left.items == 1 else 'them'} would leave the view without a successor.",
                err=True,
            )
        if dry_run or not _agreed("Supersede?", yes):
            typer.echo("Nothing was changed.")
            return
        with progress_bar("Correcting the view", "item") as progress:
            event = write(client, settings, before.ulid, after.ulid, reason, progress)
    if event:
        typer.echo(f"{after.ulid} supersedes {before.ulid}, by event {event.ulid}.")


@runs.command()
def unretract(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="RUN|EVENT", help="A run, or one event, as `runs show` names it.")],
    reason: Reason,
) -> None:
    """Revoke what retracted a run, or else what superseded it; or one event. That it once held stays known."""
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.curating.reinstating import reinstate
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client, progress_bar("Correcting the view", "item") as progress:
        event, found = reinstate(client, settings, what, reason, progress)
    if event is None:
        state = "does not hold any more" if found.is_event else "is neither retracted nor superseded as a whole"
        typer.echo(f"{'Event' if found.is_event else 'Run'} {found.what} {state}; nothing was changed.")
    else:
        typer.echo(f"Revoked {', '.join(map(_event, found.events))}, by event {event.ulid}.")
    if found.left:
        typer.echo(f"Still in force: {', '.join(map(_event, found.left))}; `runs unretract` once more revokes that.")
    if found.partial:
        single = ", ".join(map(_event, found.partial))
        typer.echo(f"Single claims stay retracted: {single}; `runs unretract EVENT` revokes that.")


def _event(event: "LedgerEvent") -> str:
    return f"the {event.kind.lower()} {event.iri.value.rpartition('/')[2]} ({event.reason})"


def _agreed(question: str, yes: bool) -> bool:
    """Ask where somebody is there to answer."""
    return yes or not sys.stdin.isatty() or typer.confirm(question)
