"""Tables on terminals of any width: nothing of them is cut, dropped or broken."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.text import Text

from rubricator.cli.tables import print_facts_wide, print_wide
from rubricator.rdf import OA
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.results import as_iri
from tests.fakes.program import on_terminal, program
from tests.pipeline.curating.runs import ITEMS, written

WIDTHS = (40, 80, 100, 120, 200)
IRI = "http://data.europeana.eu/item/2048087/" + "x" * 60
ESCAPES = re.compile(r"\x1b\[[0-9;]*m|\x1b]8;[^\x1b]*\x1b\\")
QUERY = """SELECT ?annotation ?confidence ?image WHERE { GRAPH ?run {
  ?annotation <http://www.europeana.eu/schemas/edm/confidenceLevel> ?confidence ;
  <http://www.w3.org/ns/oa#hasTarget>/<http://www.w3.org/ns/oa#hasSource> ?image } }"""


def words(text: str) -> "Counter[str]":
    return Counter(word.rstrip(":") for word in ESCAPES.sub("", text).split())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("data"), base="http://rubricator.test")


@pytest.fixture(scope="module")
def runs(settings: Settings) -> Iterator[list[str]]:
    """The ids of two runs; their store runs all the while, so that no command has to start one."""
    with connect(settings) as client:
        claims = {ITEMS[0]: {"map": 0.7307, "drawing": 0.61}, ITEMS[1]: {"textile": 0.9}}
        yield [written(client, settings, claims).ulid, written(client, settings, {ITEMS[0]: {"toy": 0.9}}, 1).ulid]


@pytest.fixture(scope="module")
def told(settings: Settings, runs: list[str]) -> dict[str, list[str]]:
    """What is said to commands that want more than their names."""
    with connect(settings) as client:
        (claim,) = client.select(
            f"SELECT ?a WHERE {{ GRAPH {settings.iris.run_graph(runs[1])} {{ ?a a {OA['Annotation']} }} }}"
        )
    show, trace = runs[:1], [as_iri(claim["a"]).value]
    return {"runs show": show, "runs diff": runs, "query": [QUERY, "--format", "table"], "trace": trace}


@pytest.mark.parametrize("command", ["review list", "runs list", "runs show", "runs diff", "query", "trace", "status"])
def test_a_terminal_of_any_width_shows_each_word_of_what_is_piped(
    command: str, settings: Settings, told: dict[str, list[str]], tmp_path: Path
) -> None:
    arguments = [*command.split(), *told.get(command, ())]
    piped = words(program(settings, tmp_path)(*arguments).stdout)
    if command in ("runs show", "trace", "status"):  # names and values in lines need no heading
        piped -= Counter({heading: piped.total() for heading in ("what", "value", "iri")})

    assert 5 < piped.total()
    for columns in WIDTHS:
        assert Counter() == piped - words(on_terminal(settings, tmp_path, columns, *arguments)), columns


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_table_that_does_not_fit_is_told_by_rows(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [(IRI, "0.7307", Text("x…", style="link http://a.example"))] * 2

    print_wide(("item", "confidence", "image"), rows, "Seen")

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    if columns >= len(IRI) + len("confidence") + len("image") + 4:
        row = [IRI, "0.7307", "x…"]
        assert [["Seen"], ["item", "confidence", "image"], row, row] == [
            line.split() for line in lines if line and "─" not in line
        ]
    else:
        record = ["item:", IRI] if columns < len(IRI) + len("item: ") else [f"item: {IRI}"]
        record += ["confidence: 0.7307", "image: x…"]
        assert ["", "Seen", *record, "", *record, ""] == lines


def test_longer_texts_are_wrapped_between_words_before_a_table_is_given_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    print_wide(("title", "when", "count"), [("a view of Delft " * 9, "2026-11-22 11:06 UTC", "1,024")], None)

    lines = capsys.readouterr().out.splitlines()
    assert 80 >= max(map(len, lines))
    assert ["2026-11-22", "11:06", "UTC", "1,024"] == lines[3].split()[-4:], lines
    assert 9 == words("\n".join(lines))["Delft"]


def test_a_table_is_kept_as_long_as_its_longest_words_have_room(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ("item", "title", "image", "concept", "claimed", "second choice")
    title = "Colonic glands, immunohistochemical staining"
    rows = [
        ("glands", title, "f8dd1aa…", "specimen 0.34", "no", "inscription 0.09"),
        ("microaneurysms", "Retina", "a1e1be5…", "costume accessories 0.10", "no", ""),
    ]
    for width, heading in ((80, "item "), (79, "item: ")):
        monkeypatch.setenv("COLUMNS", str(width))

        print_wide(columns, rows, None)

        lines = capsys.readouterr().out.splitlines()
        assert any(line.startswith(heading) for line in lines), lines
        assert width >= max(map(len, lines))
        assert words(title) <= words("\n".join(lines))


def test_brackets_and_colons_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    row = ("[map of Delft]", "urn:ship:1 [/b]")

    print_wide(("[title]", "about"), [row], "[x]")
    print_facts_wide([row], "[x]")

    shown = words(capsys.readouterr().out)
    assert (2, 1) == (shown["[x]"], shown["[title]"])
    assert [2, 2, 2, 2] == [shown[word] for word in ("[map", "Delft]", "urn:ship:1", "[/b]")]


def test_facts_are_told_below_each_other(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    print_facts_wide([("item", "Harbour", IRI), ("state", "current", "")], "The claim")

    assert ["", "The claim", "item: Harbour", f"  {IRI}", "state: current"] == capsys.readouterr().out.splitlines()
