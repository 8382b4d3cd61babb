"""Images a second of a whole enrichment (read, decode, classify, write), against the bare forward on ready tensors."""

import tempfile
from pathlib import Path

from benchmarks.measure import Measurement, seconds
from benchmarks.pictures import write_jpegs
from benchmarks.workspace import workspace
from rubricator.classifier import ClipModel, load_model
from rubricator.classifier.backends import accelerated
from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.enriching.enrich import enrich
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.store.client import connect

IMAGES, SIZE = 1536, (480, 320)


def measure() -> list[Measurement]:
    with tempfile.TemporaryDirectory() as directory, workspace() as settings:
        write_jpegs(Path(directory), IMAGES, SIZE, drawn=64)
        model = accelerated(load_model(settings.model), settings)
        forward = _forward(model, settings.batch_size)
        with connect(settings) as client:
            ingest(harvest_folder(Path(directory), settings), client, settings)
            ours = seconds(lambda: enrich(client, settings))
        forward = (forward + _forward(model, settings.batch_size)) / 2
    remark = f"{settings.model}, {IMAGES} JPEGs of {SIZE[0]} × {SIZE[1]}, loading of the model included"
    return [
        Measurement(
            "`rubricator enrich`", "images/s", IMAGES / ours, "bare forward", IMAGES / forward, "≥ 0.95", remark
        )
    ]


def _forward(model: ClipModel, batch_size: int) -> float:
    """Seconds for as many images, decoded and prepared before."""
    import torch

    size = model.image_size
    tensors = torch.randn(batch_size, 3, size, size)
    model.encode_images(tensors)
    return seconds(lambda: [model.encode_images(tensors) for _ in range(IMAGES // batch_size)])
