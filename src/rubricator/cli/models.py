"""``rubricator models``: which models are at hand, what they are, and whether their bytes are still right."""

from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of

models = typer.Typer(help="List, describe and verify the models that can classify.", no_args_is_help=True)
app.add_typer(models, name="models")

Name = Annotated[str | None, typer.Argument(help="As open_clip names it, or a folder; default: the settings' model.")]


@models.command("list")
def list_(
    downloadable: Annotated[bool, typer.Option("--all", help="Also what open_clip can download.")] = False,
) -> None:
    """The models of this package; with --all, also those that open_clip can download."""
    from rubricator.classifier import list_models
    from rubricator.cli.console import print_table

    rows = [
        (model.name, "shipped" if model.shipped else "download", model.licence or "")
        for model in list_models(downloadable)
    ]
    print_table(("model", "where", "licence"), rows)


@models.command()
def show(context: typer.Context, name: Name = None) -> None:
    """Architecture, weights, calibration, licence and measured quality."""
    from rubricator.classifier import show_model

    typer.echo(show_model(name or settings_of(context).model))


@models.command()
def verify(context: typer.Context, name: Name = None) -> None:
    """Recompute the weights' sha-256 and one known embedding."""
    from rubricator.classifier import verify_model

    identity = verify_model(name or settings_of(context).model)
    typer.echo(f"{identity.name} is intact: weights sha-256 {identity.weights_sha256}.")
