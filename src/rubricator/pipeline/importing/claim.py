"""A claim of others that was looked at, and its quads: none of them says anything of what is ours."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.iris import Iris
from rubricator.pipeline.importing.draft import Draft, Refused
from rubricator.rdf import DC, DCTERMS, EDM, ENR, OA, PREFIXES, PROV, TYPE, XSD, timestamp
from rubricator.vocabulary import canonical_entity
from rubricator.vocabulary.concepts import PROPERTIES

_WEB = ("http://", "https://")
_NAMING = (*_WEB, "urn:", "mailto:")
_AGENTS = ("SoftwareAgent", "Person", "")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MOST_DIGITS = 30


@dataclass(frozen=True, slots=True)
class ForeignClaim:
    """A claim that may be taken in. ``names`` and ``makers`` are as in a draft."""

    body: NamedNode
    item: NamedNode
    image: NamedNode | None
    property: NamedNode | None
    confidence: Literal | None
    agent: str
    created: datetime | None
    names: tuple[NamedNode, ...]
    makers: tuple[NamedNode, ...]
    maker: str

    def iri(self, ulid: str, iris: Iris) -> NamedNode:
        """Ours, because theirs may be anybody's; the same for the same claim of the same import."""
        said = "\n".join(map(str, (self.body, self.item, self.image, self.property, self.confidence, self.agent)))
        made = "\n".join(map(str, (self.created, self.names, self.makers, self.maker)))
        return iris.imported_claim(ulid, hashlib.sha256(f"{said}\n{made}".encode()).hexdigest()[:26])


def checked(draft: Draft, iris: Iris) -> ForeignClaim:
    """The claim, if it is sound and does not pass itself off as one of ours. Raises Refused."""
    if not draft.body or not _SCHEME.match(draft.body):
        raise Refused("body-not-iri")
    if not draft.item:
        raise Refused("target-unclear")
    for name in (*draft.names, *draft.makers):
        if is_ours(name, iris):
            raise Refused("claims-to-be-ours")
    _check_said(draft, iris)
    return ForeignClaim(
        _iri(canonical_entity(draft.body), _WEB),
        _iri(draft.item, ("",), "target-unclear"),
        _iri(draft.image, _WEB) if draft.image else None,
        _property(draft.property) if draft.property else None,
        _confidence(draft.confidence) if draft.confidence else None,
        _agent(draft.agent),
        _moment(draft.created) if draft.created else None,
        tuple(_iri(name, _NAMING) for name in draft.names),
        tuple(_iri(maker, _NAMING) for maker in draft.makers),
        draft.maker,
    )


def claim_quads(claim: ForeignClaim, ulid: str, tool: NamedNode, iris: Iris) -> Iterator[Quad]:
    """6 to 15 quads in the graph of the import.

    Item and picture are targets both, not a picture in the scope of an item: nothing that looks for our claims finds
    these.
    """
    iri, graph = claim.iri(ulid, iris), iris.import_graph(ulid)
    said: list[tuple[NamedNode, NamedNode | Literal | None]] = [
        (TYPE, OA["Annotation"]),
        (OA["motivatedBy"], OA["tagging"]),
        (OA["hasBody"], claim.body),
        (OA["hasTarget"], claim.item),
        (OA["hasTarget"], claim.image),
        (ENR["property"], claim.property),
        (EDM["confidenceLevel"], claim.confidence),
        (EDM["wasGeneratedBy"], Literal(claim.agent) if claim.agent else None),
        (DCTERMS["created"], timestamp(claim.created) if claim.created else None),
        (DC["creator"], Literal(claim.maker) if claim.maker else None),
        *((DCTERMS["creator"], maker) for maker in claim.makers),
        *((OA["via"], name) for name in claim.names),
        (PROV["wasAttributedTo"], tool),
    ]
    return (Quad(iri, predicate, term, graph) for predicate, term in said if term is not None)


def is_ours(address: str, iris: Iris) -> bool:
    """Whether it lies below our base, however its scheme and host are written."""
    place, base = (text.lower().partition("://")[2] for text in (address.strip(), iris.base))
    return place.startswith(base) and place[len(base) : len(base) + 1] in ("", "/", "?", "#", ":")


def _check_said(draft: Draft, iris: Iris) -> None:
    """Of our addresses it may name concepts, items and their pictures."""
    allowed = (
        (draft.body, (f"{iris.base}/concept/",)),
        (draft.item, (f"{iris.base}/id/item/",)),
        (draft.image, (f"{iris.base}/media/",)),
    )
    if any(is_ours(address, iris) and not address.startswith(starts) for address, starts in allowed):
        raise Refused("claims-to-be-ours")


def _iri(text: str, starts: tuple[str, ...], code: str = "unsafe-iri") -> NamedNode:
    if not text.lower().startswith(starts):
        raise Refused(code)
    try:
        return NamedNode(text)
    except ValueError as error:
        raise Refused(code) from error


def _property(text: str) -> NamedNode:
    prefix, _, name = text.partition(":")
    found = next((one for one in PROPERTIES if one.value in (text, PREFIXES.get(prefix, "") + name)), None)
    if found is None:
        raise Refused("bad-property")
    return found


def _confidence(text: str) -> Literal:
    """A plain decimal: of a number with an exponent what it stands for."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Refused("bad-confidence") from error
    if len(text) > _MOST_DIGITS or not number.is_finite() or not 0 <= number <= 1 or number.adjusted() < -_MOST_DIGITS:
        raise Refused("bad-confidence")
    return Literal(f"{abs(number):f}", datatype=XSD["decimal"])


def _agent(text: str) -> str:
    if text not in _AGENTS:
        raise Refused("annotation-malformed")
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        timestamp(moment)
    except (ValueError, OverflowError) as error:
        raise Refused("bad-moment") from error
    return moment
