"""The trace of what a user names: an annotation, or a failure of a run."""

import re

from pyoxigraph import NamedNode

from rubricator.enrichment.trace import Trace
from rubricator.enrichment.tracing import read_trace
from rubricator.errors import NotFound, UsageError
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

_HASH = re.compile(r"[0-9a-f]{26}")


def trace(client: StoreClient, name: str, settings: Settings) -> Trace:
    """``name`` is an IRI, or the hash that an annotation's IRI ends with.

    Raises UsageError for what names nothing, NotFound where nobody said it.
    """
    found = read_trace(client, settings.iris, _subject(name.strip(), settings))
    if found is None:
        raise NotFound(f"No run has said {name!r}, nor any reviewer; `rubricator query` finds what was claimed.")
    return found


def _subject(name: str, settings: Settings) -> NamedNode:
    if _HASH.fullmatch(name):
        return NamedNode(f"{settings.iris.base}/annotation/{name}")
    try:
        return NamedNode(name)
    except ValueError as error:
        raise UsageError(f"{name!r} names no annotation; give its IRI, or the 26 characters at its end.") from error
