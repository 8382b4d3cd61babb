"""``rubricator explain``: why a concept was claimed of a picture, for people who have to answer for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import app, settings_of

if TYPE_CHECKING:
    from rubricator.pipeline.explaining.explain import Told


_OUTSIDE = "none of the concepts"


@app.command()
def explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ANNOTATION|IMAGE", help="An annotation's IRI or hash; or a picture: a file, or its sha-256."
        ),
    ],
    concept: Annotated[
        str | None, typer.Option(help="Explain this concept (its name or IRI) in place of the one that was chosen.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for heatmap.png, explanation.json and explanation.ttl.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="open_clip model as name/tag, or a folder.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="A prompt set in Turtle.")] = None,
    head: Annotated[Path | None, typer.Option(help="A folder that `train` wrote.")] = None,
    policy: Annotated[Path | None, typer.Option(help="A file that `calibrate` wrote.")] = None,
) -> None:
    """Tell what else was considered, which prompts count, where the concept is seen, and which pictures are alike.

    What is told of an annotation is also kept, and served at its IRI followed by /explanation.
    """
    from rubricator.pipeline.explaining.explain import explain_claim, explain_picture
    from rubricator.pipeline.explaining.keep import keep, write_folder
    from rubricator.pipeline.explaining.subject import subject
    from rubricator.store.client import connect

    settings = settings_of(context, model=model, prompts=prompts, head=head, policy=policy)
    found = subject(what, settings)
    if isinstance(found, Path) and settings.store_url is None and not settings.store_dir.exists():
        told = explain_picture(None, settings, found, concept)
    else:
        with connect(settings) as client:
            if isinstance(found, Path):
                told = explain_picture(client, settings, found, concept)
            else:
                told = explain_claim(client, settings, found, concept)
                keep(client, told, settings)
    _print(told)
    for file in write_folder(out, told, settings) if out else ():
        typer.echo(f"Wrote {file}.")
    if told.explained.annotation is not None:
        typer.echo(f"Kept, and served at {told.explained.annotation.value}/explanation.")


def _print(told: "Told") -> None:
    from rubricator.cli.console import linked, print_table

    explained = told.explained
    rows = [
        (
            told.vocabulary.by_slug(one.concept).label("en"),
            f"{one.confidence:.2f}",
            "never" if one.threshold is None else f"{one.threshold:.2f}",
            f"{one.raw_score:.3f}",
        )
        for one in (explained.chosen, *explained.runners_up)
    ]
    if explained.outside is not None:
        nearest = explained.outside.prompts[0].cosine
        rows.append((_OUTSIDE, f"{explained.outside.confidence:.2f}", "never", f"{nearest:.3f}"))
    print_table(("concept", "confidence", "threshold", "raw score"), rows, f"What was considered: first {told.label}")
    worded = [
        (told.vocabulary.by_slug(one.concept).label("en"), near.prompt, f"{near.cosine:.3f}")
        for one in (explained.chosen, *explained.runners_up)
        for near in one.prompts
    ]
    worded += [(_OUTSIDE, near.prompt, f"{near.cosine:.3f}") for near in getattr(explained.outside, "prompts", ())]
    print_table(("concept", "prompt", "cosine"), worded, "The nearest prompts")
    if explained.neighbours:
        alike = [(linked(one.item.value), f"{one.cosine:.3f}", linked(one.image.value)) for one in explained.neighbours]
        print_table(("item", "cosine", "image"), alike, "Pictures of the same concept that are most alike")
    for remark in explained.remarks:
        typer.echo(remark)
