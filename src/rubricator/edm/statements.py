"""Who made a statement, and how sure that was: what EDM writes as attributes of RDF/XML becomes reified statements.

As in Metis, a statement that bears its own provenance is not what the provider says: it lies on a proxy of its own,
with lineage to the provider's.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

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


def take_stated(triples: list[Triple], marked: Mapping[str, Provenance]) -> tuple[list[Triple], list[Stated]]:
    """The triples without the reified statements whose IRIs are ``marked``, and those."""
    reified: dict[str, dict[NamedNode, object]] = defaultdict(dict)
    rest = []
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and triple.subject.value in marked:
            reified[triple.subject.value][triple.predicate] = triple.object
        else:
            rest.append(triple)
    return rest, [
        Stated(said.get(_SUBJECT), said.get(_PREDICATE), said.get(_OBJECT), marked[iri])
        for iri, said in reified.items()
    ]


def reify(
    form: Internal, stated: list[Stated], cleaner: Cleaner, graph: NamedNode
) -> tuple[list[Triple], list[Triple]]:
    """The triples of a record with such statements on a proxy of their own, and what is known of each statement.

    What is known names the statement by an IRI below ``graph``. A statement that did not get into the record has none.
    """
    aggregator = NamedNode(f"{cleaner.identity.own}#aggregator-proxy")
    present = {(triple.subject, triple.predicate, triple.object): triple for triple in form.triples}
    moved: list[Triple] = []
    known: list[Triple] = []
    for one in stated:
        triple = present.get((form.holder(one.subject, one.predicate), one.predicate, one.object))  # type: ignore[arg-type]
        if triple is None:
            continue
        final = triple
        if form.describes(triple):
            final = Triple(aggregator, triple.predicate, triple.object)
            moved.append(triple)
        known += _known(final, one.provenance, cleaner, graph)
    if not moved:
        return form.triples, known
    assert form.proxy is not None  # noqa: S101 - what moved was said on it
    theirs = [*proxy_of(form.item, aggregator, form.aggregation), Triple(aggregator, ORE["lineage"], form.proxy)]
    theirs += [Triple(aggregator, triple.predicate, triple.object) for triple in dict.fromkeys(moved)]
    return _without(form.triples, moved) + theirs, known


def _without(triples: list[Triple], moved: list[Triple]) -> list[Triple]:
    """What was said twice, with provenance and without, stays where it was said without."""
    waiting = Counter(moved)
    rest = []
    for triple in triples:
        if waiting[triple]:
            waiting[triple] -= 1
        else:
            rest.append(triple)
    return rest


def _known(triple: Triple, provenance: Provenance, cleaner: Cleaner, graph: NamedNode) -> list[Triple]:
    said = f"{triple} {provenance.agent} {provenance.confidence}"
    node = NamedNode(f"{graph.value}#statement-{hashlib.sha256(said.encode()).hexdigest()[:16]}")
    known = [
        Triple(node, TYPE, _STATEMENT),
        Triple(node, _SUBJECT, triple.subject),
        Triple(node, _PREDICATE, triple.predicate),
        Triple(node, _OBJECT, triple.object),
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
