"""Dumps can be found, described, checked, and gone on with after a break."""

import gzip
import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html
from rdflib import DCTERMS, RDF, Namespace, URIRef
from structlog.testing import capture_logs

from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.mediatypes import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TURTLE
from rubricator.store.readers import Readers
from rubricator_service import create_app
from tests.service.exchange.conftest import BASE, Dumped, canonical

DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
VIEW = "/dumps/view.nq.gz"


def test_the_whole_that_is_downloaded_is_the_store(dumped: Dumped) -> None:
    downloaded = gzip.decompress(dumped.get("/dumps/whole.nq.gz").data)

    with connect(dumped.settings) as client:
        held = b"".join(client.export("application/n-quads"))
    assert canonical(held, N_QUADS) == canonical(downloaded, N_QUADS)


def test_each_file_is_described_by_size_and_hash(dumped: Dumped) -> None:
    graph = dumped.graph("/dumps/")

    files = sorted(graph.subjects(RDF.type, DCAT.Distribution), key=str)
    assert len(dumped.dumps.dumps) == len(files)
    for file in files:
        content = dumped.get(str(file).removeprefix(BASE)).data
        assert len(content) == graph.value(file, DCAT.byteSize).toPython()  # type: ignore[union-attr]
        checksum = graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)
        assert hashlib.sha256(content).hexdigest() == str(checksum)
        assert (URIRef(f"{BASE}/.well-known/void#dataset"), DCAT.distribution, file) in graph


def test_only_what_is_ours_is_said_to_be_cc0(dumped: Dumped) -> None:
    graph = dumped.graph("/dumps/")
    names = {dump.name for dump in dumped.dumps.dumps}
    licences = {
        name: {str(one) for one in graph.objects(URIRef(f"{BASE}/dumps/{name}"), DCTERMS.license)} for name in names
    }
    unlicensed = {f"{name}.nq.gz" for name in ("imports", "others", "records", "view", "whole")} & names

    assert {"records.nq.gz", "view.nq.gz", "whole.nq.gz"} <= unlicensed
    assert {CC0, "https://opendatacommons.org/licenses/by/1-0/"} == licences["concepts.nq.gz"]
    for name in names - {"concepts.nq.gz"}:
        assert (set() if name in unlicensed else {CC0}) == licences[name], name
    for name in unlicensed:
        assert graph.value(URIRef(f"{BASE}/dumps/{name}"), DCTERMS.rights), name
    assert [] == list(graph.objects(URIRef(f"{BASE}/.well-known/void#dataset"), DCTERMS.license))


@pytest.mark.parametrize("path", ["/dumps/", "/.well-known/void", "/feed/", "/feed/1"])
def test_every_format_says_the_same_and_so_does_the_page(dumped: Dumped, path: str) -> None:
    expected = dumped.dataset(path, TURTLE)
    page = html.fromstring(dumped.said(path, "text/html").text)

    assert len(expected)
    for media_type in (RDF_XML, N_TRIPLES, JSON_LD):
        assert expected == dumped.dataset(path, media_type), media_type
    assert expected == canonical(str(page.xpath("string(//script[@type='application/ld+json'])")), JSON_LD)
    for name in ("ttl", "nt", "jsonld", "rdf"):
        assert 200 == dumped.get(f"{path}?format={name}").status_code


def test_the_page_says_how_old_the_dumps_are(dumped: Dumped) -> None:
    page = dumped.said("/dumps/", "text/html").text

    assert f"{dumped.dumps.taken:%Y-%m-%d %H:%M} UTC" in page


def test_a_broken_download_is_gone_on_with(dumped: Dumped) -> None:
    whole = dumped.get(VIEW)

    first = dumped.get(VIEW, {"Range": "bytes=0-99"})
    rest = dumped.get(VIEW, {"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})

    assert "bytes" == whole.headers["Accept-Ranges"]
    assert (206, 206) == (first.status_code, rest.status_code)
    assert f"bytes 100-{len(whole.data) - 1}/{len(whole.data)}" == rest.headers["Content-Range"]
    assert whole.data == first.data + rest.data


def test_what_became_another_file_is_sent_whole(dumped: Dumped) -> None:
    response = dumped.get(VIEW, {"Range": "bytes=100-", "If-Range": '"another"'})

    assert 200 == response.status_code
    assert dumped.get(VIEW).data == response.data


def test_the_etag_is_the_hash_of_the_bytes(dumped: Dumped) -> None:
    response = dumped.get(VIEW)

    assert f'"{hashlib.sha256(response.data).hexdigest()}"' == response.headers["ETag"]
    assert 304 == dumped.get(VIEW, {"If-None-Match": response.headers["ETag"]}).status_code


def test_several_ranges_at_once_are_answered_by_the_whole(dumped: Dumped) -> None:
    assert 200 == dumped.get(VIEW, {"Range": "bytes=0-1,5-9"}).status_code


def test_a_range_after_the_end_is_a_problem_that_tells_the_size(dumped: Dumped) -> None:
    size = len(dumped.get(VIEW).data)

    response = dumped.get(VIEW, {"Range": f"bytes={size}-"})

    assert (416, f"bytes */{size}") == (response.status_code, response.headers["Content-Range"])
    assert f"{BASE}/problems/range-not-satisfiable" == response.get_json()["type"]


def test_the_head_of_a_dump_has_its_size_and_no_body(dumped: Dumped) -> None:
    response = dumped.web.head(VIEW, buffered=True)

    assert b"" == response.data
    assert str(len(dumped.get(VIEW).data)) == response.headers["Content-Length"]


def test_hashes_are_files_that_sha256sum_reads(dumped: Dumped) -> None:
    digest = hashlib.sha256(dumped.get(VIEW).data).hexdigest()

    assert f"{digest}  view.nq.gz\n" == dumped.get(f"{VIEW}.sha256").text
    assert f"{digest}  view.nq.gz" in dumped.get("/dumps/SHA256SUMS").text.splitlines()


@pytest.mark.parametrize("name", ["none.nq.gz", "dumps.json", "..%2Fview.nq.gz", ".draft", "view"])
def test_nothing_else_can_be_downloaded(dumped: Dumped, name: str) -> None:
    assert 404 == dumped.get(f"/dumps/{name}").status_code


@pytest.mark.parametrize(
    "text",
    [
        "", '{"taken": "2026-11-20T10:00:00+00:00", "du', "[]", "{}", "null", '{"taken": "2026-11-20T10:00:00+00:00"}',
        '{"taken": "yesterday", "dumps": []}', '{"taken": "2026-11-20T10:00:00", "dumps": []}', "\udcff",
        '{"taken": "2026-11-20T10:00:00+00:00", "dumps": [{"name": "view.nq.gz"}]}',
        '{"taken": "2026-11-20T10:00:00+00:00", "dumps": ["view.nq.gz"]}',
        '{"taken": "2026-11-20T10:00:00+00:00", "dumps": [{"name": "view.nq.gz", "title": "", "quads": 1, "size": 1, '
        '"sha256": "none"}]}',
    ],
)  # fmt: skip
def test_a_list_of_dumps_that_is_damaged_is_a_problem_that_says_what_to_do(
    tmp_path: Path, readers: Readers, text: str
) -> None:
    settings = load_settings(data_dir=tmp_path, base=BASE)
    folder = tmp_path / "dumps" / "current"
    folder.mkdir(parents=True)
    (folder / "dumps.json").write_text(text, errors="surrogateescape")
    web = create_app(settings, readers).test_client()

    with capture_logs() as logged:
        answers = [web.get(path) for path in ("/dumps/", VIEW, "/dumps/SHA256SUMS")]

    for answer in answers:
        assert (503, f"{BASE}/problems/dumps-damaged") == (answer.status_code, answer.get_json()["type"])
        assert "rubricator dumps" in answer.get_json()["detail"]
    assert ["dumps damaged"] * 3 == [line["event"] for line in logged]
    assert 200 == web.get("/problems/dumps-damaged").status_code
    assert b"DataDump" not in web.get("/.well-known/void?format=nt").data


def test_where_nobody_made_dumps_the_page_says_so(client: FlaskClient) -> None:
    assert "rubricator dumps" in client.get("/dumps/", headers={"Accept": "text/html"}).text
    assert 404 == client.get(VIEW).status_code
    assert b"DataDump" not in client.get("/.well-known/void?format=nt").data
