"""Items of a Europeana that never was: what its APIs serve of them, in each of their syntaxes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

DATA = "http://data.europeana.eu"
PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "ebucore": "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "ore": "http://www.openarchives.org/ore/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
CONCEPTS = {
    29: "building", 31: "ceramics", 35: "drawing", 37: "furniture", 41: "jewellery", 43: "map", 47: "painting",
    48: "photograph", 50: "postcard", 51: "sculpture", 54: "tapestry", 55: "textile", 56: "toy", 59: "woodwork",
    167: "specimen", 25: "archaeological site",
}  # fmt: skip
RIGHTS = {
    "open": "http://creativecommons.org/publicdomain/zero/1.0/",
    "restricted": "http://creativecommons.org/licenses/by-nc/4.0/",
    "permission": "http://rightsstatements.org/vocab/InC/1.0/",
}
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Item:
    """One item. ``legacy`` ones name their concepts as ``/concept/base/47``; ``padding`` bytes make a record large.

    A test changes an item by setting its fields; ``touch`` makes it a new version, with validators of its own.
    """

    dataset: str
    identifier: str
    title: str
    concepts: tuple[int, ...]
    reusability: str
    kind: str
    picture: str
    legacy: bool
    updated: datetime
    padding: int = 0

    @property
    def id(self) -> str:
        """As the Search API names it."""
        return f"/{self.dataset}/{self.identifier}"

    @property
    def dataset_name(self) -> str:
        return f"{self.dataset}_Ag_EU_Rubricator"

    @property
    def concept_iris(self) -> tuple[str, ...]:
        return tuple(f"{DATA}/concept/{'base/' if self.legacy else ''}{number}" for number in self.concepts)

    @property
    def etag(self) -> str:
        return f'W/"{self.updated:%Y%m%d%H%M%S}"'

    def touch(self) -> None:
        """A new version: a title of its own, a minute later."""
        self.title += " (revised)"
        self.updated += timedelta(minutes=1)


def generated(count: int, pictures: str) -> Iterator[Item]:
    """``count`` items in datasets of 500. Every 10th is a text, every 3rd writes old concept IRIs; a third is open."""
    numbers = list(CONCEPTS)
    for n in range(count):
        concept = numbers[n % len(numbers)]
        yield Item(
            dataset=str(9990000 + n // 500),
            identifier=f"item_{n:06}",
            title=f"{CONCEPTS[concept].capitalize()} {n} <Musée & Société>",
            concepts=(concept, numbers[(n + 5) % len(numbers)]) if n % 7 == 0 else (concept,),
            reusability=("open", "restricted", "permission")[n // 2 % 3],
            kind="TEXT" if n % 10 == 9 else "IMAGE",
            picture=f"{pictures}/pictures/{n}.jpg",
            legacy=n % 3 == 0,
            updated=FIRST_DAY + timedelta(hours=n),
        )


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that is an IRI."""

    iri: str


Node = tuple[str, str, list[tuple[str, Ref | str, str]]]
"""Class, IRI, and properties with their values and languages."""


def nodes(item: Item) -> list[Node]:
    """The record in EDM's internal form."""
    path = "/".join(quote(part, safe="") for part in (item.dataset, item.identifier))
    cho, provider, europeana = (f"{DATA}/{kind}/{path}" for kind in ("item", "proxy/provider", "proxy/europeana"))
    ours, theirs = (f"{DATA}/aggregation/{who}/{path}" for who in ("provider", "europeana"))
    rights, description = Ref(RIGHTS[item.reusability]), f"Generated. {'x' * item.padding}"
    return [
        ("edm:ProvidedCHO", cho, []),
        ("edm:WebResource", item.picture, [
            ("edm:rights", rights, ""), ("ebucore:hasMimeType", "image/jpeg", ""), ("ebucore:width", "640", ""),
        ]),
        *(_concept(concept, number) for concept, number in zip(item.concept_iris, item.concepts, strict=True)),
        ("ore:Aggregation", ours, [
            ("edm:aggregatedCHO", Ref(cho), ""), ("edm:dataProvider", "Museum of Nowhere", "en"),
            ("edm:provider", "Aggregator of Nowhere", "en"), ("edm:isShownAt", Ref(f"{item.picture}.html"), ""),
            ("edm:isShownBy", Ref(item.picture), ""), ("edm:rights", rights, ""),
        ]),
        ("ore:Proxy", provider, [
            ("ore:proxyFor", Ref(cho), ""), ("ore:proxyIn", Ref(ours), ""), ("edm:europeanaProxy", "false", ""),
            ("dc:title", item.title, "fr"), ("dc:description", description, "en"),
            ("dc:identifier", item.identifier, ""), ("edm:type", item.kind, ""),
        ]),
        ("ore:Proxy", europeana, [
            ("ore:proxyFor", Ref(cho), ""), ("ore:proxyIn", Ref(theirs), ""), ("ore:lineage", Ref(provider), ""),
            ("edm:europeanaProxy", "true", ""), ("edm:type", item.kind, ""),
            *(("dc:type", Ref(concept), "") for concept in item.concept_iris),
        ]),
        ("edm:EuropeanaAggregation", theirs, [
            ("edm:aggregatedCHO", Ref(cho), ""), ("edm:country", "Europe", ""), ("edm:language", "mul", ""),
            ("edm:datasetName", item.dataset_name, ""),
            ("dcterms:modified", item.updated.isoformat(), ""),
        ]),
    ]  # fmt: skip


def _concept(iri: str, number: int) -> Node:
    return "skos:Concept", iri, [("skos:prefLabel", CONCEPTS[number], "en")]


def rdf(item: Item) -> bytes:
    """The record as RDF/XML."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<rdf:RDF"]
    lines += [f"    xmlns:{prefix}={quoteattr(iri)}" for prefix, iri in PREFIXES.items()]
    lines[-1] += ">"
    for kind, iri, properties in nodes(item):
        lines.append(f"  <{kind} rdf:about={quoteattr(iri)}>")
        for name, value, language in properties:
            if isinstance(value, Ref):
                lines.append(f"    <{name} rdf:resource={quoteattr(value.iri)}/>")
            else:
                tag = f' xml:lang="{language}"' if language else ""
                lines.append(f"    <{name}{tag}>{escape(value)}</{name}>")
        lines.append(f"  </{kind}>")
    return "\n".join([*lines, "</rdf:RDF>\n"]).encode()


def jsonld(item: Item) -> bytes:
    """The record as flattened JSON-LD with prefixed keys."""
    graph = []
    for kind, iri, properties in nodes(item):
        node: dict[str, object] = {"@id": iri, "@type": kind}
        for name, value, language in properties:
            values = node.setdefault(name, [])
            assert isinstance(values, list)
            if isinstance(value, Ref):
                values.append({"@id": value.iri})
            else:
                values.append({"@language": language, "@value": value} if language else {"@value": value})
        graph.append(node)
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False).encode()


def record_json(item: Item, key: str) -> bytes:
    """The record as the API's own JSON, with the key in it, as the API does."""
    path = f"{item.dataset}/{item.identifier}"
    proxies = [
        {"about": f"/proxy/provider/{path}", "proxyFor": f"/item/{path}", "europeanaProxy": False,
         "dcTitle": {"fr": [item.title]}, "edmType": item.kind},
        {"about": f"/proxy/europeana/{path}", "proxyFor": f"/item/{path}", "europeanaProxy": True,
         "dcType": {"def": list(item.concept_iris)}, "edmType": item.kind},
    ]  # fmt: skip
    aggregation = {
        "about": f"/aggregation/provider/{path}", "edmIsShownBy": item.picture, "aggregatedCHO": f"/item/{path}",
        "edmRights": {"def": [RIGHTS[item.reusability]]}, "edmDataProvider": {"en": ["Museum of Nowhere"]},
        "edmProvider": {"en": ["Aggregator of Nowhere"]},
        "webResources": [
            {"about": f"{item.picture}.html"}, {"about": item.picture, "ebucoreHasMimeType": "image/jpeg"},
        ],
    }  # fmt: skip
    record = {"about": item.id, "type": item.kind, "proxies": proxies, "aggregations": [aggregation],
              "providedCHOs": [{"about": f"/item/{path}"}]}  # fmt: skip
    return json.dumps({"apikey": key, "success": True, "requestNumber": 999, "object": record}).encode()


def search_item(item: Item, key: str, url: str) -> dict[str, object]:
    """The item in a list of the Search API, with the key in its links."""
    epoch = int(item.updated.timestamp() * 1000)
    return {
        "completeness": 10, "dataProvider": ["Museum of Nowhere"], "edmConcept": list(item.concept_iris),
        "edmDatasetName": [item.dataset_name], "edmIsShownAt": [f"{item.picture}.html"],
        "edmIsShownBy": [item.picture], "europeanaCollectionName": [item.dataset_name],
        "guid": f"https://www.europeana.eu/item{item.id}?utm_source=api&utm_medium=api&utm_campaign={key}",
        "id": item.id, "link": f"{url}/record/v2{item.id}.json?wskey={key}", "rights": [RIGHTS[item.reusability]],
        "score": 1, "timestamp_update": item.updated.isoformat(), "timestamp_update_epoch": epoch,
        "title": [item.title], "type": item.kind, "ugc": [False],
    }  # fmt: skip
