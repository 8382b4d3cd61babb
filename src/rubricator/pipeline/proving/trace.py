"""The trace of what a user names: an annotation, or a failure of a run."""

from rubricator.enrichment.naming import annotation_iri
from rubricator.enrichment.trace import Trace
from rubricator.enrichment.tracing import read_trace
from rubricator.errors import NotFound
from rubricator.settings import Settings
from rubricator.store.client import StoreClient


def trace(client: StoreClient, name: str, settings: Settings) -> Trace:
    """``name`` is an IRI, or the hash that an annotation's IRI ends with.

    Raises UsageError for what names nothing, NotFound where nobody said it.
    """
    found = read_trace(client, settings.iris, annotation_iri(name, settings.iris))
    if found is None:
        raise NotFound(
            f"No run has said {name!r}, nor any reviewer or import; `rubricator query` finds what was claimed."
        )
    return found
