"""What Europeana leaves of an item that was taken down: an as:Delete of it, alone or beside what the record was."""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad

from rubricator.edm.identity import identify
from rubricator.edm.parts import Parts, item_of
from rubricator.edm.record import RecordGone, RecordRejected
from rubricator.iris import Iris
from rubricator.rdf import TYPE

# EDM's schema writes http, the vocabulary itself https.
_ACTIVITY = tuple(f"{scheme}://www.w3.org/ns/activitystreams#" for scheme in ("http", "https"))
_DELETE, _OBJECT = (frozenset(NamedNode(start + name) for start in _ACTIVITY) for name in ("Delete", "object"))


def check_not_deleted(quads: Iterable[Quad], parts: Parts, dataset: str, iris: Iris) -> None:
    """Raises RecordGone if the record's item was taken down, RecordRejected if it does not say which item that is."""
    if parts.kinds.isdisjoint(_DELETE):
        return
    of_deletions = {quad.subject for quad in quads if quad.predicate == TYPE and quad.object in _DELETE}
    said = (quad for quad in quads if quad.predicate in _OBJECT and quad.subject in of_deletions)
    deleted = list(dict.fromkeys(quad.object for quad in said if isinstance(quad.object, NamedNode)))
    if parts.edm or not deleted:
        item = item_of(parts)
    elif len(deleted) == 1:
        item = deleted[0]
    else:
        raise RecordRejected("several-items", f"The record deletes {len(deleted)} items at once; split it.")
    if not deleted or item in deleted:
        identity = identify(item.value, dataset, iris)
        raise RecordGone(identity.dataset, identity.identifier)
