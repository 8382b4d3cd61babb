"""The JSON-LD contexts that our documents name, as far as they use them: tests fetch nothing."""

import json

_SHARED = {
    "oa": "http://www.w3.org/ns/oa#",
    "dcterms": "http://purl.org/dc/terms/",
    "as": "https://www.w3.org/ns/activitystreams#",
    "ldp": "http://www.w3.org/ns/ldp#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ANNOTATION = {
    **_SHARED,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "id": {"@type": "@id", "@id": "@id"},
    "type": {"@type": "@id", "@id": "@type"},
    "Annotation": "oa:Annotation",
    "AnnotationCollection": "as:OrderedCollection",
    "AnnotationPage": "as:OrderedCollectionPage",
    "SpecificResource": "oa:SpecificResource",
    "tagging": "oa:tagging",
    "body": {"@type": "@id", "@id": "oa:hasBody"},
    "target": {"@type": "@id", "@id": "oa:hasTarget"},
    "source": {"@type": "@id", "@id": "oa:hasSource"},
    "scope": {"@type": "@id", "@id": "oa:hasScope"},
    "motivation": {"@type": "@vocab", "@id": "oa:motivatedBy"},
    "creator": {"@type": "@id", "@id": "dcterms:creator"},
    "created": {"@type": "xsd:dateTime", "@id": "dcterms:created"},
    "modified": {"@type": "xsd:dateTime", "@id": "dcterms:modified"},
    "generator": {"@type": "@id", "@id": "as:generator"},
    "total": {"@type": "xsd:nonNegativeInteger", "@id": "as:totalItems"},
    "startIndex": {"@type": "xsd:nonNegativeInteger", "@id": "as:startIndex"},
    "first": {"@type": "@id", "@id": "as:first"},
    "last": {"@type": "@id", "@id": "as:last"},
    "next": {"@type": "@id", "@id": "as:next"},
    "prev": {"@type": "@id", "@id": "as:prev"},
    "partOf": {"@type": "@id", "@id": "as:partOf"},
    "items": {"@type": "@id", "@container": "@list", "@id": "as:items"},
    "label": {"@id": "rdfs:label"},
}
LDP = {**_SHARED, "BasicContainer": "ldp:BasicContainer"}
_CONTEXTS = {"http://www.w3.org/ns/anno.jsonld": ANNOTATION, "http://www.w3.org/ns/ldp.jsonld": LDP}


def inlined(document: bytes) -> bytes:
    """A JSON-LD document with the contexts themselves in place of their addresses."""
    for address, context in _CONTEXTS.items():
        document = document.replace(json.dumps(address).encode(), json.dumps(context).encode())
    return document
