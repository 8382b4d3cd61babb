"""Virtuoso behind the front end: what it does otherwise is told or put right, never passed on."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from rubricator.errors import StoreError
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.errors import AnswerTooLarge, NotAcceptable, QuerySyntaxError, QueryTimeout
from rubricator.store.foreign import ForeignReader
from rubricator.store.readers import QueryRequest
from rubricator_service import create_app
from tests.fakes.program import PROGRAM
from tests.fakes.virtuoso import MOST_ROWS, virtuoso_server

BASE = "http://rubricator.test"
INSTALLATION = Path(__file__).parents[1] / "service" / "installation.trig"
PATHS = {"store_query_path": "sparql", "store_update_path": "sparql", "store_graph_path": "sparql-graph-crud"}
TITLE = "<http://purl.org/dc/elements/1.1/title>"
NUMBERED = "GRAPH <http://numbers> { ?s <http://x/number> ?o }"


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings for a Virtuoso that holds ``installation.trig``, the view in a graph of its own, and 600 numbers."""
    directory = tmp_path_factory.mktemp("virtuoso")
    with virtuoso_server(directory) as url:
        graphs: dict[NamedNode, list[Triple]] = {}
        for quad in parse(INSTALLATION.read_bytes(), RdfFormat.TRIG):
            name = NamedNode(f"{BASE}/graph/view") if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            graphs.setdefault(name, []).append(quad.triple)
        bodies = {name.value: serialize(triples, format=RdfFormat.N_TRIPLES) for name, triples in graphs.items()}
        numbers = (f'<http://x/{number}> <http://x/number> "{number}" .\n' for number in range(600))
        for name, body in (bodies | {"http://numbers": "".join(numbers).encode()}).items():
            put = requests.put(
                f"{url}/sparql-graph-crud",
                body,
                params={"graph": name},
                headers={"Content-Type": "application/n-triples"},
                timeout=20,
            )
            assert put.ok, put.text
        yield load_settings(store_url=url, base=BASE, data_dir=directory / "data", **PATHS)


@pytest.fixture(scope="module")
def reader(virtuoso: Settings) -> ForeignReader:
    return ForeignReader(virtuoso)


def answer(reader: ForeignReader, query: str, solutions: str | None = None, graph: str | None = None) -> bytes:
    with reader.run(QueryRequest(query, BASE, solutions=solutions, graph=graph)) as found:
        assert found.media_type in (solutions, graph)
        return b"".join(found.chunks)


@pytest.mark.parametrize("kind", [QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.TSV])
def test_solutions_tell_iris_from_strings_in_every_format(reader: ForeignReader, kind: QueryResultsFormat) -> None:
    query = f"SELECT ?s ?o {{ {NUMBERED} FILTER(?o = '7') }}"

    results = parse_query_results(answer(reader, query, kind.media_type), kind)

    assert isinstance(results, QuerySolutions)
    assert [("<http://x/7>", '"7"')] == [(str(row["s"]), str(row["o"])) for row in results]


@pytest.mark.parametrize(("pattern", "said"), [("?s ?p '7'", b"true"), ("?s ?p 'seven'", b"false")])
def test_yes_and_no_are_no_table(reader: ForeignReader, pattern: str, said: bytes) -> None:
    asked = answer(reader, f"ASK {{ {pattern} }}", "application/sparql-results+json")

    assert b'{"head":{},"boolean":%s}' % said == asked


@pytest.mark.parametrize("kind", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-quads"])
def test_a_graph_is_whole_in_every_format(reader: ForeignReader, kind: str) -> None:
    query = f"CONSTRUCT {{ ?s <http://x/number> ?o }} {{ {NUMBERED} FILTER(STRLEN(?o) < 3) }}"

    graph = answer(reader, query, "application/sparql-results+json", kind)

    assert 100 == len(list(parse(graph, RdfFormat.from_media_type(kind))))


def test_solutions_that_virtuoso_cuts_are_refused(reader: ForeignReader) -> None:
    with pytest.raises(AnswerTooLarge, match=f"after {MOST_ROWS} rows"):
        answer(reader, f"SELECT * {{ {NUMBERED} }}", "text/csv")


@pytest.mark.parametrize("query", [f"CONSTRUCT WHERE {{ {NUMBERED} }}", f"CONSTRUCT {{ ?s ?o ?o }} {{ {NUMBERED} }}"])
def test_a_graph_that_virtuoso_cuts_without_a_word_is_refused(reader: ForeignReader, query: str) -> None:
    query = query.replace("WHERE { GRAPH", "{ ?s <http://x/number> ?o } { GRAPH").replace(
        "?s ?o ?o", "?s <http://y> ?o"
    )

    with pytest.raises(AnswerTooLarge, match="after which the store cuts graphs"):
        answer(reader, query, graph="application/n-triples")


def test_what_virtuoso_found_until_its_own_time_was_over_is_refused(virtuoso: Settings) -> None:
    hasty = ForeignReader(virtuoso.model_copy(update={"store_query_path": "sparql?timeout=1000"}))
    numbers = " ".join(f"?s{n} <http://x/number> ?o{n} ." for n in range(5))

    with pytest.raises(QueryTimeout, match="in part only"):
        answer(hasty, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <http://numbers> {{ {numbers} }} }}", "text/csv")


def test_what_virtuoso_cannot_read_and_what_nobody_wants_is_told(reader: ForeignReader) -> None:
    with pytest.raises(QuerySyntaxError, match="syntax error"):
        answer(reader, "SELECT nonsense", "text/csv")
    with pytest.raises(NotAcceptable):
        answer(reader, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "text/csv")


def test_pages_and_the_endpoint_read_from_virtuoso(virtuoso: Settings, reader: ForeignReader) -> None:
    client = create_app(virtuoso, reader).test_client()

    titles = client.get("/sparql", query_string={"query": f"SELECT ?t {{ ?s {TITLE} ?t }}", "format": "csv"})
    page = client.get("/item/9990001/demo_0001", headers={"Accept": "text/html"})

    assert "View of the harbour" in titles.text
    assert (200, True) == (page.status_code, "View of the harbour" in page.text)
    assert 200 == client.get("/readyz").status_code


def test_nothing_is_written_where_it_would_be_lost_and_no_graph_is_read_that_may_be_cut(virtuoso: Settings) -> None:
    with connect(virtuoso) as client:
        with pytest.raises(StoreError, match="Virtuoso has no default graph"):
            client.update("INSERT DATA { <http://a> <http://b> 1 }")
        with pytest.raises(StoreError, match="Virtuoso has no default graph"):
            client.load(parse(b"<http://a> <http://b> 1 .", RdfFormat.TURTLE))
        with pytest.raises(StoreError, match="cuts long graphs"):
            client.get_graph(NamedNode("http://numbers"))
        assert client.ask("ASK { <http://x/7> ?p ?o }")
        assert not client.ask("ASK { <http://a> ?p ?o }")


@pytest.mark.parametrize(
    ("command", "told"), [(["runs", "list", "--format", "csv"], "01J"), (["query", "ASK { ?s ?p '7' }"], "true")]
)
def test_commands_that_read_work_with_virtuoso(virtuoso: Settings, command: list[str], told: str) -> None:
    names = ("store_url", "data_dir", "base", *PATHS)
    environment = {f"RUBRICATOR_{name.upper()}": str(getattr(virtuoso, name)) for name in names}

    run = subprocess.run(
        [PROGRAM, *command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (0, True) == (run.returncode, told in run.stdout), run.stderr
