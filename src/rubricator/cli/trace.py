"""``rubricator trace``: where one claim came from, and what became of it."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import app, settings_of

if TYPE_CHECKING:
    from rubricator.enrichment.trace import Line, Trace
    from rubricator.vocabulary.names import ConceptNames


class Form(StrEnum):
    """How a trace is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    turtle = "turtle"


_COLUMNS = ("about", "what", "value", "iri")


@app.command()
def trace(
    context: typer.Context,
    annotation: Annotated[
        str,
        typer.Argument(
            help="The IRI of a claim of a run or a person, a near miss or a failure; or the hash at its end."
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="For people or for programs.")] = Form.table,
) -> None:
    """Say where a claim came from: picture, model, prompts, threshold, run, reviews, and what stands now."""
    from pyoxigraph import RdfFormat, serialize

    from rubricator.cli.console import print_csv, print_facts
    from rubricator.pipeline.proving.trace import trace as traced
    from rubricator.rdf import PREFIXES
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary
    from rubricator.vocabulary.names import ConceptNames

    settings = settings_of(context)
    with connect(settings) as client:
        found = traced(client, annotation, settings)
    rows = [
        (section.title, line.what, line.value, line.iri or "") for section in found.sections for line in section.lines
    ]
    match form:
        case Form.turtle:
            typer.echo(serialize(found.triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"", nl=False)
        case Form.csv:
            print_csv(_COLUMNS, [("What stands now", found.state, found.sentence, found.subject.value), *rows])
        case Form.json:
            _print_json(found)
        case Form.table:
            typer.echo(f"{found.state}: {found.sentence}")
            names = ConceptNames(load_vocabulary(settings.iris, settings.vocabulary).concepts)
            for section in found.sections:
                print_facts(_COLUMNS[1:], [_told(line, names) for line in section.lines], section.title)


def _told(line: "Line", names: "ConceptNames") -> tuple[str, str, str]:
    """The row for people: a concept by its name, and no IRI twice."""
    value = names.called(line.value) if line.what == "concept" else line.value
    return line.what, value, "" if line.iri in (None, value) else line.iri


def _print_json(found: "Trace") -> None:
    import json

    document = {
        "id": found.subject.value,
        "state": found.state,
        "sentence": found.sentence,
        "sections": [
            {
                "title": section.title,
                "lines": [{"what": line.what, "value": line.value, "iri": line.iri} for line in section.lines],
            }
            for section in found.sections
        ],
    }
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
