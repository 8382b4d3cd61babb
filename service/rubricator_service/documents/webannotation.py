"""An enrichment as W3C Web Annotation JSON-LD (https://www.w3.org/TR/annotation-model/), our own terms beside it."""

from collections.abc import Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.rdf import DCTERMS, EDM, ENR, OA, PREFIXES, PROV, TYPE
from rubricator_service.reading.descriptions import AS, Description

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PROFILE = f'application/ld+json; profile="{CONTEXT}"'
"""The Content-Type of annotations and of their container (https://www.w3.org/TR/annotation-protocol/)."""
PROFILE_LINK = f'<{CONTEXT}>; rel="profile"'
"""The same where the Content-Type has no place for it, as that of JSON (RFC 6906)."""
LDP_RESOURCE = '<http://www.w3.org/ns/ldp#Resource>; rel="type"'
OWN_TERMS = {
    "dcterms": str(DCTERMS),
    "edm": str(EDM),
    "enr": str(ENR),
    "prov": str(PROV),
    "xsd": PREFIXES["xsd"],
    "NearMiss": "enr:NearMiss",
    "confidence": {"@id": "edm:confidenceLevel", "@type": "xsd:decimal"},
    "rawScore": {"@id": "enr:rawScore", "@type": "xsd:decimal"},
    "property": {"@id": "enr:property", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "invalidatedAtTime": {"@id": "prov:invalidatedAtTime", "@type": "xsd:dateTime"},
    "wasInvalidatedBy": {"@id": "prov:wasInvalidatedBy", "@type": "@id"},
    "isReplacedBy": {"@id": "dcterms:isReplacedBy", "@type": "@id"},
    "wasInfluencedBy": {"@id": "prov:wasInfluencedBy", "@type": "@id"},
    "review": {"@id": "enr:review", "@type": "@id"},
    "reviewStatus": {"@id": "enr:reviewStatus", "@type": "@id"},
    "wasRevisionOf": {"@id": "prov:wasRevisionOf", "@type": "@id"},
}
_KEYS = {
    OA["hasBody"]: "body",
    DCTERMS["creator"]: "creator",
    DCTERMS["created"]: "created",
    DCTERMS["isReplacedBy"]: "isReplacedBy",
    AS["generator"]: "generator",
    EDM["confidenceLevel"]: "confidence",
    ENR["rawScore"]: "rawScore",
    ENR["property"]: "property",
    PROV["wasDerivedFrom"]: "wasDerivedFrom",
    PROV["wasGeneratedBy"]: "wasGeneratedBy",
    PROV["invalidatedAtTime"]: "invalidatedAtTime",
    PROV["wasInvalidatedBy"]: "wasInvalidatedBy",
    PROV["wasInfluencedBy"]: "wasInfluencedBy",
    ENR["review"]: "review",
    ENR["reviewStatus"]: "reviewStatus",
    PROV["wasRevisionOf"]: "wasRevisionOf",
    OA["hasSource"]: "source",
    OA["hasScope"]: "scope",
}


def web_annotation(triples: Sequence[Triple], annotation: NamedNode) -> dict[str, Any]:
    """The same triples as every other format gives, in the keys of the Web Annotation model."""
    description = Description(triples)
    target = next(iter(description.objects(annotation, OA["hasTarget"])), None)
    document: dict[str, Any] = {"@context": [CONTEXT, OWN_TERMS], "id": annotation.value}
    for predicate in description.predicates(annotation):
        terms = description.objects(annotation, predicate)
        if predicate == TYPE:
            document["type"] = _one([_name(term) for term in terms])
        elif predicate == OA["motivatedBy"]:
            document["motivation"] = _one([_name(term) for term in terms])
        elif predicate == OA["hasTarget"]:
            document["target"] = _target(description, target)
        else:
            document[_KEYS.get(predicate, predicate.value)] = _one([_value(predicate, term) for term in terms])
    order = ("@context", "id", "type", "motivation", "body", "target", "confidence")
    return {key: document[key] for key in (*order, *sorted(document.keys() - set(order))) if key in document}


def _target(description: Description, target: object) -> dict[str, Any]:
    node: dict[str, Any] = {"id": target.value} if isinstance(target, NamedNode) else {}
    for predicate in description.predicates(target):
        terms = description.objects(target, predicate)
        if predicate == TYPE:
            node["type"] = _one([_name(term) for term in terms])
        else:
            node[_KEYS.get(predicate, predicate.value)] = _one([_value(predicate, term) for term in terms])
    return node


def _value(predicate: NamedNode, term: object) -> Any:
    """Terms that the context knows are plain strings there; others carry their kind."""
    if isinstance(term, NamedNode):
        return term.value if predicate in _KEYS else {"@id": term.value}
    if isinstance(term, Literal):
        if predicate in _KEYS:
            return term.value
        kind = {"@language": term.language} if term.language else {"@type": term.datatype.value}
        return {"@value": term.value, **kind}
    return {"@id": str(term)}


def _name(term: object) -> str:
    """``Annotation`` or ``tagging`` where the Web Annotation context has the name, else the IRI."""
    if term == ENR["NearMiss"]:
        return "NearMiss"
    return term.value.removeprefix(str(OA)) if isinstance(term, NamedNode) else str(term)


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
