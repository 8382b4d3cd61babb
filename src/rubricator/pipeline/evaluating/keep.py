"""Writes what was found: to a folder, each file whole or not at all, and to the store's ledger."""

import hashlib
from datetime import datetime
from itertools import chain
from pathlib import Path

from pyoxigraph import RdfFormat, serialize

from rubricator.classifier.evaluation.resampling import Estimate
from rubricator.enrichment.quality import Figure, Measured, evaluation_quads
from rubricator.enrichment.taught import measured_quads
from rubricator.errors import UsageError
from rubricator.pipeline.enriching.enrich import run_inputs
from rubricator.pipeline.evaluating.asked import REPORT, require_place
from rubricator.pipeline.evaluating.compare import Compared, comparison_report
from rubricator.pipeline.evaluating.evaluate import Evaluation
from rubricator.pipeline.evaluating.page import page
from rubricator.pipeline.evaluating.report import as_json, inputs, report
from rubricator.pipeline.evaluating.table import FILE, predictions_csv
from rubricator.rdf import ENR, PREFIXES, TYPE
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Concept
from rubricator.wholefile import whole_file

PAGE, TURTLE, COMPARISON = "index.html", "report.ttl", "comparison.json"
_METRICS = {
    "accuracy": "accuracy",
    "macro_f1": "macroF1",
    "top3": "topThree",
    "map": "meanAveragePrecision",
    "ece": "expectedCalibrationError",
    "brier": "brierScore",
    "coverage": "claimCoverage",
    "claim_precision": "claimPrecision",
    "coverage_at_promise": "attainableCoverage",
    "false_positive_rate": "falsePositiveRate",
}
_OF_CONCEPTS = {"precision": "conceptPrecision", "recall": "conceptRecall", "f1": "conceptF1"}


def keep(evaluation: Evaluation, folder: Path, settings: Settings, ended: datetime) -> None:
    """Write report, predictions, page and RDF. Raises UsageError if the folder cannot be written to, or holds those of
    another model, of other pictures or on other terms."""
    require_place(folder, inputs(evaluation))
    triples = (quad.triple for quad in evaluation_quads(measured(evaluation, settings, ended), settings.iris))
    _write(
        folder,
        {
            REPORT: as_json(report(evaluation)),
            FILE: predictions_csv(evaluation),
            PAGE: page(evaluation, ended),
            TURTLE: serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"",
        },
    )


def keep_comparison(compared: Compared, folder: Path) -> None:
    """Write ``comparison.json``. Raises UsageError if the folder cannot be written to."""
    _write(folder, {COMPARISON: as_json(comparison_report(compared))})


def remember(evaluation: Evaluation, client: StoreClient, settings: Settings, ended: datetime) -> str:
    """Add the figures to the ledger, unless they are there; a sentence that says which and where."""
    found = measured(evaluation, settings, ended)
    iri, subject = found.iri(settings.iris), found.subject(settings.iris)
    if client.ask(f"ASK {{ GRAPH {settings.iris.ledger} {{ {iri} {TYPE} {ENR['Evaluation']} }} }}"):
        return f"The store has this evaluation already: {iri.value}."
    pictures = measured_quads(iri, (image.sha256 for image in evaluation.measured.images), settings.iris)
    client.load(chain(evaluation_quads(found, settings.iris), pictures))
    return f"Stored as {iri.value}; {subject.value} shows the figures."


def measured(evaluation: Evaluation, settings: Settings, ended: datetime) -> Measured:
    """What RDF tells of an evaluation: the same figures as the report, by which it is named."""
    summary = evaluation.summary
    figures = [figure for name, metric in _METRICS.items() for figure in _figure(metric, summary.overall[name])]
    for slug, found in summary.per_concept.items():
        if found.pictures:
            concept = evaluation.vocabulary.by_slug(slug)
            for name, metric in _OF_CONCEPTS.items():
                figures += _figure(metric, getattr(found, name), concept)
    return Measured(
        hashlib.sha256(as_json(report(evaluation))).hexdigest(),
        run_inputs(settings, evaluation.classifier, evaluation.vocabulary),
        evaluation.dataset.name,
        evaluation.measured.sha256,
        summary.pictures,
        figures,
        evaluation.terms.calibrate,
        evaluation.started,
        ended,
    )


def _figure(metric: str, estimate: Estimate, concept: Concept | None = None) -> list[Figure]:
    """None where it cannot be told."""
    if estimate.value is None:
        return []
    return [Figure(metric, estimate.value, estimate.low, estimate.high, concept)]


def _write(folder: Path, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be a folder ({error.strerror}); name one that can be written to.") from error
    for name, content in files.items():
        with whole_file(folder / name) as file:
            file.write(content)
