"""``rubricator evaluate``: how good a classifier is on labelled pictures, and whether another is better."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.errors import UsageError
from rubricator.plural import plural

if TYPE_CHECKING:
    from rubricator.classifier.evaluation.resampling import Estimate
    from rubricator.pipeline.evaluating.evaluate import Evaluation
    from rubricator.pipeline.evaluating.terms import Terms
    from rubricator.settings import Settings

_MEASURES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "top3": "right among the best three",
    "map": "mean average precision",
    "ece": "expected calibration error",
    "coverage": "pictures that get a concept",
    "claim_precision": "precision of what is claimed",
    "coverage_at_promise": "coverage attainable at {promise:.0%} precision",
    "false_positive_rate": "pictures out of scope that get one",
}
_CHANGES_SHOWN = 8


class Split(StrEnum):
    """What is too near to what was learned from."""

    source = "source"
    random = "random"


@app.command()
def evaluate(
    context: typer.Context,
    dataset: Annotated[
        Path | None,
        typer.Argument(
            help="A folder with manifest.csv, a folder with one folder a concept, or a CSV of path,concept."
        ),
    ] = None,
    reviews: Annotated[
        bool, typer.Option("--reviews", help="Measure on what people accepted and rejected in the store instead.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="open_clip model as name/tag, or a folder.")] = None,
    head: Annotated[Path | None, typer.Option(help="A folder that `train` wrote.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="A prompt set in Turtle.")] = None,
    policy: Annotated[Path | None, typer.Option(help="A file that `calibrate` wrote.")] = None,
    uses: Annotated[
        list[str] | None, typer.Option("--use", help="Only pictures with this use in the table; may be repeated.")
    ] = None,
    split: Annotated[
        Split,
        typer.Option(help="Keep apart from what was learned: pictures of its sources, or (random) its pictures only."),
    ] = Split.source,
    include_learned: Annotated[
        bool, typer.Option("--include-learned", help="Measure on what was learned from, too.")
    ] = False,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate", help="Fit confidences and thresholds anew, each part of the pictures by the others."
        ),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write report.json, index.html and more to this folder.")] = None,
    store: Annotated[bool, typer.Option("--store", help="Write the figures to the store's ledger, too.")] = False,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="Two folders that --out wrote: is the second better than the first?", metavar="A B"),
    ] = None,
) -> None:
    """Measure a classifier on labelled pictures: accuracy, F1, calibration, by concept and by source, with intervals.

    Pictures of sources that the model or head learned from are left out. See docs/evaluation.md.
    """
    if compare is not None:
        measuring = (dataset, model, head, prompts, policy, uses, reviews, include_learned, calibrate, store)
        if any(measuring) or split is not Split.source:
            raise UsageError(
                "--compare reads two folders and looks at no picture; leave out the data set and all options but --out."
            )
        _compare(*compare, out)
        return
    from rubricator.classifier.errors import require_clip

    require_clip()
    if (dataset is None) is not reviews:
        raise UsageError("Name one data set to measure on, or give --reviews; `rubricator evaluate --help` says more.")
    settings = settings_of(context, model=model, head=head, prompts=prompts, policy=policy)
    from rubricator.pipeline.evaluating.terms import Terms

    _evaluate(settings, dataset, Terms(tuple(uses or ()), split.value, include_learned, calibrate), out, store)


def _evaluate(
    settings: "Settings",
    path: Path | None,
    terms: "Terms",
    out: Path | None,
    store: bool,
) -> None:
    from rubricator.classifier.dataset import read_dataset
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.evaluating.evaluate import evaluate
    from rubricator.pipeline.evaluating.keep import keep, remember
    from rubricator.pipeline.evaluating.reviewed import reviewed_dataset
    from rubricator.rdf import now
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary

    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    if path is None:
        with connect(settings) as client:
            dataset = reviewed_dataset(client, settings, vocabulary)
    else:
        dataset = read_dataset(path, vocabulary.concepts)
    with progress_bar("Evaluating", "picture") as progress:
        evaluation = evaluate(dataset, vocabulary, settings, terms, progress, out)
    _print(evaluation)
    if out is not None:
        keep(evaluation, out, settings, now())
        typer.echo(f"Wrote {out / 'index.html'}, and report.json, predictions.csv and report.ttl beside it.")
    if store:
        with connect(settings) as client:
            typer.echo(remember(evaluation, client, settings, now()))


def _print(evaluation: "Evaluation") -> None:
    from rubricator.cli.console import print_table

    summary = evaluation.summary
    print_table(
        ("measure", "value", "95 % interval"),
        [
            (label.format(promise=summary.promise), *_figure(summary.overall[name]))
            for name, label in _MEASURES.items()
            if summary.overall[name].value is not None
        ],
    )
    print_table(
        ("concept", "pictures", "sources", "precision", "recall", "F1", "95 % interval"),
        [
            (
                concept,
                str(found.pictures),
                str(found.sources),
                _number(found.precision.value),
                _number(found.recall.value),
                *_figure(found.f1),
            )
            for concept, found in summary.per_concept.items()
            if found.pictures
        ],
    )
    print_table(
        ("source", "pictures", "accuracy", "95 % interval", "mean confidence"),
        [
            (source, str(found.pictures), *_figure(found.accuracy), _number(found.confidence))
            for source, found in summary.per_source.items()
        ],
    )
    for note in evaluation.notes:
        typer.echo(f"Note: {note}")
    head = evaluation.classifier.head
    name = f"{evaluation.classifier.model.identity.name}{f' with the head {head.name}' if head else ''}"
    typer.echo(
        f"Measured {name} on {plural(summary.pictures, 'picture')} of "
        f"{evaluation.dataset.name} from {plural(len(summary.per_source), 'source')}."
    )


def _compare(first: Path, second: Path, out: Path | None) -> None:
    from rubricator.cli.console import print_table
    from rubricator.pipeline.evaluating.compare import compare_folders
    from rubricator.pipeline.evaluating.keep import keep_comparison

    compared = compare_folders(first, second)
    found = compared.comparison
    for what, changes in (("concept (F1)", found.concepts), ("source (accuracy)", found.sources)):
        rows = [
            (
                change.name,
                str(change.pictures),
                _number(change.first),
                _number(change.second),
                *_figure(change.difference, "+.3f"),
            )
            for change in changes[:_CHANGES_SHOWN]
            if change.difference.value
        ]
        if rows:
            print_table((what, "pictures", "A", "B", "B less A", "95 % interval"), rows)
    if compared.changed:
        print_table(
            ("picture", "truth", "A says", "B says", "became"),
            [
                (change.picture, "|".join(change.truth), change.first, change.second, change.became)
                for change in compared.changed[:_CHANGES_SHOWN]
            ],
        )
    for note in compared.notes:
        typer.echo(f"Note: {note}")
    if out is not None:
        keep_comparison(compared, out)
        typer.echo(f"Wrote {out / 'comparison.json'}, with every picture that changed.")
    wrong, right = int(found.lost.sum()), int(found.gained.sum())
    typer.echo(f"Of {plural(compared.pictures, 'picture')}, {right} became right and {wrong} wrong. {found.sentence}")


def _figure(figure: "Estimate", form: str = ".3f") -> tuple[str, str]:
    if figure.low is None or figure.high is None:
        return _number(figure.value, form), ""
    return _number(figure.value, form), f"{figure.low:{form}} to {figure.high:{form}}"


def _number(value: float | None, form: str = ".3f") -> str:
    return "" if value is None else f"{value:{form}}"
