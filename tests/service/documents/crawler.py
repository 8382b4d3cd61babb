"""Follows every link of an installation, in every format, and remembers what each address said."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin

from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from rubricator.store.mediatypes import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from tests.service.documents.contexts import inlined

FORMATS = {
    TURTLE: RdfFormat.TURTLE,
    N_TRIPLES: RdfFormat.N_TRIPLES,
    JSON_LD: RdfFormat.JSON_LD,
    RDF_XML: RdfFormat.RDF_XML,
    TRIG: RdfFormat.TRIG,
    N_QUADS: RdfFormat.N_QUADS,
}
HTML = "text/html"
_LINK = re.compile(r"<([^>]*)>")
_SUFFIX = re.compile(r"\.(ttl|jsonld|nt|rdf|html|trig|nq|png)\Z")


@dataclass
class Crawl:
    """Of each kind of address, ``sample`` are read in every format, and ``most`` in all.

    What an address with a suffix answers is the same whatever is asked for, so that it is read once.

    ``answers`` counts by kind, format and status; ``faults`` are sentences: dead ends, failures of the server's own,
    formats that disagree. ``known`` addresses are not asked for.
    """

    web: FlaskClient
    base: str
    sample: int
    most: int
    known: set[str] = field(default_factory=set)
    asked: int = 0
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def follow(self, seeds: Iterable[str]) -> None:
        """Everything that these addresses lead to."""
        waiting, seen, kinds = deque[str](), set(self.known), Counter[str]()
        found: Iterable[str] = seeds
        while True:
            for address in found:
                if address.startswith(f"{self.base}/") and (bare := urldefrag(address).url) not in seen:
                    seen.add(bare)
                    waiting.append(bare)
            if not waiting:
                return
            address = waiting.popleft()
            kind = self.kind(address)
            kinds[kind] += 1
            if kinds[kind] <= self.sample:
                found = list(self._read_all(address))
            else:
                found = list(self._read_one(address)) if kinds[kind] <= self.most else ()

    def kind(self, address: str) -> str:
        """``/id/run/…``: where an address belongs, with its suffix, if that names a format."""
        path, _, query = address.removeprefix(self.base).partition("?")
        suffix = _SUFFIX.search(path)
        parts = path.strip("/").split("/")
        start = "/".join(parts[: 2 if parts[0] in ("id", "doc", "graph", "static") else 1])
        last = f"/{parts[-1]}" if parts[-1].startswith("explanation") else ""
        asked = "?" + "&".join(sorted(one.partition("=")[0] for one in query.split("&"))) if query else ""
        return f"/{start}{last}{suffix.group(0) if suffix and not last else ''}{asked}"

    def _read_one(self, address: str) -> Iterator[str]:
        """Its forms have addresses of their own, which are not asked for here."""
        answer = self._get(address, HTML)
        yield from (link for link in self._links(answer, address) if not _SUFFIX.search(link))

    def _read_all(self, address: str) -> Iterator[str]:
        said: dict[str, set[Quad]] = {}
        for accept in (HTML,) if _SUFFIX.search(address) else (*FORMATS, HTML):
            answer = self._get(address, accept)
            yield from self._links(answer, address)
            quads = self._said(answer, address)
            if quads is not None:
                said[accept if answer.mimetype == accept else f"{answer.mimetype} for {accept}"] = unnamed(quads)
                yield from (term.value for quad in quads for term in quad if isinstance(term, NamedNode))
        reference = next(iter(said.items()), None)
        for name, quads in said.items():
            if reference and not isomorphic(reference[1], quads):
                self.faults.append(f"{address}: {name} and {reference[0]} disagree: {difference(quads, reference[1])}")

    def _get(self, address: str, accept: str) -> TestResponse:
        path = address.removeprefix(self.base)
        answer = self.web.get(path, headers={"Accept": f"{accept}, */*;q=0.1"}, base_url=self.base, buffered=True)
        if answer.status_code == 303:
            self.answers[self.kind(address), accept, 303] += 1
            path = urljoin(path, answer.headers["Location"])
            answer = self.web.get(path, headers={"Accept": f"{accept}, */*;q=0.1"}, base_url=self.base, buffered=True)
        self.asked += 1
        self.answers[self.kind(address), answer.mimetype or "", answer.status_code] += 1
        if answer.status_code not in (200, 410):
            self.faults.append(f"{address}: {answer.status_code} for {accept}: {answer.text[:200]}")
        return answer

    def _links(self, answer: TestResponse, address: str) -> Iterator[str]:
        here = urljoin(f"{self.base}/", answer.request.path)
        for header in answer.headers.getlist("Link"):
            yield from (urljoin(here, target) for target in _LINK.findall(header))
        if answer.mimetype == HTML:
            document: Any = html.fromstring(answer.data)
            for link in document.xpath("//@href | //@src | //@action"):
                yield urljoin(address, str(link))

    def _said(self, answer: TestResponse, address: str) -> set[Quad] | None:
        if answer.status_code not in (200, 410):
            return None
        if answer.mimetype == HTML:
            document: Any = html.fromstring(answer.data)
            embedded = document.xpath('//script[@type="application/ld+json"]/text()')
            return self._parsed(embedded[0].encode(), JSON_LD, address) if embedded else None
        kind, _ = parse_options_header(answer.content_type)
        return self._parsed(answer.data, kind, address) if kind in FORMATS else None

    def _parsed(self, data: bytes, kind: str, address: str) -> set[Quad] | None:
        try:
            return set(parse(inlined(data) if kind == JSON_LD else data, format=FORMATS[kind], base_iri=address))
        except (SyntaxError, ValueError) as error:
            self.faults.append(f"{address}: {kind} cannot be read: {error}")
            return None


def unnamed(quads: set[Quad]) -> set[Quad]:
    """The same without the name of their graph, which Turtle cannot tell."""
    return {Quad(*quad.triple) for quad in quads}


def isomorphic(some: set[Quad], others: set[Quad]) -> bool:
    """Whether two graphs say the same, whatever their blank nodes are called."""
    return some == others or canonical(some) == canonical(others)


def canonical(quads: set[Quad]) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def difference(some: set[Quad], others: set[Quad]) -> str:
    either = sorted(map(str, canonical(some) ^ canonical(others)))
    return f"{len(either)} statements, such as {either[:2]}"
