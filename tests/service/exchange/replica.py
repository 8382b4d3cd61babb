"""A replica as an aggregator would write one: it knows the feed and what its links lead to, and nothing else of ours.

The rules by which it tells what is published are those of docs/aggregators.md.
"""

from collections import defaultdict
from collections.abc import Callable

from pyoxigraph import RdfFormat, parse
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.term import Node

DCTERMS = Namespace("http://purl.org/dc/terms/")
ENR = Namespace("https://w3id.org/rubricator/ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
PROV = Namespace("http://www.w3.org/ns/prov#")
TREE = Namespace("https://w3id.org/tree#")

Get = Callable[[str, str], tuple[str, str]]
"""The body and the Cache-Control of an address, in a media type."""


class Replica:
    """``follow`` brings it up to date; ``published`` are item, annotation and concept of what is published then."""

    def __init__(self, get: Get, start: str) -> None:
        self._get = get
        self._open, self._closed = [start], set[str]()
        self._said = Graph()
        self._claims: dict[Node, tuple[Node, Node, Node]] = {}
        self._growing: set[Node] = set()
        self._single: defaultdict[Node, set[Node]] = defaultdict(set)
        self.asked: list[str] = []

    def follow(self) -> None:
        """Read the pages that are not closed, and what new members lead to."""
        waiting, self._open = self._open, []
        while waiting:
            page = waiting.pop(0)
            document, cache = self._ask(page, "application/n-triples")
            graph = Graph().parse(data=document, format="nt")
            if "immutable" in cache:
                self._closed.add(page)
            else:
                self._open.append(page)
            known = {*waiting, *self._open, *self._closed}
            waiting += [node for node in map(str, graph.objects(None, TREE.node)) if node not in known]
            for member in set(graph.objects(None, TREE.member)) - set(self._said.objects(None, TREE.member)):
                self._take(member, graph)
            self._said += graph
        for run in sorted(self._growing, key=str):
            self._read_run(run)

    def published(self) -> set[tuple[Node, Node, Node]]:
        judged = self._judged()
        found = set()
        for annotation, (graph, item, body) in self._claims.items():
            _, decision, _ = judged.get((item, body), ((), None, None))
            if not self._invalid(graph, annotation) and decision not in (ENR.rejected, ENR.replaced):
                found.add((item, annotation, body))
        for (item, _), (weight, _, instead) in judged.items():
            put = self._said.value(instead, OA.hasBody) if instead else None
            if instead is None or put is None:
                continue
            other = judged.get((item, put))
            if other is None or other[1] not in (ENR.rejected, ENR.replaced) or other[0] <= weight:
                found.add((item, instead, put))
        return found

    def _take(self, member: Node, page: Graph) -> None:
        kinds = set(page.objects(member, RDF.type))
        if ENR.Run in kinds:
            self._growing.add(member)
            self._said += page.triples((member, None, None))
        elif ENR.Retraction in kinds:
            for chosen in page.objects(member, PROV.generated):
                self._single[member] = set(self._statements(chosen).subjects())

    def _read_run(self, run: Node) -> None:
        """The claims of a run; those of one that has not ended may become more."""
        graph = self._said.value(run, PROV.generated)
        document, _ = self._ask(str(run), "application/n-triples")
        about = Graph().parse(data=document, format="nt")
        if graph is None:
            return
        said = self._statements(graph)
        for annotation in said.subjects(RDF.type, OA.Annotation):
            item = said.value(said.value(annotation, OA.hasTarget), OA.hasScope)
            body = said.value(annotation, OA.hasBody)
            assert item is not None
            assert body is not None
            self._claims[annotation] = (graph, item, body)
        if about.value(run, PROV.endedAtTime):
            self._growing.discard(run)

    def _invalid(self, graph: Node, annotation: Node) -> bool:
        revoked = set(self._said.objects(None, ENR.revokes))
        whole = set(self._said.subjects(PROV.invalidated, graph))
        single = {event for event, claims in self._single.items() if annotation in claims}
        return bool((whole | single) - revoked)

    def _judged(self) -> dict[tuple[Node, Node], tuple[tuple[int, str, str], Node | None, Node | None]]:
        """Of each item and concept the decision of the highest role, and of these the latest."""
        ranks = {ENR.contributor: 0, ENR.reviewer: 1, ENR.curator: 2}
        found: dict[tuple[Node, Node], tuple[tuple[int, str, str], Node | None, Node | None]] = {}
        for review in self._said.subjects(RDF.type, ENR.Review):
            claim = self._claims.get(self._said.value(review, OA.hasTarget) or review)
            role = self._said.value(review, ENR.role)
            if claim is None or not isinstance(role, URIRef):
                continue
            weight = ranks[role], str(self._said.value(review, DCTERMS.created)), str(review)
            said = weight, self._said.value(review, OA.hasBody), self._said.value(review, ENR.replacement)
            found[claim[1:]] = max(found.get(claim[1:], said), said, key=lambda one: one[0])
        return found

    def _statements(self, graph: Node) -> Graph:
        document, _ = self._ask(str(graph), "application/n-quads")
        lines = "".join(f"{quad.triple} .\n" for quad in parse(document, RdfFormat.N_QUADS))
        return Graph().parse(data=lines, format="nt")

    def _ask(self, address: str, media_type: str) -> tuple[str, str]:
        self.asked.append(address)
        return self._get(address, media_type)
