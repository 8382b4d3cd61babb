"""Europeana's name for an item, in all the spellings in which it is met."""

import re
from dataclasses import dataclass
from urllib.parse import quote

_ITEM = re.compile(
    r"(?:https?://(?:data|www)\.europeana\.eu(?:/[a-z]{2})?)?(?:/item)?/(?P<dataset>\d\w*)/(?P<identifier>\w[\w-]*)",
    re.ASCII,
)
_RECORD = re.compile(
    r"https?://(?:api|www)\.europeana\.eu/(?:record(?:/v2)?|api/(?:v2/)?record)(?P<item>/\d\w*/\w[\w-]*)"
    r"(?:\.(?:json|jsonld|json-ld|schema\.jsonld|rdf|ttl))?",
    re.ASCII,
)
_NO_CHARACTER = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ItemId:
    """An item of Europeana: digits of a dataset (older ones with letters after them), and a name within it."""

    dataset: str
    identifier: str

    def __str__(self) -> str:
        """As the APIs write it: ``/2021618/internetserver_Details_kunst_25027``."""
        return f"/{self.dataset}/{self.identifier}"

    @property
    def iri(self) -> str:
        """As records name it."""
        return f"http://data.europeana.eu/item{self}"

    @property
    def path(self) -> str:
        """As a part of an address, whatever letters are in it."""
        return f"/{quote(self.dataset, safe='')}/{quote(self.identifier, safe='')}"


def item_id(name: str) -> ItemId | None:
    """The item behind ``/ds/id``, ``/item/ds/id``, its data or web address; None for what names no item."""
    found = _ITEM.fullmatch(name)
    return ItemId(found["dataset"], found["identifier"]) if found else None


def listed_id(text: str) -> ItemId | None:
    """The item that a person means with a line of a list: also ``ds/id``, an address copied from a browser, and where
    the Record API has it, or had it.
    """
    if "://" in text:
        address = re.split(r"[?#]", text, maxsplit=1)[0].rstrip("/")
        record = _RECORD.fullmatch(address)
        return item_id(record["item"] if record else address)
    return item_id(text if text.startswith("/") else f"/{text}")


def served_id(name: object) -> ItemId | None:
    """The item that an answer of Europeana's names: any ``/ds/id``, however strange, is one that it has."""
    if not isinstance(name, str) or _NO_CHARACTER.search(name):
        return None
    dataset, slash, identifier = name.removeprefix("/").partition("/")
    return ItemId(dataset, identifier) if slash and dataset and identifier else None
