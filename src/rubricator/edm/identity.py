"""Which item a record is about: its IRI, and the dataset and identifier under which we keep it."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import unquote

from rubricator.edm.iri import clean_iri
from rubricator.harvest.europeana.identifiers import item_id
from rubricator.iris import Iris

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONGEST = 80
_LONGEST_NAME = 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """An item: ``iri`` as the record has it (or ours), ``own`` the IRI under our base below which we may mint."""

    dataset: str
    identifier: str
    iri: str
    own: str


def identify(name: str, dataset: str, iris: Iris) -> Identity:
    """The identity behind what a record calls its item.

    An item of Europeana, in any of its spellings, and one of our own bring their dataset; another absolute IRI stays
    the item's IRI and a local name gets one of ours, both in the dataset given.
    """
    name = name.strip()
    if ours := _parts_of_ours(name, iris):
        return Identity(*ours, name, name)
    if len(name) <= _LONGEST_NAME and (item := item_id(name)):
        return Identity(item.dataset, item.identifier, item.iri, iris.item(item.dataset, item.identifier).value)
    iri = clean_iri(name) if _SCHEME.match(name) else None
    identifier = slug(name if iri else name.lstrip("#/"))
    own = iris.item(dataset, identifier).value
    return Identity(dataset, identifier, iri or own, own)


def _parts_of_ours(iri: str, iris: Iris) -> tuple[str, str] | None:
    """Dataset and identifier of an item IRI that this installation minted."""
    start = f"{iris.base}/id/item/"
    parts = iri.removeprefix(start).split("/") if iri.startswith(start) else []
    if len(parts) != 2:
        return None
    dataset, identifier = (unquote(part).replace("%2F", "/") for part in parts)
    return (dataset, identifier) if iris.item(dataset, identifier).value == iri else None


def slug(name: str) -> str:
    """A name that is one path segment everywhere. Where letters had to go, a hash keeps different names apart."""
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.")[:_LONGEST]
    return (
        safe if safe and safe == name else f"{safe}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
    )
