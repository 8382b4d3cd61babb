"""Every IRI that Rubricator mints, in one place. Nothing is ever minted under data.europeana.eu."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

_SAFE = re.compile(r"[\w~-][\w.~-]*", re.ASCII)
"""A name that is its own segment, as most are."""


def _segment(text: str) -> str:
    """One path segment that survives being decoded once by a web server and encoded again by ``Iris.at``.

    A slash is therefore encoded twice. ``.`` and ``..`` would be resolved away by clients, so their dots are encoded.
    """
    if _SAFE.fullmatch(text):
        return text
    encoded = quote(text.replace("/", "%2F"), safe="-_.~")
    return encoded.replace(".", "%2E") if set(encoded) == {"."} else encoded


def _text(segment: str) -> str:
    """What a segment was made from."""
    return unquote(segment).replace("%2F", "/")


@dataclass(frozen=True, slots=True)
class Iris:
    """Mints the IRIs of one installation. ``base`` is an absolute http(s) IRI without a slash at its end."""

    base: str

    def _mint(self, *segments: str) -> NamedNode:
        return NamedNode("/".join((self.base, *segments)))

    def at(self, path: str) -> NamedNode:
        """The IRI that a request for ``path`` (decoded once, with its leading slash) asks about."""
        return NamedNode(self.base + "/".join(map(_segment, path.split("/"))))

    def meant(self, path: str) -> list[NamedNode]:
        """The IRIs that a request for ``path`` may ask about: as ``at`` has it or, in a vocabulary that somebody else
        wrote, with its characters as they are.
        """
        ours = self.at(path)
        try:
            return list(dict.fromkeys((ours, NamedNode(self.base + path))))
        except ValueError:
            return [ours]

    def thing(self, kind: str, *names: str) -> NamedNode:
        """``BASE/id/{kind}/{name}…``: a run, model, promptset, policy, image, agent, review, proxy, item, …"""
        return self._mint("id", kind, *map(_segment, names))

    def part(self, whole: NamedNode, name: str) -> NamedNode:
        """``WHOLE#name``: what is told on the page of the whole, as of one concept of a policy."""
        return NamedNode(f"{whole.value}#{quote(name, safe='-_.~')}")

    def concept(self, slug: str) -> NamedNode:
        return self._mint("concept", _segment(slug))

    def scheme(self) -> NamedNode:
        return self._mint("concept", "")

    def graph(self, name: str) -> NamedNode:
        """One of the fixed graphs: ``concepts``, ``ledger``, ``reviews``."""
        return self._mint("graph", name)

    @property
    def concepts_graph(self) -> NamedNode:
        return self.graph("concepts")

    @property
    def ledger(self) -> NamedNode:
        return self.graph("ledger")

    @property
    def reviews(self) -> NamedNode:
        return self.graph("reviews")

    @property
    def void_dataset(self) -> NamedNode:
        """All that one installation publishes, as one data set."""
        return self._mint(".well-known", "void#dataset")

    def record_graph(self, dataset: str, identifier: str) -> NamedNode:
        return self._mint("graph", "edm", _segment(dataset), _segment(identifier))

    def record_names(self, graph: str) -> tuple[str, str]:
        """Dataset and identifier from which ``record_graph`` makes this graph."""
        dataset, identifier = graph.removeprefix(f"{self.base}/graph/edm/").split("/")
        return _text(dataset), _text(identifier)

    def dataset_name(self, iri: str) -> str:
        """The name from which ``thing("dataset", name)`` makes this IRI."""
        return _text(iri.removeprefix(f"{self.base}/id/dataset/"))

    def harvest(self, ulid: str) -> NamedNode:
        return self.thing("harvest", ulid)

    def harvest_graph(self, ulid: str) -> NamedNode:
        return self._mint("graph", "harvest", ulid)

    def source(self, digest: str) -> NamedNode:
        """What is harvested again and again, by a hash of its kind, address and selection."""
        return self.thing("source", digest)

    def explanation_graph(self, annotation: NamedNode) -> NamedNode:
        """Where the explanation of an annotation lies; made again, it takes the place of the one before."""
        return self._mint("graph", "explanation", annotation.value.rpartition("/")[2])

    def run_graph(self, ulid: str) -> NamedNode:
        return self._mint("graph", "run", ulid)

    def run(self, ulid: str) -> NamedNode:
        return self.thing("run", ulid)

    def event(self, ulid: str) -> NamedNode:
        """A retraction, a supersession or a reinstatement."""
        return self.thing("event", ulid)

    def retraction_graph(self, ulid: str) -> NamedNode:
        """Which single claims an event retracted."""
        return self._mint("graph", "retraction", ulid)

    def import_graph(self, ulid: str) -> NamedNode:
        """What a file of somebody else's claims; no claim of ours lies there."""
        return self._mint("graph", "import", ulid)

    def imported_claim(self, ulid: str, digest: str) -> NamedNode:
        return self.thing("import", ulid, digest)

    @property
    def unsettled(self) -> NamedNode:
        """The graph that is there while the published view is being brought up to date."""
        return self.graph("unsettled")

    def image(self, sha256: str) -> NamedNode:
        return self.thing("image", f"sha256-{sha256}")

    def item(self, dataset: str, identifier: str) -> NamedNode:
        """The item of a record that brings no IRI of its own (CSV, folders)."""
        return self.thing("item", dataset, identifier)

    def media(self, sha256: str) -> NamedNode:
        """A local picture, served by us from the image cache."""
        return self._mint("media", sha256)

    def annotation_named(self, name: str) -> NamedNode:
        """The annotation whose IRI ends with ``name``."""
        return self._mint("annotation", name)

    def annotation(self, run: str, image: str, item: str, concept: str) -> NamedNode:
        """The same claim of the same run always has the same IRI, so writing it twice changes nothing."""
        digest = hashlib.sha256(f"{run}|{image}|{item}|{concept}".encode()).hexdigest()
        return self._mint("annotation", digest[:26])
