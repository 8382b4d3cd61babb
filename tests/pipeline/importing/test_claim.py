"""Which claims of others are believed to be claims of others."""

import pytest
from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator.pipeline.importing.claim import checked, claim_quads
from rubricator.pipeline.importing.draft import Draft, Refused, of_annotation, of_row
from rubricator.rdf import EDM

IRIS = Iris("http://rubricator.test")
BODY, ITEM = "http://vocab.getty.edu/aat/300033618", "http://data.europeana.eu/item/9990001/harbour"
TAG = {"type": "Annotation", "motivation": "tagging", "body": BODY, "target": ITEM}
ROW = {"recordId": "/9990001/harbour", "uri": BODY}


def code(draft: Draft) -> str:
    """Why a claim is refused; empty if it is not."""
    try:
        checked(draft, IRIS)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    "forged",
    [
        {"id": "http://rubricator.test/annotation/0123456789abcdef0123456789"},
        {"id": "HTTPS://Rubricator.TEST/annotation/0123456789abcdef0123456789"},
        {"id": "urn:x:1", "canonical": "http://rubricator.test/annotation/0123456789abcdef0123456789"},
        {"via": "http://rubricator.test/graph/run/01M8"},
        {"creator": "http://rubricator.test/id/agent/reviewer-3"},
        {"generator": {"id": "http://rubricator.test/id/agent/rubricator-0.1.0", "type": "Software"}},
        {"body": "http://rubricator.test/id/run/01M8"},
        {"target": "http://rubricator.test/graph/ledger"},
        {"target": {"source": "http://rubricator.test/annotation/1", "scope": ITEM}},
    ],
)
def test_what_passes_itself_off_as_ours_is_refused(forged: dict[str, object]) -> None:
    assert "claims-to-be-ours" == code(of_annotation(TAG | forged))


def test_a_row_that_names_our_run_is_refused() -> None:
    assert "claims-to-be-ours" == code(of_row(ROW | {"run": "http://rubricator.test/id/run/01M8"}))


def test_a_host_that_only_begins_like_ours_is_anybodys() -> None:
    assert "" == code(of_annotation(TAG | {"id": "http://rubricator.test.example.org/annotation/1"}))


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ("unsafe-iri", {"body": "javascript:alert(1)"}),
        ("unsafe-iri", {"target": {"source": "data:image/png;base64,AAAA", "scope": ITEM}}),
        ("unsafe-iri", {"creator": "javascript:alert(1)"}),
        ("unsafe-iri", {"body": "http://example.org/with space"}),
        ("body-not-iri", {"body": "painting"}),
        ("body-not-iri", {"body": {"type": "TextualBody", "value": "painting"}}),
        ("body-not-iri", {"body": [BODY, BODY]}),
        ("body-not-iri", {"body": None}),
        ("target-unclear", {"target": [ITEM, ITEM]}),
        ("target-unclear", {"target": {"type": "SpecificResource"}}),
        ("not-a-tag", {"motivation": "commenting"}),
        ("bad-confidence", {"confidence": 1.2}),
        ("bad-confidence", {"confidence": "NaN"}),
        ("bad-confidence", {"confidence": "1e-99999999"}),
        ("bad-moment", {"created": "yesterday"}),
        ("annotation-malformed", {"confidence": True}),
        ("annotation-malformed", {"creator": 7}),
    ],
)
def test_what_is_unsound_is_refused_with_its_reason(expected: str, wrong: dict[str, object]) -> None:
    try:
        found = code(of_annotation(TAG | wrong))
    except Refused as refused:
        found = refused.code
    assert expected == found


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ("bad-property", {"targetField": "dc:title"}),
        ("annotation-malformed", {"annotatorType": "CLIP"}),
        ("body-not-iri", {"uri": ""}),
        ("target-unclear", {"recordId": ""}),
    ],
)
def test_a_row_is_looked_at_as_closely(expected: str, wrong: dict[str, str]) -> None:
    assert expected == code(of_row(ROW | wrong))


def test_a_confidence_is_written_without_an_exponent() -> None:
    claim = checked(of_row(ROW | {"confidence": "4E-5", "targetField": "dc:type"}), IRIS)

    quads = list(claim_quads(claim, "U", NamedNode("http://tool.test/"), IRIS))

    assert ["0.00004"] == [getattr(one.object, "value", "") for one in quads if one.predicate == EDM["confidenceLevel"]]
    assert {IRIS.import_graph("U")} == {quad.graph_name for quad in quads}


def test_the_old_spelling_of_an_entity_is_the_same_concept() -> None:
    claim = checked(of_row(ROW | {"uri": "http://data.europeana.eu/concept/base/47"}), IRIS)

    assert NamedNode("http://data.europeana.eu/concept/47") == claim.body
