"""What the store knows of the pictures that a run might look at, one picture of an item at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pyoxigraph import Literal, NamedNode

from rubricator.edm.iri import clean_iri
from rubricator.enrichment.claims import RIGHTS_MISSING, RIGHTS_NOT_ALLOWED
from rubricator.enrichment.earlier import Examined
from rubricator.images.thumbnails import thumbnails
from rubricator.rdf import EDM, EUROPEANA, SPARQL_PREFIXES
from rubricator.rights import CLASSES, reusability
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

# How an item names its pictures, best first; what is known to be no image comes last.
_LINKS = (EDM["isShownBy"], EDM["object"], EDM["hasView"])
_NO_IMAGE = len(_LINKS)
_ITEMS = f"{EUROPEANA}item/"
_BASED_ON = NamedNode("http://www.w3.org/ns/odrl/2/inheritFrom")
_VARIABLES = "?item ?link ?image ?mime ?own ?own_basis ?general ?general_basis ?sha ?seen ?code"


class Outcome(IntEnum):
    """What became of a picture in earlier runs; where they differ, the greatest holds."""

    NEW = 0
    CLOSED = 1
    FAILED = 2
    SEEN = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run is asked to look at; None means everything.

    ``again`` asks for all pictures on which nobody has decided by the very same inputs, policy included.
    """

    dataset: str | None = None
    limit: int | None = None
    retry_failed: bool = False
    again: bool = False


Candidate = tuple[str, int, str, str | None, str | None, int, str | None, int]
"""Item, rank of the picture among the item's (0 is best), picture, media type of what is no image, rights, class of
rights (an index of ``rights.CLASSES``, -1 for our own pictures), sha-256 of a capture, outcome."""


def candidates(
    client: StoreClient, scope: Scope, examined: Sequence[Examined], settings: Settings
) -> Iterator[Candidate]:
    """All pictures of the items that are not gone; a picture may come more than once.

    The rights of a web resource are its own, else those of the aggregation that names it; a licence that the record
    describes (``cc:License``) is of the class of the statement that it is based on (``odrl:inheritFrom``).

    Pictures that were looked at come too: telling them apart in the query takes a join for each, and so time that grows
    with the square of the items.
    """
    ranks = {link: rank for rank, link in enumerate(_LINKS)}
    media = settings.iris.media("").value
    query = _query(scope.dataset, examined, settings)
    for item, link, image, mime, own, own_basis, general, general_basis, sha, seen, code in client.select_stream(query):
        if not (isinstance(item, NamedNode) and isinstance(link, NamedNode) and isinstance(image, NamedNode)):
            continue
        media_type = getattr(mime, "value", None)
        no_image = media_type is not None and not media_type.startswith("image/")
        stated, basis = (own, own_basis) if own is not None else (general, general_basis)
        rights = stated.value if isinstance(stated, NamedNode) else None
        statement = basis.value if isinstance(basis, NamedNode) else rights
        yield (
            item.value,
            _NO_IMAGE if no_image else ranks[link],
            image.value,
            media_type if no_image else None,
            rights,
            -1 if image.value.startswith(media) else CLASSES.index(reusability(statement)),
            getattr(sha, "value", None),
            _outcome(seen is not None, getattr(code, "value", None)),
        )


def has_thumbnail(item: str, image: str, settings: Settings) -> bool:
    """Whether Europeana has made a thumbnail of this picture, as far as its names tell."""
    return item.startswith(_ITEMS) and not image.startswith(settings.iris.media("").value)


def repaired_addresses(client: StoreClient) -> Iterator[tuple[str, str]]:
    """Legal IRIs and how their providers spelt them, of all records where one was illegal."""
    repairs = 'GRAPH ?record { ?repair enr:code "illegal-iri" ; enr:rawValue ?raw }'
    for (raw,) in client.select_stream(f"{SPARQL_PREFIXES}SELECT DISTINCT ?raw WHERE {{ {repairs} }}"):
        text = getattr(raw, "value", "").strip()
        iri = clean_iri(text)
        if iri is not None and iri != text:
            yield iri, text


def _outcome(seen: bool, code: str | None) -> Outcome:
    if not seen:
        return Outcome.NEW
    if code is None:
        return Outcome.SEEN
    return Outcome.CLOSED if code in (RIGHTS_MISSING, RIGHTS_NOT_ALLOWED) else Outcome.FAILED


def _query(dataset: str | None, examined: Sequence[Examined], settings: Settings) -> str:
    seen = f"OPTIONAL {{ {_looked_at(examined, settings)} }}" if examined else ""
    part = f"?record dcterms:isPartOf {settings.iris.thing('dataset', dataset)}" if dataset is not None else ""
    confined = f"FILTER EXISTS {{ GRAPH ?record {{ ?aggregation edm:aggregatedCHO ?item . {part} }} }}" if part else ""
    return f"""{SPARQL_PREFIXES}SELECT {_VARIABLES} WHERE {{
      ?aggregation edm:aggregatedCHO ?item .
      {confined}
      FILTER NOT EXISTS {{
        GRAPH ?record {{ ?aggregation edm:aggregatedCHO ?item . ?record prov:invalidatedAtTime ?gone }}
      }}
      VALUES ?link {{ {" ".join(map(str, _LINKS))} }}
      ?aggregation ?link ?image .
      OPTIONAL {{ ?image ebucore:hasMimeType ?mime }}
      OPTIONAL {{ ?image edm:rights ?own OPTIONAL {{ ?own {_BASED_ON} ?own_basis }} }}
      OPTIONAL {{ ?aggregation edm:rights ?general OPTIONAL {{ ?general {_BASED_ON} ?general_basis }} }}
      {_captured(settings)}
      {seen}
    }}"""


def _looked_at(examined: Sequence[Examined], settings: Settings) -> str:
    """Binds ?seen, and ?code of a failure, where an earlier run has looked at what this run would.

    Only pictures that have a thumbnail are another picture to a run on thumbnails than to one on originals.
    """
    graphs = " ".join(f'({run.graph} "{run.pictures}")' for run in examined)
    several = len({run.pictures for run in examined} | {settings.pictures}) > 1
    same = f'FILTER(?kind = "{settings.pictures}" || !{_has_thumbnail(settings)})' if several else ""
    return f"""VALUES (?run ?kind) {{ {graphs} }} GRAPH ?run {{ ?seen oa:hasScope ?item ; oa:hasSource ?image }} {same}
        OPTIONAL {{ GRAPH ?run {{ ?seen enr:code ?code }} }}"""


def _captured(settings: Settings) -> str:
    """Binds ?sha to the bytes of an earlier capture: of the picture itself, or of its thumbnail.

    A thumbnail of a picture whose address was repaired is not found by it, and is fetched again.
    """
    original = "NOT EXISTS { GRAPH ?ledger { ?capture enr:rendition ?any } }"
    if settings.pictures == "thumbnail":
        address = f'IRI(CONCAT({Literal(thumbnails(settings.europeana_api))}, MD5(STR(?image)), ".jpg"))'
        bound, small = f"BIND({address} AS ?thumbnail)", _has_thumbnail(settings)
        right = f"IF({small}, EXISTS {{ GRAPH ?ledger {{ ?capture enr:rendition ?thumbnail }} }}, {original})"
    else:
        bound, right = "", original
    return f"""{bound} OPTIONAL {{
        VALUES ?ledger {{ {settings.iris.ledger} }}
        GRAPH ?ledger {{ ?capture prov:specializationOf ?image ; enr:sha256 ?sha }}
        FILTER({right})
      }}"""


def _has_thumbnail(settings: Settings) -> str:
    """``has_thumbnail`` in SPARQL."""
    items, media = Literal(_ITEMS), Literal(settings.iris.media("").value)
    return f"(STRSTARTS(STR(?item), {items}) && !STRSTARTS(STR(?image), {media}))"
