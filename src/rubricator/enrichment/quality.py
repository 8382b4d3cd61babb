"""How good a classifier was on labelled pictures, as quads of the Data Quality Vocabulary (W3C Note, 2016)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad, Triple

from rubricator.enrichment.labelled import labelled_dataset, labelled_triples
from rubricator.enrichment.run import RunInputs, classifier_triples, stated_triples
from rubricator.iris import Iris
from rubricator.rdf import DQV, ENR, PROV, TYPE, decimal, integer, timestamp
from rubricator.vocabulary import Concept


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``metric`` is the local name of a ``dqv:Metric`` of ours, ``concept`` the one that it is about."""

    metric: str
    value: float
    low: float | None
    high: float | None
    concept: Concept | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """An evaluation as the ledger knows it; ``sha256`` is that of its report, which names it.

    ``pictures`` of the data set with the hash ``dataset_sha256`` were measured. ``cross_fitted`` says that confidences
    and thresholds were fitted in the evaluation, not those of the inputs' policy.
    """

    sha256: str
    inputs: RunInputs
    dataset: str
    dataset_sha256: str
    pictures: int
    figures: Sequence[Figure]
    cross_fitted: bool
    started: datetime
    ended: datetime

    def iri(self, iris: Iris) -> NamedNode:
        return iris.thing("evaluation", self.sha256[:12])

    def subject(self, iris: Iris) -> NamedNode:
        """What the figures are of: the head where there is one, else the model."""
        return self.inputs.head.iri(iris) if self.inputs.head else self.inputs.model_iri(iris)


def evaluation_quads(measured: Measured, iris: Iris) -> Iterator[Quad]:
    """The evaluation, its figures and what it used, in the ledger: 8 quads a figure or so."""
    for triple in (*_activity(measured, iris), *_figures(measured, iris), *classifier_triples(measured.inputs, iris)):
        yield Quad(triple.subject, triple.predicate, triple.object, iris.ledger)


def _activity(measured: Measured, iris: Iris) -> Iterator[Triple]:
    activity, inputs = measured.iri(iris), measured.inputs
    dataset = labelled_dataset(measured.dataset_sha256, iris)
    yield Triple(activity, TYPE, PROV["Activity"])
    yield Triple(activity, TYPE, ENR["Evaluation"])
    yield Triple(activity, ENR["sha256"], Literal(measured.sha256))
    yield Triple(activity, PROV["startedAtTime"], timestamp(measured.started))
    yield Triple(activity, PROV["endedAtTime"], timestamp(measured.ended))
    yield Triple(activity, ENR["imageCount"], integer(measured.pictures))
    used = [inputs.model_iri(iris), inputs.prompts_iri(iris), inputs.vocabulary.iri, dataset]
    if not measured.cross_fitted:
        used.append(inputs.policy_iri(iris))
    if inputs.head:
        used.append(inputs.head.iri(iris))
    for entity in used:
        yield Triple(activity, PROV["used"], entity)
    yield Triple(activity, PROV["wasAssociatedWith"], inputs.software_iri(iris))
    yield Triple(activity, PROV["wasAssociatedWith"], inputs.operator_iri(iris))
    yield from stated_triples(activity, inputs.model)
    yield from labelled_triples(measured.dataset_sha256, iris, measured.dataset)


def _figures(measured: Measured, iris: Iris) -> Iterator[Triple]:
    activity, subject = measured.iri(iris), measured.subject(iris)
    dataset = labelled_dataset(measured.dataset_sha256, iris)
    for figure in measured.figures:
        # A figure of the whole is a part of what it is of, so that its page shows it; one of a concept would be lost
        # there among many.
        if figure.concept is None:
            node = NamedNode(f"{subject.value}#evaluation-{measured.sha256[:12]}-{figure.metric}")
            yield Triple(subject, DQV["hasQualityMeasurement"], node)
        else:
            node = iris.part(activity, f"{figure.metric}-{figure.concept.slug}")
            yield Triple(node, ENR["forConcept"], figure.concept.body)
            yield Triple(activity, PROV["generated"], node)
        yield Triple(node, TYPE, DQV["QualityMeasurement"])
        yield Triple(node, DQV["isMeasurementOf"], ENR[figure.metric])
        yield Triple(node, DQV["computedOn"], subject)
        yield Triple(node, DQV["value"], decimal(figure.value))
        if figure.low is not None and figure.high is not None:
            yield Triple(node, ENR["intervalLow"], decimal(figure.low))
            yield Triple(node, ENR["intervalHigh"], decimal(figure.high))
        yield Triple(node, PROV["wasDerivedFrom"], dataset)
        yield Triple(node, PROV["wasGeneratedBy"], activity)
