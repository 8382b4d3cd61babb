"""``rubricator check``: does everything in the store conform to the shapes?"""

from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.errors import ChecksFailed

SEVERITIES = ("violation", "warning", "info")


@app.command()
def check(
    context: typer.Context,
    strict: Annotated[
        bool, typer.Option("--strict", help="Count warnings, such as a missing title, as failures.")
    ] = False,
) -> None:
    """Hold records, runs and enrichments against the SHACL shapes in ontology/shapes/."""
    from rubricator.cli.console import print_table
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.check import check_store
    from rubricator.store.client import connect

    settings = settings_of(context)
    kinds: dict[tuple[str, str, str], tuple[int, str]] = {}
    with connect(settings) as client, progress_bar("Checking", "groups") as progress:
        for finding in check_store(client, settings.iris, progress):
            kind = (finding.severity, finding.path, finding.message)
            count, first = kinds.get(kind, (0, finding.focus))
            kinds[kind] = count + 1, first
    if kinds:
        ranked = sorted(kinds.items(), key=lambda entry: (SEVERITIES.index(entry[0][0]), -entry[1][0], entry[0]))
        rows = [(severity, str(count), text, first) for (severity, _, text), (count, first) in ranked]
        print_table(("severity", "count", "what is wrong", "for instance with"), rows)
    totals = {name: sum(n for (severity, *_), (n, _) in kinds.items() if severity == name) for name in SEVERITIES}
    failures = totals["violation"] + (totals["warning"] if strict else 0)
    summary = ", ".join(f"{severity}s {count}" for severity, count in totals.items() if count)
    if failures:
        raise ChecksFailed(f"The store does not conform to the shapes: {summary}. The table says where.")
    typer.echo(f"The store conforms to the shapes{f' ({summary})' if summary else ''}.")
