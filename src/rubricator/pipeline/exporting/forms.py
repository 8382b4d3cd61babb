"""The forms in which things are exported, and which names of outputs and which choices each of them takes."""

from enum import StrEnum
from pathlib import Path

from rubricator.errors import UsageError


class Form(StrEnum):
    """A form that others take in."""

    nquads = "nquads"
    trig = "trig"
    annotations = "annotations"
    edm = "edm"
    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"
    ro_crate = "ro-crate"


QUADS = (Form.nquads, Form.trig)
_PARCELS = (".zip", ".tar.gz", ".tgz")
_TAKES = {
    Form.annotations: _PARCELS,
    Form.edm: _PARCELS,
    Form.ro_crate: (".zip",),
    Form.parquet: (),
}
_PACKED = (*_PARCELS, ".gz")


def check_output(form: Form, output: Path) -> None:
    """Raises UsageError for a name that says to pack what is packed otherwise, or not at all."""
    takes = _TAKES.get(form, (".gz",))
    packing = next((ending for ending in _PACKED if output.name.endswith(ending)), None)
    if packing and packing not in takes:
        others = f" or a name that ends in {', '.join(takes)}" if takes else ""
        raise UsageError(f"{form} is not written as {packing}: give another name{others}.")


def check_choice(form: Form, run: bool, others: bool) -> None:
    """Raises UsageError where a form cannot be confined to what was asked for."""
    if form in QUADS and others:
        raise UsageError(
            f"{form} is the whole store, or one run with --run, as it was written: nothing else can be chosen. "
            "To choose claims, export csv, jsonl, parquet, annotations or edm."
        )
    if form is Form.ro_crate and (others or not run):
        raise UsageError("An RO-Crate is of one run as a whole: give --run and no other choice.")
