"""``rubricator import``: what other programs claim."""

from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import Listing, app, settings_of

import_ = typer.Typer(help="Take in what other programs claim, beside ours and never among them.", no_args_is_help=True)
app.add_typer(import_, name="import")

COLUMNS = ("import", "started", "ended", "tool", "claims", "refused", "file", "sha256", "operator")
_SHOWN = ("import", "started", "tool", "claims", "refused", "file")


@import_.command()
def annotations(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Web Annotations (.json, .jsonld, .jsonl) or rows (.csv, .jsonl), also with .gz.")
    ],
    tool: Annotated[str, typer.Option(help="The program that made the claims: its name or address.")],
    tool_version: Annotated[str, typer.Option(help="Its version.")] = "",
) -> None:
    """Take in a file of claims that another program made, in a graph of its own. They are never published.

    The same file twice changes nothing. What is refused is counted by reason: docs/reasons.md says what to do.
    """
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.importing.ledger import Tool
    from rubricator.pipeline.importing.take import import_annotations
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client, progress_bar("Importing", "claim") as progress:
        outcome = import_annotations(client, settings, file, Tool(tool, tool_version), progress)
    typer.echo(outcome.sentence)


@import_.command("list")
def list_(
    context: typer.Context,
    listing: Annotated[Listing, typer.Option("--format", help="For people or for programs.")] = Listing.table,
) -> None:
    """Which files were taken in, the newest last."""
    from rubricator.cli.console import exact_moment, moment, print_listing
    from rubricator.pipeline.importing.ledger import list_imports
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client:
        found = list_imports(client, settings.iris)
    written, columns = (moment, _SHOWN) if listing is Listing.table else (exact_moment, COLUMNS)
    rows = []
    for one in found:
        told = {
            "import": one.ulid,
            "started": written(one.started),
            "ended": written(one.ended) if one.ended else "",
            "tool": one.tool,
            "claims": "" if one.annotations is None else str(one.annotations),
            "refused": ", ".join(f"{number} {code}" for code, number in (one.refused or {}).items()),
            "file": one.file,
            "sha256": one.sha256,
            "operator": one.operator,
        }
        rows.append(tuple(told[column] for column in columns))
    print_listing(listing, columns, rows, "Nothing was imported yet; `rubricator import annotations` does it.")
