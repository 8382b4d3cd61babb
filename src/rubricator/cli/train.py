"""``rubricator train``: make the embedded model again, or one like it from other pictures."""

from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of


@app.command()
def train(
    context: typer.Context,
    on: Annotated[Path, typer.Option(help="A folder with manifest.csv and the pictures that it names.")],
    output: Annotated[Path, typer.Option(help="The model folder to write; `enrich --model` takes it.")],
    seed: Annotated[int, typer.Option(help="The same seed and pictures give the same model.")] = 0,
) -> None:
    """Train a small open_clip model on labelled pictures, measure it on those set apart, write its card.

    manifest.csv has the columns path, concept, source, use, licence and repository; only pictures whose use is train or
    train-tdm are learned from, those marked evaluate are only measured.
    """
    from rubricator.classifier.errors import require_clip

    require_clip()
    from rubricator.classifier.training.lite import train_lite
    from rubricator.cli.progress import progress_bar
    from rubricator.vocabulary import load_prompts, load_vocabulary

    settings = settings_of(context)
    prompts = load_prompts(load_vocabulary(settings.iris, settings.vocabulary), settings.prompts)
    with progress_bar("Training", "steps") as progress:
        findings = train_lite(on, output, prompts, seed, progress)
    measured = findings.evaluation["all"]
    typer.echo(
        f"Wrote {output}. On pictures set apart: accuracy {measured.accuracy:.3f}, macro-F1 {measured.macro_f1:.3f}; "
        f"{output / 'README.md'} has it source by source."
    )
