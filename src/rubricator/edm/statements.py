"""Who made a statement, and how sure that was: what EDM writes as attributes of RDF/XML becomes reified statements.

As in Metis, a statement that bears its own provenance is not what the provider says: it lies on a proxy of its own,
with lineage to the provider's.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from rubricator.edm.clean import Cleaner, Provenance
from rubricator.edm.internal import Internal, proxy_of
from rubricator.rdf import EDM, ORE, RDF, TYPE, XSD

_SUBJECT, _PREDICATE, _OBJECT, _STATEMENT = (RDF[name] for name in ("subject", "predicate", "object", "Statement"))
_BETWEEN_0_AND_1 = re.compile(r"\+?(?:0(?:\.\d{0,30})?|1(?:\.0{0,30})?|\.\d{1,30})", re.ASCII)
_AGENTS = ("SoftwareAgent", "Person")


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement that bears its own provenance, and that."""

    subject: object
    predicate: object
    object: object
    provenance: Provenance


def take_stated(quads: list[Quad], marked: Mapping[str, Provenance]) -> tuple[list[Quad], list[Stated]]:
    """The quads without the reified statements whose IRIs are ``marked``, and those."""
    reified: dict[str, dict[NamedNode, object]] = defaultdict(dict)
    rest = []
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and quad.subject.value in marked:
            reified[quad.subject.value][quad.predicate] = quad.object
        else:
            rest.append(quad)
    return rest, [
        Stated(said.get(_SUBJECT), said.get(_PREDICATE), said.get(_OBJECT), marked[iri])
        for iri, said in reified.items()
    ]


def reify(form: Internal, stated: list[Stated], cleaner: Cleaner, graph: NamedNode) -> tuple[list[Quad], list[Triple]]:
    """The quads of a record with such statements on a proxy of their own, and what is known of each statement.

    What is known names the statement by an IRI below ``graph``. A statement that did not get into the record has none.
    """
    aggregator = NamedNode(f"{cleaner.identity.own}#aggregator-proxy")
    present = {(quad.subject, quad.predicate, quad.object): quad for quad in form.quads}
    moved: list[Quad] = []
    known: list[Triple] = []
    for one in stated:
        quad = present.get((form.holder(one.subject, one.predicate), one.predicate, one.object))  # type: ignore[arg-type]
        if quad is None:
            continue
        final = quad
        if form.describes(quad):
            final = Quad(aggregator, quad.predicate, quad.object)
            moved.append(quad)
        known += _known(final, one.provenance, cleaner, graph)
    if not moved:
        return form.quads, known
    assert form.proxy is not None  # noqa: S101 - what moved was said on it
    theirs = [*proxy_of(form.item, aggregator, form.aggregation), Quad(aggregator, ORE["lineage"], form.proxy)]
    theirs += [Quad(aggregator, quad.predicate, quad.object) for quad in dict.fromkeys(moved)]
    return _without(form.quads, moved) + theirs, known


def _without(quads: list[Quad], moved: list[Quad]) -> list[Quad]:
    """What was said twice, with provenance and without, stays where it was said without."""
    waiting = Counter(moved)
    rest = []
    for quad in quads:
        if waiting[quad]:
            waiting[quad] -= 1
        else:
            rest.append(quad)
    return rest


def _known(quad: Quad, provenance: Provenance, cleaner: Cleaner, graph: NamedNode) -> list[Triple]:
    said = f"{quad} {provenance.agent} {provenance.confidence}"
    node = NamedNode(f"{graph.value}#statement-{hashlib.sha256(said.encode()).hexdigest()[:16]}")
    known = [
        Triple(node, TYPE, _STATEMENT),
        Triple(node, _SUBJECT, quad.subject),
        Triple(node, _PREDICATE, quad.predicate),
        Triple(node, _OBJECT, quad.object),
    ]
    if provenance.agent is not None:
        if provenance.agent not in _AGENTS:
            cleaner.note("illegal-agent", provenance.agent, "")
        known.append(Triple(node, EDM["wasGeneratedBy"], Literal(provenance.agent)))
    if provenance.confidence is not None:
        known.append(Triple(node, EDM["confidenceLevel"], _confidence(provenance.confidence, cleaner)))
    return known


def _confidence(raw: str, cleaner: Cleaner) -> Literal:
    """A decimal between 0 and 1; anything else stays the text that it was."""
    if _BETWEEN_0_AND_1.fullmatch(raw.strip()):
        return Literal(raw.strip(), datatype=XSD["decimal"])
    cleaner.note("illegal-confidence", raw, "")
    return Literal(raw)
