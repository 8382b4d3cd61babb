"""Trains a head over frozen features and writes its folder."""

from pathlib import Path

from rubricator.classifier.training.card import Course, Learned, training_part
from rubricator.classifier.training.energy import measured_energy
from rubricator.classifier.training.linear import between
from rubricator.classifier.training.probe import STEPS, fit_probe
from rubricator.pipeline.seeing import see
from rubricator.pipeline.software import running_software
from rubricator.pipeline.training.finish import Asked, Trained, calibrate, told_standing, write_trained
from rubricator.pipeline.training.lesson import Terms, prepare
from rubricator.progress import Progress, silent
from rubricator.rdf import now
from rubricator.settings import Settings


def train_probe(
    on: Path,
    output: Path,
    settings: Settings,
    terms: Terms,
    most_steps: int = STEPS,
    seed: int = 0,
    progress: Progress = silent,
) -> Trained:
    """Learn a linear head from the labelled pictures of ``on`` and write it to ``output``.

    Nothing in it is random; ``seed`` is only told. Killed at any moment, it begins again with the features that it has
    seen. Raises UsageError where the data set or the model cannot be used.
    """
    started = now()
    lesson = prepare(on, output, settings, terms, {"method": "probe", "steps": most_steps, "seed": seed})
    concepts, model, start = lesson.prompts.concepts, lesson.model, lesson.start
    with measured_energy() as energy:
        seen = see([*lesson.images, *lesson.apart], model, settings, progress)
        unreadable = lesson.told(seen.unreadable)
        apart = frozenset(lesson.apart)
        learn = [number for number, image in enumerate(seen.images) if image not in apart]
        images, features = [seen.images[number] for number in learn], seen.features[learn]
        rest = [number for number, image in enumerate(seen.images) if image in apart]
        probe = fit_probe(features, images, concepts, start, lesson.taught, most_steps, progress)
        head = between(start, probe.head, terms.alpha)
        held_out = Asked(
            [images[number] for number in probe.held_out.numbers],
            lambda alpha: probe.held_out.logits(features, start, alpha),
        )
        evaluate = Asked(
            [seen.images[number] for number in rest],
            lambda alpha: between(start, probe.head, alpha).logits(seen.features[rest]),
        )
        standing = {
            "held out": held_out.standings(concepts, terms.alpha),
            "to evaluate": evaluate.standings(concepts, terms.alpha),
        }
        calibration = calibrate(head, model, concepts, held_out, terms.alpha, lesson.dataset.sha256)
    settled = {
        "method": "probe",
        "key": lesson.key,
        "seed": seed,
        "alpha": terms.alpha,
        "strength": probe.strength,
        "steps": probe.steps,
        "openly_licensed": terms.openly_licensed,
    }
    learned = Learned(lesson.dataset, images, unreadable, len(held_out.images))
    course = Course(started, now(), energy.kwh)
    told = {
        "calibration": calibration.content() if calibration else None,
        "standing": told_standing(standing),
        "training": training_part(
            model, lesson.prompts, learned, course, settled, running_software(settings.commit).commit
        ),
    }
    written = write_trained(output, head, model, concepts, told, [image.sha256 for image in images], settings.iris)
    return Trained(output, written, terms.alpha, standing, calibration, len(images), unreadable, lesson.notes)
