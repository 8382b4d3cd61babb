"""How a head was trained, as quads: from which pictures of which sources, under which licences, at what cost."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Triple

from rubricator.enrichment.software import Software
from rubricator.iris import Iris
from rubricator.rdf import DCAT, DCTERMS, ENR, PROV, TYPE, decimal, integer, timestamp


@dataclass(frozen=True, slots=True)
class TrainedHead:
    """A head as the ledger knows it; ``training`` is the part of that name of its card, as ``train`` wrote it."""

    name: str
    sha256: str
    training: Mapping[str, Any]

    def iri(self, iris: Iris) -> NamedNode:
        return iris.thing("head", self.name.replace("/", "."), self.sha256[:12])

    def activity(self, iris: Iris) -> NamedNode:
        """By all that is told of the training: two may end with the same weights."""
        digest = hashlib.sha256(json.dumps(self.training, sort_keys=True).encode()).hexdigest()
        return iris.thing("training", digest[:12])

    def dataset(self, iris: Iris) -> NamedNode:
        return labelled_dataset(self.training["dataset"]["sha256"], iris)


def labelled_dataset(sha256: str, iris: Iris) -> NamedNode:
    """Labelled pictures, by the hash of what they are and how they are labelled."""
    return iris.thing("labelled", sha256[:12])


def training_quads(head: TrainedHead, iris: Iris) -> Iterator[Quad]:
    """What the ledger says of a head; the same head always says the same."""
    for triple in training_triples(head, iris):
        yield Quad(triple.subject, triple.predicate, triple.object, iris.ledger)


def training_triples(head: TrainedHead, iris: Iris) -> Iterator[Triple]:
    """The head, the activity that made it, and what that used."""
    told = head.training
    subject, activity, dataset = head.iri(iris), head.activity(iris), head.dataset(iris)
    base, prompts = told["model"], told["prompts"]
    model = _model(base, iris)
    prompt_set = iris.thing("promptset", prompts["sha256"][:12])
    software = Software(told["software"]["rubricator"], told["software"]["commit"])
    yield from _described(subject, ENR["Head"], head.name, head.sha256)
    yield Triple(subject, PROV["wasDerivedFrom"], model)
    if tuned := told.get("tuned"):
        taught = _model(tuned, iris)
        yield from _described(taught, ENR["Model"], tuned["name"], tuned["weights_sha256"])
        yield Triple(taught, PROV["wasDerivedFrom"], model)
        yield Triple(taught, PROV["wasGeneratedBy"], activity)
    yield Triple(subject, PROV["wasGeneratedBy"], activity)
    yield Triple(activity, TYPE, PROV["Activity"])
    yield Triple(activity, TYPE, ENR["Training"])
    yield Triple(activity, PROV["startedAtTime"], timestamp(datetime.fromisoformat(told["started"])))
    yield Triple(activity, PROV["endedAtTime"], timestamp(datetime.fromisoformat(told["ended"])))
    for used in (dataset, model, prompt_set):
        yield Triple(activity, PROV["used"], used)
    yield Triple(activity, PROV["wasAssociatedWith"], software.iri(iris))
    yield Triple(activity, ENR["method"], Literal(told["method"]))
    yield Triple(activity, ENR["seed"], integer(told["seed"]))
    yield Triple(activity, ENR["alpha"], decimal(told["alpha"]))
    if told["energy_kwh"] is not None:
        yield Triple(activity, ENR["energy"], decimal(told["energy_kwh"], places=6))
    yield from software.triples(iris)
    yield from _described(model, ENR["Model"], base["name"], base["weights_sha256"])
    yield from _described(prompt_set, ENR["PromptSet"], prompts["name"], prompts["sha256"])
    yield from _described(dataset, ENR["LabelledDataset"], told["dataset"]["name"], told["dataset"]["sha256"])
    yield Triple(dataset, TYPE, DCAT["Dataset"])
    for number, source in enumerate(told["sources"], start=1):
        # Named by the training: another one may use other sources, or fewer pictures, of the same data set.
        part = NamedNode(f"{activity.value}#source-{number}")
        yield Triple(activity, PROV["used"], part)
        yield Triple(part, TYPE, PROV["Entity"])
        yield Triple(part, DCTERMS["isPartOf"], dataset)
        yield Triple(part, DCTERMS["title"], Literal(source["source"]))
        yield Triple(part, DCTERMS["publisher"], Literal(source["repository"]))
        yield Triple(part, DCTERMS["rights"], Literal(source["licence"]))
        yield Triple(part, ENR["use"], Literal(source["use"]))
        yield Triple(part, ENR["count"], integer(source["pictures"]))


def _model(told: Mapping[str, Any], iris: Iris) -> NamedNode:
    return iris.thing("model", told["name"].replace("/", "."), told["weights_sha256"][:12])


def _described(entity: NamedNode, kind: NamedNode, title: str, sha256: str) -> Iterator[Triple]:
    """What is known of an entity without having it at hand."""
    yield Triple(entity, TYPE, PROV["Entity"])
    yield Triple(entity, TYPE, kind)
    yield Triple(entity, DCTERMS["title"], Literal(title))
    yield Triple(entity, ENR["sha256"], Literal(sha256))
