"""An evaluation in the ledger: figures that are parts of what they are of, so that its page shows them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.quality import Figure, Measured, evaluation_quads
from rubricator.enrichment.run import RunInputs
from rubricator.iris import Iris
from rubricator.rdf import DQV, ENR, PROV, TYPE, XSD

MOMENT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def measured(inputs: RunInputs) -> Measured:
    concept = inputs.vocabulary.by_slug("map")
    figures = [Figure("accuracy", 0.75, 0.6, 0.9), Figure("conceptF1", 0.5, None, None, concept)]
    return Measured("e" * 64, inputs, "my pictures", "d" * 64, 120, figures, False, MOMENT, MOMENT)


def test_a_figure_of_the_whole_is_a_part_of_the_model(measured: Measured, iris: Iris) -> None:
    quads = list(evaluation_quads(measured, iris))
    model = measured.inputs.model_iri(iris)

    (node,) = [quad.object for quad in quads if quad.predicate == DQV["hasQualityMeasurement"]]

    assert NamedNode(f"{model.value}#evaluation-eeeeeeeeeeee-accuracy") == node
    said = {(quad.predicate, quad.object) for quad in quads if quad.subject == node}
    assert {
        (TYPE, DQV["QualityMeasurement"]),
        (DQV["isMeasurementOf"], ENR["accuracy"]),
        (DQV["computedOn"], model),
        (DQV["value"], Literal("0.7500", datatype=XSD["decimal"])),
        (ENR["intervalLow"], Literal("0.6000", datatype=XSD["decimal"])),
        (ENR["intervalHigh"], Literal("0.9000", datatype=XSD["decimal"])),
        (PROV["wasDerivedFrom"], iris.thing("labelled", "d" * 12)),
        (PROV["wasGeneratedBy"], iris.thing("evaluation", "e" * 12)),
    } == said


def test_a_figure_of_a_concept_is_a_part_of_the_evaluation_and_has_no_interval_that_nobody_knows(
    measured: Measured, iris: Iris
) -> None:
    quads = list(evaluation_quads(measured, iris))

    (node,) = [quad.subject for quad in quads if quad.object == ENR["conceptF1"]]

    assert NamedNode("http://rubricator.test/id/evaluation/eeeeeeeeeeee#conceptF1-map") == node
    assert ENR["intervalLow"] not in {quad.predicate for quad in quads if quad.subject == node}


def test_the_evaluation_used_the_policy_unless_it_fitted_its_own(measured: Measured, iris: Iris) -> None:
    def used(found: Measured) -> set[object]:
        return {quad.object for quad in evaluation_quads(found, iris) if quad.predicate == PROV["used"]}

    policy = measured.inputs.policy_iri(iris)

    assert policy in used(measured)
    assert used(measured) - {policy} == used(replace(measured, cross_fitted=True))


def test_everything_lies_in_the_ledger(measured: Measured, iris: Iris) -> None:
    assert {iris.ledger} == {quad.graph_name for quad in evaluation_quads(measured, iris)}
