"""Every real payload that lies beside the repository maps, or is refused with the right code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from rubricator.edm import RecordRejected, map_record
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
REFUSED = {
    "edm-external-rdfxml/Item_35834473_wrong.xml": "no-provided-cho",
    "edm-external-rdfxml/disjointness.xml": "not-a-record",
    "edm-external-rdfxml/nolang.xml": "not-a-record",
    "jsonld-context/ex_cho.jsonld": "remote-context",
    "oai-pmh/getRecordFromDB": "not-rdf",
    "record-api-rdf/WrongTurtleInput.txt": "rdf-malformed",
    "record-api-rdf/examplerdf.rdf": "not-a-record",
}
NO_RECORDS = (
    "annotation-api",
    "entity-api",
    "jsonld-context",
    "oai-pmh",
    "record-api-json",
    "search-api",
)
"""Folders whose other files are all refused as ``not-a-record``."""

pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the real payloads lie outside the repository")


def samples() -> Iterator[str]:
    for path in sorted(SAMPLES.glob("*/*")):
        yield path.relative_to(SAMPLES).as_posix()


@pytest.mark.parametrize("name", MAPPED)
def test_a_real_record_maps_to_strict_rdf(name: str) -> None:
    (source,) = harvest_edm([SAMPLES / name], "shelf")
    assert not isinstance(source, Rejection)
    record = map_record(source, Iris("http://rubricator.test"))
    item, codes = MAPPED[name]

    assert item == record.item.value
    assert set(codes.split()) == {repair.code for repair in record.repairs}
    turtle = serialize(record.triples, format=RdfFormat.TURTLE)
    assert set(record.triples) == {quad.triple for quad in parse(turtle, RdfFormat.TURTLE)}


@pytest.mark.parametrize("name", sorted(set(samples()) - set(MAPPED)))
def test_every_other_payload_is_refused_with_its_code(name: str) -> None:
    (found,) = harvest_edm([SAMPLES / name], "shelf")
    expected = REFUSED.get(name) or ("not-a-record" if name.startswith(NO_RECORDS) else "listed above")
    if isinstance(found, Rejection):
        assert expected == found.code
        return
    with pytest.raises(RecordRejected) as refusal:
        map_record(found, Iris("http://rubricator.test"))
    assert expected == refusal.value.code
