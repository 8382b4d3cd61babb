"""What was measured of a calibration, in sentences: one for its confidences, one for its thresholds."""

from rubricator.classifier.deciding.measured import Scaling


def calibration_evidence(scaling: Scaling, pictures: int, groups: int, drawn: int = 0) -> str:
    """On what the confidences of this kind were measured, and by how much they are wrong."""
    too = f" (and {drawn} drawn ones that show no concept)" if drawn else ""
    where = f"On {pictures} pictures from {groups} repositories{too}, held out in folds of whole repositories"
    if scaling.ece is None or scaling.ece_before is None:
        return f"{where}, confidences were fitted; how far they differ from accuracy was not measured."
    return (
        f"{where}, confidence and accuracy differ by {scaling.ece:.3f} on average, concepts weighing equally "
        f"({scaling.ece_before:.3f} before calibration)."
    )


def threshold_evidence(scaling: Scaling, precision: float) -> str:
    """What claims by the thresholds of this kind were worth on the same pictures; ``precision`` was promised."""
    kept = "no picture" if scaling.precision is None else f"{scaling.coverage or 0:.0%} of the pictures"
    right = "" if scaling.precision is None else f", and {scaling.precision:.0%} of these claims are right"
    return (
        f"With thresholds for a promised precision of {precision:.0%}, for each repository those of the others, {kept} "
        f"would get a concept{right}.{_without_pictures(scaling)}"
    )


def _without_pictures(scaling: Scaling) -> str:
    known = [one.concept for one in scaling.thresholds if one.pictures]
    unknown = [one.concept for one in scaling.thresholds if not one.pictures]
    if not unknown:
        return ""
    if len(unknown) <= len(known):
        return f" There were no pictures of {', '.join(unknown)}: how often they are taken for another is not known."
    return (
        f" There were pictures of {', '.join(known)} alone: how often the other {len(unknown)} concepts are taken for "
        "one of these is not known."
    )
