"""What one run claims of an item and another does not, as lines and as RDF.

As RDF each item is a ``cs:ChangeSet`` of the Changeset vocabulary (https://vocab.org/changeset/), made for just this:
statements about one subject that are added and removed. The statements are reified, so that they are told and not
asserted, and carry their confidence and the annotation that they come from.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from rubricator.enrichment.view import proxy_iri
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, EDM, PROV, RDF, TYPE, XSD, Namespace

CS = Namespace("cs", "http://purl.org/vocab/changeset/schema#")


class Kind(StrEnum):
    """What happened to a concept of an item from one run to another."""

    gained = "gained"
    lost = "lost"
    moved = "moved"


@dataclass(frozen=True, slots=True)
class Claimed:
    """One run's claim. ``confidence`` lies in [0, 1]."""

    annotation: NamedNode
    confidence: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """One concept of one item: ``before`` is the first run's claim, ``after`` the second's; None where there is none.

    ``both_looked`` says whether both runs looked at the item: a concept may be lost because the second never saw it.
    """

    item: NamedNode
    kind: Kind
    body: NamedNode
    property: NamedNode
    before: Claimed | None
    after: Claimed | None
    both_looked: bool


def change_triples(changes: Iterable[Change], before: NamedNode, after: NamedNode, iris: Iris) -> Iterator[Triple]:
    """From the graph ``before`` to the graph ``after``; changes come by item. 5 triples an item, 7 more a claim."""
    for item, of_item in groupby(changes, key=attrgetter("item")):
        changeset = BlankNode()
        yield Triple(changeset, TYPE, CS["ChangeSet"])
        yield Triple(changeset, CS["subjectOfChange"], proxy_iri(item, iris))
        yield Triple(changeset, DCTERMS["subject"], item)
        yield Triple(changeset, PROV["wasDerivedFrom"], before)
        yield Triple(changeset, PROV["wasDerivedFrom"], after)
        for change in of_item:
            for claimed, step in ((change.before, CS["removal"]), (change.after, CS["addition"])):
                if claimed:
                    yield from _statement(changeset, step, change, claimed, proxy_iri(item, iris))


def _statement(
    changeset: BlankNode, step: NamedNode, change: Change, claimed: Claimed, subject: NamedNode
) -> Iterator[Triple]:
    statement = BlankNode()
    yield Triple(changeset, step, statement)
    yield Triple(statement, TYPE, RDF["Statement"])
    yield Triple(statement, RDF["subject"], subject)
    yield Triple(statement, RDF["predicate"], change.property)
    yield Triple(statement, RDF["object"], change.body)
    confidence = Literal(f"{claimed.confidence:f}", datatype=XSD["decimal"])
    yield Triple(statement, EDM["confidenceLevel"], confidence)
    yield Triple(statement, PROV["wasDerivedFrom"], claimed.annotation)
