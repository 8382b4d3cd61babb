import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import Graph

from rubricator.rdf import DC, EBUCORE, EDM, ORE, SKOS
from rubricator.resources import resource
from rubricator.vocabulary.mappings import Mapping, read_sssom

CONTEXT = json.loads(resource("mappings", "europeana-api.context.jsonld").read_text(encoding="utf-8"))["@context"]
# rdflib's JSON-LD parser still uses a class that rdflib itself deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

SAMPLES = Path(__file__).parents[2] / "../shared/samples/search-api"
PUBLIC_DOMAIN = NamedNode("http://creativecommons.org/publicdomain/mark/1.0/")
PICTURE = NamedNode("https://museum.example/1.jpg")
PROXY = NamedNode("http://data.europeana.eu/proxy/provider/9990001/demo")
AGGREGATION = NamedNode("http://data.europeana.eu/aggregation/provider/9990001/demo")
ITEM = NamedNode("http://data.europeana.eu/item/9990001/demo")

RECORD: dict[str, object] = {
    "proxies": [
        {
            "about": "/proxy/provider/9990001/demo",
            "proxyFor": "/item/9990001/demo",
            "proxyIn": ["/aggregation/provider/9990001/demo"],
            "europeanaProxy": False,
            "edmType": "IMAGE",
            "dcTitle": {"nl": ["Gezicht op de haven"], "def": ["Haven"]},
            "dctermsTOC": {"en": ["Contents"]},
            "unheardOf": "dropped",
        }
    ],
    "aggregations": [
        {
            "about": "/aggregation/provider/9990001/demo",
            "aggregatedCHO": "/item/9990001/demo",
            "edmIsShownBy": PICTURE.value,
            "edmRights": {"def": [PUBLIC_DOMAIN.value]},
            "edmDataProvider": {"def": ["Demo Museum"]},
            "webResources": [
                {"about": PICTURE.value, "ebucoreWidth": 1600, "webResourceEdmRights": {"def": [PUBLIC_DOMAIN.value]}}
            ],
        }
    ],
    "concepts": [{"about": "http://data.europeana.eu/concept/47", "prefLabel": {"en": ["Painting"]}}],
}
STATEMENTS = {
    Triple(PROXY, ORE["proxyFor"], ITEM),
    Triple(PROXY, ORE["proxyIn"], AGGREGATION),
    Triple(PROXY, EDM["europeanaProxy"], Literal("false")),
    Triple(PROXY, EDM["type"], Literal("IMAGE")),
    Triple(PROXY, DC["title"], Literal("Gezicht op de haven", language="nl")),
    Triple(PROXY, DC["title"], Literal("Haven")),
    Triple(PROXY, NamedNode("http://purl.org/dc/terms/tableOfContents"), Literal("Contents", language="en")),
    Triple(AGGREGATION, EDM["aggregatedCHO"], ITEM),
    Triple(AGGREGATION, EDM["isShownBy"], PICTURE),
    Triple(AGGREGATION, EDM["rights"], PUBLIC_DOMAIN),
    Triple(AGGREGATION, EDM["dataProvider"], Literal("Demo Museum")),
    Triple(PICTURE, EBUCORE["width"], Literal("1600", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
    Triple(PICTURE, EDM["rights"], PUBLIC_DOMAIN),
    Triple(NamedNode("http://data.europeana.eu/concept/47"), SKOS["prefLabel"], Literal("Painting", language="en")),
}


def rdflib_triples(document: dict[str, object]) -> set[Triple]:
    graph = Graph().parse(data=json.dumps({"@context": CONTEXT, **document}), format="json-ld")
    return {quad.triple for quad in parse(graph.serialize(format="nt"), format=RdfFormat.N_TRIPLES)}


def pyoxigraph_triples(document: dict[str, object]) -> set[Triple]:
    text = json.dumps({"@context": CONTEXT, **document})
    return {quad.triple for quad in parse(text, format=RdfFormat.JSON_LD)}


@pytest.mark.parametrize("triples", [rdflib_triples, pyoxigraph_triples])
def test_the_json_of_the_record_api_reads_as_edm(triples: Callable[[dict[str, object]], set[Triple]]) -> None:
    assert triples(RECORD) == STATEMENTS


def test_an_item_of_the_search_api_reads_as_edm_without_keys_of_the_api() -> None:
    item: dict[str, object] = {
        "@id": ITEM.value,
        "id": "/9990001/demo",
        "type": "IMAGE",
        "title": ["Gezicht op de haven"],
        "dcTitleLangAware": {"nl": ["Gezicht op de haven"]},
        "edmIsShownBy": [PICTURE.value],
        "rights": [PUBLIC_DOMAIN.value],
        "dataProvider": ["Demo Museum"],
        "link": "https://api.europeana.eu/record/9990001/demo.json?wskey=secret",
        "guid": "https://www.europeana.eu/item/9990001/demo?utm_source=secret",
        "score": 1,
    }

    assert rdflib_triples(item) == {
        Triple(ITEM, EDM["type"], Literal("IMAGE")),
        Triple(ITEM, DC["title"], Literal("Gezicht op de haven", language="nl")),
        Triple(ITEM, EDM["isShownBy"], PICTURE),
        Triple(ITEM, EDM["rights"], PUBLIC_DOMAIN),
        Triple(ITEM, EDM["dataProvider"], Literal("Demo Museum")),
    }


def test_every_item_of_a_real_search_answer_reads_whole() -> None:
    sample = SAMPLES / "europeana_example.json"
    if not sample.exists():
        pytest.skip("the samples of Europeana's answers are not beside this checkout")
    items = json.loads(sample.read_text(encoding="utf-8"))["items"]

    for item in items:
        triples = pyoxigraph_triples({"@id": "http://data.europeana.eu/item" + item["id"], **item})
        assert {NamedNode("http://data.europeana.eu/item" + item["id"])} == {triple.subject for triple in triples}
        shown = {t.object for t in triples if t.predicate == EDM["isShownBy"]}
        assert shown == {NamedNode(iri) for iri in item.get("edmIsShownBy", [])}


def test_a_row_of_the_mapping_table_is_a_statement_with_full_iris() -> None:
    rows = read_sssom(resource("mappings", "concepts.sssom.tsv"))

    photograph = "https://w3id.org/rubricator/concept/photograph"
    exact = "http://www.w3.org/2004/02/skos/core#exactMatch"
    assert Mapping(photograph, exact, "http://data.europeana.eu/concept/48") in rows
    assert 7 == sum(row.negated for row in rows)
