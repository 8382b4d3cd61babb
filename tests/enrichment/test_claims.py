from collections import Counter
from datetime import UTC, datetime

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, serialize

from rubricator.enrichment.claims import Capture, ClaimWriter, Depiction
from rubricator.enrichment.policy import Decision
from rubricator.enrichment.run import Run, RunCounts, RunInputs, end_quads, run_quads
from rubricator.enrichment.view import proxy_iri
from rubricator.iris import Iris
from rubricator.rdf import DC, EDM, ENR, OA, PROV, XSD
from rubricator.resources import resource
from tests.enrichment.classified import Score

ITEM = NamedNode("http://data.europeana.eu/item/9990001/demo_0001")
IMAGE = NamedNode("https://museum.example.org/1.jpg")
RIGHTS = NamedNode("http://creativecommons.org/publicdomain/mark/1.0/")
THUMBNAIL = NamedNode("https://api.europeana.eu/thumbnail/v3/400/b4a5c1ce6a26bd9ffcf6b5cf8a1a6aa6.jpg")
CLOSED, WITHOUT_RIGHTS = (NamedNode(f"https://museum.example.org/{name}.jpg") for name in ("closed", "silent"))
RUN = Run.begin(datetime(2026, 11, 21, 10, tzinfo=UTC))


PAINTING, DRAWING, MAP = Score("painting", 0.91341), Score("drawing", 0.06), Score("map", 0.02)


@pytest.fixture
def writer(inputs: RunInputs, iris: Iris) -> ClaimWriter:
    return ClaimWriter(RUN, inputs.vocabulary, iris)


def decision_quads(writer: ClaimWriter, capture: Capture, decision: Decision) -> list[Quad]:
    return list(writer.decision_quads(Depiction(ITEM, IMAGE), capture, decision))


def test_one_claim_takes_15_quads_in_all_graphs_together(writer: ClaimWriter, capture: Capture) -> None:
    quads = decision_quads(writer, capture, Decision((PAINTING,), ()))

    assert 15 == len(set(quads))
    assert 6 == sum(quad.graph_name == DefaultGraph() for quad in quads)


def test_a_second_claim_on_the_same_picture_takes_11_more(writer: ClaimWriter, capture: Capture) -> None:
    quads = decision_quads(writer, capture, Decision((PAINTING, DRAWING), ()))

    assert 15 + 11 == len(set(quads))


def test_a_claim_names_concept_confidence_raw_score_property_and_bytes(
    writer: ClaimWriter, capture: Capture, iris: Iris
) -> None:
    store = Store()
    store.bulk_extend(decision_quads(writer, capture, Decision((PAINTING,), ())))
    annotation = iris.annotation(RUN.ulid, capture.sha256, ITEM.value, "http://data.europeana.eu/concept/47")
    graph = iris.run_graph(RUN.ulid)

    stated = {quad.predicate: quad.object for quad in store.quads_for_pattern(annotation, None, None, graph)}
    assert NamedNode("http://data.europeana.eu/concept/47") == stated[OA["hasBody"]]
    assert Literal("0.9134", datatype=XSD["decimal"]) == stated[EDM["confidenceLevel"]]
    assert Literal("0.25", datatype=XSD["decimal"]) == stated[ENR["rawScore"]]
    assert DC["type"] == stated[ENR["property"]]
    assert iris.image(capture.sha256) == stated[PROV["wasDerivedFrom"]]


def test_writing_a_decision_twice_changes_nothing(writer: ClaimWriter, capture: Capture) -> None:
    store = Store()
    store.bulk_extend(decision_quads(writer, capture, Decision((PAINTING,), (DRAWING,))))
    before = len(store)

    store.bulk_extend(decision_quads(writer, capture, Decision((PAINTING,), (DRAWING,))))

    assert before == len(store)


def test_near_misses_stay_out_of_the_published_view(writer: ClaimWriter, capture: Capture) -> None:
    quads = decision_quads(writer, capture, Decision((), (DRAWING, MAP)))

    assert 2 + 2 * 6 == len(quads)
    assert not [quad for quad in quads if quad.graph_name == DefaultGraph()]


def test_what_a_depicted_thing_shows_goes_to_dc_subject(writer: ClaimWriter, capture: Capture, iris: Iris) -> None:
    quads = decision_quads(writer, capture, Decision((Score("building", 0.8),), ()))

    proxy = proxy_iri(ITEM, iris)
    assert Quad(proxy, DC["subject"], NamedNode("http://data.europeana.eu/concept/29"), DefaultGraph()) in quads


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("http://data.europeana.eu/item/9/a_b", "http://rubricator.test/id/proxy/9/a_b"),
        ("http://rubricator.test/id/item/demo/coins", "http://rubricator.test/id/proxy/demo/coins"),
    ],
)
def test_our_proxy_is_named_after_the_item_in_our_own_space(item: str, expected: str, iris: Iris) -> None:
    assert expected == proxy_iri(NamedNode(item), iris).value


def test_items_elsewhere_get_a_proxy_of_their_own(iris: Iris) -> None:
    proxies = {proxy_iri(NamedNode(f"https://museum.example.org/{name}"), iris) for name in "abc"}

    assert 3 == len(proxies)
    assert all(proxy.value.startswith("http://rubricator.test/id/proxy/") for proxy in proxies)


def test_a_failure_keeps_code_message_picture_and_item(writer: ClaimWriter) -> None:
    quads = list(writer.failure_quads(Depiction(ITEM, IMAGE), "image-truncated", "The file ends early."))

    stated = {quad.predicate: quad.object for quad in quads}
    assert Literal("image-truncated") == stated[ENR["code"]]
    assert (IMAGE, ITEM) == (stated[OA["hasSource"]], stated[OA["hasScope"]])


def test_a_capture_keeps_the_rights_of_its_picture(writer: ClaimWriter, capture: Capture) -> None:
    quads = list(writer.capture_quads(Depiction(ITEM, IMAGE, RIGHTS), capture))

    assert 6 == len(quads)
    assert RIGHTS in [quad.object for quad in quads if quad.predicate == EDM["rights"]]


def test_a_closed_picture_keeps_its_rights_and_the_class_that_would_have_to_be_allowed(writer: ClaimWriter) -> None:
    quads = list(writer.closed_quads(Depiction(ITEM, IMAGE, RIGHTS), "permission"))

    stated = {quad.predicate: quad.object for quad in quads}
    assert 7 == len(quads)
    assert Literal("rights-not-allowed") == stated[ENR["code"]]
    assert (RIGHTS, Literal("permission")) == (stated[EDM["rights"]], stated[ENR["reusability"]])


def test_a_closed_picture_without_rights_says_so(writer: ClaimWriter) -> None:
    quads = list(writer.closed_quads(Depiction(ITEM, IMAGE), "permission"))

    assert 6 == len(quads)
    assert Literal("rights-missing") in [quad.object for quad in quads]


def test_the_capture_of_a_thumbnail_names_it_and_stays_one_of_the_picture(
    writer: ClaimWriter, capture: Capture
) -> None:
    stated = {
        quad.predicate: quad.object for quad in writer.capture_quads(Depiction(ITEM, IMAGE, None, THUMBNAIL), capture)
    }

    assert (THUMBNAIL, IMAGE) == (stated[ENR["rendition"]], stated[PROV["specializationOf"]])


def test_run_claims_and_captures_conform_to_the_shapes(
    writer: ClaimWriter, capture: Capture, inputs: RunInputs, iris: Iris
) -> None:
    pyshacl, rdflib = pytest.importorskip("pyshacl"), pytest.importorskip("rdflib")
    depiction = Depiction(ITEM, IMAGE, RIGHTS, THUMBNAIL)
    counts = RunCounts(images=1, enrichments=1, near_misses=1, failures=0)
    quads = [
        *run_quads(RUN, inputs, iris),
        *writer.capture_quads(depiction, capture),
        *writer.decision_quads(depiction, capture, Decision((PAINTING,), (DRAWING,))),
        *writer.failure_quads(depiction, "image-timeout", "The server was too slow."),
        *writer.closed_quads(Depiction(ITEM, CLOSED, RIGHTS), "permission"),
        *writer.closed_quads(Depiction(ITEM, WITHOUT_RIGHTS), "permission"),
        *end_quads(RUN, datetime(2026, 11, 21, 10, 5, tzinfo=UTC), counts, iris),
    ]
    triples = [quad.triple for quad in quads if quad.graph_name != DefaultGraph()]
    data = rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    shapes = rdflib.Graph().parse(resource("ontology", "shapes", "enrichment.ttl"))

    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes)

    assert conforms, report
    assert 1 == Counter(quad.object for quad in quads)[ENR["NearMiss"]]
