import json
from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode

from rubricator.edm import EdmRecord, RecordRejected
from rubricator.harvest.record import JSON_LD, N_QUADS, N_TRIPLES, TRIG, TURTLE
from rubricator.rdf import DC, EDM, RDF, TYPE

Map = Callable[..., EdmRecord]
PREFIXES = "@prefix edm: <http://www.europeana.eu/schemas/edm/> .\n@prefix dc: <http://purl.org/dc/elements/1.1/> .\n"
CONTEXT = {"edm": "http://www.europeana.eu/schemas/edm/", "dc": "http://purl.org/dc/elements/1.1/"}


def values(record: EdmRecord, predicate: NamedNode) -> list[object]:
    return [triple.object for triple in record.triples if triple.predicate == predicate]


def test_turtle_with_illegal_iris_and_languages_is_cleaned_around_its_texts(mapped: Map) -> None:
    text = '''<http://e.org/1> a edm:ProvidedCHO ; # a comment with <blanks in it>
      dc:title "a <b c> d"@en_GB , """long <e f> "text" """ ; dc:relation <http://e.org/a b> .'''
    record = mapped(PREFIXES + text, TURTLE)

    assert [Literal("a <b c> d", language="en-gb"), Literal('long <e f> "text" ')] == values(record, DC["title"])
    assert [NamedNode("http://e.org/a%20b")] == values(record, DC["relation"])


def test_relative_iris_in_turtle_belong_to_their_item(mapped: Map) -> None:
    text = "</1/x> a edm:ProvidedCHO ; dc:date <#1923> ; dc:relation <other> ."
    record = mapped(PREFIXES + text, TURTLE)

    assert "http://data.europeana.eu/item/1/x" == record.item.value
    assert [NamedNode("http://data.europeana.eu/item/1/x#1923")] == values(record, DC["date"])
    assert [NamedNode("http://rubricator.test/id/item/1/x#other")] == values(record, DC["relation"])


def test_a_base_in_turtle_holds(mapped: Map) -> None:
    text = "@base <http://e.org/> . <1> a edm:ProvidedCHO ; dc:relation <2>, <http://e.org/a b> ."
    record = mapped(PREFIXES + text, TURTLE)

    assert "http://e.org/1" == record.item.value
    assert [NamedNode("http://e.org/2"), NamedNode("http://e.org/a%20b")] == values(record, DC["relation"])


@pytest.mark.parametrize("media_type", [N_TRIPLES, N_QUADS, TRIG, TURTLE])
def test_every_line_based_syntax_is_read(media_type: str, mapped: Map) -> None:
    line = f"<http://e.org/1> {TYPE} {EDM['ProvidedCHO']} .\n"
    title = '<http://e.org/1> <http://purl.org/dc/elements/1.1/title> "Bowl" .\n'

    assert [Literal("Bowl")] == values(mapped(line + title, media_type), DC["title"])


def test_an_illegal_relative_iri_below_a_base_is_made_legal(mapped: Map) -> None:
    text = "@base <http://e.org/> . <1> a edm:ProvidedCHO ; dc:relation <a b> ."
    record = mapped(PREFIXES + text, TURTLE)

    assert "http://e.org/1" == record.item.value
    assert [NamedNode("http://e.org/a%20b")] == values(record, DC["relation"])
    assert ("illegal-iri", "a b", "a%20b") in {(repair.code, repair.raw, repair.now) for repair in record.repairs}


@pytest.mark.parametrize("name", ["langString", "dirLangString"])
@pytest.mark.parametrize("space", ["", " "])
def test_a_datatype_that_no_text_says_goes_in_turtle(name: str, space: str, mapped: Map) -> None:
    said = f'"Vase"{space}^^{space}<{RDF}{name}>, "Jug"^^rdf:{name}, "^^rdf:{name}"'
    record = mapped(f"{PREFIXES}@prefix rdf: <{RDF}> . <http://e.org/1> a edm:ProvidedCHO ; dc:title {said} .", TURTLE)

    assert [Literal("Vase"), Literal("Jug"), Literal(f"^^rdf:{name}")] == values(record, DC["title"])
    assert [f"{RDF}{name}", f"rdf:{name}"] == [
        repair.raw for repair in record.repairs if repair.code == "illegal-datatype"
    ]


@pytest.mark.parametrize("name", ["langString", "dirLangString"])
def test_a_datatype_that_no_text_says_goes_in_json_ld(name: str, mapped: Map) -> None:
    document = {"@id": "http://e.org/1", "@type": "edm:ProvidedCHO"}
    title = {"@value": "Vase", "@type": name}
    record = mapped(json.dumps({"@context": CONTEXT | {"@vocab": str(RDF)}} | document | {"dc:title": title}), JSON_LD)

    assert [Literal("Vase")] == values(record, DC["title"])
    assert [f"{RDF}{name}"] == [repair.raw for repair in record.repairs if repair.code == "illegal-datatype"]


def test_json_ld_with_its_context_is_read(mapped: Map) -> None:
    record = mapped(
        json.dumps({"@context": CONTEXT, "@id": "http://e.org/1", "@type": "edm:ProvidedCHO", "dc:title": "Bowl"}),
        JSON_LD,
    )

    assert [Literal("Bowl")] == values(record, DC["title"])


def test_json_ld_of_the_record_api_needs_no_network(mapped: Map) -> None:
    document = {
        "@context": "https://api.europeana.eu/record/v2/context.jsonld",
        "@graph": [
            {"@id": "http://data.europeana.eu/item/1/x", "@type": "edm:ProvidedCHO"},
            {
                "@id": "http://data.europeana.eu/proxy/provider/1/x",
                "@type": "ore:Proxy",
                "ore:proxyFor": {"@id": "http://data.europeana.eu/item/1/x"},
                "dc:title": "Bowl",
            },
        ],
    }
    assert [Literal("Bowl")] == values(mapped(json.dumps(document), JSON_LD), DC["title"])


def test_references_that_a_json_ld_parser_would_drop_are_kept(mapped: Map) -> None:
    document = {
        "@context": CONTEXT,
        "@id": "/1/x",
        "@type": "edm:ProvidedCHO",
        "dc:relation": [{"@id": "http://e.org/a b"}, {"@id": "#1923"}],
    }
    record = mapped(json.dumps(document), JSON_LD)

    assert {NamedNode("http://e.org/a%20b"), NamedNode("http://data.europeana.eu/item/1/x#1923")} == set(
        values(record, DC["relation"])
    )


@pytest.mark.parametrize(
    "document",
    [
        {"@context": CONTEXT, "@id": "/1/x", "@type": "edm:ProvidedCHO", "dc:relation": {"@id": "#a b"}},
        {
            "@context": CONTEXT | {"id": "@id", "type": "@type", "about": {"@id": "dc:relation", "@type": "@id"}},
            "id": "/1/x",
            "type": ["edm:ProvidedCHO"],
            "about": "#a b",
        },
        [{"@id": "/1/x", "@type": [EDM["ProvidedCHO"].value], DC["relation"].value: [{"@id": "#a b"}]}],
        {"@context": CONTEXT, "@graph": [{"@id": "/1/x", "@type": "edm:ProvidedCHO", "dc:relation": {"@id": "#a b"}}]},
        {
            "@context": CONTEXT,
            "@type": "ore:Proxy",
            "@id": "/proxy/provider/1/x",
            "@included": [{"@id": "/1/x", "@type": "edm:ProvidedCHO", "dc:relation": {"@id": "#a b"}}],
        },
        {
            "@context": CONTEXT | {"ore": "http://www.openarchives.org/ore/terms/"},
            "@type": "ore:Aggregation",
            "@id": "http://e.org/aggregation",
            "edm:aggregatedCHO": {"@id": "/1/x", "@type": "edm:ProvidedCHO", "dc:relation": {"@id": "#a b"}},
        },
    ],
    ids=["compacted", "aliases", "expanded", "graph", "included", "nested"],
)
def test_references_are_cleaned_in_every_form_of_json_ld(document: object, mapped: Map) -> None:
    record = mapped(json.dumps(document), JSON_LD)

    assert "http://data.europeana.eu/item/1/x" == record.item.value
    assert [NamedNode("http://data.europeana.eu/item/1/x#a%20b")] == values(record, DC["relation"])


def test_languages_and_datatypes_of_json_ld_are_cleaned(mapped: Map) -> None:
    titles = [
        {"@value": "a", "@language": ""},
        {"@value": "b", "@language": "en_GB"},
        {"@value": "c", "@type": "http://e.org/a b"},
        {"@value": "d\u0000"},
    ]
    document = {"@context": CONTEXT, "@id": "/1/x", "@type": "edm:ProvidedCHO", "dc:title": titles}
    record = mapped(json.dumps(document), JSON_LD)

    typed = Literal("c", datatype=NamedNode("http://e.org/a%20b"))
    assert {Literal("a"), Literal("b", language="en-gb"), typed, Literal("d")} == set(values(record, DC["title"]))
    assert {"empty-language", "illegal-language", "illegal-iri", "control-characters"} < {
        repair.code for repair in record.repairs
    }


def repairs(record: EdmRecord) -> list[tuple[str, str]]:
    return [(repair.code, repair.raw) for repair in record.repairs if repair.code != "aggregation-added"]


@pytest.mark.parametrize(
    ("said", "raw"),
    [
        ({"foo": "Bowl"}, "foo Bowl"),
        ({"foo": {"@id": "http://e.org/2"}}, "foo http://e.org/2"),
        ({"foo": {"dc:title": "A bowl"}}, "foo []"),
        ({"@reverse": {"foo": {"@id": "http://e.org/2"}}}, "foo http://e.org/1"),
        ({"@type": ["edm:ProvidedCHO", "Bowl"]}, "@type Bowl"),
    ],
)
def test_what_the_context_of_json_ld_does_not_explain_is_noted_and_becomes_no_term_of_ours(
    said: dict[str, object], raw: str, mapped: Map
) -> None:
    document = {"@context": CONTEXT, "@id": "http://e.org/1", "@type": "edm:ProvidedCHO"} | said
    record = mapped(json.dumps(document), JSON_LD)

    assert [("unknown-term", raw)] == repairs(record)
    assert [] == [triple for triple in record.triples if "foo" in triple.predicate.value or "Bowl" in str(triple)]


def test_a_base_in_json_ld_makes_no_property_of_a_key(mapped: Map) -> None:
    context = CONTEXT | {"@base": "http://e.org/"}
    document = {"@context": context, "@id": "1", "@type": ["edm:ProvidedCHO", "Bowl"], "foo": "x"}
    record = mapped(json.dumps(document), JSON_LD)

    assert [("unknown-term", "foo x")] == repairs(record)
    assert NamedNode("http://e.org/Bowl") in values(record, TYPE)


def test_a_datatype_that_the_context_does_not_explain_leaves_the_text(mapped: Map) -> None:
    title = {"@value": "Bowl", "@type": "bad iri"}
    document = {"@context": CONTEXT, "@id": "http://e.org/1", "@type": "edm:ProvidedCHO", "dc:title": title}
    record = mapped(json.dumps(document), JSON_LD)

    assert [Literal("Bowl")] == values(record, DC["title"])
    assert [("unknown-term", "@type bad iri Bowl")] == repairs(record)


def test_half_a_character_in_json_ld_is_replaced_and_noted(mapped: Map) -> None:
    document = {"@context": CONTEXT, "@id": "http://e.org/1", "@type": "edm:ProvidedCHO", "dc:title": "Bowl \ud800"}
    record = mapped(json.dumps(document), JSON_LD)

    assert [Literal("Bowl \ufffd")] == values(record, DC["title"])
    assert [("half-character", '"Bowl \\ud800"')] == repairs(record)


def test_a_whole_character_that_json_escapes_in_halves_is_one(mapped: Map) -> None:
    document = {"@context": CONTEXT, "@id": "http://e.org/1", "@type": "edm:ProvidedCHO", "dc:title": "\U0001f600"}
    record = mapped(json.dumps(document), JSON_LD)

    assert [Literal("\U0001f600")] == values(record, DC["title"])
    assert [] == repairs(record)


def test_a_value_that_is_no_iri_at_all_is_a_text(mapped: Map) -> None:
    document = {"@context": CONTEXT, "@id": "/1/x", "@type": "edm:ProvidedCHO", "dc:relation": {"@id": "http://[x/"}}
    record = mapped(json.dumps(document), JSON_LD)

    assert [Literal("http://[x/")] == values(record, DC["relation"])
    assert "unusable-iri" in {repair.code for repair in record.repairs}


@pytest.mark.parametrize("media_type", [N_QUADS, TRIG])
def test_named_graphs_of_a_record_do_not_matter(media_type: str, mapped: Map) -> None:
    statements = f'<http://e.org/1> {TYPE} {EDM["ProvidedCHO"]} %s .\n<http://e.org/1> {DC["title"]} "Bowl" %s .\n'
    text = statements % (("<http://e.org/g>",) * 2) if media_type == N_QUADS else f"<http://e.org/g> {{ {statements} }}"
    record = mapped(text.replace("%s", ""), media_type)

    assert [Literal("Bowl")] == values(record, DC["title"])


def test_the_direction_of_a_text_goes(mapped: Map) -> None:
    record = mapped(f'{PREFIXES}<http://e.org/1> a edm:ProvidedCHO ; dc:title "Bowl"@ar--rtl .', TURTLE)

    assert [Literal("Bowl", language="ar")] == values(record, DC["title"])
    assert "text-direction" in {repair.code for repair in record.repairs}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "json-malformed"),
        ("[" * 100_000, "json-malformed"),
        ({"id": "x", "type": "Concept"}, "not-a-record"),
        ({"apikey": "x", "success": True, "object": {}}, "not-a-record"),
        ({"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}, "not-a-record"),
        ({"@context": "http://127.0.0.1/context.jsonld", "@id": "http://e.org/1"}, "remote-context"),
        ({"@context": [CONTEXT, "file:///etc/passwd"], "@id": "http://e.org/1"}, "remote-context"),
        ({"@context": {"@import": "http://127.0.0.1/"}, "@id": "http://e.org/1"}, "remote-context"),
        (
            {"@context": {"x": {"@id": "dc:x", "@context": "http://127.0.0.1/"}}, "@id": "http://e.org/1"},
            "remote-context",
        ),
        ({"@context": CONTEXT, "@id": "http://e.org/1", "dc:title": "Bowl"}, "not-a-record"),
    ],
)
def test_json_that_is_no_record_is_refused_with_its_reason(document: object, code: str, mapped: Map) -> None:
    with pytest.raises(RecordRejected) as refusal:
        mapped(document if isinstance(document, str) else json.dumps(document), JSON_LD)
    assert code == refusal.value.code


def test_a_type_that_nobody_reads_is_refused(mapped: Map) -> None:
    with pytest.raises(RecordRejected) as refusal:
        mapped("x", "image/png")
    assert "not-rdf" == refusal.value.code
