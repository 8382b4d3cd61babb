"""How commands print: tables for people, CSV and JSON for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain

from rich.text import Text

from rubricator.cli.app import Listing
from rubricator.cli.tables import print_facts_wide, print_wide

LONGEST_TAIL, SHORTENED = 16, 7


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
    """On a terminal a table, or records where it is too narrow; when piped, a line for each row with tabs between, so
    that nothing is cut off, padded or broken."""
    if sys.stdout.isatty():
        print_wide(columns, list(rows), title)
    else:
        _print_plain(columns, rows, title)


def print_facts(columns: Sequence[str], rows: Iterable[Sequence[Text | str]], title: str | None = None) -> None:
    """Names with their values and what belongs to these, below each other; when piped, as ``print_table`` does."""
    if sys.stdout.isatty():
        print_facts_wide(list(rows), title)
    else:
        _print_plain(columns, rows, title)


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
