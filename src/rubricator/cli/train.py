"""``rubricator train``: teach a head or an image tower by labelled pictures, or make the embedded model again."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.errors import UsageError
from rubricator.plural import plural

_NOT_FOR_LITE = ("model", "steps", "blocks", "batch", "rate", "wise", "openly_licensed", "unmeasured")
_NAMED = 10


class Method(StrEnum):
    """What is trained."""

    probe = "probe"
    finetune = "finetune"
    lite = "lite"


@app.command()
def train(
    context: typer.Context,
    on: Annotated[Path, typer.Option(help="A folder with manifest.csv, a folder per concept, or a CSV.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write.")],
    method: Annotated[
        Method,
        typer.Option(help="probe: a head on frozen features; finetune: the image tower too; lite: our own model."),
    ] = Method.probe,
    model: Annotated[str | None, typer.Option(help="open_clip model as name/tag, or a folder.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="The prompt set to start from, in Turtle.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, pictures and model give the same.")] = 0,
    steps: Annotated[int | None, typer.Option(min=1, help="At most this many steps; it stops early by itself.")] = None,
    blocks: Annotated[
        str, typer.Option(help="finetune: the last groups of layers of the image tower that learn, or all.")
    ] = "2",
    batch: Annotated[int, typer.Option(min=1, help="finetune: pictures a step.")] = 32,
    rate: Annotated[float, typer.Option(min=0, help="finetune: learning rate of the tower.")] = 3e-5,
    wise: Annotated[
        float, typer.Option(min=0, max=1, help="How far to go from the prompts (0) to what was learned (1).")
    ] = 1.0,
    openly_licensed: Annotated[
        bool, typer.Option("--openly-licensed", help="Learn from pictures whose use is train only, not train-tdm.")
    ] = False,
    unmeasured: Annotated[
        bool, typer.Option("--unmeasured", help="Train although nothing can be held out to measure it.")
    ] = False,
) -> None:
    """Learn from labelled pictures, measure it on repositories left out, and say how sure it may be.

    Only pictures whose use is train or train-tdm are learned from; those marked evaluate are only measured. A
    repository is never on both sides. Interrupted? Run it again.
    """
    from rubricator.classifier.errors import require_clip

    require_clip()
    from rubricator.cli.progress import progress_bar

    settings = settings_of(context, model=model, prompts=prompts)
    if method is Method.lite:
        if others := [f"--{name.replace('_', '-')}" for name in _NOT_FOR_LITE if _given(context, name)]:
            raise UsageError(
                f"The method lite has no use for {', '.join(others)}: how rubricator-lite is made is part of its "
                "code; leave them out, or take the method probe or finetune."
            )
        from rubricator.classifier.dataset import read_dataset
        from rubricator.classifier.training.lite import train_lite
        from rubricator.pipeline.training.place import require_no_model
        from rubricator.vocabulary import load_prompts, load_vocabulary

        require_no_model(output)
        vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
        started_from, dataset = load_prompts(vocabulary, settings.prompts), read_dataset(on, vocabulary.concepts)
        with progress_bar("Training", "step") as progress:
            findings = train_lite(dataset, output, started_from, seed, progress)
        measured = findings.evaluation["all"]
        if findings.unreadable:
            named = ", ".join(f"{failure.file} ({failure.code})" for failure in findings.unreadable[:_NAMED])
            typer.echo(f"Left out: {plural(len(findings.unreadable), 'picture')} that cannot be read: {named}.")
        typer.echo(
            f"Wrote {output}. On pictures set apart: accuracy {measured.accuracy:.3f}, macro-F1 "
            f"{measured.macro_f1:.3f}; {output / 'README.md'} has it source by source."
        )
        return
    from rubricator.classifier.training.finetune import STEPS as TUNING_STEPS
    from rubricator.classifier.training.finetune import Plan
    from rubricator.classifier.training.probe import STEPS
    from rubricator.pipeline.training.finetune import train_finetuned
    from rubricator.pipeline.training.lesson import Terms
    from rubricator.pipeline.training.place import AlreadyTrained
    from rubricator.pipeline.training.probe import train_probe

    terms = Terms(openly_licensed, unmeasured, wise)
    try:
        with progress_bar("Training", "step") as progress:
            if method is Method.finetune:
                plan = Plan(seed, steps or TUNING_STEPS, _blocks(blocks), batch, rate)
                trained = train_finetuned(on, output, settings, terms, plan, progress)
            else:
                trained = train_probe(on, output, settings, terms, steps or STEPS, seed, progress)
    except AlreadyTrained:
        typer.echo(f"Training: nothing to do; {output} was trained on the same pictures with the same options.")
        return
    typer.echo(trained.sentence)


def _given(context: typer.Context, name: str) -> bool:
    """Whether the command line says it; a setting of the environment or a file is not meant for one command."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _blocks(given: str) -> int | None:
    """``all`` is None."""
    if given != "all" and not (given.isdecimal() and int(given) > 0):
        raise typer.BadParameter(f"{given!r} is neither a number of blocks nor 'all'.", param_hint="--blocks")
    return None if given == "all" else int(given)
