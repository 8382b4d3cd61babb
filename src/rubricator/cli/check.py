"""``rubricator check``: does everything in the store conform to the shapes?"""

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.errors import ChecksFailed, NotFound


@app.command()
def check(
    context: typer.Context,
    dataset: Annotated[str | None, typer.Option(help="Only the records of this data set.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many records, and nothing else.")] = None,
    reports: Annotated[
        list[Path] | None,
        typer.Option(
            "--report",
            help="Also write this file: .html for people, .ttl, .jsonld or .rdf as sh:ValidationReport. Repeatable.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Count warnings, such as a missing title, as failures.")
    ] = False,
) -> None:
    """Hold everything that the store says against the SHACL shapes in ontology/shapes/."""
    from rubricator.cli.console import print_table
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.checking.check import (
        check_claims,
        check_explanations,
        check_ledger,
        check_records,
        check_reviews,
    )
    from rubricator.pipeline.checking.reports import refuse_unknown, report
    from rubricator.pipeline.checking.tally import SEVERITIES
    from rubricator.pipeline.enriching.pending import has_dataset
    from rubricator.store.client import connect

    settings = settings_of(context)
    outputs = reports or []
    refuse_unknown(outputs)
    with connect(settings) as client, progress_bar("Checking", "record") as progress:
        if dataset is not None and not has_dataset(client, dataset, settings.iris):
            raise NotFound(f"No record belongs to a data set {dataset!r}; harvest it, or correct its name.")
        checks = check_records(client, settings.iris, dataset, limit, progress)
        if dataset is None and limit is None:
            ledger, claims = check_ledger(client, settings.iris), check_claims(client, settings.iris)
            reviews = check_reviews(client, settings.iris)
            checks = chain(checks, ledger, claims, reviews, check_explanations(client))
        tally = report(checks, outputs, settings.iris.base)
    if tally.kinds:
        rows = (
            (kind.severity, str(kept.findings), kept.message, kept.examples[0][0] or kept.examples[0][1].focus)
            for kind, kept in tally.ranked
        )
        print_table(("severity", "count", "what is wrong", "for instance with"), rows)
    failures = tally.findings["violation"] + (tally.findings["warning"] if strict else 0)
    summary = ", ".join(f"{name}s {tally.findings[name]}" for name in SEVERITIES if tally.findings[name])
    if failures:
        raise ChecksFailed(f"The store does not conform to the shapes: {summary}. The table says where.")
    typer.echo(f"The store conforms to the shapes{f' ({summary})' if summary else ''}.")
