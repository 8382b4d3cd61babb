"""``rubricator export``: claims, records and runs in the forms that others take in."""

from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.cli.choosing import (
    Least,
    Most,
    OfConcept,
    OfDataset,
    Status,
    chosen_body,
    chosen_dataset,
    chosen_run,
)
from rubricator.errors import UsageError
from rubricator.moments import given_moment
from rubricator.pipeline.exporting.forms import Form, check_choice, check_output

_HOLDS_NOTHING = (Status.rejected, Status.replaced)


@app.command()
def export(
    context: typer.Context,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="The file to write, gzipped if it ends in .gz; for several files a folder, .zip or .tar.gz.",
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="docs/exports.md shows each.")] = Form.nquads,
    run: Annotated[str | None, typer.Option(help="Only this run.")] = None,
    dataset: OfDataset = None,
    concept: OfConcept = None,
    status: Annotated[Status | None, typer.Option(help="Only claims of which people decided this.")] = None,
    least: Least = 0.0,
    most: Most = 1.0,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help="Only claims that came, or were decided on, since then: 2026-11-25, or 2026-11-25T12:00Z.",
        ),
    ] = None,
) -> None:
    """Write what is published in a form that others take in, or the whole store, or all about one run.

    Its sha-256 is written beside it, for `sha256sum -c`.
    """
    others = any((dataset, concept, status, since, least > 0, most < 1))
    check_choice(form, run is not None, others)
    check_output(form, output)
    if status in _HOLDS_NOTHING:
        raise UsageError(f"What was {status} is not published: `rubricator review export` lists it.")
    moment = given_moment(since, "--since") if since is not None else None

    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.exporting.export import Order
    from rubricator.pipeline.exporting.export import export as write
    from rubricator.pipeline.exporting.forms import QUADS
    from rubricator.pipeline.exporting.published import Chosen
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary

    settings = settings_of(context)
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    unit = "claim" if form not in QUADS else "quad" if run else "byte"
    with connect(settings) as client:
        ulid = chosen_run(client, settings, run)
        chosen = Chosen(
            settings.iris.run_graph(ulid) if ulid else None,
            chosen_dataset(client, settings, dataset),
            chosen_body(vocabulary, concept),
            status.value if status else None,
            least,
            most,
            moment,
        )
        with progress_bar("Exporting", unit) as progress:
            outcome = write(client, settings, Order(form, output, ulid, chosen), progress)
    typer.echo(f"Wrote {output}: {outcome.sentence}")
