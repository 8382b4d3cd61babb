"""Keeps out of records what is not theirs to say: enrichments, provenance, and anything about IRIs of ours."""

import hashlib

from pyoxigraph import NamedNode, Quad

from rubricator.edm.clean import Notes
from rubricator.edm.identity import Identity
from rubricator.edm.parts import CLAIMING, Parts, claims
from rubricator.edm.record import RecordRejected
from rubricator.harvest.record import SourceRecord
from rubricator.iris import Iris
from rubricator.rdf import OA, TYPE

_QUALITY = NamedNode("http://www.w3.org/ns/dqv#QualityAnnotation")
# Europeana states a record's tier as a quality annotation, in words of the Web Annotation vocabulary.
_OF_QUALITY = frozenset((OA["hasTarget"], OA["hasBody"]))


def unnamed_start(record: SourceRecord, iris: Iris) -> str:
    """What the IRIs that we give the record's blank nodes start with."""
    return f"{iris.base}/.well-known/genid/{hashlib.sha256(record.content).hexdigest()[:16]}-"


def own_statements(
    quads: list[Quad], parts: Parts, identity: Identity, record: SourceRecord, iris: Iris, notes: Notes
) -> list[Quad]:
    """The statements that a record may make; each other one is noted as ``foreign-claim``.

    The published view tells enrichments by these words and these IRIs, and shows those pictures of the image cache that
    a record describes: without this, any record could forge the ones and publish the others. A record's own are its
    item, what lies below it, its blank nodes, and the pictures that came with it. Raises RecordRejected if its item has
    an address of ours that is none of an item.
    """
    if _under(identity.iri, iris.base) and not identity.iri.startswith(f"{iris.base}/id/item/"):
        raise RecordRejected("foreign-item", f"The item's IRI {identity.iri} is an address of ours; give it its own.")
    kinds = {term for term in parts.kinds if isinstance(term, NamedNode) and claims(term)}
    starts = (iris.base, *CLAIMING)
    subjects = {term for term in set(parts.subjects) if term.value.startswith(starts)}
    if subjects:
        subjects -= _own(subjects, identity, record, iris)
    if not (parts.claiming or kinds or subjects):
        return quads
    quality = {quad.subject for quad in quads if quad.predicate == TYPE and quad.object == _QUALITY}
    kept = []
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if (
            subject in subjects
            or (predicate in parts.claiming and not (predicate in _OF_QUALITY and subject in quality))
            or (predicate == TYPE and value in kinds)
        ):
            notes.setdefault(("foreign-claim", str(quad)), "")
        else:
            kept.append(quad)
    return kept


def _own(subjects: set[NamedNode], identity: Identity, record: SourceRecord, iris: Iris) -> set[NamedNode]:
    """Those of the subjects that the record may speak of."""
    shown = {iris.media(picture.sha256).value for picture in record.pictures if picture.sha256}
    below = (f"{identity.own}#", unnamed_start(record, iris))
    return {
        term
        for term in subjects
        if (iri := term.value) in shown
        or iri in (identity.iri, identity.own)
        or iri.startswith(below)
        or not (_under(iri, iris.base) or iri.startswith(CLAIMING))
    }


def _under(iri: str, base: str) -> bool:
    return iri.startswith(base) and iri[len(base) : len(base) + 1] in ("", "/", "?", "#")
