"""A record in the form that we store, and the refusal of one that cannot have it."""

from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode, Quad, Triple

from rubricator.errors import RubricatorError
from rubricator.harvest.record import Picture, Repair


class RecordRejected(RubricatorError):
    """A source record cannot be mapped to EDM; ``code`` is the reason under which it is reported."""

    status = 422
    title = "Record cannot be mapped to EDM"
    slug = "record-rejected"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RecordGone(RecordRejected):
    """The source says that an item was there and is no more; ``dataset`` and ``identifier`` name its record graph."""

    title = "Record was taken down"
    slug = "record-gone"

    def __init__(self, dataset: str, identifier: str) -> None:
        super().__init__("tombstone", f"The item /{dataset}/{identifier} was taken down by its source.")
        self.dataset = dataset
        self.identifier = identifier


@dataclass(frozen=True, slots=True)
class EdmRecord:
    """One record as it goes into the store.

    ``quads`` are as the parser makes them, in the default graph, since to make triples of all takes a fifth as long as
    to parse them. They hold no blank nodes and only valid IRIs: bare ProvidedCHO, provider proxy, aggregation, web
    resources, and what else came with it. ``graph`` is the named graph they go to. ``statements`` say of some of them
    who made them and how sure that was; they go to that graph only and are never published. ``sha256`` is that of the
    raw bytes; ``fingerprint`` changes with everything else that the quads depend on. ``collection`` is the dataset that
    was given for it, which an item of Europeana's does not take over.
    """

    dataset: str
    identifier: str
    item: NamedNode
    graph: NamedNode
    quads: tuple[Quad, ...]
    repairs: tuple[Repair, ...]
    sha256: str
    fingerprint: str
    source: str
    retrieved: datetime
    collection: str
    pictures: tuple[Picture, ...] = ()
    statements: tuple[Triple, ...] = ()

    @property
    def triples(self) -> tuple[Triple, ...]:
        return tuple(quad.triple for quad in self.quads)
