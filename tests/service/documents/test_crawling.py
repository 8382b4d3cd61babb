"""Whoever only follows links reaches all that a trace tells."""

import random
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urldefrag

import pytest
from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from rubricator.enrichment.trace import Trace
from rubricator.enrichment.tracing import read_trace
from rubricator.rdf import ENR
from tests.service.conftest import Alive

BASE = "http://rubricator.test"
CLAIMS = 100
PAGES = 25


@pytest.fixture(scope="module")
def traces(alive: Alive) -> list[Trace]:
    """Those of some claims of all runs."""
    every = [claim for made in alive.lived.claims.values() for claim in made]
    some = random.Random(7).sample(every, CLAIMS)  # noqa: S311 - the same each time
    return [traced(alive, claim) for claim in some]


def traced(alive: Alive, claim: NamedNode) -> Trace:
    trace = read_trace(alive.client, alive.settings.iris, claim)
    assert trace is not None
    return trace


@dataclass
class Crawler:
    """Follows links of the installation's own, and remembers what was said where. Whole graphs are not crawled."""

    web: FlaskClient
    said: dict[str, set[Triple]] = field(default_factory=dict)

    def reach(self, start: str) -> set[Triple]:
        """Everything that is said in any document that links lead to from this one."""
        seen, waiting = {start}, [start]
        while waiting:
            for triple in self._read(waiting.pop()):
                for term in (triple.subject, triple.object):
                    address = urldefrag(term.value).url if isinstance(term, NamedNode) else ""
                    if address.startswith(f"{BASE}/") and "/graph/" not in address and address not in seen:
                        seen.add(address)
                        waiting.append(address)
        return {triple for address in seen for triple in self.said[address]}

    def _read(self, address: str) -> set[Triple]:
        if address not in self.said:
            answer = self.web.get(
                address.removeprefix(BASE), headers={"Accept": "text/turtle"}, follow_redirects=True, base_url=BASE
            )
            assert answer.status_code in (200, 410), address
            self.said[address] = {quad.triple for quad in parse(answer.data, format=RdfFormat.TURTLE, base_iri=address)}
        return self.said[address]


def test_following_iris_in_turtle_reaches_all_of_a_trace(alive: Alive, traces: list[Trace]) -> None:
    crawler = Crawler(alive.web)
    for trace in traces:
        assert set() == set(trace.triples) - crawler.reach(trace.subject.value), trace.subject


def test_following_links_of_pages_reaches_all_of_a_trace(alive: Alive, traces: list[Trace]) -> None:
    answers: dict[str, int] = {}
    for trace in traces[:PAGES]:
        page = alive.web.get(f"{trace.subject.value.removeprefix(BASE)}.html")
        document: Any = html.fromstring(page.data)
        links = set(document.xpath("//main//a/@href"))
        shown = " ".join(document.xpath("//main")[0].text_content().split())

        # but for moments and concepts, which are shown as people read them
        for words in re.split(r"\S*(?:T[\d:.]+Z|://)\S*", trace.sentence):
            assert " ".join(words.split()) in shown
        for line in (line for section in trace.sections for line in section.lines):
            assert line.iri is None or line.iri.removeprefix(BASE) in links
            if line.what in ("prompt", "weights sha-256", "threshold", "operator"):
                assert line.value in shown
        for link in sorted(links):
            if link.startswith("/") and link not in answers:
                answers[link] = alive.web.get(
                    link, headers={"Accept": "text/html"}, follow_redirects=True, base_url=BASE
                ).status_code
    assert {} == {link: status for link, status in answers.items() if status not in (200, 410)}


def test_the_store_knows_every_fate(alive: Alive) -> None:
    claims = alive.lived.claims
    some = (claims["A"][0], *claims["B"][5:14], claims["C"][0])

    assert {"current", "superseded", "retracted", "rejected", "replaced"} == {
        traced(alive, claim).state for claim in some
    }


def test_anybody_can_make_the_hash_of_a_manifest(alive: Alive) -> None:
    for ulid in alive.lived.claims:
        lines = alive.web.get(f"/graph/run/{ulid}.nq", buffered=True).data.splitlines(keepends=True)
        manifest = alive.settings.iris.thing("manifest", ulid)
        said = alive.web.get(f"/doc/manifest/{ulid}.nt").text

        assert f'{manifest} {ENR["sha256"]} "{sha256(b"".join(sorted(set(lines)))).hexdigest()}" .' in said
