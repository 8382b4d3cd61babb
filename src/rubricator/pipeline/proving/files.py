"""Whether the files on this machine are those that a run used: weights, heads, the vocabulary, and image bytes."""

import json
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from rubricator.classifier.card import read_card
from rubricator.classifier.head import FILE as HEAD_FILE
from rubricator.classifier.head import WEIGHTS as HEAD_WEIGHTS
from rubricator.classifier.locate import Location, locate, shipped_names
from rubricator.classifier.models import file_sha256
from rubricator.errors import RubricatorError
from rubricator.images import ImageStore
from rubricator.pipeline.proving.finding import Finding, Verdict
from rubricator.pipeline.proving.inputs import Described, matching, of_kind
from rubricator.rdf import ENR, SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import load_vocabulary


def check_weights(described: Described, settings: Settings) -> Iterator[Finding]:
    """The file of each model, where it is one that is shipped or that the settings name."""
    for thing, said in of_kind(described, ENR["Model"]):
        location = _location(_model_of(thing), settings)
        if location is None:
            told = "Its weights are not on this machine, or --model does not name them."
            yield Finding("weights", thing.value, Verdict.unchecked, told)
            continue
        found = file_sha256(location.weights)
        yield matching("weights", thing, said.text(ENR["sha256"]), found, f"{location.weights} has")


def _model_of(thing: NamedNode) -> str:
    """``…/id/model/{name}/{hash}``: the name as models are named there, with dots for slashes."""
    return thing.value.split("/")[-2]


def _location(name: str, settings: Settings) -> Location | None:
    if name in shipped_names():
        return locate(name)
    folder = Path(settings.model.removeprefix("local-dir:"))
    try:
        if folder.is_dir():
            location, card = locate(settings.model), read_card(folder)
            return location if name in (location.name, card.name if card else None) else None
        return locate(settings.model) if settings.model.removeprefix("hf-hub:").replace("/", ".") == name else None
    except RubricatorError:
        return None


def check_head(described: Described, settings: Settings) -> Iterator[Finding]:
    """The head's file, where the settings name its folder."""
    for thing, said in of_kind(described, ENR["Head"]):
        folder, name = settings.head, _model_of(thing)
        try:
            known = folder is not None and json.loads((folder / HEAD_FILE).read_text(encoding="utf-8"))["name"]
        except (OSError, ValueError, KeyError, TypeError):
            known = None
        if folder is None or str(known).replace("/", ".") != name:
            told = "Its folder is not known; name it with the setting head."
            yield Finding("head", thing.value, Verdict.unchecked, told)
            continue
        file = folder / HEAD_WEIGHTS
        if file.is_file():
            yield matching("head", thing, said.text(ENR["sha256"]), file_sha256(file), f"{file} has")
        else:
            yield Finding("head", thing.value, Verdict.unchecked, f"There is no {file}.")


def check_vocabulary(described: Described, settings: Settings) -> Iterator[Finding]:
    """The concept scheme of this installation, where it still is the version that the run used."""
    for thing, said in of_kind(described, ENR["VocabularyVersion"]):
        try:
            vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
        except RubricatorError as error:
            yield Finding("vocabulary", thing.value, Verdict.unchecked, str(error))
            continue
        if vocabulary.iri != thing:
            told = f"This installation has another version, {vocabulary.version}."
            yield Finding("vocabulary", thing.value, Verdict.unchecked, told)
        else:
            recorded = said.text(ENR["sha256"])
            yield matching("vocabulary", thing, recorded, vocabulary.sha256, "The scheme on this machine has")


def check_images(client: StoreClient, ulid: str, settings: Settings) -> Iterator[Finding]:
    """The bytes of every picture that the run looked at, where the cache still has them."""
    images, captures = ImageStore(settings), settings.iris.image("").value
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?capture WHERE {{
          GRAPH {settings.iris.run_graph(ulid)} {{ ?claim prov:wasDerivedFrom ?capture }}
        }}"""
    )
    right = gone = 0
    for (capture,) in rows:
        sha256 = str(getattr(capture, "value", "")).removeprefix(captures)
        try:
            found = file_sha256(images.path(sha256))
        except (OSError, RubricatorError):
            gone += 1
            continue
        if found == sha256:
            right += 1
        else:
            yield Finding("image", f"{captures}{sha256}", Verdict.changed, f"{images.path(sha256)} has {found}.")
    if right:
        yield Finding("images", str(right), Verdict.ok, f"{right} of the pictures have the bytes that were looked at.")
    if gone:
        told = f"{gone} of the pictures are not in the cache any more."
        yield Finding("images", str(gone), Verdict.unchecked, told)
