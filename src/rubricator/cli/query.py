"""``rubricator query``: SPARQL on the command line, under the same deadline and rules as the public endpoint."""

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Annotated

import typer

from rubricator.cli.app import app, settings_of
from rubricator.errors import UsageError
from rubricator.moments import given_moment
from rubricator.store.mediatypes import GRAPH_NAMES, JSON, SOLUTION_NAMES

FORMATS = ("table", *SOLUTION_NAMES, *GRAPH_NAMES)


@app.command()
def query(
    context: typer.Context,
    sparql: Annotated[str, typer.Argument(help="A SPARQL query, or - to read it from standard input.")],
    result_format: Annotated[
        str | None,
        typer.Option("--format", help=f"One of {', '.join(FORMATS)}; a table on a terminal, else CSV or Turtle."),
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds after which the query is stopped.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help="Ask about claims and decisions as they were at a moment: 2026-11-25 (its start), or "
            "2026-11-25T12:00Z; all claims of a run count from its first start.",
        ),
    ] = None,
) -> None:
    """Ask the store. Without GRAPH a query sees the published view; with GRAPH, everything.

    With --as-of, what was claimed, decided, retracted or superseded later is not there; records are as they are now.
    """
    from rubricator.pipeline.curating.asof import store_as_of
    from rubricator.store.client import connect
    from rubricator.store.readers import QueryRequest, open_readers

    if result_format is not None and result_format not in FORMATS:
        raise UsageError(f"--format {result_format!r} is unknown; choose one of {', '.join(FORMATS)}.")
    as_table = result_format == "table" or (result_format is None and sys.stdout.isatty())
    settings = settings_of(context, query_timeout=timeout)
    request = QueryRequest(
        query=sys.stdin.read() if sparql == "-" else sparql,
        base=f"{settings.iris.base}/",
        solutions=JSON if as_table else _chosen(SOLUTION_NAMES, result_format, "csv"),
        graph=_chosen(GRAPH_NAMES, result_format, "turtle"),
    )
    moment = None if as_of is None else given_moment(as_of, "--as-of")
    if moment is not None and moment > datetime.now(UTC):
        typer.echo(f"{as_of} lies in the future: what follows is what is known now.", err=True)
    # A running store has the newest snapshot; starting one brings the snapshot up to date after a crash.
    with connect(settings), nullcontext(settings) if moment is None else store_as_of(settings, moment) as asked:
        readers = open_readers(asked)
        try:
            answer = readers.run(request)
            if as_table and answer.media_type == JSON:
                _print_solutions(b"".join(answer.chunks))
            else:
                _write(answer.chunks)
        finally:
            readers.close()


def _chosen(formats: dict[str, str], name: str | None, default: str) -> str | None:
    """The media type for one kind of answer; None where the wanted format is of the other kind."""
    if name in (None, "table"):
        return formats[default]
    return formats.get(name or default)


def _write(chunks: Iterable[bytes]) -> None:
    """As it comes; a newline at the end where the format has none, so that prompts start on a line of their own."""
    last = b""
    for last in chunks:
        sys.stdout.buffer.write(last)
    if not last.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def _print_solutions(answer: bytes) -> None:
    import json

    from rubricator.cli.console import print_table

    document = json.loads(answer)
    if "boolean" in document:
        typer.echo("yes" if document["boolean"] else "no")
        return
    names = document["head"]["vars"]
    bindings = document["results"]["bindings"]
    print_table(names, [[binding.get(name, {}).get("value", "") for name in names] for binding in bindings])
