"""``rubricator enrich``: the main job. Looks at pictures that no run has seen yet and writes concepts back."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import Labels, Rights, app, settings_of
from rubricator.errors import UsageError


class Pictures(StrEnum):
    """What is looked at."""

    original = "original"
    thumbnail = "thumbnail"


@app.command()
def enrich(
    context: typer.Context,
    model: Annotated[str | None, typer.Option(help="open_clip model as name/tag, or a folder.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="A prompt set in Turtle.")] = None,
    head: Annotated[Path | None, typer.Option(help="A folder that `train` wrote, in place of the prompts.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A file that `calibrate` wrote, for pictures not yet looked at.")
    ] = None,
    labels: Annotated[
        Labels | None,
        typer.Option(help="For pictures not yet looked at: their best concept, or several that go together."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="One threshold for all concepts, for pictures not yet looked at."),
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="Only items of this dataset.")] = None,
    reusability: Annotated[
        list[Rights] | None,
        typer.Option(help="Fetch pictures with rights of this class; may be repeated. Our own are always looked at."),
    ] = None,
    pictures: Annotated[
        Pictures | None, typer.Option(help="Look at originals, or at Europeana's 400-pixel thumbnails of its items.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many pictures.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Look again at pictures that failed.")] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="Decide anew what other policies decided; runs that are covered are superseded."),
    ] = False,
) -> None:
    """Classify the pictures that this model and prompt set have not seen yet. Interrupted? Run it again."""
    if policy is not None and threshold is not None:
        raise UsageError(
            "--policy has a threshold for each concept, and --threshold sets one for all; leave one of them out."
        )
    from rubricator.cli.console import hint
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.enriching.candidates import Scope
    from rubricator.pipeline.enriching.enrich import enrich
    from rubricator.store.client import connect

    settings = settings_of(
        context,
        model=model,
        prompts=prompts,
        head=head,
        policy=policy,
        labels=labels.value if labels else None,
        threshold=threshold,
        reusability=tuple(rights.value for rights in reusability) if reusability else None,
        pictures=pictures.value if pictures else None,
    )
    with connect(settings) as client, progress_bar("Enriching", "picture") as progress:
        summary = enrich(client, settings, Scope(dataset, limit, retry_failed, again), progress)
    typer.echo(summary.sentence)
    if summary.run is not None:
        hint(f"Next, `rubricator serve` shows it, and `rubricator runs show {summary.run.ulid}` what it rests on.")
