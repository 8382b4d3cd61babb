"""Crawlers learn what they may read, and find every document."""

from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree

from rubricator.store.readers import open_readers
from rubricator_service import create_app
from rubricator_service.exchange import robots
from tests.service.exchange.conftest import BASE, Dumped


def addresses(dumped: Dumped, path: str) -> list[str]:
    response = dumped.get(path.removeprefix(BASE))
    assert (200, "application/xml") == (response.status_code, response.mimetype)
    return [
        str(loc.text)
        for loc in etree.fromstring(response.data).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]


def test_documents_are_open_to_crawlers_and_queries_are_not(dumped: Dumped) -> None:
    robots = RobotFileParser()
    robots.parse(dumped.get("/robots.txt").text.splitlines())

    may = {
        path
        for path in (
            "/",
            "/annotation/x",
            "/doc/run/A",
            "/dumps/",
            "/feed/1",
            "/sparql",
            "/sparql?query=ASK{}",
            "/graph/ledger",
        )
        if robots.can_fetch("anybody", f"{BASE}{path}")
    }
    assert {"/", "/annotation/x", "/doc/run/A", "/dumps/", "/feed/1"} == may
    assert [f"{BASE}/sitemap.xml"] == robots.site_maps()


def test_crawlers_read_each_document_in_one_form(dumped: Dumped) -> None:
    """Wherever in an address the form is asked for. Wildcards are part of RFC 9309, if not of Python's own parser."""
    closed = [line.removeprefix("Disallow: ") for line in dumped.get("/robots.txt").text.splitlines()]

    assert {"/*?format=", "/*&format="} <= set(closed)


def test_the_sitemaps_name_all_items_and_claims_and_each_answers(dumped: Dumped) -> None:
    sitemaps = addresses(dumped, "/sitemap.xml")

    found = [address for sitemap in sitemaps for address in addresses(dumped, sitemap)]
    assert [f"{BASE}/sitemaps/{name}-1.xml" for name in ("site", "items", "claims")] == sitemaps
    assert len(found) == len(set(found))
    assert {f"{BASE}/{name}/" for name in ("items", "runs", "annotations", "feed", "dumps", "shapes")} <= set(found)
    assert {f"{BASE}/item/9990001/demo_0001", f"{BASE}/doc/item/folder/bust%252Fone"} <= set(found)
    for address in found:
        # N-Triples take a fifth of the time of a page, and there is one where there is the other
        answer = dumped.get(address.removeprefix(BASE), {"Accept": "application/n-triples, text/html;q=0.5"})
        assert 200 == answer.status_code, address


def test_what_is_more_than_a_sitemap_may_have_is_in_the_next(dumped: Dumped, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {address for sitemap in addresses(dumped, "/sitemap.xml") for address in addresses(dumped, sitemap)}

    monkeypatch.setattr(robots, "URLS_A_PAGE", 7)
    readers = open_readers(dumped.settings)
    some = Dumped(dumped.settings, create_app(dumped.settings, readers).test_client(), dumped.dumps)
    sitemaps = addresses(some, "/sitemap.xml")
    found = {address for sitemap in sitemaps for address in addresses(some, sitemap)}
    readers.close()

    assert f"{BASE}/sitemaps/site-2.xml" in sitemaps
    assert whole == found


@pytest.mark.parametrize("name", ["items-0", "items-2", "claims-9", "site-2", "others-1"])
def test_there_is_no_other_sitemap(dumped: Dumped, name: str) -> None:
    assert 404 == dumped.get(f"/sitemaps/{name}.xml").status_code


def test_the_start_page_leads_to_description_dumps_and_changes(dumped: Dumped) -> None:
    page = dumped.said("/", "text/html").text

    assert all(f'href="{path}"' in page for path in ("/.well-known/void", "/dumps/", "/feed/"))
