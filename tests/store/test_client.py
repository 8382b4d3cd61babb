"""The client, against our writer and against Oxigraph's own server."""

from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from rubricator.errors import StoreError, StoreUnavailable
from rubricator.rdf import integer
from rubricator.settings import Settings, load_settings
from rubricator.store.client import Endpoints, StoreClient, connect
from rubricator.store.errors import StoreReadOnly
from tests.store.fakes import Script, scripted
from tests.store.running import BASE, quad

GRAPH = NamedNode("http://x/graph")


def test_what_is_loaded_can_be_selected(client: StoreClient) -> None:
    client.load([quad(1), quad(2, "http://x/graph")])

    assert [{"s": quad(2).subject, "g": GRAPH}] == client.select("SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } }")


def test_unbound_variables_are_left_out_of_a_solution(client: StoreClient) -> None:
    assert [{"a": integer(1)}] == client.select("SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) } }")


def test_streamed_rows_are_tuples_with_none_for_what_is_unbound(client: StoreClient) -> None:
    client.load(quad(number) for number in range(5000))

    rows = list(client.select_stream("SELECT ?s ?nothing ?o { ?s ?p ?o } ORDER BY STRLEN(?o) ?o"))

    assert (5000, (quad(7).subject, None, Literal("7"))) == (len(rows), rows[7])


def test_ask_answers_with_a_bool(client: StoreClient) -> None:
    assert [True, False] == [client.ask("ASK {}"), client.ask("ASK { ?s ?p ?o }")]


def test_construct_answers_with_triples(client: StoreClient) -> None:
    client.load([quad(1)])

    assert [quad(1).triple] == client.construct("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    "update", ["WITH <http://x/graph> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "DROP GRAPH <http://x/graph>"]
)
def test_an_update_is_sent_as_one_however_it_begins(client: StoreClient, update: str) -> None:
    client.load([quad(1, "http://x/graph")])

    client.update(update)

    assert [] == client.select("SELECT * { GRAPH ?g { ?s ?p ?o } }")


def test_a_failed_part_of_an_update_leaves_nothing_of_the_others(client: StoreClient) -> None:
    with pytest.raises(StoreError):
        client.update("INSERT DATA { <http://a> <http://b> 1 } ; CREATE GRAPH <http://g> ; CREATE GRAPH <http://g>")

    assert not client.ask("ASK { ?s ?p ?o }")


def test_a_graph_is_put_read_and_deleted(client: StoreClient) -> None:
    client.put_graph(GRAPH, [quad(1).triple])
    client.put_graph(GRAPH, [quad(2).triple])
    put = client.get_graph(GRAPH)
    client.delete_graph(GRAPH)

    assert ([quad(2).triple], []) == (put, client.get_graph(GRAPH))


def test_the_default_graph_is_none(client: StoreClient) -> None:
    client.put_graph(None, [quad(1).triple])

    assert [quad(1).triple] == client.get_graph(None)


def test_deleting_a_graph_that_is_not_there_is_no_error(client: StoreClient) -> None:
    client.delete_graph(NamedNode("http://x/nowhere"))


def test_loading_nothing_changes_nothing(client: StoreClient) -> None:
    client.load([])

    assert not client.ask("ASK { ?s ?p ?o }")


def test_the_export_holds_every_graph(client: StoreClient) -> None:
    client.load([quad(1), quad(2, "http://x/graph")])

    assert sorted(f"{line} .\n" for line in (quad(1), quad(2, "http://x/graph"))) == sorted(
        b"".join(client.export("application/n-quads")).decode().splitlines(keepends=True)
    )


def test_text_in_any_script_and_blank_nodes_come_through(client: StoreClient) -> None:
    node = BlankNode()
    client.load([Quad(node, NamedNode("http://p"), Literal('Ἀθήνα "\\\n\t\x07 😀', language="grc"))])

    (row,) = client.select_stream("SELECT ?s ?o { ?s ?p ?o }")

    assert (BlankNode, Literal('Ἀθήνα "\\\n\t\x07 😀', language="grc")) == (type(row[0]), row[1])


def test_triples_may_name_their_graph_in_trig(client: StoreClient) -> None:
    client.load([quad(2, "http://x/graph")])

    assert b"<http://x/graph>" in b"".join(client.export("application/trig"))


@pytest.mark.parametrize("ask", ["select", "ask", "construct", "update", "stream"])
def test_a_refusal_is_an_error_with_the_servers_first_line(client: StoreClient, ask: str) -> None:
    with pytest.raises(StoreError, match=r"^The store refused the (query|update): .*1.*"):
        list(client.select_stream("NONSENSE")) if ask == "stream" else getattr(client, ask)("NONSENSE")


def test_a_graph_only_server_gets_updates_of_bounded_size() -> None:
    asked = list[tuple[str, str, int]]()

    def answer(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        asked.append((method, path, body.count(b"http://x/number")))
        return (405, b"") if path == "/store" else (200, b"done")

    with scripted(Script(answer)) as url, closing(client_of(url)) as client:
        client.load(quad(number, "http://g") for number in range(1500))
        client.load([quad(1)])

    assert [
        ("GET", "/query?query=ASK+%7B%7D", 0),
        ("POST", "/store", 0),
        ("POST", "/update?", 1000),
        ("POST", "/update?", 500),
        ("POST", "/update?", 1),
    ] == asked


@pytest.mark.parametrize("chunked", [True, False])
def test_a_select_that_is_cut_is_an_error(chunked: bool) -> None:
    body = b'{"head":{"vars":["a"]},"results":{"bindings":[]}}'
    with (
        scripted(Script(lambda *_: (200, body), cut=True, chunked=chunked)) as url,
        closing(client_of(url)) as client,
        pytest.raises(StoreError, match="cut"),
    ):
        client.select("SELECT ?a {}")


@pytest.mark.parametrize("chunked", [True, False])
def test_a_stream_that_is_cut_is_an_error_even_after_a_whole_row(chunked: bool) -> None:
    script = Script(lambda *_: (200, b"?a\n<http://x>\n"), cut=True, chunked=chunked)
    with scripted(script) as url, closing(client_of(url)) as client:
        rows = client.select_stream("SELECT ?a {}")

        with pytest.raises(StoreError, match="cut"):
            list(rows)


@pytest.mark.parametrize("chunked", [True, False])
def test_an_export_that_is_cut_is_an_error(chunked: bool) -> None:
    script = Script(lambda *_: (200, b"<http://a> <http://b> 1 .\n"), cut=True, chunked=chunked)
    with scripted(script) as url, closing(client_of(url)) as client:
        chunks = client.export("application/n-quads")

        with pytest.raises(StoreError, match="cut"):
            list(chunks)


def test_an_answer_that_is_none_is_an_error() -> None:
    with (
        scripted(Script(lambda *_: (200, b"<html>Welcome</html>"))) as url,
        closing(client_of(url)) as client,
        pytest.raises(StoreError, match="cannot be read"),
    ):
        client.select("SELECT * {}")


def test_the_token_is_sent_and_never_told() -> None:
    heard = list[str]()
    with scripted(Script(lambda *_: (401, b"Who are you?"), heard=heard)) as url:
        client = StoreClient(Endpoints(f"{url}/query", f"{url}/update", f"{url}/store"), token="s3cret")  # noqa: S106 - a password of the test's own
        with closing(client), pytest.raises(StoreError, match="Who are you") as caught:
            client.ask("ASK {}")

    assert (True, False) == ("Bearer s3cret" in heard[0], "s3cret" in str(caught.value))


def test_a_store_that_is_not_there_is_unavailable(free_port: int, tmp_path: Path) -> None:
    settings = load_settings(store_url=f"http://127.0.0.1:{free_port}", data_dir=tmp_path)

    with connect(settings) as client, pytest.raises(StoreUnavailable, match="does not answer"):
        client.ask("ASK {}")


def test_a_foreign_store_is_used_where_the_settings_name_one(foreign_url: str, tmp_path: Path) -> None:
    settings = load_settings(store_url=foreign_url, data_dir=tmp_path)

    with connect(settings) as client:
        client.update("DROP ALL")
        client.load([quad(1)])

        assert ([{"s": quad(1).subject}], []) == (client.select("SELECT ?s { ?s ?p ?o }"), list(tmp_path.iterdir()))


def client_of(url: str) -> StoreClient:
    return StoreClient(Endpoints(f"{url}/query", f"{url}/update", f"{url}/store"))


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:1"])
def test_a_read_only_installation_writes_nowhere(our_store: Settings, url: str | None) -> None:
    settings = load_settings(data_dir=our_store.data_dir, base=BASE, store_url=url, read_only=True)
    with connect(settings) as client:
        with pytest.raises(StoreReadOnly):
            client.update("CLEAR ALL")
        with pytest.raises(StoreReadOnly):
            client.load([quad(1)])
        with pytest.raises(StoreReadOnly):
            client.put_graph(None, [])
        with pytest.raises(StoreReadOnly):
            client.delete_graph(None)
