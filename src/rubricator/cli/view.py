"""``rubricator view``: is the published view what the facts say, and deriving it anew."""

import typer

from rubricator.cli.app import app, settings_of
from rubricator.errors import ChecksFailed

view = typer.Typer(
    help="Check the published view, or derive it anew from records, concepts, claims and decisions.",
    no_args_is_help=True,
)
app.add_typer(view, name="view")


@view.command()
def rebuild(context: typer.Context) -> None:
    """Put the view right wherever it is not what the facts say. Readers see the old one until all of it is done."""
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.curating.change import rebuild, view_turn
    from rubricator.store.client import connect

    settings = settings_of(context)
    with (
        connect(settings) as client,
        view_turn(settings),
        progress_bar("Rebuilding", "item or record", "items and records") as progress,
    ):
        found = rebuild(client, settings.iris, progress)
    typer.echo(f"The view is what the facts say: lines removed {found.wrong:,}, added {found.missing:,}.")


@view.command()
def check(context: typer.Context) -> None:
    """Say whether the view is what the facts say. Changes nothing."""
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.curating.change import is_settled, view_turn
    from rubricator.pipeline.curating.rebuild import check_view
    from rubricator.store.client import connect

    settings = settings_of(context)
    with (
        connect(settings) as client,
        view_turn(settings),
        progress_bar("Comparing", "item or record", "items and records") as progress,
    ):
        settled = is_settled(client, settings.iris)
        found = check_view(client, settings.iris, progress)
    if found.wrong or found.missing or not settled:
        cause = "" if settled else " A change was interrupted, and readers keep what was there before it."
        raise ChecksFailed(
            f"The view is not what the facts say: {found.wrong:,} lines have no ground, {found.missing:,} are missing."
            f"{cause} Run `rubricator view rebuild`."
        )
    typer.echo("The view is what the facts say.")
