"""``rubricator harvest europeana`` and ``records``: what Europeana serves, found by search or listed in a file."""

from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Rights, settings_of
from rubricator.cli.harvest import harvest, run
from rubricator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rubricator.settings import Settings


class MediaType(StrEnum):
    """Europeana's ``edm:type``."""

    text = "TEXT"
    image = "IMAGE"
    sound = "SOUND"
    video = "VIDEO"
    threed = "3D"


class Format(StrEnum):
    """In which the Record API is asked for records."""

    rdf = "rdf"
    jsonld = "jsonld"


Dataset = Annotated[str | None, typer.Option(help="Name of a data set of your own; Europeana's own stays as well.")]
Syntax = Annotated[Format, typer.Option("--format", help="RDF/XML or JSON-LD.")]


@harvest.command()
def europeana(
    context: typer.Context,
    query: Annotated[str | None, typer.Option(help='What to search for; "*:*" is everything.')] = None,
    concept: Annotated[
        list[str] | None, typer.Option(help="Items that name this concept, such as painting; of several, any.")
    ] = None,
    reusability: Annotated[
        list[Rights] | None, typer.Option(help="Items with rights of this class; may be repeated.")
    ] = None,
    kind: Annotated[MediaType | None, typer.Option("--type", help="Items of this type.")] = None,
    qf: Annotated[
        list[str] | None, typer.Option(help="A refinement as the Search API has them: edm_datasetName:2022608*.")
    ] = None,
    media: Annotated[bool, typer.Option("--media", help="Only items of which Europeana could fetch a file.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many items.")] = None,
    dataset: Dataset = None,
    syntax: Syntax = Format.rdf,
    per_concept: Annotated[
        int | None,
        typer.Option(min=1, help="So many images with a file for each concept (all of them, or those of --concept)."),
    ] = None,
    export_csv: Annotated[
        Path | None, typer.Option(help="With --per-concept: also write the table of Europeana's pilot.")
    ] = None,
) -> None:
    """What a search in Europeana finds. Needs an API key. Interrupted? Run it again."""
    from rubricator.harvest.europeana.api import SYNTAXES
    from rubricator.harvest.europeana.found import found_by_concept, found_by_query
    from rubricator.harvest.europeana.records import Wanted
    from rubricator.harvest.europeana.search import EVERYTHING, Query
    from rubricator.pipeline.harvesting.pilottable import write_pilot_table
    from rubricator.store.client import connect

    if not (query or concept or qf or per_concept):
        raise UsageError('Say what to harvest with --query, --concept or --qf; --query "*:*" is all of Europeana.')
    if (export_csv and not per_concept) or (limit and per_concept):
        raise UsageError("--export-csv goes with --per-concept, and --limit does not.")
    settings = settings_of(context)
    wanted = Wanted(settings, SYNTAXES[syntax], dataset or "")
    entities = _entities(settings, concept or ()) if concept or per_concept else {}
    asked = Query(
        query or EVERYTHING,
        tuple(qf or ()),
        () if per_concept else tuple(form for forms in entities.values() for form in forms),
        tuple(rights.value for rights in reusability or ()),
        kind.value if kind else "IMAGE" if per_concept else "",
        media or per_concept is not None,
    )
    if per_concept is None:
        run(found_by_query(wanted, asked, limit), settings)
        return
    summary = run(found_by_concept(wanted, asked, entities, per_concept), settings)
    if export_csv:
        with connect(settings) as client:
            counts = write_pilot_table(client, settings.iris, summary.harvest, entities, per_concept, export_csv)
        typer.echo(f"{export_csv}: {', '.join(f'{slug} {count}' for slug, count in counts.items())}.")


@harvest.command()
def records(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Identifiers (/2021618/abc) or addresses of items, one a line; - for standard input.")
    ],
    dataset: Dataset = None,
    syntax: Syntax = Format.rdf,
) -> None:
    """Items of Europeana that a file lists. Needs an API key. Interrupted? Run it again."""
    from rubricator.harvest.europeana.api import SYNTAXES
    from rubricator.harvest.europeana.listed import listed_items, opened_list
    from rubricator.harvest.europeana.records import Wanted

    settings = settings_of(context)
    wanted = Wanted(settings, SYNTAXES[syntax], dataset or "")
    with opened_list(file) as lines:
        run(listed_items(wanted, lines, str(file)), settings)


def _entities(settings: "Settings", slugs: "Sequence[str]") -> dict[str, tuple[str, ...]]:
    """The IRIs by which Europeana's items name concepts, in all their forms, by slug; of all concepts if none is given.

    Raises UsageError for a concept that the vocabulary, or Europeana, does not have.
    """
    from rubricator.vocabulary import entity_forms, load_vocabulary

    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    known = {
        concept.slug: entity_forms(concept.entity.value)
        for concept in vocabulary.concepts
        if concept.entity is not None
    }
    if slugs:
        slugs = [slug.strip().lower() for slug in slugs]
        for slug in slugs:
            if slug not in known:
                near = get_close_matches(slug, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"it has some for {', '.join(known)}."
                raise UsageError(f"Europeana has no entity for {slug!r}; {hint}")
        return {slug: known[slug] for slug in slugs}
    skipped = [concept.slug for concept in vocabulary.concepts if concept.slug not in known]
    if skipped:
        typer.echo(f"Skipped, because Europeana has no entity for them: {', '.join(skipped)}.", err=True)
    return known
