"""``rubricator check``: does everything in the store conform to the shapes?"""

from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.errors import ChecksFailed

SHOWN = 50


@app.command()
def check(
    context: typer.Context,
    strict: Annotated[
        bool, typer.Option("--strict", help="Count warnings, such as a missing title, as failures.")
    ] = False,
) -> None:
    """Hold records, runs and enrichments against the SHACL shapes in ontology/shapes/."""
    from collections import Counter

    from rubricator.cli.console import print_table
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.check import check_store
    from rubricator.store.client import connect

    settings = settings_of(context)
    with connect(settings) as client, progress_bar("Checking", "groups") as progress:
        found = list(check_store(client, settings.iris, progress))
    if found:
        rows = [(finding.severity, finding.focus, finding.path, finding.message) for finding in found[:SHOWN]]
        print_table(("severity", "node", "property", "what is wrong"), rows)
    counts = Counter(finding.severity for finding in found)
    failures = counts["violation"] + (counts["warning"] if strict else 0)
    summary = (
        ", ".join(f"{count} {severity}s" for severity, count in sorted(counts.items())) or "nothing to complain of"
    )
    if failures:
        raise ChecksFailed(f"The store does not conform: {summary}; correct the source and harvest it again.")
    typer.echo(f"The store conforms to the shapes: {summary}.")
