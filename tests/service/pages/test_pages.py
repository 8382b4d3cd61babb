"""Pages say what the store says, in the reader's language, with headings, and never run what a record holds."""

import json
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

CLAIM = "/annotation/0123456789abcdef0123456789"
RETRACTED = "/annotation/ffffffffffffffffffffffffff"
RUN = "/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA"
RUN_GRAPH = "/graph/run/01JD8QAAAAAAAAAAAAAAAAAAAA"
BUST = "/doc/item/folder/bust%252Fone"
PAGES = (
    "/", "/items/", "/items/?concept=sculpture", "/runs/", RUN, BUST, "/item/9990001/demo_0001", CLAIM, RETRACTED,
    "/doc/concept/", "/doc/concept/sculpture", "/doc/model/rubricator-lite/9f2c40d36591", "/doc/promptset/77aa",
    "/doc/dataset/9990001", "/sparql", "/ns", "/problems/", "/problems/query-timeout", "/none",
    RUN_GRAPH, "/graph/ledger", "/graph/concepts", "/graph/edm/folder/bust%252Fone", "/graph/edm/9990001/demo_0001",
)  # fmt: skip


def page(client: FlaskClient, path: str, language: str = "en") -> Any:
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert "text/html" == response.mimetype
    return html.fromstring(response.text)


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_title_one_main_heading_and_its_parts_in_order(client: FlaskClient, path: str) -> None:
    found = page(client, path)

    assert found.findtext(".//title")
    assert 1 == len(found.findall(".//h1"))
    levels = [int(heading.tag[1]) for heading in found.iter("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    assert "en" == found.get("lang")
    assert all(image.get("alt") is not None for image in found.iter("img"))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_anybody_else_for_script_style_or_font(client: FlaskClient, path: str) -> None:
    found = page(client, path)

    addresses = [*found.xpath("//script/@src"), *found.xpath("//link[@rel='stylesheet']/@href")]
    assert addresses
    assert all(address.startswith("/static/") for address in addresses)
    assert not found.xpath("//@style | //style")


@pytest.fixture(scope="module")
def answered() -> dict[str, int]:
    """The status of each address that a page led to: most lead to the same ones, which are asked once."""
    return {}


@pytest.mark.parametrize("path", PAGES)
def test_every_link_to_ourselves_works(client: FlaskClient, answered: dict[str, int], path: str) -> None:
    found = page(client, path)
    links = {link for link in (*found.xpath("//a/@href"), *found.xpath("//img/@src")) if link.startswith("/")}

    for link in links - answered.keys():
        headers = {"Accept": "text/html, */*;q=0.5"}
        answered[link] = client.get(link, headers=headers, follow_redirects=True, buffered=True).status_code
    assert links
    assert {} == {link: answered[link] for link in links if answered[link] not in (200, 410)}


def test_the_start_page_counts_and_shows_what_was_found_last(client: FlaskClient) -> None:
    found = page(client, "/")

    counts = [words(line) for line in found.xpath("//dl[@class='counts']/div")]
    assert ["2 records", "1 picture seen", "1 enrichment", "3 concepts"] == counts
    assert "Sculpture 91 %" == words(found.xpath("//ul[@class='headings']/li")[0])
    assert "2026-11-21 10:00 UTC" == words(found.xpath("//tbody/tr[1]/th")[0])
    assert 6 == len(found.xpath("//ul[@class='examples']/li"))


def test_items_can_be_filtered_by_concept(client: FlaskClient) -> None:
    titles = [words(title) for title in page(client, "/items/?concept=sculpture").xpath("//p[@class='title']")]

    assert ["A bust <script>alert(1)</script>"] == titles
    assert 2 == len(page(client, "/items/").xpath("//p[@class='title']"))
    assert not page(client, "/items/?concept=painting").xpath("//p[@class='title']")


@pytest.mark.parametrize(
    "iri",
    [
        "http://data.europeana.eu/concept/51",
        "http://data.europeana.eu/concept/base/51",
        "https://data.europeana.eu/concept/base/51",
        "http://rubricator.test/concept/sculpture",
    ],
)
def test_items_are_found_by_any_spelling_of_their_concept(client: FlaskClient, iri: str) -> None:
    found = page(client, f"/items/?concept={iri}")

    assert ["A bust <script>alert(1)</script>"] == [words(title) for title in found.xpath("//p[@class='title']")]
    assert "Sculpture" in words(found.find(".//h1"))


def test_an_item_keeps_the_provider_s_words_and_ours_apart(client: FlaskClient) -> None:
    found = page(client, BUST)

    ours, theirs = (
        words(found.xpath("//section[@class='ours']")[0]),
        words(found.xpath("//section[@class='theirs']")[0]),
    )
    assert "Sculpture 91 %" in ours
    assert "Own pictures" in theirs
    assert "Sculpture" not in theirs
    assert "Spielzeug 7 %" in words(found.xpath("//ul[contains(@class, 'near')]")[0])
    assert "retracted 2026-11-20" in words(found.xpath("//ul[contains(@class, 'former')]")[0])


def test_a_record_shows_labels_for_what_it_describes_itself(client: FlaskClient) -> None:
    found = page(client, "/item/9990001/demo_0001")

    theirs = words(found.xpath("//section[@class='theirs']")[0])
    assert "Creator Jan de Witt" in theirs
    assert "Rights statement Public Domain Mark 1.0" in theirs
    assert "Not looked at image-timeout" in words(found.xpath("//section[@class='ours']")[0])
    assert "View of the harbour" == words(found.find(".//h1"))
    assert ["nl"] == page(client, "/item/9990001/demo_0001", "nl").xpath("//h1/@lang")


@pytest.mark.parametrize(
    ("language", "label"),
    [("de", "Skulptur"), ("de-AT", "Skulptur"), ("el, de;q=0.5", "Γλυπτική"), ("fr", "Sculpture"), ("*", "Sculpture")],
)
def test_labels_come_in_the_reader_s_language_then_english(client: FlaskClient, language: str, label: str) -> None:
    assert label == words(page(client, "/doc/concept/sculpture", language).find(".//h1"))


def test_a_concept_without_an_english_label_keeps_the_one_it_has(client: FlaskClient) -> None:
    assert "Spielzeug" == words(page(client, "/doc/concept/toy", "fr").find(".//h1"))


def test_an_annotation_shows_the_whole_trace(client: FlaskClient) -> None:
    shown = words(page(client, CLAIM).find(".//main"))

    for fact in ("0.9134", "0.3127", "dc:type", "a marble bust", "rubricator-lite", "2026-11-21 10:00 UTC", "0.5"):
        assert fact in shown
    for start in ("9f2c40d36591", "77aa40d36591", "31bb40d36591"):
        assert f"{start}5713c9da98579312b702a82c18be219cc2a73407c4526f58eba9" in shown


def test_a_retracted_claim_says_so_first(client: FlaskClient) -> None:
    assert "Retracted" in words(page(client, RETRACTED).xpath("//*[@role='status']")[0])


def test_a_run_shows_what_it_used_found_and_could_not_look_at(client: FlaskClient) -> None:
    found = page(client, RUN)

    shown = words(found.find(".//main"))
    assert "9f2c40d365915713c9da98579312b702a82c18be219cc2a73407c4526f58eba9" in shown
    assert "Sculpture 1 0" in words(found.xpath("//tbody/tr[1]")[0])
    assert "image-timeout 1" == words(found.xpath("//ul[@class='reasons']/li")[0])
    assert "The server sent nothing for 30 s." in shown


@pytest.mark.parametrize("path", [BUST, CLAIM, "/doc/concept/sculpture", RUN])
def test_a_page_carries_its_data_as_json_ld(client: FlaskClient, path: str) -> None:
    [embedded] = page(client, path).xpath("//script[@type='application/ld+json']/text()")

    assert json.loads(embedded) == client.get(f"{path}.jsonld").get_json(force=True)


def test_a_title_cannot_end_the_script_that_quotes_it(client: FlaskClient) -> None:
    text = client.get(f"{BUST}.html").text

    assert "<script>alert" not in text


def test_what_came_from_outside_runs_under_a_strict_policy(client: FlaskClient) -> None:
    policy = client.get(f"{BUST}.html").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_record_that_poses_as_a_run_makes_no_claims(client: FlaskClient) -> None:
    bust = words(page(client, BUST).find(".//main"))
    harbour = words(page(client, "/item/9990001/demo_0001").find(".//main"))

    assert "99 %" not in bust
    assert "100 %" not in bust
    assert "image-forged" not in harbour


def test_a_graph_has_a_page_that_says_what_it_is_and_how_large(client: FlaskClient) -> None:
    run = page(client, RUN_GRAPH)
    record = page(client, "/graph/edm/9990001/demo_0001")

    statements = client.get(f"{RUN_GRAPH}.nq").text.count(" .\n")
    assert f"{statements} statements" in words(run.find(".//main"))
    assert {
        f"{RUN_GRAPH}.trig", f"{RUN_GRAPH}.nq", CLAIM, "/id/run/01JD8QAAAAAAAAAAAAAAAAAAAA",
    } <= set(run.xpath("//main//a/@href"))  # fmt: skip
    assert "/item/9990001/demo_0001" in record.xpath("//main//a/@href")
    assert "Retracted" in words(page(client, "/graph/run/01JC00AAAAAAAAAAAAAAAAAAAA").xpath("//*[@role='status']")[0])
    assert 404 == client.get("/graph/none", headers={"Accept": "text/html"}).status_code


def test_a_record_that_is_gone_says_so_and_stays(client: FlaskClient) -> None:
    graph = "/graph/edm/folder/bust%252Fone"
    notices = [words(page(client, path).xpath("//*[@role='status']")[0]) for path in (BUST, graph)]

    assert all(notice.startswith("Gone.") for notice in notices)
    assert "2026-11-20" in notices[0]
    assert "Sculpture" in words(page(client, BUST).find(".//main"))


def test_a_harvest_has_a_page_and_so_have_its_source_and_its_records(client: FlaskClient) -> None:
    ulid = "01JC00HHHHHHHHHHHHHHHHHHHH"
    members = page(client, f"/graph/harvest/{ulid}")

    assert f"/id/harvest/{ulid}" in members.xpath("//main//a/@href")
    assert "~/pictures" in words(page(client, "/doc/source/3fa1").find(".//main"))
    assert "/id/source/3fa1" in page(client, f"/doc/harvest/{ulid}").xpath("//main//a/@href")
