"""How a head was trained, as triples: from which pictures of which sources, under which licences, at what cost."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.labelled import labelled_dataset, labelled_triples
from rubricator.enrichment.software import Software
from rubricator.iris import Iris
from rubricator.rdf import DC, DCTERMS, ENR, PROV, TYPE, decimal, integer, timestamp


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


def training_triples(head: TrainedHead, iris: Iris) -> Iterator[Triple]:
    """The head, the activity that made it, and what that used. The same head always says the same."""
    told, subject, activity = head.training, head.iri(iris), head.activity(iris)
    base, fitting = _model(told["model"], iris), _model(told.get("tuned", told["model"]), iris)
    yield from _described(subject, ENR["Head"], head.name, head.sha256)
    yield Triple(subject, DCTERMS["requires"], fitting)
    yield Triple(subject, PROV["wasDerivedFrom"], base)
    yield Triple(subject, PROV["wasGeneratedBy"], activity)
    yield from _described(base, ENR["Model"], told["model"]["name"], told["model"]["weights_sha256"])
    if fitting != base:
        yield from _described(fitting, ENR["Model"], told["tuned"]["name"], told["tuned"]["weights_sha256"])
        yield Triple(fitting, PROV["wasDerivedFrom"], base)
        yield Triple(fitting, PROV["wasGeneratedBy"], activity)
    yield from _activity(head, base, iris)
    for number, source in enumerate(told["sources"], start=1):
        yield from _source(source, number, head, iris)


def _activity(head: TrainedHead, base: NamedNode, iris: Iris) -> Iterator[Triple]:
    told, activity = head.training, head.activity(iris)
    prompts, dataset = told["prompts"], told["dataset"]
    prompt_set = iris.thing("promptset", prompts["sha256"][:12])
    software = Software(told["software"]["rubricator"], told["software"]["commit"])
    yield Triple(activity, TYPE, PROV["Activity"])
    yield Triple(activity, TYPE, ENR["Training"])
    yield Triple(activity, PROV["startedAtTime"], timestamp(datetime.fromisoformat(told["started"])))
    yield Triple(activity, PROV["endedAtTime"], timestamp(datetime.fromisoformat(told["ended"])))
    for used in (base, prompt_set, head.dataset(iris)):
        yield Triple(activity, PROV["used"], used)
    yield from _described(prompt_set, ENR["PromptSet"], prompts["name"], prompts["sha256"])
    yield from labelled_triples(dataset["sha256"], iris, dataset["name"])
    yield Triple(activity, PROV["wasAssociatedWith"], software.iri(iris))
    yield from software.triples(iris)
    yield Triple(activity, ENR["method"], Literal(told["method"]))
    yield Triple(activity, ENR["seed"], integer(told["seed"]))
    yield Triple(activity, ENR["alpha"], decimal(told["alpha"]))
    if told["energy_kwh"] is not None:
        yield Triple(activity, ENR["energy"], decimal(told["energy_kwh"], places=6))


def _source(source: Mapping[str, Any], number: int, head: TrainedHead, iris: Iris) -> Iterator[Triple]:
    """Named by the training: another one may use other sources, or fewer pictures, of the same data set."""
    activity = head.activity(iris)
    part = NamedNode(f"{activity.value}#source-{number}")
    yield Triple(activity, PROV["used"], part)
    yield Triple(part, TYPE, PROV["Entity"])
    yield Triple(part, DCTERMS["isPartOf"], head.dataset(iris))
    yield Triple(part, DCTERMS["title"], Literal(source["source"]))
    yield Triple(part, DC["publisher"], Literal(source["repository"]))
    yield Triple(part, DC["rights"], Literal(source["licence"]))
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
