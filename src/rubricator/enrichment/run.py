"""A run and everything that it used, each named by its content, as quads of the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad, Triple
from ulid import ULID

from rubricator.enrichment.plans import picture_policy_triples, policy_triples
from rubricator.enrichment.policy import DecisionPolicy, PicturePolicy
from rubricator.enrichment.software import Software
from rubricator.enrichment.training import TrainedHead, training_triples
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, PROV, SCHEMA, TYPE, XSD, decimal, integer, timestamp
from rubricator.vocabulary import PromptSet, Vocabulary

CC0 = NamedNode("http://creativecommons.org/publicdomain/zero/1.0/")


class Model(Protocol):
    """What the ledger says of a model.

    ``licence`` and ``source`` are what its card says today: they are said of the use that is made of it, not of it.
    """

    @property
    def name(self) -> str: ...
    @property
    def architecture(self) -> str: ...
    @property
    def weights_sha256(self) -> str: ...
    @property
    def licence(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def logit_scale(self) -> float: ...


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Everything that decides what a run claims, apart from the images. ``head`` is None where prompts decide."""

    model: Model
    prompts: PromptSet
    policy: DecisionPolicy
    pictures: PicturePolicy
    vocabulary: Vocabulary
    software: Software
    operator: str
    head: TrainedHead | None = None

    def model_iri(self, iris: Iris) -> NamedNode:
        return iris.thing("model", self.model.name.replace("/", "."), self.model.weights_sha256[:12])

    def prompts_iri(self, iris: Iris) -> NamedNode:
        return iris.thing("promptset", self.prompts.sha256[:12])

    def policy_iri(self, iris: Iris) -> NamedNode:
        return iris.thing("policy", self.policy.sha256[:12])

    def pictures_iri(self, iris: Iris) -> NamedNode:
        return iris.thing("policy", self.pictures.sha256[:12])

    def used(self, iris: Iris) -> tuple[NamedNode, ...]:
        """What the run used, each named by its content: a run with the same is the same run."""
        return (
            self.model_iri(iris),
            self.prompts_iri(iris),
            self.policy_iri(iris),
            self.pictures_iri(iris),
            self.vocabulary.iri,
            *((self.head.iri(iris),) if self.head else ()),
        )

    def software_iri(self, iris: Iris) -> NamedNode:
        return self.software.iri(iris)

    def operator_iri(self, iris: Iris) -> NamedNode:
        return iris.thing("agent", self.operator)


@dataclass(frozen=True, slots=True)
class RunScope:
    """What a run was asked for. ``dataset`` is None where that was the whole store.

    ``again`` says that it decides anew on what runs with other policies have decided, to take their place at its end.
    """

    dataset: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``ulid`` sorts by start."""

    ulid: str
    started: datetime
    scope: RunScope = RunScope()

    @classmethod
    def begin(cls, moment: datetime, scope: RunScope = RunScope()) -> "Run":
        return cls(str(ULID.from_datetime(moment)), moment, scope)


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did, counted in the store itself when it ends."""

    images: int
    enrichments: int
    near_misses: int
    failures: int


def plan_quads(run: Run, inputs: RunInputs, iris: Iris) -> Iterator[Quad]:
    """What is known of a run before it starts: 20 quads or so, and the descriptions of what it uses."""
    activity, graph, ledger = iris.run(run.ulid), iris.run_graph(run.ulid), iris.ledger
    association = NamedNode(f"{activity.value}#operator")
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (graph, TYPE, PROV["Bundle"]),
        (graph, PROV["wasGeneratedBy"], activity),
        (graph, DCTERMS["license"], CC0),
        (activity, TYPE, PROV["Activity"]),
        (activity, TYPE, ENR["Run"]),
        (activity, PROV["generated"], graph),
        *((activity, PROV["used"], entity) for entity in inputs.used(iris)),
        (activity, PROV["wasAssociatedWith"], inputs.software_iri(iris)),
        (activity, PROV["qualifiedAssociation"], association),
        (association, TYPE, PROV["Association"]),
        (association, PROV["agent"], inputs.operator_iri(iris)),
        (association, PROV["hadRole"], ENR["operator"]),
    ]
    if run.scope.dataset is not None:
        statements.append((activity, ENR["dataset"], iris.thing("dataset", run.scope.dataset)))
    if run.scope.again:
        statements.append((activity, ENR["decidesAgain"], Literal("true", datatype=XSD["boolean"])))
    described = (
        *classifier_triples(inputs, iris),
        *picture_policy_triples(inputs.pictures, inputs.pictures_iri(iris)),
    )
    stated = stated_triples(activity, inputs.model)
    for triple in (*(Triple(*statement) for statement in statements), *stated, *described):
        yield Quad(triple.subject, triple.predicate, triple.object, ledger)


def start_quads(run: Run, iris: Iris) -> Iterator[Quad]:
    """What is added to the ledger when a run starts; the same again when it goes on."""
    yield Quad(iris.run(run.ulid), PROV["startedAtTime"], timestamp(run.started), iris.ledger)


def run_quads(run: Run, inputs: RunInputs, iris: Iris) -> Iterator[Quad]:
    """All that is known of a run when it starts."""
    yield from plan_quads(run, inputs, iris)
    yield from start_quads(run, iris)


def end_quads(run: Run, ended: datetime, counts: RunCounts, iris: Iris) -> Iterator[Quad]:
    """What is added to the ledger when a run ends: when it began, where a clock went back since."""
    activity = iris.run(run.ulid)
    yield Quad(activity, PROV["endedAtTime"], timestamp(max(ended, run.started)), iris.ledger)
    yield Quad(activity, ENR["imageCount"], integer(counts.images), iris.ledger)
    yield Quad(activity, ENR["annotationCount"], integer(counts.enrichments), iris.ledger)
    yield Quad(activity, ENR["nearMissCount"], integer(counts.near_misses), iris.ledger)
    yield Quad(activity, ENR["failureCount"], integer(counts.failures), iris.ledger)


def classifier_triples(inputs: RunInputs, iris: Iris) -> Iterator[Triple]:
    """What decides, and who runs it: model, prompts, policy, head, vocabulary, software, operator."""
    yield from _model_triples(inputs.model, inputs.model_iri(iris))
    yield from _prompt_triples(inputs.prompts, inputs.vocabulary, inputs.prompts_iri(iris), iris)
    yield from policy_triples(inputs.policy, inputs.vocabulary, iris)
    if inputs.head:
        yield from training_triples(inputs.head, iris)
    vocabulary = inputs.vocabulary
    yield Triple(vocabulary.iri, TYPE, ENR["VocabularyVersion"])
    yield Triple(vocabulary.iri, TYPE, PROV["Entity"])
    yield Triple(vocabulary.iri, SCHEMA["version"], Literal(vocabulary.version))
    yield Triple(vocabulary.iri, ENR["sha256"], Literal(vocabulary.sha256))
    yield from inputs.software.triples(iris)
    operator = inputs.operator_iri(iris)
    yield Triple(operator, TYPE, PROV["Agent"])
    yield Triple(operator, ENR["pseudonym"], Literal(inputs.operator))


def stated_triples(activity: NamedNode, model: Model) -> Iterator[Triple]:
    """Under which licence and from where a run, or an evaluation, took the model: another may find another card."""
    if model.licence:
        yield Triple(activity, ENR["modelLicence"], Literal(model.licence))
    if model.source:
        yield Triple(activity, ENR["modelSource"], Literal(model.source))


def _model_triples(model: Model, iri: NamedNode) -> Iterator[Triple]:
    yield Triple(iri, TYPE, PROV["Entity"])
    yield Triple(iri, TYPE, ENR["Model"])
    yield Triple(iri, DCTERMS["title"], Literal(model.name))
    yield Triple(iri, ENR["architecture"], Literal(model.architecture))
    yield Triple(iri, ENR["sha256"], Literal(model.weights_sha256))
    yield Triple(iri, ENR["temperature"], decimal(1 / model.logit_scale))


def _prompt_triples(prompts: PromptSet, vocabulary: Vocabulary, iri: NamedNode, iris: Iris) -> Iterator[Triple]:
    yield Triple(iri, TYPE, PROV["Entity"])
    yield Triple(iri, TYPE, ENR["PromptSet"])
    yield Triple(iri, DCTERMS["title"], Literal(prompts.name))
    yield Triple(iri, ENR["sha256"], Literal(prompts.sha256))
    for other in prompts.others:
        yield Triple(iri, ENR["otherPrompt"], Literal(other, language=prompts.language_of(other)))
    for concept in vocabulary.concepts:
        part = iris.part(iri, concept.slug)
        yield Triple(iri, DCTERMS["hasPart"], part)
        yield Triple(part, ENR["forConcept"], concept.body)
        for prompt in prompts.prompts[concept.slug]:
            yield Triple(part, ENR["prompt"], Literal(prompt, language=prompts.language_of(prompt)))
