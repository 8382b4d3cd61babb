"""Where an explanation goes: into a folder for whoever asked, and with its annotation for everybody."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from rubricator.enrichment.explanation import ExplainedConcept, Worded, explanation_triples
from rubricator.pipeline.explaining.explain import Told
from rubricator.pipeline.software import running_software
from rubricator.rdf import PREFIXES, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.wholefile import make_folder, whole_file


def write_folder(folder: Path, told: Told, settings: Settings) -> list[Path]:
    """``heatmap.png``, where there is a map, ``explanation.json`` and ``explanation.ttl``. Raises UsageError."""
    make_folder(folder)
    files = {
        "explanation.json": json.dumps(as_json(told), ensure_ascii=False, indent=1).encode() + b"\n",
        "explanation.ttl": _turtle(_triples(told, settings)),
    }
    for name, content in files.items():
        with whole_file(folder / name) as file:
            file.write(content)
    written = [folder / name for name in files]
    if told.heat_map is None:
        (folder / "heatmap.png").unlink(missing_ok=True)
        return written
    _draw(folder / "heatmap.png", told, alone=False)
    return [folder / "heatmap.png", *written]


def keep(client: StoreClient, told: Told, settings: Settings) -> None:
    """Put the explanation of an annotation where the web service finds it, in the place of an earlier one.

    A picture that may not be published with something drawn over it is left out: its map is drawn alone, into a file of
    another name, which may be served whatever becomes of the picture.
    """
    annotation = told.explained.annotation
    if annotation is None:
        return
    name = annotation.value.rpartition("/")[2]
    over, alone = (settings.explanation_dir / file for file in (f"{name}.png", f"{name}-alone.png"))
    file, other = (over, alone) if told.may_be_altered else (alone, over)
    other.unlink(missing_ok=True)
    if told.heat_map is None:
        file.unlink(missing_ok=True)
    else:
        make_folder(file.parent)
        _draw(file, told, alone=not told.may_be_altered)
    software = running_software(settings.commit)
    client.load(
        Quad(triple.subject, triple.predicate, triple.object, settings.iris.ledger)
        for triple in software.triples(settings.iris)
    )
    client.put_graph(settings.iris.explanation_graph(annotation), _triples(told, settings))


def as_json(told: Told) -> dict[str, Any]:
    """All that is told, for programs."""
    explained, labels = told.explained, told.vocabulary
    return {
        "annotation": explained.annotation.value if explained.annotation else None,
        "image_sha256": explained.sha256,
        "chosen": _concept_json(explained.chosen, labels.by_slug(explained.chosen.concept).body.value),
        "runners_up": [_concept_json(one, labels.by_slug(one.concept).body.value) for one in explained.runners_up],
        "none_of_the_concepts": None
        if explained.outside is None
        else {
            "confidence": round(explained.outside.confidence, 4),
            "prompts": _prompts_json(explained.outside.prompts),
        },
        "similar_pictures": [
            {
                "item": one.item.value,
                "image": one.image.value,
                "sha256": one.sha256,
                "cosine": round(one.cosine, 4),
            }
            for one in explained.neighbours
        ],
        "heat_map": None
        if told.heat_map is None
        else {
            "method": explained.method,
            "region": told.heat_map.region,
            "values": [[round(value, 4) for value in row] for row in told.heat_map.values],
        },
        "remarks": list(explained.remarks),
    }


def _concept_json(concept: ExplainedConcept, body: str) -> Mapping[str, Any]:
    return {
        "concept": concept.concept,
        "iri": body,
        "confidence": round(concept.confidence, 4),
        "raw_score": round(concept.raw_score, 4),
        "threshold": concept.threshold,
        "prompts": _prompts_json(concept.prompts),
    }


def _prompts_json(prompts: Sequence[Worded]) -> list[Mapping[str, Any]]:
    return [{"prompt": one.prompt, "cosine": round(one.cosine, 4)} for one in prompts]


def _triples(told: Told, settings: Settings) -> list[Triple]:
    software = running_software(settings.commit).iri(settings.iris)
    return list(explanation_triples(told.explained, told.vocabulary, told.prompts, software, now(), settings.iris))


def _turtle(triples: list[Triple]) -> bytes:
    """Each subject once, with the prefixes that are used."""
    ordered = sorted(triples, key=lambda triple: str(triple.subject))
    text = "\n".join(map(str, ordered))
    prefixes = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in text}
    return serialize(ordered, format=RdfFormat.TURTLE, prefixes=prefixes) or b""


def _draw(target: Path, told: Told, alone: bool) -> None:
    from rubricator.classifier.explaining.drawing import draw

    if told.heat_map is None:
        return
    with whole_file(target) as file:
        drawn = draw(None if alone else told.picture, told.picture.size, told.heat_map, told.label)
        drawn.save(file, "PNG", optimize=True)
