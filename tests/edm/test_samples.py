"""Every real payload that lies beside the repository maps, or is refused with the right code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from rubricator.edm import EdmRecord, RecordRejected, map_record
from rubricator.harvest import Rejection, harvest_edm
from rubricator.iris import Iris
from rubricator.rdf import EUROPEANA

SAMPLES = Path(__file__).parents[2] / "../shared/samples"
OURS = "http://rubricator.test/id/item/shelf/"

MAPPED = {
    "edm-external-rdfxml/Item_35834473.xml": (
        f"{EUROPEANA}item/08502/5F41E0B657BDD9923BA2C4655BB7A6880A2ED5C2",
        "relative-iri illegal-iri",
    ),
    "edm-external-rdfxml/Item_schematron_invalid2.xml": (f"{OURS}UEDIN_214-069ee118", "relative-iri empty-resource"),
    "edm-external-rdfxml/Record1.xml": ("URN:NBN:SI:doc-35SZSOCF", ""),
    "edm-external-rdfxml/bnf-record-expected.xml": (
        "http://gallica.bnf.fr/ark:/12148/btv1b110012843",
        "relative-iri aggregates-another",
    ),
    "edm-external-rdfxml/debias-video-record.xml": (f"{EUROPEANA}item/352/CMC_HA_1255", "relative-iri"),
    "edm-external-rdfxml/edm_external_invalid_schema_digitalSourceType.xml": (
        f"{OURS}CMC_HA_936-78c9e945",
        "relative-iri illegal-iri",
    ),
    "edm-external-rdfxml/edm_new.xml": (f"{OURS}ULEI_M0000005-0aae0fb5", "relative-iri item-is-proxy"),
    "edm-external-rdfxml/europeana_record_edm_external_sorted.xml": (
        f"{OURS}CMC_HA_936-78c9e945",
        "relative-iri illegal-iri",
    ),
    "edm-external-rdfxml/example1.xml": (f"{EUROPEANA}item/09102/_UEDIN_214", "aggregates-another"),
    "edm-external-rdfxml/rdf_with_iiif_sample.xml": (f"{OURS}H-0614", "relative-iri"),
    "edm-external-rdfxml/rdf_with_oembed_sample.xml": (
        f"{EUROPEANA}item/307/CMC_HA_2255",
        "relative-iri item-added",
    ),
    "edm-external-rdfxml/valid-record.xml": ("URN:NBN:SI:doc-35SZSOCF", ""),
    "edm-internal-rdfxml/europeana_record_empty_proxy_choices.xml": (
        f"{EUROPEANA}item/1/12944",
        "relative-iri hex-binary legacy-entity",
    ),
    "edm-internal-rdfxml/europeana_record_no_problem_patterns.xml": (
        f"{EUROPEANA}item/1/12944",
        "relative-iri hex-binary legacy-entity",
    ),
    "edm-internal-rdfxml/europeana_record_rdf_conversion.xml": (
        f"{EUROPEANA}item/277/CMC_HA_1185",
        "relative-iri hex-binary",
    ),
    "edm-internal-rdfxml/europeana_record_tier_calculation_rdf.xml": (
        f"{EUROPEANA}item/305/_nnhSX08",
        "relative-iri hex-binary",
    ),
    "edm-internal-rdfxml/europeana_record_to_sample_index_rdf.xml": (
        f"{EUROPEANA}item/50/_providedCHO_NL_BwdADRKF_2_62_7",
        "relative-iri",
    ),
    "edm-internal-rdfxml/europeana_record_with_P7.xml": (
        f"{EUROPEANA}item/1/12944",
        "relative-iri hex-binary legacy-entity",
    ),
    "edm-internal-rdfxml/europeana_record_with_geospatial_data.xml": (
        f"{EUROPEANA}item/1/12944",
        "relative-iri hex-binary legacy-entity",
    ),
    "edm-internal-rdfxml/europeana_record_with_geospatial_data_wgs84.xml": (
        f"{EUROPEANA}item/1/12944",
        "relative-iri hex-binary legacy-entity",
    ),
    "edm-internal-rdfxml/europeana_record_with_technical_metadata.xml": (
        f"{EUROPEANA}item/1/12944",
        "relative-iri empty-language hex-binary legacy-entity",
    ),
    "edm-internal-rdfxml/sample_1.rdf": (
        f"{OURS}ProvidedCHO_Bolton_Council_1993_83_27_19",
        "relative-iri item-is-proxy",
    ),
    "edm-internal-rdfxml/sample_completeness.rdf": (
        f"{EUROPEANA}item/000002/_item_08502_5F41E0B657BDD9923BA2C4655BB7A6880A2ED5C2",
        "illegal-iri legacy-entity",
    ),
    "record-api-rdf/0081AD17F6F32DFDCAC1FEBF02BB683ACA0FFB95.rdf": (
        f"{EUROPEANA}item/09903/0081AD17F6F32DFDCAC1FEBF02BB683ACA0FFB95",
        "illegal-iri legacy-entity",
    ),
    "record-api-rdf/photography_ProvidedCHO_TopFoto_co_uk_EU017407.txt": (
        f"{EUROPEANA}item/2024904/photography_ProvidedCHO_TopFoto_co_uk_EU017407",
        "legacy-entity",
    ),
}
SEARCH_ITEMS = {
    "search-api/europeana_example.json": {
        f"2022704/lod_oai_bibliotecadigital_jcyl_es_{number}_ent1": codes
        for codes, numbers in {
            "search-item unassigned-labels": """26229 26228 26227 26226 26225 26224 26210 26209 26208 26207 26206 26201
                26200 26199 26198 24169 24168 24167""",
            "search-item unassigned-labels legacy-entity": "26222 26221 26220 26219 26215 26214 26213 26212 24170",
        }.items()
        for number in numbers.split()
    },
    "search-api/image_data_example.json": {
        "2022704/lod_oai_bibliotecadigital_jcyl_es_26229_ent1": "search-item unassigned-labels"
    },
    "search-api/image_data_sub_provider_example.json": {"9200579/zzwnbyhb": "search-item"},
}
REFUSED = {
    "annotation": """annotation-api/annotation__web_resource.json annotation-api/annotation_page.json
        annotation-api/canonical.json annotation-api/full_agent.json annotation-api/semantictag_entity.json
        annotation-api/simple_minimal.json annotation-api/simple_standard_jsonld.json
        annotation-api/specific_minimal.json annotation-api/specific_standard.json annotation-api/standard.json""",
    "api-error": "entity-api/entity-api-response-resolve-uri-nomatch.json",
    "entity": """edm-external-rdfxml/disjointness.xml edm-external-rdfxml/nolang.xml entity-api/Mathematics.jsonld
        entity-api/agent.json entity-api/concept-jackson.xml entity-api/concept.json
        entity-api/concept_engineering_178.xml entity-api/concept_machine.xml entity-api/dereference-geoname.xml
        entity-api/dereference-normal.xml entity-api/dereference-vocabulary.xml
        entity-api/entity-api-response-concept.json entity-api/entity-api-response-concept-iii.json
        entity-api/entity-api-response-concept-iv.json entity-api/entity-api-response-concept-notfound.json
        entity-api/entity-api-response-mgmt-concept-base.json
        entity-api/entity-api-response-mgmt-concept-ii-base.json
        entity-api/entity-api-response-mgmt-organization-base.json
        entity-api/entity-api-response-resolve-uri-concept.json entity-api/entity-api-response-resolve-uri-place.json
        entity-api/static_concept_1689.json""",
    "no-provided-cho": "edm-external-rdfxml/Item_35834473_wrong.xml",
    "not-a-record": """jsonld-context/context.jsonld jsonld-context/edm.jsonld jsonld-context/entity.jsonld
        record-api-json/edmorganization.json record-api-json/fullbean.json record-api-rdf/examplerdf.rdf""",
    "not-edm": "oai-pmh/sampleOaiRecord.xml",
    "not-rdf": "oai-pmh/getRecordFromDB",
    "oai-deleted": "oai-pmh/deletedOaiRecord.xml",
    "oai-error": "oai-pmh/oaiListIdentifiersIncorrectMetadataPrefix.xml",
    "oai-no-metadata": "oai-pmh/oaiListIdentifiers.xml oai-pmh/oaiListIdentifiersNoResumptionToken.xml",
    "rdf-malformed": "record-api-rdf/WrongTurtleInput.txt",
    "remote-context": "jsonld-context/ex_cho.jsonld",
}
CODES = {name: code for code, names in REFUSED.items() for name in names.split()}

pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the real payloads lie outside the repository")


def records(name: str) -> Iterator[EdmRecord]:
    """What a file comes to; a refusal is raised, whoever refuses."""
    for found in harvest_edm([SAMPLES / name], "shelf"):
        if isinstance(found, Rejection):
            raise RecordRejected(found.code, found.message)
        yield map_record(found, Iris("http://rubricator.test"))


def codes(record: EdmRecord) -> set[str]:
    return {repair.code for repair in record.repairs}


def is_strict(record: EdmRecord) -> bool:
    """Whether the triples survive strict parsers."""
    return all(
        {quad.triple for quad in parse(serialize(triples, format=syntax) or b"", syntax)} == set(triples)
        for triples in (record.triples, record.statements)
        for syntax in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES)
    )


def test_something_is_expected_of_every_payload() -> None:
    found = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*")}

    assert {*MAPPED, *SEARCH_ITEMS, *CODES} == found


@pytest.mark.parametrize("name", MAPPED)
def test_a_real_record_maps_to_strict_rdf(name: str) -> None:
    (record,) = records(name)
    item, expected = MAPPED[name]

    assert item == record.item.value
    assert set(expected.split()) == codes(record)
    assert is_strict(record)


@pytest.mark.parametrize("name", SEARCH_ITEMS)
def test_every_item_of_a_real_search_maps_to_strict_rdf(name: str) -> None:
    found = list(records(name))
    expected = {f"{EUROPEANA}item/{item}": set(noted.split()) for item, noted in SEARCH_ITEMS[name].items()}

    assert expected == {record.item.value: codes(record) for record in found}
    assert all(map(is_strict, found))


@pytest.mark.parametrize("name", CODES)
def test_every_other_payload_is_refused_with_its_code(name: str) -> None:
    with pytest.raises(RecordRejected) as refusal:
        list(records(name))
    assert CODES[name] == refusal.value.code
