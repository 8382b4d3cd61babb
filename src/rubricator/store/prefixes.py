"""What a prefix stands for that a query uses and does not declare, and what names of other engines are called here."""

from rubricator.rdf import PREFIXES

_ELSEWHERE = {
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "p": "http://www.wikidata.org/prop/",
    "ps": "http://www.wikidata.org/prop/statement/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "aat": "http://vocab.getty.edu/aat/",
    "geo": "http://www.opengis.net/ont/geosparql#",
}
_WIKIDATA = ("wd", "wdt", "p", "ps", "pq")
_LABELS = "Leave it out, as Wikidata alone knows it, and ask for labels by skos:prefLabel."
_FOREIGN = {
    "bif:contains": 'Write FILTER(CONTAINS(?text, "…")): bif:contains is known to Virtuoso alone.',
    "text:query": 'Write FILTER(CONTAINS(?text, "…")): text:query is known to Jena alone.',
    "wikibase:label": _LABELS,
    "bd:serviceParam": _LABELS,
}


def undeclared(name: str) -> str:
    """What to do about a prefixed name whose prefix is not declared."""
    if name in _FOREIGN:
        return _FOREIGN[name]
    prefix, _, local = name.partition(":")
    if local.startswith(":"):
        return f"Write one colon: {prefix}{local}."
    iri = PREFIXES.get(prefix) or _ELSEWHERE.get(prefix) or "the IRI that it stands for"
    hint = f"Declare the prefix of {name} before the query: PREFIX {prefix}: <{iri}>"
    return f"{hint} (of Wikidata only IRIs are known here, and no statements)" if prefix in _WIKIDATA else hint
