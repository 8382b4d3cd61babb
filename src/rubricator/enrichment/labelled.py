"""Labelled pictures as the ledger names them: what heads learned from, policies were fitted on, figures measured on."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import DCAT, DCTERMS, ENR, PROV, TYPE


def labelled_dataset(sha256: str, iris: Iris) -> NamedNode:
    """Labelled pictures, by the hash of what they are and how they are labelled."""
    return iris.thing("labelled", sha256[:12])


def labelled_triples(sha256: str, iris: Iris, title: str | None = None) -> Iterator[Triple]:
    """What is known of them without having them at hand; ``title`` is what they went by."""
    dataset = labelled_dataset(sha256, iris)
    yield Triple(dataset, TYPE, PROV["Entity"])
    yield Triple(dataset, TYPE, DCAT["Dataset"])
    yield Triple(dataset, TYPE, ENR["LabelledDataset"])
    yield Triple(dataset, ENR["sha256"], Literal(sha256))
    if title is not None:
        yield Triple(dataset, DCTERMS["title"], Literal(title))
