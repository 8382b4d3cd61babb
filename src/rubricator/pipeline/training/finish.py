"""What every training ends with: a calibrated head in a folder, with its cards for programs, people and the ledger."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, serialize

from rubricator.classifier import ClipModel
from rubricator.classifier.dataset import LabelledImage, draw_weights
from rubricator.classifier.deciding import Calibration, classifier_key, fit_calibration
from rubricator.classifier.head import Head, head_weights, write_head
from rubricator.classifier.training.card import NOT_CALIBRATED, Standing, Unreadable, write_pictures, write_readme
from rubricator.classifier.training.linear import Linear
from rubricator.classifier.training.material import truth
from rubricator.classifier.training.standing import standings
from rubricator.classifier.training.threads import one_thread
from rubricator.enrichment.training import TrainedHead, training_triples
from rubricator.iris import Iris
from rubricator.plural import plural
from rubricator.rdf import PREFIXES
from rubricator.wholefile import make_folder, whole_file

if TYPE_CHECKING:
    from torch import Tensor

TURTLE = "training.ttl"


@dataclass(frozen=True, slots=True)
class Asked:
    """Pictures of repositories left out, and ``logits(alpha)`` (n, concepts) of heads that had not seen these."""

    images: Sequence[LabelledImage]
    logits: "Callable[[float], Tensor]"

    def standings(self, concepts: Sequence[str], alpha: float) -> tuple[Standing, ...]:
        return standings(self.images, concepts, self.logits, alpha) if self.images else ()


@dataclass(frozen=True, slots=True)
class Trained:
    """A head that was written to ``folder``; ``standing`` says how good it is, by the kind of pictures, and ``notes``
    what was not learned from."""

    folder: Path
    head: Head
    alpha: float
    standing: Mapping[str, Sequence[Standing]]
    calibration: Calibration | None
    learned_from: int
    unreadable: Sequence[Unreadable]
    notes: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        told = f"Wrote {self.folder}, learned from {plural(self.learned_from, 'picture')}"
        if self.unreadable:
            codes = sorted(Counter(failure.code for failure in self.unreadable).items())
            told += f" (left out: {', '.join(f'{code} {count}' for code, count in codes)})"
        measured = [_compared(name, rows, self.alpha) for name, rows in self.standing.items() if rows]
        sure = self.calibration.evidence if self.calibration else NOT_CALIBRATED
        if self.standing.get("held out") and self.head.content["training"]["method"] == "finetune":
            measured.append("What was held out chose when to stop, so what it says is a little too good.")
        return " ".join([f"{told}.", *self.notes, *self._untaught(), *measured, sure])

    def _untaught(self) -> Iterator[str]:
        taught = [concept for concept in self.head.concepts if self.head.content["training"]["concepts"].get(concept)]
        if len(taught) < len(self.head.concepts):
            yield (
                f"Only {len(taught)} of {len(self.head.concepts)} concepts have pictures ({', '.join(taught)}): the "
                "others stay as the prompts have them."
            )


@one_thread()
def calibrate(
    head: Linear, model: ClipModel, concepts: Sequence[str], asked: Asked, alpha: float, dataset_sha256: str
) -> Calibration | None:
    """Fit a calibration on what was held out; None where that is of fewer than two repositories or concepts."""
    import torch

    groups = [image.repository for image in asked.images]
    if len(set(groups)) < 2 or len({concept for image in asked.images for concept in image.concepts}) < 2:
        return None
    digest = hashlib.sha256(head_weights(head.weight, head.bias)).hexdigest()
    return fit_calibration(
        asked.logits(alpha),
        truth(asked.images, concepts),
        torch.tensor(draw_weights(asked.images)),
        groups,
        concepts,
        holds_for=classifier_key(model.identity.weights_sha256, digest),
        dataset_sha256=dataset_sha256,
    )


def write_trained(
    folder: Path,
    head: Linear,
    model: ClipModel,
    concepts: Sequence[str],
    told: Mapping[str, Any],
    pictures: Iterable[str],
    iris: Iris,
) -> Head:
    """Write the folder: the pictures learned from (their sha-256), the README, the training as RDF; the head last.

    Killed before, the folder holds the head that it held. ``told`` has the parts ``training``, ``standing`` and, where
    there is one, ``calibration`` of the card.
    """
    card = {"concepts": list(concepts), "model_key": model.features_key, **told}
    name = folder.resolve().name
    make_folder(folder)
    write_pictures(folder, pictures)
    write_readme(folder, {"name": name, **card})
    sha256 = hashlib.sha256(head_weights(head.weight, head.bias)).hexdigest()
    described = training_triples(TrainedHead(name, sha256, told["training"]), iris)
    prefixes = {
        prefix: PREFIXES[prefix] for prefix in ("dc", "dcat", "dcterms", "enr", "foaf", "prov", "schema", "xsd")
    }
    with whole_file(folder / TURTLE) as file:
        serialize(described, file, format=RdfFormat.TURTLE, prefixes=prefixes)
    return write_head(folder, name, card, head.weight, head.bias)


def told_standing(standing: Mapping[str, Sequence[Standing]]) -> dict[str, list[dict[str, float]]]:
    """As the card has it."""
    return {name: [asdict(row) for row in rows] for name, rows in standing.items()}


def _compared(name: str, rows: Sequence[Standing], alpha: float) -> str:
    prompted, chosen = rows[0], next(row for row in rows if row.alpha == alpha)
    return (
        f"On {plural(chosen.pictures, 'picture')} {name}: accuracy {chosen.accuracy:.3f}, macro-F1 "
        f"{chosen.macro_f1:.3f} (prompts alone {prompted.accuracy:.3f}, {prompted.macro_f1:.3f})."
    )
