"""How commands print: tables for people, CSV and JSON for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rubricator.cli.app import Listing

LONGEST_TAIL, SHORTENED = 16, 7
# Columns whose values are copied into the next command, or lose their sense when broken.
UNBROKEN = (
    "run", "item", "image", "concept", "confidence", "code", "count", "severity", "started", "last harvest", "when"
)  # fmt: skip


def linked(iri: str) -> Text | str:
    """On a terminal the last part of an IRI, which links to the whole; when piped, the whole."""
    if not sys.stdout.isatty():
        return iri
    tail = iri.rstrip("/").rpartition("/")[2]
    return Text(tail if len(tail) <= LONGEST_TAIL else f"{tail[:SHORTENED]}…", style=f"link {iri}")


def shortened(text: str, length: int) -> str:
    """The text in one line of at most so many characters, with its beginning and its end."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    tail = length // 3
    return f"{line[: length - tail - 1]}…{line[-tail:]}"


def hint(sentence: str) -> None:
    """What one may do next, for people only."""
    if sys.stdout.isatty():
        print(sentence)


def moment(when: datetime) -> str:
    """In UTC, for people."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def exact_moment(when: datetime) -> str:
    """In UTC, for programs: ISO 8601 with seconds."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Text | str]], title: str | None = None) -> None:
    """A table as wide as the terminal; when piped, a line for each row with tabs between, so that nothing is cut off,
    padded or broken."""
    if not sys.stdout.isatty():
        _print_plain(columns, rows, title)
        return
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=column in UNBROKEN, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)


def _print_plain(columns: Sequence[str], rows: Iterable[Sequence[Text | str]], title: str | None) -> None:
    if title:
        print(f"\n{title}")
    for row in chain((columns,), rows):
        print("\t".join(" ".join(str(cell).split()) for cell in row))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """RFC 4180, with a header line."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows(rows)


def print_json(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A list of objects, one a row, each written as it comes."""
    between = "[\n  "
    for row in rows:
        document = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, indent=2)
        print(between + document.replace("\n", "\n  "), end="")
        between = ",\n  "
    print("[]" if between.startswith("[") else "\n]")


def print_listing(listing: Listing, columns: Sequence[str], rows: Iterable[Sequence[str]], nothing: str) -> None:
    """The rows in the form that was asked for; people are told ``nothing`` in place of an empty table."""
    if listing is Listing.table:
        rows = list(rows)
        if not rows:
            print(nothing)
            return
    PRINTERS[listing](columns, rows)


PRINTERS = {"table": print_table, "csv": print_csv, "json": print_json}
