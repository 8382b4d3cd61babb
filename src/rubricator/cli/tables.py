"""How rows lie on a terminal: as a table where it is wide enough for one, else each by itself, below each other.

No value is cut and no word of it is broken but by the terminal, at its edge, so that it can be copied in whole.
"""

from collections.abc import Sequence
from textwrap import fill

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

Row = Sequence[Text | str]
_READABLE = 11
"""Cells of the terminal to which a column of texts may shrink, unless a word of it is longer."""


def print_wide(columns: Sequence[str], rows: Sequence[Row], title: str | None) -> None:
    """A table, or else records: a line ``name: value`` for each column, with an empty line after each row."""
    console = Console(highlight=False)
    _print_title(console, title)
    if table := _table(columns, rows, console.width):
        console.print("", table, "", sep="\n")
        return
    for row in rows:
        for name, cell in zip(columns, row, strict=True):
            _print_named(console, name, cell)
        console.print()


def print_facts_wide(rows: Sequence[Row], title: str | None) -> None:
    """Each row as its first two cells, ``name: value``, with its other cells indented below."""
    console = Console(highlight=False)
    _print_title(console, title)
    for name, value, *others in rows:
        _print_named(console, str(name), value)
        for other in others:
            if other:
                console.print(Text("  ") + _text(other), soft_wrap=True)


def _print_title(console: Console, title: str | None) -> None:
    if title:
        console.print()
        console.print(Text(_filled(title, console.width), style="table.title"), soft_wrap=True)


def _print_named(console: Console, name: str, cell: Text | str) -> None:
    line = Text(f"{name}: ") + cell if isinstance(cell, Text) else Text(_filled(f"{name}: {cell}", console.width))
    line.stylize("bold", 0, len(name))
    console.print(line, soft_wrap=True)


def _filled(text: str, width: int) -> str:
    return fill(text, width, break_long_words=False, break_on_hyphens=False)


def _table(columns: Sequence[str], rows: Sequence[Row], width: int) -> Table | None:
    """None where it would be wider than ``width``."""
    cells = [[_text(cell) for cell in row] for row in rows]
    gaps = 2 * (len(columns) - 1)
    turned = list(zip(columns, *(map(str, row) for row in cells), strict=True))
    widths = _widths(turned, width - gaps)
    if widths is None:
        return None
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    for name, column_width in zip(columns, widths, strict=True):
        table.add_column(Text(name), width=column_width, overflow="fold")
    for row in cells:
        table.add_row(*row)
    return table


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Of each column, so that no word is broken; None where there is no room for that."""
    wanted = [max(map(cell_len, column)) for column in columns]
    longest_words = [max((cell_len(word) for text in column for word in text.split()), default=0) for column in columns]
    widths = [min(most, max(word, _READABLE)) for most, word in zip(wanted, longest_words, strict=True)]
    spare = room - sum(widths)
    if spare < 0:
        return None
    # What is spare goes to those first that need least of it.
    needy = sorted(range(len(columns)), key=lambda column: wanted[column] - widths[column])
    for served, column in enumerate(needy):
        more = min(wanted[column] - widths[column], spare // (len(columns) - served))
        widths[column] += more
        spare -= more
    return widths


def _text(cell: Text | str) -> Text:
    """As it is: brackets are no markup and colons no emoji, in one line."""
    return cell if isinstance(cell, Text) else Text(" ".join(cell.split()))
