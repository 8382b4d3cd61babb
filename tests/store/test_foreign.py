"""Public queries through a foreign server: the same bounds, the same promise."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from rubricator.errors import StoreError, StoreUnavailable
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.errors import (
    AnswerBroken,
    AnswerTooLarge,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLong,
    QueueFull,
    ReadersBusy,
    TooManyRows,
)
from rubricator.store.foreign import ForeignReader
from rubricator.store.mediatypes import CSV, JSON, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TSV, TURTLE, XML
from rubricator.store.readers import QueryRequest
from tests.store.fakes import Script, scripted
from tests.store.running import BASE, body_of, eventually, quad

LARGE = b"?a\n" + b"<http://x>\n" * 20_000


@contextmanager
def reader_of(url: str, **settings: object) -> Iterator[ForeignReader]:
    with closing(ForeignReader(load_settings(store_url=url, base=BASE, **settings))) as reader:
        yield reader


def request(query: str = "ASK {}") -> QueryRequest:
    return QueryRequest(query, f"{BASE}/")


def test_a_foreign_server_answers_in_the_format_asked_for(foreign_url: str, tmp_path: Path) -> None:
    with connect(load_settings(store_url=foreign_url, data_dir=tmp_path)) as client:
        client.update("DROP ALL")
        client.load([quad(1), quad(2, "http://g")])
    with reader_of(foreign_url) as reader:
        table = body_of(reader, "SELECT ?o { ?s ?p ?o }")
        graph = body_of(reader, "CONSTRUCT WHERE { ?s ?p ?o }")
        asked = QueryRequest("SELECT ?o { ?s ?p ?o }", BASE, default_graphs=("http://g",), solutions="text/csv")
        other = reader.run(asked)

        assert (b"o\r\n1\r\n", f"{quad(1)} .\n".encode()) == (table, graph)
        assert ("text/csv", b"o\r\n2\r\n") == (other.media_type, b"".join(other.chunks))


def test_what_a_foreign_server_refuses_is_told(foreign_url: str) -> None:
    with reader_of(foreign_url, query_max_length=100) as reader:
        with pytest.raises(QuerySyntaxError, match="at line 1, column 12: LIMIT cannot stand there") as caught:
            reader.run(request("SELECT * { LIMIT 1 }"))
        assert "Put LIMIT behind the brace that closes the pattern." == caught.value.hint
        with pytest.raises(QueryRefused, match=r"put its answers into this query as VALUES\.$"):  # no setting helps
            reader.run(request("ASK { SERVICE <http://127.0.0.1/> {} }"))
        with pytest.raises(QueryTooLong):
            reader.run(request("ASK {}" + " " * 100))
        with pytest.raises(NotAcceptable):
            reader.run(QueryRequest("ASK {}", BASE, solutions=None, graph=None))


def test_the_revision_of_a_foreign_store_holds_for_a_while() -> None:
    with scripted(Script(lambda *_: (200, b"?a\n"))) as url, reader_of(url) as reader:
        assert reader.run(request()).revision == reader.run(request()).revision


def test_an_answer_tells_until_when_its_client_may_take_it() -> None:
    with (
        scripted(Script(lambda *_: (200, LARGE))) as url,
        reader_of(url, query_timeout=20.0, graph_timeout=60.0) as reader,
        reader.run(request()) as answer,
        reader.download(request()) as download,
    ):
        assert [20, 60] == [round(one.deadline - monotonic(), -1) for one in (answer, download)]


def test_a_download_may_be_larger_than_an_answer_but_has_a_deadline_too() -> None:
    go_on = Event()
    script = Script(lambda *_: (200, LARGE))
    with scripted(script) as url, reader_of(url, query_max_bytes=100_000, graph_timeout=0.5) as reader:
        whole = reader.download(request())

        assert LARGE == b"".join(whole.chunks)
        script.stalled, script.chunked, script.cut = go_on, True, True
        with pytest.raises(AnswerBroken, match="at its deadline"):
            list(reader.download(request()).chunks)
        go_on.set()


@pytest.mark.parametrize("chunked", [True, False])
def test_a_cut_answer_breaks(chunked: bool) -> None:
    with scripted(Script(lambda *_: (200, LARGE), cut=True, chunked=chunked)) as url, reader_of(url) as reader:
        answer = reader.run(request())

        with pytest.raises(AnswerBroken, match="ended it early"):
            list(answer.chunks)


def test_an_answer_without_a_length_is_refused_as_nobody_can_tell_whether_it_is_whole() -> None:
    script = Script(lambda *_: (200, LARGE), unframed=True)
    with scripted(script) as url, reader_of(url) as reader:
        for protocol in ("HTTP/1.0", "HTTP/1.1"):
            script.protocol = protocol
            with pytest.raises(StoreError, match="without a length"):
                reader.run(request())


def test_an_answer_that_is_packed_unasked_is_refused() -> None:
    packed = gzip.compress(LARGE)[:-20]
    script = Script(lambda *_: (200, packed), headers={"Content-Encoding": "gzip"})
    with scripted(script) as url, reader_of(url) as reader, pytest.raises(StoreError, match="packed"):
        reader.run(request())


@pytest.mark.parametrize(
    ("header", "error"),
    [({"X-SPARQL-MaxRows": "10000"}, AnswerTooLarge), ({"X-SQL-State": "S1TAT"}, QueryTimeout)],
)
def test_an_answer_that_says_it_is_a_part_is_a_problem(header: dict[str, str], error: type[Exception]) -> None:
    with scripted(Script(lambda *_: (200, LARGE), headers=header)) as url, reader_of(url) as reader:
        with pytest.raises(error):
            reader.run(request())
        with connect(load_settings(store_url=url, base=BASE)) as client, pytest.raises(error):
            list(client.select_stream("SELECT * {}"))


def test_an_answer_over_its_deadline_breaks() -> None:
    go_on = Event()
    script = Script(lambda *_: (200, LARGE), cut=True, chunked=True, stalled=go_on)
    with scripted(script) as url, reader_of(url) as reader:
        answer = reader.run(request(), timeout=0.3)

        with pytest.raises(AnswerBroken, match="at its deadline"):
            list(answer.chunks)
        go_on.set()


def test_a_server_that_says_nothing_until_the_deadline_is_left() -> None:
    go_on = Event()

    def wait(*_: object) -> tuple[int, bytes]:
        go_on.wait(20)
        return 200, b""

    with scripted(Script(wait)) as url, reader_of(url, query_timeout=0.3) as reader:
        with pytest.raises(QueryTimeout):
            reader.run(request(), timeout=3600)
        go_on.set()


@pytest.mark.parametrize("kind", ["text/tab-separated-values", "text/turtle"])
def test_an_answer_that_is_too_large_breaks(kind: str) -> None:
    with (
        scripted(Script(lambda *_: (200, ANSWERS[kind]), media_type=kind)) as url,
        reader_of(url, query_max_bytes=150_000) as reader,
        pytest.raises(AnswerBroken, match="larger than 150,000 bytes"),
    ):
        list(reader.run(request()).chunks)


@pytest.mark.parametrize(
    ("status", "error"),
    [(504, QueryTimeout), (406, NotAcceptable), (500, StoreError), (400, QuerySyntaxError)],
)
def test_a_refusal_before_the_answer_is_an_error(status: int, error: type[Exception]) -> None:
    with (
        scripted(Script(lambda *_: (status, b"first line\nsecond"))) as url,
        reader_of(url) as reader,
        pytest.raises(error),
    ):
        reader.run(request())


def test_a_page_for_people_is_no_answer() -> None:
    with (
        scripted(Script(lambda *_: (200, b"<html>"), media_type="text/html")) as url,
        reader_of(url) as reader,
        pytest.raises(StoreError, match="none of SPARQL"),
    ):
        reader.run(request())


def test_a_foreign_server_that_is_not_there_is_unavailable(free_port: int) -> None:
    with reader_of(f"http://127.0.0.1:{free_port}") as reader, pytest.raises(StoreUnavailable):
        reader.run(request())


def test_closing_an_answer_lets_the_server_go() -> None:
    with scripted(Script(lambda *_: (200, LARGE))) as url, reader_of(url) as reader, reader.run(request()) as answer:
        next(answer.chunks)
        answer.close()

        with pytest.raises(AnswerBroken):
            list(answer.chunks)


GRAPH = "".join(f'<http://x/{n // 9}> <http://x/number> "{n}" .\n' for n in range(20_000)).encode()
SOLUTIONS = {
    TSV: LARGE,
    CSV: b"a\r\n" + b"http://x\r\n" * 20_000,
    JSON: json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"value": "x"}}] * 20_000}}).encode(),
    XML: b"<sparql><results>" + b"<result><binding/></result>" * 20_000 + b"</results></sparql>",
}
ANSWERS = SOLUTIONS | {
    kind: serialize(parse(GRAPH, RdfFormat.N_TRIPLES), format=RdfFormat.from_media_type(kind)) or b""
    for kind in (TURTLE, TRIG, N_TRIPLES, N_QUADS, RDF_XML, JSON_LD)
}


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("chunked", [True, False])
def test_an_answer_has_no_more_rows_than_one_of_ours(kind: str, chunked: bool) -> None:
    script = Script(lambda *_: (200, ANSWERS[kind]), media_type=kind, chunked=chunked)
    with scripted(script) as url:
        with reader_of(url, query_max_rows=20_000) as reader:
            assert ANSWERS[kind] == b"".join(reader.run(request()).chunks)
            assert (0, 0) == reader.figures()
        with reader_of(url, query_max_rows=10) as reader:
            with pytest.raises(TooManyRows, match="more than 10 rows"):
                reader.run(request())
            assert ANSWERS[kind] == b"".join(reader.download(request()).chunks)
            assert (0, 0) == reader.figures()


@pytest.mark.parametrize("kind", [TSV, TURTLE])
def test_an_answer_that_turns_out_too_long_breaks(kind: str) -> None:
    with (
        scripted(Script(lambda *_: (200, ANSWERS[kind]), media_type=kind)) as url,
        reader_of(url, query_max_rows=19_999) as reader,
    ):
        answer = reader.run(request())
        with pytest.raises(AnswerBroken, match="more than 19,999 rows"):
            list(answer.chunks)
        assert (0, 0) == reader.figures()


def test_a_graph_that_is_none_is_not_passed_on_as_one() -> None:
    script = Script(lambda *_: (200, b"<http://x/1> <http://x/number> ,"), media_type=TURTLE)
    with scripted(script) as url, reader_of(url) as reader, pytest.raises(StoreError, match="graph cannot be read"):
        reader.run(request())


def test_no_more_queries_are_asked_at_once_than_there_would_be_readers() -> None:
    go_on = Event()

    def wait(*_: object) -> tuple[int, bytes]:
        go_on.wait(20)
        return 200, b"?a\n"

    with (
        scripted(Script(wait)) as url,
        reader_of(url, readers=1, query_queue=1, client_queue=1) as reader,
        ThreadPoolExecutor(3) as threads,
    ):
        first = threads.submit(body_of, reader, "ASK {}")
        eventually(lambda: (1, 0) == reader.figures())
        with pytest.raises(ReadersBusy):
            reader.run(request(), timeout=0.2)
        second = threads.submit(body_of, reader, "ASK {}")
        eventually(lambda: (1, 1) == reader.figures())
        with pytest.raises(QueueFull):
            reader.run(request())
        go_on.set()

        assert [b"?a\n", b"?a\n"] == [first.result(20), second.result(20)]
        assert (0, 0) == reader.figures()


def test_a_query_that_takes_long_leaves_its_place_to_others() -> None:
    go_on = Event()

    def answer(_method: str, _path: str, body: bytes) -> tuple[int, bytes]:
        if b"long" in body:
            go_on.wait(20)
        return 200, b"?a\n"

    with scripted(Script(answer)) as url, reader_of(url, readers=1) as reader, ThreadPoolExecutor(1) as threads:
        long = threads.submit(body_of, reader, "ASK { ?long ?p ?o }")
        eventually(lambda: (1, 0) == reader.figures())

        assert b"?a\n" == body_of(reader, "ASK {}")
        assert not long.done()
        go_on.set()
        assert b"?a\n" == long.result(20)


def test_the_place_of_an_answer_that_nobody_takes_is_free_at_its_deadline() -> None:
    script = Script(lambda *_: (200, LARGE * 50))
    with scripted(script) as url, reader_of(url, query_timeout=0.3) as reader:
        answer = reader.run(request())
        eventually(lambda: (0, 0) == reader.figures())

        with pytest.raises(AnswerBroken):
            list(answer.chunks)
