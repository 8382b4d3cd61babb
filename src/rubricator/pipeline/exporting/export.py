"""Exports in any of the forms, with their checksums."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rubricator.pipeline.exporting.annotations import write_pages
from rubricator.pipeline.exporting.checksums import write_checksums
from rubricator.pipeline.exporting.crate.crate import write_crate
from rubricator.pipeline.exporting.external.records import write_records
from rubricator.pipeline.exporting.flat import write_csv, write_json_lines, write_parquet
from rubricator.pipeline.exporting.forms import QUADS, Form, check_output
from rubricator.pipeline.exporting.outcome import Outcome
from rubricator.pipeline.exporting.packed import output_file
from rubricator.pipeline.exporting.parcel import parcel
from rubricator.pipeline.exporting.published import Chosen, Published, published
from rubricator.pipeline.exporting.whole import export_run, export_store
from rubricator.progress import Progress, counted, silent
from rubricator.rdf import EUROPEANA
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.mediatypes import N_QUADS, TRIG
from rubricator.vocabulary import load_vocabulary

_FLAT: dict[Form, Callable[[Iterable[Published], IO[bytes]], int]] = {
    Form.csv: write_csv,
    Form.jsonl: write_json_lines,
    Form.parquet: write_parquet,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is exported, and where to. ``run`` is a ULID; that of claims is in ``chosen`` too."""

    form: Form
    output: Path
    run: str | None = None
    chosen: Chosen = field(default_factory=Chosen)


def export(client: StoreClient, settings: Settings, order: Order, progress: Progress = silent) -> Outcome:
    """Write it whole or not at all, and its checksums beside it. Raises UsageError if that cannot be done."""
    check_output(order.form, order.output)
    outcome = _write(client, settings, order, progress)
    write_checksums(order.output)
    return outcome


def _write(client: StoreClient, settings: Settings, order: Order, progress: Progress) -> Outcome:
    iris, form, output = settings.iris, order.form, order.output
    if form in QUADS:
        media_type = N_QUADS if form is Form.nquads else TRIG
        if order.run is None:
            return Outcome({"bytes": export_store(client, media_type, output, progress)})
        return Outcome({"quads": export_run(client, iris, order.run, media_type, output, progress)})
    if form is Form.ro_crate and order.run is not None:
        with parcel(output) as crate:
            return write_crate(client, settings, order.run, crate, progress)
    claims = counted(published(client, iris, order.chosen), progress)
    if write := _FLAT.get(form):
        with output_file(output) as file:
            return Outcome({"claims": write(claims, file)})
    with parcel(output) as files:
        if form is Form.annotations:
            return write_pages(claims, files)
        vocabulary = load_vocabulary(iris, settings.vocabulary)
        # Europeana describes its own entities, in more languages than ours.
        others = (concept for concept in vocabulary.concepts if not concept.body.value.startswith(EUROPEANA))
        labels = {concept.body.value: concept.labels for concept in others}
        return write_records(client, iris, claims, labels, files)
