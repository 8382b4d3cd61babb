"""``rubricator vocabulary``: the concepts that enrichments name."""

from pathlib import Path
from typing import Annotated

import typer

from rubricator.cli.app import Listing, app, settings_of
from rubricator.errors import ChecksFailed

vocabulary = typer.Typer(
    help="List the concepts, load them into the store, check them, or word prompts for them.", no_args_is_help=True
)
app.add_typer(vocabulary, name="vocabulary")


@vocabulary.command("list")
def list_(
    context: typer.Context,
    language: Annotated[str, typer.Option(help="Language of the labels, as a tag: nl.")] = "en",
    listing: Annotated[Listing, typer.Option("--format", help="For people or for programs.")] = Listing.table,
) -> None:
    """The concepts: the short name by which commands and tables call each, its label, and the IRI that claims carry."""
    from rubricator.cli.console import PRINTERS
    from rubricator.vocabulary import load_vocabulary

    settings = settings_of(context)
    concepts = load_vocabulary(settings.iris, settings.vocabulary).concepts
    rows = [(concept.slug, concept.label(language), concept.body.value) for concept in concepts]
    PRINTERS[listing](("concept", "label", "iri"), rows)


@vocabulary.command()
def load(context: typer.Context) -> None:
    """Put the concepts, their labels and equivalences into the store. Loading a version twice changes nothing."""
    from rubricator.pipeline.publish import publish_vocabulary
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary, vocabulary_triples

    settings = settings_of(context)
    concepts = load_vocabulary(settings.iris, settings.vocabulary)
    triples = vocabulary_triples(settings.iris, settings.vocabulary)
    with connect(settings) as client:
        changed = publish_vocabulary(client, concepts, settings.iris, triples)
    outcome = "Loaded" if changed else "Already there:"
    typer.echo(f"{outcome} {len(concepts.concepts)} concepts, version {concepts.version}.")


@vocabulary.command()
def check(context: typer.Context) -> None:
    """Every concept has labels, prompts and an equivalence; no match twice; the mapping table says the same."""
    from rubricator.vocabulary import check_vocabulary

    settings = settings_of(context)
    findings = check_vocabulary(settings.iris, settings.vocabulary, settings.prompts)
    for finding in findings:
        typer.echo(f"{finding.code}: {finding.message}")
    if findings:
        raise ChecksFailed(f"{len(findings)} findings; correct the vocabulary's files and check again.")
    typer.echo("The vocabulary is sound.")


@vocabulary.command()
def prompts(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The Turtle file to write; `enrich --prompts` takes it.")
    ],
    language: Annotated[
        str, typer.Option(help="Languages of the prompts, as tags with commas between them: nl,de.")
    ] = "en",
    scope_notes: Annotated[bool, typer.Option(help="Take scope notes as prompts, too.")] = True,
) -> None:
    """Write a prompt set from the labels and scope notes of the vocabulary, to be used as it is or to be edited.

    A model understands the languages that it was trained on; rubricator-lite knows English only.
    """
    from rubricator.vocabulary import load_vocabulary, prompts_from_labels
    from rubricator.wholefile import whole_file

    settings = settings_of(context)
    languages = [tag.strip() for tag in language.split(",") if tag.strip()]
    loaded = load_vocabulary(settings.iris, settings.vocabulary)
    content = prompts_from_labels(loaded, languages, output.stem, settings.vocabulary, scope_notes)
    with whole_file(output) as file:
        file.write(content.encode())
    typer.echo(f"Wrote prompts for {len(loaded.concepts)} concepts in {', '.join(languages)} to {output}.")
