"""The hashes that name prompt sets and policies, made again from what the ledger says of them."""

from collections.abc import Iterable, Mapping
from typing import get_args
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy, PicturePolicy
from rubricator.rdf import DCTERMS, ENR
from rubricator.settings import Pictures, Reusability
from rubricator.vocabulary import PromptSet
from rubricator.vocabulary.prompts import ENGLISH


class Said:
    """The statements about one thing and its parts, which are told apart by the ends of their IRIs."""

    def __init__(self, thing: NamedNode, quads: Iterable[Quad]) -> None:
        self._thing = thing
        self._objects: dict[tuple[str, NamedNode], list[NamedNode | Literal]] = {}
        for quad in dict.fromkeys(quads):
            subject, value = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                part = unquote(subject.value.removeprefix(thing.value).removeprefix("#"))
                self._objects.setdefault((part, quad.predicate), []).append(value)

    def part(self, node: NamedNode | Literal) -> str:
        return unquote(node.value.removeprefix(f"{self._thing.value}#"))

    def all(self, predicate: NamedNode, part: str = "") -> list[NamedNode | Literal]:
        return self._objects.get((part, predicate), [])

    def text(self, predicate: NamedNode, part: str = "") -> str | None:
        return next((value.value for value in self.all(predicate, part)), None)

    def number(self, predicate: NamedNode, part: str = "") -> float | None:
        """Raises ValueError for what is no number."""
        text = self.text(predicate, part)
        return None if text is None else float(text)

    def parts(self, predicate: NamedNode) -> list[str]:
        """The names of the parts that the thing has by this predicate, sorted."""
        return sorted(map(self.part, self.all(predicate)))


def told_prompts(said: Said, names: Mapping[str, str]) -> PromptSet:
    """The prompt set as the ledger tells it; ``names`` are the IRIs of concepts by slug, as ``PromptSet`` has them."""
    found = {part: said.all(ENR["prompt"], part) for part in said.parts(DCTERMS["hasPart"])}
    others = said.all(ENR["otherPrompt"])
    phrases = [phrase for prompts in (*found.values(), others) for phrase in prompts]
    return PromptSet(
        name="",
        language=ENGLISH,
        prompts={slug: tuple(sorted(prompt.value for prompt in prompts)) for slug, prompts in found.items()},
        names={slug: names.get(slug, f"concept/{slug}") for slug in found},
        others=tuple(sorted(other.value for other in others)),
        languages={
            phrase.value: phrase.language for phrase in phrases if isinstance(phrase, Literal) and phrase.language
        },
    )


def told_policy(said: Said, dataset_sha256: str | None) -> DecisionPolicy:
    """The decision policy as the ledger tells it. Raises ValueError where a number is none."""
    concepts, bounded = said.parts(DCTERMS["hasPart"]), set(said.parts(ENR["threshold"]))
    biases = [(part, bias) for part in concepts if (bias := said.number(ENR["bias"], part)) is not None]
    calibration = said.text(ENR["calibrationSha256"])
    return DecisionPolicy(
        threshold=said.number(ENR["minimumConfidence"]) or 0.0,
        near_miss_floor=said.number(ENR["nearMissFloor"]) or 0.0,
        calibrated=said.text(ENR["calibrated"]) == "true",
        evidence=said.text(ENR["calibrationEvidence"]),
        max_concepts=int(said.number(ENR["maxConceptsPerImage"]) or 0),
        max_near_misses=int(said.number(ENR["maxNearMissesPerImage"]) or 0),
        labels="several" if said.text(ENR["labels"]) == "several" else "one",
        thresholds=tuple(
            ConceptThreshold(
                part,
                said.number(ENR["minimumConfidence"], part),
                said.number(ENR["measuredPrecision"], part),
                said.number(ENR["coverage"], part) or 0.0,
                int(said.number(ENR["pictureCount"], part) or 0),
                said.text(DCTERMS["description"], part) or "",
            )
            for part in concepts
            if part in bounded
        ),
        exclusions=tuple((part, said.part(other)) for part in concepts for other in said.all(ENR["excludes"], part)),
        precision=said.number(ENR["promisedPrecision"]),
        dataset_sha256=dataset_sha256,
        calibration=AppliedCalibration(
            calibration, said.number(ENR["scale"]) or 0.0, tuple(biases), said.number(ENR["otherBias"])
        )
        if calibration
        else None,
        threshold_evidence=said.text(ENR["thresholdEvidence"]),
    )


def told_pictures(said: Said) -> PicturePolicy:
    """The picture policy as the ledger tells it."""
    kind: Pictures = "thumbnail" if said.text(ENR["pictures"]) == "thumbnail" else "original"
    return PicturePolicy(kind, frozenset(_class(one.value) for one in said.all(ENR["reusability"])))


def _class(name: str) -> Reusability:
    found: Reusability | None = next((one for one in get_args(Reusability) if one == name), None)
    if found is None:
        raise ValueError(f"{name!r} is no class of rights")
    return found
