"""What Europeana leaves of an item that was taken down: an as:Delete of it, alone or beside what the record was."""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from rubricator.edm.identity import identify
from rubricator.edm.parts import Parts, item_of
from rubricator.edm.record import RecordGone, RecordRejected
from rubricator.iris import Iris
from rubricator.rdf import TYPE

# EDM's schema writes http, the vocabulary itself https.
_ACTIVITY = tuple(f"{scheme}://www.w3.org/ns/activitystreams#" for scheme in ("http", "https"))
_DELETE, _OBJECT = (frozenset(NamedNode(start + name) for start in _ACTIVITY) for name in ("Delete", "object"))


def check_not_deleted(triples: Iterable[Triple], parts: Parts, dataset: str, iris: Iris) -> None:
    """Raises RecordGone if the record's item was taken down, RecordRejected if it does not say which item that is."""
    if parts.kinds.isdisjoint(_DELETE):
        return
    of_deletions = {triple.subject for triple in triples if triple.predicate == TYPE and triple.object in _DELETE}
    said = (triple for triple in triples if triple.predicate in _OBJECT and triple.subject in of_deletions)
    deleted = list(dict.fromkeys(triple.object for triple in said if isinstance(triple.object, NamedNode)))
    if parts.edm or not deleted:
        item = item_of(parts)
    elif len(deleted) == 1:
        item = deleted[0]
    else:
        raise RecordRejected("several-items", f"The record deletes {len(deleted)} items at once; split it.")
    if not deleted or item in deleted:
        identity = identify(item.value, dataset, iris)
        raise RecordGone(identity.dataset, identity.identifier)
