"""Which pictures the model, head and policy of a run were made with, as the files beside them list."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import Quad

from rubricator.classifier import Classifier
from rubricator.enrichment.run import RunInputs
from rubricator.enrichment.taught import PictureList, learned_quads
from rubricator.iris import Iris
from rubricator.pipeline.evaluating.apart import PICTURES, fitted_on, model_folder
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

LISTS = (PICTURES, "learned.txt")
"""Beside a card: the sha-256 of every picture that was learned from, one a line."""


def picture_lists(settings: Settings, classifier: Classifier, inputs: RunInputs) -> tuple[PictureList, ...]:
    """The lists that there are; what has none does not say which pictures it was made with."""
    iris = settings.iris
    found = {inputs.model_iri(iris): listed(model_folder(settings))}
    if inputs.head and settings.head:
        found[inputs.head.iri(iris)] = listed(settings.head)
    if classifier.calibration:
        found[inputs.policy_iri(iris)] = _calibrated_on(settings, classifier)
    return tuple(PictureList(thing, pictures) for thing, pictures in found.items() if pictures)


def _calibrated_on(settings: Settings, classifier: Classifier) -> frozenset[str]:
    """As the file of a policy lists them or, where the model brings the calibration, as its card says. Heads do not."""
    if settings.policy:
        return fitted_on(settings.policy).pictures
    card = None if classifier.head else classifier.model.card
    told = card is not None and card.content.get("calibrated_on") == PICTURES
    return listed(model_folder(settings)) if told else frozenset()


def listed(folder: Path) -> frozenset[str]:
    files = (folder / name for name in LISTS)
    return frozenset(line for file in files if file.is_file() for line in file.read_text(encoding="utf-8").split())


def held_against(client: StoreClient, ulid: str, lists: Sequence[PictureList], iris: Iris) -> Iterator[Quad]:
    """Which of the pictures that a run has looked at are in these lists."""
    if not lists:
        return
    named = iris.image("").value
    for (capture,) in client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?capture WHERE {{
          GRAPH {iris.run_graph(ulid)} {{ ?claim prov:wasDerivedFrom ?capture }}
        }}"""
    ):
        yield from learned_quads(lists, str(getattr(capture, "value", "")).removeprefix(named), iris)
