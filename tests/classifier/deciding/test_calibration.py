"""Calibration finds what distorted the logits, and never makes what it is measured on worse."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rubricator.classifier.deciding import CalibrationError, calibration_of, fit_calibration
from rubricator.classifier.deciding.file import read_policy, require_place, require_same, write_policy

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")

CONCEPTS = ("map", "toy", "vase")


def labelled(seed: int, count: int = 600, groups: int = 8):  # type: ignore[no-untyped-def]
    """Honest logits, labels drawn from them, and groups."""
    random = torch.Generator().manual_seed(seed)
    logits = torch.randn(count, 3, generator=random) * 2
    labels = torch.multinomial(logits.softmax(dim=1), 1, generator=random)[:, 0]
    return logits, torch.nn.functional.one_hot(labels, 3).bool(), [f"repository {n % groups}" for n in range(count)]


def fitted(logits, truth, groups, precision: float = 0.9):  # type: ignore[no-untyped-def]
    return fit_calibration(logits, truth, torch.ones(len(truth)), groups, CONCEPTS, precision, "key")


def test_logits_that_are_three_times_too_sure_are_scaled_back() -> None:
    logits, truth, groups = labelled(0)

    calibration = fitted(3 * logits, truth, groups)

    assert calibration.one.scale == pytest.approx(1 / 3, rel=0.25)
    assert calibration.one.ece < calibration.one.ece_before


def test_a_concept_that_the_model_favours_gets_a_bias() -> None:
    logits, truth, groups = labelled(1)

    biases = fitted(logits + torch.tensor([3.0, 0.0, 0.0]), truth, groups).one.biases

    assert biases[0] < min(biases[1:]) - 1


@pytest.mark.parametrize("seed", range(3))
def test_honest_logits_stay_about_as_honest_as_they_were(seed: int) -> None:
    logits, truth, groups = labelled(seed, 200)

    calibration = fitted(logits, truth, groups)

    for scaling in (calibration.one, calibration.several):
        assert scaling.ece is not None
        assert scaling.ece_before is not None
        assert scaling.ece <= scaling.ece_before + 0.02


def test_confidences_of_one_of_many_add_up_and_each_alone_is_measured_by_itself() -> None:
    logits, truth, groups = labelled(2)
    calibration = fitted(logits, truth, groups)

    assert torch.allclose(calibration.one_of_many(logits).sum(dim=1), torch.ones(len(logits)))
    assert calibration.each_alone(logits).mean() == pytest.approx(1 / 3, abs=0.05)


def test_what_is_none_of_the_concepts_takes_confidence_from_all_of_them() -> None:
    logits, truth, groups = labelled(3)
    other = torch.full((len(logits), 1), -20.0)
    calibration = fitted(torch.cat([logits, other], dim=1), truth, groups)
    strange = torch.cat([logits, -other], dim=1)

    assert calibration.one_of_many(strange).max() < 0.01
    assert calibration.each_alone(strange).max() < 0.01


def test_pictures_of_nothing_teach_the_bias_of_what_is_none_of_the_concepts() -> None:
    logits, truth, groups = labelled(4)
    nothing = torch.arange(len(truth)) % 3 == 0
    truth[nothing] = False
    other = torch.where(nothing, 1.0, -3.0)[:, None]

    calibration = fitted(torch.cat([logits, other], dim=1), truth, groups)

    assert len(calibration.one.biases) == 4
    assert 0 != calibration.one.biases[3]


def test_one_repository_is_refused_in_a_sentence_that_says_what_to_do() -> None:
    logits, truth, _ = labelled(5, 30)

    with pytest.raises(CalibrationError, match="add pictures of a second one"):
        fitted(logits, truth, ["attic"] * 30)


def test_one_concept_is_refused_because_nothing_could_be_taken_for_it() -> None:
    logits, _, groups = labelled(5, 30)

    with pytest.raises(CalibrationError, match=r"show toy and no other concept.*add pictures of other"):
        fitted(logits, torch.tensor([[False, True, False]]).repeat(30, 1), groups)


def test_concepts_without_pictures_are_named_in_the_evidence() -> None:
    logits, truth, groups = labelled(9, 60)
    without = ~truth[:, 2]

    calibration = fitted(logits[without], truth[without], [g for g, kept in zip(groups, without, strict=True) if kept])

    assert "There were no pictures of vase" in calibration.evidence


def test_logits_that_are_no_numbers_are_refused() -> None:
    logits, truth, groups = labelled(6, 30)
    logits[3, 1] = float("nan")

    with pytest.raises(CalibrationError, match="no numbers"):
        fitted(logits, truth, groups)


def test_pictures_drawn_for_the_purpose_are_told_apart_from_those_of_repositories() -> None:
    logits, truth, groups = labelled(8, 60)
    truth[-10:] = False
    logits = torch.cat([logits, torch.zeros(60, 1)], dim=1)

    calibration = fit_calibration(
        logits, truth, torch.ones(60), groups[:50] + ["drawn: page"] * 10, CONCEPTS, holds_for="key", drawn=10
    )

    assert (50, 8) == (calibration.pictures, calibration.groups)
    assert "On 50 pictures from 8 repositories (and 10 drawn ones" in calibration.evidence


def of_repositories(seed: int, groups: int, each: int):  # type: ignore[no-untyped-def]
    """Pictures of three concepts; in some repositories most things are taken for a concept that they are not."""
    random = torch.Generator().manual_seed(seed)
    labels = torch.randint(3, (groups * each,), generator=random)
    misled = torch.rand(groups, 1, generator=random).repeat_interleave(each, dim=0)[:, 0] < 0.25
    taken_for = torch.randint(3, (groups, 1), generator=random).repeat_interleave(each, dim=0)[:, 0]
    shown = torch.where(misled & (torch.rand(groups * each, generator=random) < 0.7), taken_for, labels)
    logits = torch.nn.functional.one_hot(shown, 3) * 4.0 + torch.randn(groups * each, 3, generator=random)
    truth = torch.nn.functional.one_hot(labels, 3).bool()
    return logits, truth, [f"repository {n // each}" for n in range(groups * each)]


def test_the_precision_that_is_told_is_that_of_repositories_which_nobody_has_seen() -> None:
    fresh, fresh_truth, _ = of_repositories(1000, 400, 10)
    told = torch.zeros(2)  # the share of pictures with a right claim, and with one
    found = torch.zeros(2)
    for seed in range(10):
        logits, truth, groups = of_repositories(seed, 9, 14)
        one = fitted(logits, truth, groups, precision=0.85).one
        least = torch.tensor([float("inf") if kept.least is None else kept.least for kept in one.thresholds])
        confidences = one.scaled(fresh).softmax(dim=1)
        claims = (confidences >= least) & torch.nn.functional.one_hot(confidences.argmax(dim=1), 3).bool()
        assert one.coverage is not None
        told += torch.tensor([(one.precision or 0.0) * one.coverage, one.coverage])
        found += torch.tensor([int((claims & fresh_truth).sum()), int(claims.sum())])

    assert told[1] > 3
    assert told[0] / told[1] == pytest.approx(float(found[0] / found[1]), abs=0.05)


def test_a_calibration_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    calibration = fitted(*labelled(7, 100))
    write_policy(tmp_path / "policy.json", calibration, {"model": {"name": "some"}})

    assert calibration == read_policy(tmp_path / "policy.json")
    assert calibration == calibration_of(json.loads(json.dumps(calibration.content())))


def test_a_policy_of_something_else_is_not_written_over(tmp_path: Path) -> None:
    calibration = fitted(*labelled(7, 40))
    file = tmp_path / "policy.json"
    require_same(file, calibration)
    write_policy(file, calibration, {})
    require_same(file, calibration)

    for other in (replace(calibration, precision=0.5), replace(calibration, dataset_sha256="another")):
        with pytest.raises(CalibrationError, match="name another file"):
            require_same(file, other)


def test_a_policy_that_cannot_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "nowhere" / "policy.json"):
        with pytest.raises(CalibrationError, match="name a file in a folder that is there"):
            require_place(file)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{}", "has no version and no calibration; give a file of `rubricator calibrate`"),
        ("no JSON", "is no JSON, or was cut off"),
        ("[]", "holds no JSON object"),
        ('{"version": 99, "calibration": {}}', "version 99"),
        ('{"version": 1, "calibration": {}}', "damaged .concepts: field required"),
        ('{"version": 1, "calibration": []}', "damaged .the whole"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_in_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "policy.json").write_text(content)

    with pytest.raises(CalibrationError, match=sentence) as refused:
        read_policy(tmp_path / "policy.json")
    assert "Error(" not in str(refused.value)


def test_a_policy_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match=r"There is no file .*policy\.json; give a file of"):
        read_policy(tmp_path / "policy.json")


@pytest.mark.parametrize(
    ("kind", "part", "value", "sentence"),
    [
        ("one", "biases", [0.0], "one has 1 biases for 3 concepts"),
        ("one", "biases", [0.0, "much", 0.0], r"one\.biases\.1: input should be a valid number"),
        ("several", "thresholds", [], "several has thresholds for other concepts"),
        ("several", "scale", float("nan"), "no number"),
    ],
)
def test_a_calibration_whose_parts_do_not_fit_is_refused(kind: str, part: str, value: object, sentence: str) -> None:
    content = fitted(*labelled(7, 40)).content()
    content[kind][part] = value

    with pytest.raises(CalibrationError, match=sentence):
        calibration_of(content)
