"""``rubricator demo``: the whole main job on a score of pictures that come inside well-known packages."""

from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of


@app.command()
def demo(
    context: typer.Context,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the table.")] = False,
) -> None:
    """Load the vocabulary, harvest and classify the demo collection, print what was seen, and serve it."""
    from rubricator.cli.console import linked, print_table
    from rubricator.cli.progress import progress_bar
    from rubricator.demo import DATASET, demo_records
    from rubricator.harvest.local import LocalHarvester
    from rubricator.harvest.source import Source
    from rubricator.pipeline.enriching.enrich import Scope, enrich
    from rubricator.pipeline.harvesting.harvest import harvest
    from rubricator.pipeline.publish import publish_vocabulary
    from rubricator.pipeline.report import looked_at
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary, vocabulary_triples

    settings = settings_of(context)
    concepts = load_vocabulary(settings.iris, settings.vocabulary)
    with connect(settings) as client:
        loaded = publish_vocabulary(
            client, concepts, settings.iris, vocabulary_triples(settings.iris, settings.vocabulary)
        )
        harvested = harvest(LocalHarvester(Source("demo", DATASET), demo_records(settings)), client, settings)
        with progress_bar("Enriching", "picture") as progress:
            enriched = enrich(client, settings, Scope(DATASET), progress)
        rows = looked_at(client, settings.iris, concepts, DATASET)
    typer.echo(f"Vocabulary: {len(concepts.concepts)} concepts {'loaded' if loaded else 'were there already'}.")
    typer.echo(harvested.sentence)
    typer.echo(enriched.sentence)
    columns = ("item", "title", "image", "concept", "claimed", "second choice")
    cells = [
        (
            linked(seen.item),
            seen.title,
            linked(seen.image),
            str(seen.best),
            "yes" if seen.best.claimed else "no",
            str(seen.second or ""),
        )
        for seen in rows
    ]
    title = "What the model saw, and how surely. What is not claimed is kept as a near miss; its page says why not."
    print_table(columns, cells, title)
    if no_serve:
        typer.echo(f"Look at all of it in a browser: `rubricator --data-dir {settings.data_dir} serve`.")
    else:
        from rubricator_service.serving.together import serve, where_iris_lead

        serve(where_iris_lead(settings))
