from collections.abc import Callable
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode

from rubricator.edm import EdmRecord, RecordRejected, map_record
from rubricator.harvest.mapping import table_mapping
from rubricator.harvest.record import TABLE_ROW, TURTLE, Picture, SourceRecord
from rubricator.iris import Iris

BASE = "http://rubricator.test"
SHA = "ab" * 32
HEAD = f"""@prefix dc: <http://purl.org/dc/elements/1.1/> . @prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix enr: <https://w3id.org/rubricator/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix ore: <http://www.openarchives.org/ore/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix i: <http://data.europeana.eu/item/1/> . @prefix our: <{BASE}/> .
i:x a edm:ProvidedCHO ; dc:title "Bowl" .
"""
Map = Callable[..., EdmRecord]


@pytest.fixture
def turtle(mapped: Map) -> Map:
    """Maps a record of one item, ``i:x``, with these statements beside it."""

    def run(statements: str) -> EdmRecord:
        return mapped(HEAD + statements, TURTLE)

    return run


def claims(record: EdmRecord) -> list[str]:
    return [repair.raw for repair in record.repairs if repair.code == "foreign-claim"]


def subjects(record: EdmRecord) -> set[str]:
    return {triple.subject.value for triple in record.triples if isinstance(triple.subject, NamedNode)}


@pytest.mark.parametrize(
    "statement",
    [
        "i:x enr:hasEnrichment <http://forger.example/a> .",
        "<http://forger.example/a> enr:rawScore 0.9 .",
        "<http://forger.example/a> a enr:NearMiss .",
        "<http://forger.example/a> a oa:Annotation .",
        "<http://forger.example/a> oa:hasBody <http://data.europeana.eu/concept/47> .",
        "<http://forger.example/a> oa:hasTarget i:x .",
        "<http://forger.example/a> prov:wasGeneratedBy our:run .",
        "<http://forger.example/a> a prov:Activity .",
        "<http://data.europeana.eu/concept/47> edm:confidenceLevel 0.99 .",
        '<http://data.europeana.eu/concept/47> edm:wasGeneratedBy "Person" .',
        'enr:hasEnrichment skos:prefLabel "is" .',
        f"<{BASE}/annotation/f> dc:type i:y .",
        f'<{BASE}/concept/painting> skos:prefLabel "Masterpiece"@en .',
        f"<{BASE}/id/proxy/1/x> dc:type <http://data.europeana.eu/concept/47> .",
        f'<{BASE}/id/item/2/y#proxy> dc:title "Not mine" .',
        f'<{BASE}/graph/edm/1/x> dc:source "elsewhere" .',
        f'<{BASE}/.well-known/genid/0123456789abcdef-0> dc:title "Not mine" .',
        f"<{BASE}/media/{SHA}> a edm:WebResource .",
        f'<{BASE}> dc:title "Mine now" .',
    ],
)
def test_what_only_we_say_is_dropped_and_noted(statement: str, turtle: Map) -> None:
    plain, record = turtle(""), turtle(statement)

    assert 1 == len(claims(record))
    assert set(plain.triples) == set(record.triples)


def test_a_forged_enrichment_leaves_nothing_behind(turtle: Map) -> None:
    forged = """i:x enr:hasEnrichment <http://forger.example/a> . <http://forger.example/a> a oa:Annotation ;
      oa:hasBody <http://data.europeana.eu/concept/47> ; edm:confidenceLevel 0.99 ."""
    record = turtle(forged)

    assert 4 == len(claims(record))
    assert "http://forger.example/a" not in " ".join(map(str, record.triples))


@pytest.mark.parametrize(
    "iri", [r"https://w3id.org/rubricator/n\u0073#hasEnrichment", r"https://w3id.org/rubricator/ns\u0023hasEnrichment"]
)
def test_no_other_spelling_gets_past(iri: str, turtle: Map) -> None:
    assert 1 == len(claims(turtle(f"i:x <{iri}> <http://forger.example/a> .")))


def test_a_proxy_of_ours_is_not_taken_for_the_providers(turtle: Map) -> None:
    proxy = f"{BASE}/id/proxy/1/x"
    record = turtle(f"<{proxy}> a ore:Proxy ; ore:proxyFor i:x .")

    assert 2 == len(claims(record))
    assert proxy not in subjects(record)
    assert f"{BASE}/id/item/1/x#proxy" in subjects(record)


def test_europeanas_quality_annotations_stay(turtle: Map) -> None:
    record = turtle(
        """<http://data.europeana.eu/item/1/x#contentTier> a dqv:QualityAnnotation ; oa:hasTarget i:x ;
        oa:hasBody <http://www.europeana.eu/schemas/epf/contentTier4> ."""
    )

    assert [] == claims(record)
    assert "http://data.europeana.eu/item/1/x#contentTier" in subjects(record)


def test_a_quality_annotation_has_no_confidence(turtle: Map) -> None:
    assert 1 == len(claims(turtle("<http://e.org/q> a dqv:QualityAnnotation ; edm:confidenceLevel 0.99 .")))


def test_labels_of_concepts_elsewhere_stay(turtle: Map) -> None:
    record = turtle('<http://data.europeana.eu/concept/47> a skos:Concept ; skos:prefLabel "painting"@en .')

    assert [] == claims(record)
    assert "http://data.europeana.eu/concept/47" in subjects(record)


def test_links_to_our_concepts_and_another_host_that_starts_like_ours_stay(turtle: Map) -> None:
    assert [] == claims(turtle(f'i:x dc:type <{BASE}/concept/painting> . <{BASE}.example/a> dc:title "b" .'))


def test_what_lies_below_a_records_own_item_stays(turtle: Map) -> None:
    record = turtle(f'<{BASE}/id/item/1/x#place> dc:title "Delft" . i:x dc:creator [ dc:title "A potter" ] .')

    assert [] == claims(record)
    assert f"{BASE}/id/item/1/x#place" in subjects(record)


def test_only_the_record_that_brought_a_picture_describes_it(source: Callable[..., SourceRecord], iris: Iris) -> None:
    stranger = source(f"{HEAD} <{BASE}/media/{SHA}> a edm:WebResource .", TURTLE)
    bringer = replace(stranger, pictures=(Picture("bowl.png", SHA),))

    assert f"{BASE}/media/{SHA}" not in subjects(map_record(stranger, iris))
    assert f"{BASE}/media/{SHA}" in subjects(map_record(bringer, iris))
    assert [] == claims(map_record(bringer, iris))


@pytest.mark.parametrize("about", ["concept/painting", "annotation/f", "graph/edm/1/x", f"media/{SHA}"])
def test_an_item_under_an_address_of_ours_is_refused(about: str, mapped: Map) -> None:
    text = f"<{BASE}/{about}> a <http://www.europeana.eu/schemas/edm/ProvidedCHO> ."

    with pytest.raises(RecordRejected) as refusal:
        mapped(text, TURTLE)
    assert "foreign-item" == refusal.value.code


def test_a_row_cannot_name_a_picture_of_ours_either(source: Callable[..., SourceRecord], iris: Iris) -> None:
    mapping = table_mapping({"dataset": "shelf", "identifier": "{id}", "columns": {"id": "dc:identifier"}})
    row = replace(
        source('{"id":"7"}', TABLE_ROW),
        mapping=mapping,
        pictures=(Picture(f"{BASE}/media/{SHA}"), Picture("b", SHA[2:])),
    )
    record = map_record(row, iris)

    assert f"{BASE}/media/{SHA}" not in subjects(record)
    assert f"{BASE}/media/{SHA[2:]}" in subjects(record)
