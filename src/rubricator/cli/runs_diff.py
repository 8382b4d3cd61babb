"""``rubricator runs diff``: the items whose concepts changed from one run to another."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import settings_of
from rubricator.cli.runs import runs

if TYPE_CHECKING:
    from rubricator.enrichment.changes import Change
    from rubricator.vocabulary.names import ConceptNames

SHOWN = 50
_TRIPLES = 10_000
COLUMNS = ("item", "change", "concept", "before", "after", "looked_at", "annotation_before", "annotation_after")


class DiffFormat(StrEnum):
    """How changes are printed."""

    table = "table"
    csv = "csv"
    ntriples = "ntriples"


@runs.command()
def diff(
    context: typer.Context,
    before: Annotated[str, typer.Argument(help="The run to start from.")],
    after: Annotated[str, typer.Argument(help="The run to compare with it.")],
    moved: Annotated[
        float | None, typer.Option(min=0, max=1, help="A confidence that differs by this much is a change too.")
    ] = None,
    diff_format: Annotated[
        DiffFormat, typer.Option("--format", help="The table shows the first 50.")
    ] = DiffFormat.table,
) -> None:
    """Concepts that items gained or lost from one run to another, and those that both claim less or more surely."""
    from rubricator.cli.console import print_csv, print_table
    from rubricator.enrichment.ledger import find_run
    from rubricator.pipeline.curating.diff import Comparison
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary
    from rubricator.vocabulary.names import ConceptNames

    settings = settings_of(context)
    with connect(settings) as client:
        first, second = (
            settings.iris.run_graph(find_run(client, settings.iris, name).ulid) for name in (before, after)
        )
        with Comparison(client, first, second, moved) as comparison:
            if diff_format is DiffFormat.ntriples:
                from rubricator.enrichment.changes import change_triples

                _write(change_triples(comparison.changes(), first, second, settings.iris))
            elif diff_format is DiffFormat.csv:
                print_csv(COLUMNS, map(_row, comparison.changes()))
            else:
                summary = comparison.summary()
                if summary.items:
                    names = ConceptNames(load_vocabulary(settings.iris, settings.vocabulary).concepts)
                    print_table(COLUMNS[:6], [_told(change, names) for change in islice(comparison.changes(), SHOWN)])
                typer.echo(summary.sentence)
                if summary.gained + summary.lost + summary.moved > SHOWN:
                    typer.echo(f"The first {SHOWN} are shown; --format csv gives all.")


def _row(change: "Change") -> tuple[str, ...]:
    claims = (change.before, change.after)
    # Of an item that one run alone looked at, it is the one that claims something.
    looked = "both" if change.both_looked else ("before" if change.before else "after")
    return (
        change.item.value,
        change.kind,
        change.body.value,
        *(f"{claimed.confidence:f}" if claimed else "" for claimed in claims),
        looked,
        *(claimed.annotation.value if claimed else "" for claimed in claims),
    )


def _told(change: "Change", names: "ConceptNames") -> tuple[str, ...]:
    """The row for people."""
    item, kind, body, *rest = _row(change)[:6]
    return item, kind, names.called(body), *rest


def _write(triples: Iterator[object]) -> None:
    """N-Triples, some at a time."""
    while portion := list(islice(triples, _TRIPLES)):
        sys.stdout.write("".join(_lines(portion)))


def _lines(triples: Iterable[object]) -> Iterator[str]:
    return (f"{triple} .\n" for triple in triples)
