"""From labelled pictures to figures, a report, a page and RDF."""

import csv
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store, parse

from rubricator.classifier.dataset import Dataset
from rubricator.classifier.deciding import CalibrationError
from rubricator.classifier.evaluation.reliability import Bin
from rubricator.edm.validate import shapes_file, validate
from rubricator.errors import UsageError
from rubricator.pipeline.evaluating.compare import compare_folders, comparison_report
from rubricator.pipeline.evaluating.evaluate import Evaluation, evaluate
from rubricator.pipeline.evaluating.keep import keep, remember
from rubricator.pipeline.evaluating.page import page
from rubricator.pipeline.evaluating.report import as_json, report
from rubricator.pipeline.evaluating.table import read_predictions
from rubricator.pipeline.evaluating.terms import Terms
from rubricator.rdf import DQV, ENR, SPARQL_PREFIXES, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.vocabulary import Vocabulary


def test_broken_and_missing_pictures_are_named_and_stop_nothing(evaluation: Evaluation) -> None:
    assert [
        {"picture": "pixel.png", "code": "image-blank"},
        {"picture": "broken.jpg", "code": "image-truncated"},
        {"picture": "missing.jpg", "code": "image-missing"},
    ] == report(evaluation)["failures"]
    assert 38 == len(evaluation.images)


def test_pictures_of_none_of_the_concepts_count_as_false_positives_when_something_is_claimed(
    evaluation: Evaluation,
) -> None:
    claimed = evaluation.predictions.claimed[evaluation.predictions.out_of_scope].any(axis=1)

    assert {"pictures": 2, "false_positive_rate": claimed.mean()} == report(evaluation)["out_of_scope"]
    assert 36 == report(evaluation)["dataset"]["in_scope"]


def test_the_report_has_every_figure_and_what_it_was_measured_with(evaluation: Evaluation) -> None:
    content = report(evaluation)

    assert {
        "accuracy", "macro_f1", "top3", "map", "ece", "ece_adaptive", "brier", "coverage", "out_of_scope", "intervals",
        "per_concept", "per_source", "confusion", "reliability", "risk_coverage", "model", "head", "prompts", "policy",
        "vocabulary", "dataset", "terms", "software", "notes", "failures", "format",
    } == content.keys()  # fmt: skip
    assert {"red-source", "white-source", "gray-source", "khaki-source", "odd"} == content["per_source"].keys()
    assert 36 == sum(map(sum, content["confusion"]["counts"]))
    low, high = content["intervals"]["accuracy"]
    assert low <= content["accuracy"] <= high
    assert evaluation.dataset.sha256 == content["dataset"]["sha256"]


def test_the_same_pictures_give_the_same_bytes(
    evaluation: Evaluation, drawn: Dataset, vocabulary: Vocabulary, installation: Settings
) -> None:
    again = evaluate(drawn, vocabulary, installation, Terms())

    assert as_json(report(evaluation)) == as_json(report(again))


def test_predictions_come_back_from_the_table_as_they_were(
    evaluation: Evaluation, installation: Settings, out: Path
) -> None:
    keep(evaluation, out, installation, now())

    read = read_predictions(out).predictions

    assert evaluation.predictions.concepts == read.concepts
    assert (evaluation.predictions.applies == read.applies).all()
    assert (evaluation.predictions.judged == read.judged).all()
    assert (evaluation.predictions.claimed == read.claimed).all()
    assert (evaluation.predictions.best == read.best).all()
    assert 0 == abs(evaluation.predictions.confidences - read.confidences).max() // 1e-7
    with (out / "predictions.csv").open(newline="") as table:
        assert {"none"} == {row["truth"] for row in csv.DictReader(table) if row["picture"].startswith("plain")}


def test_an_evaluation_of_something_else_is_not_written_over_and_nothing_is_measured_for_it(
    evaluation: Evaluation, drawn: Dataset, vocabulary: Vocabulary, installation: Settings, out: Path
) -> None:
    keep(evaluation, out, installation, now())
    keep(evaluation, out, installation, now())
    written = (out / "report.json").read_bytes()

    told: list[tuple[int, int | None]] = []

    with pytest.raises(UsageError, match="name another folder with --out"):
        keep(evaluate(drawn, vocabulary, installation, Terms(split="random")), out, installation, now())
    with pytest.raises(UsageError, match="name another folder with --out"):
        evaluate(drawn, vocabulary, installation, Terms(split="random"), lambda *done: told.append(done), out)

    assert [] == told
    assert written == (out / "report.json").read_bytes()


def test_names_that_are_no_text_or_formulas_are_written_and_read_back(
    drawn: Dataset, vocabulary: Vocabulary, installation: Settings, tmp_path: Path, out: Path
) -> None:
    file = tmp_path / os.fsdecode(b"=\xff.png")
    file.write_bytes(drawn.images[0].file.read_bytes())
    odd = Dataset("odd", (replace(drawn.images[0], file=file, source="-1+1"),))

    keep(evaluate(odd, vocabulary, installation, Terms()), out, installation, now())

    with (out / "predictions.csv").open(newline="") as table:
        assert [("'=?.png", "'-1+1")] == [(row["picture"], row["source"]) for row in csv.DictReader(table)]
    assert (("=?.png",), ("-1+1",)) == (read_predictions(out).pictures, read_predictions(out).predictions.sources)


def test_an_evaluation_does_not_differ_from_itself(evaluation: Evaluation, installation: Settings, out: Path) -> None:
    keep(evaluation, out, installation, now())

    compared = compare_folders(out, out)

    assert None is compared.comparison.better
    assert compared.comparison.sentence.startswith("No verdict, since ")
    assert ["a verdict needs 8" in note for note in compared.notes] == [True]
    assert {0} == set(comparison_report(compared)["differences"].values())
    assert () == compared.changed


def test_only_pictures_with_a_use_are_measured(drawn: Dataset, vocabulary: Vocabulary, installation: Settings) -> None:
    few = evaluate(drawn, vocabulary, installation, Terms(uses=("evaluate",)))

    assert {"odd"} == set(few.predictions.sources)
    assert any("All pictures come from one source" in note for note in few.notes)
    assert "pictures" == report(few)["intervals"]["over"]
    with pytest.raises(UsageError, match="its pictures have: evaluate, train"):
        evaluate(drawn, vocabulary, installation, Terms(uses=("nothing",)))


def test_calibration_on_one_source_is_refused_in_a_sentence(
    drawn: Dataset, vocabulary: Vocabulary, installation: Settings
) -> None:
    single = replace(drawn, images=tuple(image for image in drawn.images if image.source == "red-source"))

    with pytest.raises(CalibrationError, match="one repository"):
        evaluate(single, vocabulary, installation, Terms(calibrate=True))


def test_confidences_can_be_fitted_anew_on_other_repositories(
    drawn: Dataset, vocabulary: Vocabulary, installation: Settings
) -> None:
    fitted = evaluate(drawn, vocabulary, installation, Terms(calibrate=True))

    assert report(fitted)["policy"]["cross_fitted"]
    assert 38 == len(fitted.images)
    assert (fitted.predictions.confidences.sum(axis=1) <= 1 + 1e-6).all()


def test_a_random_split_is_told_to_flatter(drawn: Dataset, vocabulary: Vocabulary, installation: Settings) -> None:
    random = evaluate(drawn, vocabulary, installation, Terms(split="random"))

    assert any("A random split flatters" in note for note in random.notes)


def test_the_page_needs_nothing_else_and_shows_the_errors(evaluation: Evaluation) -> None:
    text = page(evaluation, now()).decode()

    assert [] == re.findall(r'(?:src|href)="(?!data:)', text)
    assert "<script" not in text
    errors = (evaluation.predictions.answerable & ~evaluation.predictions.right).sum()
    assert min(1, errors) <= text.count("data:image/jpeg;base64,") <= 24
    assert "image-truncated" in text


def test_the_page_begins_with_the_share_that_is_claimed_and_how_much_of_it_is_right(evaluation: Evaluation) -> None:
    text = page(evaluation, now()).decode()
    tiles = text[text.index('<dl class="counts">') : text.index("</dl>")]

    assert f"<dd>{evaluation.summary.overall['coverage'].value:.2f}</dd><dt>of the pictures get a concept</dt>" in tiles
    assert "</dd><dt>of these are right; 0.90 is promised</dt>" in tiles


@pytest.mark.parametrize(("pictures", "shown"), [(999, "999"), (1049, "1.0k"), (12_345, "12k")])
def test_the_number_over_a_bar_of_the_diagram_is_no_wider_than_the_bar(
    evaluation: Evaluation, pictures: int, shown: str
) -> None:
    bar = Bin(0.4, 0.5, pictures, 0.45, 0.5)
    text = page(replace(evaluation, summary=replace(evaluation.summary, diagram=(bar,))), now()).decode()

    assert f'text-anchor="middle">{shown}</text>' in text


def test_the_page_of_nothing_but_out_of_scope_pictures_says_so(
    drawn: Dataset, vocabulary: Vocabulary, installation: Settings
) -> None:
    nothing = replace(drawn, images=tuple(image for image in drawn.images if not image.concepts))

    found = evaluate(nothing, vocabulary, installation, Terms())

    assert "Nothing in scope was measured" in page(found, now()).decode()
    assert None is json.loads(as_json(report(found)))["accuracy"]


def test_the_figures_are_rdf_that_names_model_data_set_and_metric(
    evaluation: Evaluation, installation: Settings, out: Path
) -> None:
    keep(evaluation, out, installation, now())
    store = Store()
    store.load(path=out / "report.ttl", format=RdfFormat.TURTLE)

    found = store.query(
        f"""{SPARQL_PREFIXES}SELECT ?value ?sha256 ?title WHERE {{
          ?model a enr:Model ; dqv:hasQualityMeasurement ?figure ; dcterms:title ?title .
          ?figure a dqv:QualityMeasurement ; dqv:isMeasurementOf enr:accuracy ; dqv:computedOn ?model ;
            dqv:value ?value ; prov:wasDerivedFrom/enr:sha256 ?sha256 ; prov:wasGeneratedBy/a enr:Evaluation .
        }}"""
    )
    assert isinstance(found, QuerySolutions)
    (row,) = found

    assert float(row["value"].value) == pytest.approx(report(evaluation)["accuracy"], abs=1e-4)
    assert (evaluation.measured.sha256, "rubricator-lite") == (row["sha256"].value, row["title"].value)


def test_what_is_told_of_an_evaluation_conforms_to_the_shapes(
    evaluation: Evaluation, installation: Settings, out: Path
) -> None:
    pytest.importorskip("pyshacl")
    keep(evaluation, out, installation, now())
    quads = parse(path=out / "report.ttl", format=RdfFormat.TURTLE)

    assert [] == validate((quad.triple for quad in quads), shapes_file("classifier"))


def test_the_ledger_takes_an_evaluation_once(evaluation: Evaluation, settings: Settings) -> None:
    with connect(settings) as client:
        first = remember(evaluation, client, settings, now())
        size = _size(client, settings)
        second = remember(evaluation, client, settings, now())

        assert first.startswith("Stored as http://rubricator.test/id/evaluation/")
        assert second.startswith("The store has this evaluation already")
        assert size == _size(client, settings)


def _size(client: StoreClient, settings: Settings) -> str:
    (row,) = client.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {settings.iris.ledger} {{ ?s ?p ?o }} }}")
    assert isinstance(row["n"], Literal)
    return row["n"].value


def test_every_metric_of_the_report_is_defined(evaluation: Evaluation, installation: Settings, out: Path) -> None:
    from rubricator.resources import resource

    keep(evaluation, out, installation, now())
    used = {triple.object for triple in parse(path=out / "report.ttl") if triple.predicate == DQV["isMeasurementOf"]}
    ontology = parse(path=resource("ontology", "rubricator.ttl"), base_iri="https://w3id.org/rubricator/")
    defined = {triple.subject for triple in ontology if triple.object == DQV["Metric"]}

    assert ENR["accuracy"] in used
    assert set() == used - defined
