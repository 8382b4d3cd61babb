"""The annotation that somebody names on a command line or in a sheet."""

import re

from pyoxigraph import NamedNode

from rubricator.errors import UsageError
from rubricator.iris import Iris

_HASH = re.compile(r"[0-9a-f]{26}")
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def annotation_iri(text: str, iris: Iris) -> NamedNode:
    """By its IRI, or by the hash at its end. Raises UsageError for what names a run, or nothing at all."""
    name = text.strip()
    if _HASH.fullmatch(name):
        return NamedNode(f"{iris.base}/annotation/{name}")
    refuse_run(name, iris)
    try:
        if ":" in name:
            return NamedNode(name)
    except ValueError:
        pass
    raise UsageError(
        f"{text!r} names no claim: give its IRI ({iris.base}/annotation/…), or the 26 characters at its end."
    )


def refuse_run(name: str, iris: Iris) -> None:
    """Raise UsageError where somebody names a run in place of a claim of it."""
    ulid = name.removeprefix(iris.run("").value).removeprefix(iris.run_graph("").value)
    if _ULID.fullmatch(ulid):
        raise UsageError(f"{name} is a run, not a claim: `rubricator review list --run {ulid}` names its claims.")
