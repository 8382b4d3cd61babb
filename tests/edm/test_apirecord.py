import json
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from rubricator.edm import EdmRecord, RecordGone, RecordRejected
from rubricator.harvest.record import RDF_XML, RECORD_JSON
from rubricator.rdf import DC, DCTERMS, EBUCORE, EDM, ORE, PREFIXES, SKOS, TYPE, XSD

Map = Callable[..., EdmRecord]
Api = Callable[..., EdmRecord]
EUROPEANA = "http://data.europeana.eu"
ITEM = NamedNode(f"{EUROPEANA}/item/1/x")
PROVIDER = NamedNode(f"{EUROPEANA}/proxy/provider/1/x")
THEIRS = NamedNode(f"{EUROPEANA}/proxy/europeana/1/x")
AGGREGATION = NamedNode(f"{EUROPEANA}/aggregation/provider/1/x")
PICTURE = NamedNode("https://museum.example/1.jpg")


@pytest.fixture
def api(mapped: Map) -> Api:
    """Maps a record of one item, ``/1/x``, in the API's own JSON, with these fields on its two proxies and beside."""

    def run(said: dict[str, Any] | None = None, added: dict[str, Any] | None = None, **beside: Any) -> EdmRecord:
        record = {
            "about": "/1/x",
            "type": "IMAGE",
            "proxies": [
                {"about": "/proxy/provider/1/x", "proxyFor": "/item/1/x", "europeanaProxy": False} | (said or {}),
                {"about": "/proxy/europeana/1/x", "proxyFor": "/item/1/x", "europeanaProxy": True} | (added or {}),
            ],
            "aggregations": [{"about": "/aggregation/provider/1/x", "edmIsShownBy": PICTURE.value}],
            "providedCHOs": [{"about": "/item/1/x"}],
        }
        return mapped(json.dumps({"apikey": "k", "success": True, "object": record | beside}), RECORD_JSON)

    return run


def of(record: EdmRecord, subject: NamedNode, predicate: NamedNode) -> set[object]:
    return {triple.object for triple in record.triples if (triple.subject, triple.predicate) == (subject, predicate)}


def codes(record: EdmRecord) -> list[tuple[str, str]]:
    return [(repair.code, repair.raw) for repair in record.repairs]


def test_iris_without_host_are_europeanas_and_no_repair(api: Api) -> None:
    record = api()

    assert (ITEM, "1", "x") == (record.item, record.dataset, record.identifier)
    assert {ORE["Proxy"]} == of(record, PROVIDER, TYPE) == of(record, THEIRS, TYPE)
    assert {ITEM} == of(record, PROVIDER, ORE["proxyFor"])
    assert () == record.repairs


def test_what_the_provider_said_and_what_europeana_added_stay_apart(api: Api) -> None:
    concept = f"{EUROPEANA}/concept/47"
    record = api({"dcType": {"nl": ["schilderij"]}}, {"dcType": {"def": [concept]}, "year": {"def": ["1873"]}})

    assert {Literal("schilderij", language="nl")} == of(record, PROVIDER, DC["type"])
    assert {NamedNode(concept)} == of(record, THEIRS, DC["type"])
    assert {Literal("false")} == of(record, PROVIDER, EDM["europeanaProxy"])
    assert {Literal("true")} == of(record, THEIRS, EDM["europeanaProxy"])
    assert {Literal("1873")} == of(record, THEIRS, EDM["year"])


def test_a_proxy_without_the_flag_is_told_by_its_name(mapped: Map) -> None:
    proxies = [{"about": f"/proxy/{kind}/1/x", "dcTitle": {"en": [kind]}} for kind in ("europeana", "provider")]
    record = mapped(json.dumps({"object": {"about": "/1/x", "proxies": proxies}}), RECORD_JSON)

    assert {Literal("true")} == of(record, THEIRS, EDM["europeanaProxy"])
    assert {Literal("false")} == of(record, PROVIDER, EDM["europeanaProxy"])


def test_a_machine_translation_is_a_text_on_europeanas_proxy(api: Api) -> None:
    record = api({"dcSubject": {"nl": ["haven"]}}, {"dcSubject": {"en": ["harbour"], "def": ["http://e.org/harbour"]}})

    assert {Literal("harbour", language="en"), NamedNode("http://e.org/harbour")} == of(record, THEIRS, DC["subject"])
    assert [] == [triple for triple in record.triples if triple.object == SKOS["Concept"]]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("http://e.org/1", NamedNode("http://e.org/1")),
        (" http://e.org/1", NamedNode("http://e.org/1")),
        ("urn:isbn:1", NamedNode("urn:isbn:1")),
        ("#potter", NamedNode(f"{EUROPEANA}/item/1/x#potter")),
        ("#1 of 3", Literal("#1 of 3")),
        ("see http://e.org/1", Literal("see http://e.org/1")),
        ("http://e.org/1 (in Dutch)", Literal("http://e.org/1 (in Dutch)")),
        ("Delft: a city", Literal("Delft: a city")),
        ("http://", Literal("http://")),
        ("/1/y", Literal("/1/y")),
    ],
)
def test_iris_and_texts_that_share_def_are_told_apart(text: str, term: object, api: Api) -> None:
    record = api({"dcCreator": {"def": [text]}}, agents=[{"about": "#potter", "prefLabel": {"def": ["A potter"]}}])

    assert {term} == of(record, PROVIDER, DC["creator"])


def test_what_can_only_be_a_text_stays_one(api: Api) -> None:
    record = api({"dcIdentifier": {"def": ["http://e.org/1"]}, "dcTitle": {"def": ["http://e.org/title"]}})

    assert {Literal("http://e.org/1")} == of(record, PROVIDER, DC["identifier"])
    assert {Literal("http://e.org/title")} == of(record, PROVIDER, DC["title"])


def test_languages_are_cleaned_and_def_is_none(api: Api) -> None:
    titles = {"def": ["a"], "en_GB": ["b"], "": ["c"], "zxx": ["d"], "in English": ["e"]}
    record = api({"dcTitle": titles})

    plain = {Literal("a"), Literal("c"), Literal("e")}
    assert plain | {Literal("b", language="en-gb"), Literal("d", language="zxx")} == of(record, PROVIDER, DC["title"])
    assert [("illegal-language", "en_GB"), ("empty-language", ""), ("illegal-language", "in English")] == codes(record)


def test_labels_are_read_as_text_as_list_and_by_language(api: Api) -> None:
    concepts = [
        {"about": "http://e.org/1", "prefLabel": {"en": "one", "fr": ["un"]}},
        {"about": "http://e.org/2", "prefLabel": "two"},
        {"about": "http://e.org/3", "prefLabel": ["three"]},
    ]
    record = api(concepts=concepts)

    assert {Literal("one", language="en"), Literal("un", language="fr")} == of(
        record, NamedNode("http://e.org/1"), SKOS["prefLabel"]
    )
    assert {Literal("two")} == of(record, NamedNode("http://e.org/2"), SKOS["prefLabel"])
    assert {Literal("three")} == of(record, NamedNode("http://e.org/3"), SKOS["prefLabel"])


def test_the_first_web_resource_is_nobodys_picture(api: Api) -> None:
    resources = [
        {"about": "https://museum.example/page.html", "ebucoreHasMimeType": "text/html"},
        {"about": PICTURE.value, "ebucoreHasMimeType": "image/jpeg", "ebucoreWidth": 1600, "ebucoreFileByteSize": 9},
    ]
    record = api(aggregations=[{"about": "/aggregation/provider/1/x", "webResources": resources}])

    assert set() == of(record, AGGREGATION, EDM["isShownBy"])
    assert {Literal("image/jpeg")} == of(record, PICTURE, EBUCORE["hasMimeType"])
    assert {Literal("1600", datatype=XSD["integer"])} == of(record, PICTURE, EBUCORE["width"])
    assert {Literal("9", datatype=XSD["long"])} == of(record, PICTURE, EBUCORE["fileByteSize"])


def test_rights_by_language_are_iris(api: Api) -> None:
    rights = {"def": ["http://creativecommons.org/publicdomain/mark/1.0/"]}
    record = api(
        aggregations=[
            {
                "about": "/aggregation/provider/1/x",
                "edmRights": rights,
                "webResources": [{"about": PICTURE.value, "webResourceEdmRights": rights}],
            }
        ]
    )

    term = NamedNode(rights["def"][0])
    assert {term} == of(record, AGGREGATION, EDM["rights"]) == of(record, PICTURE, EDM["rights"])


def test_what_the_record_says_beside_its_nodes_is_of_europeanas_aggregation(api: Api) -> None:
    record = api(
        europeanaAggregation={"about": "/aggregation/europeana/1/x", "edmCountry": {"def": ["Europe"]}},
        edmDatasetName=["1_Set"],
        europeanaCompleteness=7,
        timestamp_update="2026-01-01T00:00:00.000Z",
        timestamp_update_epoch=1,
    )

    theirs = NamedNode(f"{EUROPEANA}/aggregation/europeana/1/x")
    assert {ITEM} == of(record, theirs, EDM["aggregatedCHO"])
    assert {Literal("1_Set")} == of(record, theirs, EDM["datasetName"])
    assert {Literal("7")} == of(record, theirs, EDM["completeness"])
    assert {Literal("2026-01-01T00:00:00.000Z")} == of(record, theirs, DCTERMS["modified"])


def test_quality_annotations_stay(api: Api) -> None:
    tier: dict[str, object] = {"about": "/item/1/x#contentTier", "target": ["/aggregation/provider/1/x"]}
    tier["body"] = "http://www.europeana.eu/schemas/epf/contentTier4"
    record = api(qualityAnnotations=[tier])

    described = {triple.object for triple in record.triples if triple.subject == NamedNode(f"{ITEM.value}#contentTier")}
    assert {AGGREGATION, NamedNode("http://www.europeana.eu/schemas/epf/contentTier4")} < described
    assert [] == codes(record)


def test_what_nothing_stands_for_is_noted(api: Api) -> None:
    record = api({"dcColour": {"en": ["red"]}}, concepts=[{"prefLabel": "nameless"}], mood="good")

    assert [
        ("unknown-field", 'ore:Proxy dcColour {"en": ["red"]}'),
        ("empty-about", 'skos:Concept {"prefLabel": "nameless"}'),
        ("unknown-field", 'record mood "good"'),
    ] == codes(record)


def test_lists_in_lists_are_flat_and_objects_in_place_of_texts_are_noted(api: Api) -> None:
    record = api({"dcSubject": {"fr": {"x": ["nested"]}, "en": [["deep"]], "nl": ["haven", {"def": "y"}]}})

    texts = {Literal("deep", language="en"), Literal("haven", language="nl")}
    assert texts == of(record, PROVIDER, DC["subject"])
    assert [
        ("unexpected-shape", 'dcSubject {"fr": {"x": ["nested"]}}'),
        ("unexpected-shape", 'dcSubject {"nl": {"def": "y"}}'),
    ] == codes(record)


def test_a_name_in_place_of_a_node_is_a_node_and_anything_else_is_noted(api: Api) -> None:
    record = api(concepts=[f"{EUROPEANA}/concept/1", [{"about": "http://e.org/2"}], "a harbour", 3, None])

    concepts = {NamedNode(f"{EUROPEANA}/concept/1"), NamedNode("http://e.org/2")}
    assert concepts == {triple.subject for triple in record.triples if triple.object == SKOS["Concept"]}
    assert [("unexpected-shape", 'concepts "a harbour"'), ("unexpected-shape", "concepts 3")] == codes(record)


def test_a_flag_of_a_proxy_may_be_a_text(api: Api) -> None:
    record = api({"europeanaProxy": "false"}, {"europeanaProxy": "true"})

    assert {Literal("IMAGE")} == of(record, PROVIDER, EDM["type"])
    assert set() == of(record, THEIRS, EDM["type"])
    assert {Literal("true")} == of(record, THEIRS, EDM["europeanaProxy"])


@pytest.mark.parametrize("empty", [None, "", [], [None], {"def": []}])
def test_an_empty_field_is_filled_like_one_that_is_not_there(empty: object, api: Api) -> None:
    record = api({"edmType": empty, "europeanaProxy": empty, "proxyFor": empty})

    assert {Literal("IMAGE")} == of(record, PROVIDER, EDM["type"])
    assert {Literal("false")} == of(record, PROVIDER, EDM["europeanaProxy"])
    assert {ITEM} == of(record, PROVIDER, ORE["proxyFor"])


def test_what_only_the_record_says_and_no_node_repeats_is_noted(api: Api) -> None:
    record = api({"dcTitle": {"nl": ["Haven"]}}, title=["haven", "Harbour"], year=["1873"])

    assert [("unknown-field", 'record title ["haven", "Harbour"]'), ("unknown-field", 'record year ["1873"]')] == codes(
        record
    )


def test_persistent_identifiers_of_a_proxy_are_kept(api: Api) -> None:
    record = api({"pid": ["ark:/12148/1", "https://n2t.example/ark:/12148/1"]})

    pids = {Literal("ark:/12148/1"), NamedNode("https://n2t.example/ark:/12148/1")}
    assert pids == of(record, PROVIDER, EDM["pid"])


def test_half_a_character_is_replaced_and_noted(api: Api) -> None:
    record = api({"dcTitle": {"en": ["Bowl \ud800"]}})

    assert {Literal("Bowl \ufffd", language="en")} == of(record, PROVIDER, DC["title"])
    assert [("half-character", '"Bowl \\ud800"')] == codes(record)


def test_illegal_iris_and_old_entities_are_repaired_and_noted(api: Api) -> None:
    old = "http://data.europeana.eu/concept/base/47"
    aggregations = [{"about": "/aggregation/provider/1/x", "edmIsShownAt": "http://e.org/a b"}]
    record = api(None, {"dcType": {"def": [old]}}, aggregations=aggregations)

    assert {NamedNode("http://e.org/a%20b")} == of(record, AGGREGATION, EDM["isShownAt"])
    assert {NamedNode(f"{EUROPEANA}/concept/47")} == of(record, THEIRS, DC["type"])
    assert [("legacy-entity", old), ("illegal-iri", "http://e.org/a b")] == codes(record)


def test_what_should_be_an_iri_and_is_none_stays_as_a_text(api: Api) -> None:
    record = api(aggregations=[{"about": "/aggregation/provider/1/x", "edmIsShownAt": "ask at the desk"}])

    assert {Literal("ask at the desk")} == of(record, AGGREGATION, EDM["isShownAt"])
    assert [("unusable-iri", "ask at the desk")] == codes(record)


def test_the_same_record_in_rdf_and_in_json_is_the_same(api: Api, mapped: Map) -> None:
    names = " ".join(f'xmlns:{prefix}="{iri}"' for prefix, iri in PREFIXES.items())
    provider, europeana, item = PROVIDER.value, THEIRS.value, ITEM.value
    xml = f"""<rdf:RDF {names}><edm:ProvidedCHO rdf:about="{item}"/>
      <ore:Proxy rdf:about="{provider}"><ore:proxyFor rdf:resource="{item}"/>
        <edm:europeanaProxy>false</edm:europeanaProxy><dc:title xml:lang="nl">Haven</dc:title>
        <dc:creator rdf:resource="http://e.org/p"/><edm:type>IMAGE</edm:type></ore:Proxy>
      <ore:Proxy rdf:about="{europeana}"><ore:proxyFor rdf:resource="{item}"/>
        <edm:europeanaProxy>true</edm:europeanaProxy><ore:lineage rdf:resource="{provider}"/></ore:Proxy>
      <ore:Aggregation rdf:about="{AGGREGATION.value}"><edm:isShownBy rdf:resource="{PICTURE.value}"/>
        <edm:aggregatedCHO rdf:resource="{item}"/><edm:dataProvider>Museum</edm:dataProvider></ore:Aggregation>
    </rdf:RDF>"""
    aggregation = {"about": "/aggregation/provider/1/x", "edmIsShownBy": PICTURE.value}
    record = api(
        {"dcTitle": {"nl": ["Haven"]}, "dcCreator": {"def": ["http://e.org/p"]}, "edmType": "IMAGE"},
        {"lineage": ["/proxy/provider/1/x"]},
        aggregations=[aggregation | {"edmDataProvider": {"def": ["Museum"]}, "edmUgc": "false"}],
    )

    assert set(mapped(xml, RDF_XML).triples) == set(record.triples)


def test_a_record_that_was_taken_down_is_gone(api: Api) -> None:
    changes = [{"type": "Delete", "activityContext": "http://e.org/reason"}]
    with pytest.raises(RecordGone) as gone:
        api(europeanaAggregation={"about": "/aggregation/europeana/1/x", "changeLog": changes})
    assert ("tombstone", "1", "x") == (gone.value.code, gone.value.dataset, gone.value.identifier)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "json-malformed"),
        ('{"object":' + "[" * 100_000, "json-malformed"),
        ('{"proxies":' + "[" * 5_000 + "]" * 5_000 + "}", "json-malformed"),
        ([], "not-a-record"),
        ({"success": True}, "not-a-record"),
        ({"object": None}, "not-a-record"),
        ({"object": {"about": "/1/x"}}, "not-a-record"),
        ({"object": {"proxies": [{}]}}, "no-identifier"),
        ({"object": {"proxies": [{"dcTitle": {"en": [1]}}], "about": 1}}, "no-identifier"),
    ],
)
def test_json_that_is_no_record_is_refused_with_its_reason(document: object, code: str, mapped: Map) -> None:
    with pytest.raises(RecordRejected) as refusal:
        mapped(document if isinstance(document, str) else json.dumps(document), RECORD_JSON)
    assert code == refusal.value.code
