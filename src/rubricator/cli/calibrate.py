"""``rubricator calibrate``: from which confidence each concept may be claimed, measured on labelled pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Labels, app, settings_of

if TYPE_CHECKING:
    from rubricator.classifier.deciding import Threshold


@app.command()
def calibrate(
    context: typer.Context,
    on: Annotated[Path, typer.Option(help="Labelled pictures, in any of the ways that `evaluate` reads.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; `enrich --policy` takes it.")],
    model: Annotated[str | None, typer.Option(help="open_clip model as name/tag, or a folder.")] = None,
    head: Annotated[Path | None, typer.Option(help="A folder that `train` wrote.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="A prompt set in Turtle.")] = None,
    precision: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="The share of claims that are to be right, for each concept.")
    ] = 0.9,
    labels: Annotated[
        Labels | None, typer.Option(help="Print what holds for one concept a picture, or for several.")
    ] = None,
) -> None:
    """Fit confidences and thresholds on pictures from repositories that the model did not learn from.

    Each repository is held out in turn, so two are needed at least. See docs/deciding.md.
    """
    settings = settings_of(context, model=model, head=head, prompts=prompts, labels=labels.value if labels else None)
    from rubricator.classifier.dataset import read_dataset
    from rubricator.classifier.deciding.evidence import calibration_evidence, threshold_evidence
    from rubricator.classifier.deciding.file import require_place
    from rubricator.cli.console import print_table
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.calibrating import calibrate, keep_policy
    from rubricator.vocabulary import load_vocabulary

    require_place(output)
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    with progress_bar("Calibrating", "picture") as progress:
        calibrated = calibrate(read_dataset(on, vocabulary.concepts), vocabulary, settings, precision, progress)
    keep_policy(calibrated, output)
    found = calibrated.calibration
    scaling = found.one if settings.labels == "one" else found.several
    print_table(
        ("concept", "pictures", "threshold", "precision", "coverage", "why it is never claimed"),
        [_row(threshold) for threshold in scaling.thresholds],
    )
    print_table(
        ("measure", "as the model says", "calibrated"),
        [
            ("expected calibration error", _share(scaling.ece_before), _share(scaling.ece)),
            ("precision of what is claimed", "–", _share(scaling.precision)),
            ("pictures that get a concept", "–", _share(scaling.coverage)),
        ],
    )
    for note in calibrated.notes:
        typer.echo(f"Note: {note}")
    measured = calibration_evidence(scaling, found.pictures, found.groups, found.drawn)
    promised = threshold_evidence(scaling, found.precision)
    typer.echo(f"{measured} {promised} Wrote {output}; `rubricator enrich --policy {output}` uses it.")
    if all(threshold.least is None for threshold in scaling.thresholds):
        typer.echo(
            "WITH THIS POLICY NOTHING IS CLAIMED: no concept keeps the promise, for the reasons in the table. Add "
            "pictures from more repositories, or promise less with --precision."
        )


def _row(threshold: "Threshold") -> tuple[str, ...]:
    return (
        threshold.concept,
        str(threshold.pictures),
        "never" if threshold.least is None else f"{threshold.least:.2f}",
        *(("–", "–") if threshold.least is None else (_share(threshold.precision), _share(threshold.coverage))),
        threshold.reason,
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
