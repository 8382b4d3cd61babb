"""Pictures as pages may show them: the bytes that we have of each, and what its rights allow."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator.rights import forbids_changes, reusability
from rubricator_service.reading.store import Reading, node, text, values


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the hashes of the bytes that were taken of it, the newest first.

    ``rights`` are those of its web resource, else those of its aggregations. ``may_be_shown`` says whether they let us
    show it, ``may_be_drawn_over`` whether with something over it; our own pictures we show in any case. No picture is
    shown that no record names.
    """

    image: NamedNode
    hashes: tuple[str, ...]
    rights: tuple[NamedNode, ...]
    named: bool
    may_be_shown: bool
    may_be_drawn_over: bool


def read_pictures(reading: Reading, iris: Iris, images: Iterable[NamedNode]) -> Mapping[NamedNode, Picture]:
    """The pictures with these addresses."""
    wanted = sorted(set(images), key=lambda image: image.value)
    if not wanted:
        return {}
    block, basis = values("image", wanted), "OPTIONAL { ?rights <http://www.w3.org/ns/odrl/2/inheritFrom> ?basis }"
    rows = reading.select(
        f"""SELECT ?image ?whose ?rights ?basis ?sha256 ?taken WHERE {{
          {{ {block} ?image a edm:WebResource BIND("its own" AS ?whose)
             OPTIONAL {{ ?image edm:rights ?rights {basis} }} }}
          UNION {{ {block} ?aggregation edm:isShownBy|edm:object|edm:hasView ?image
             BIND("its aggregation's" AS ?whose) OPTIONAL {{ ?aggregation edm:rights ?rights {basis} }} }}
          UNION {{ GRAPH {iris.ledger} {{ {block} ?capture prov:specializationOf ?image ; enr:sha256 ?sha256
             OPTIONAL {{ ?capture prov:generatedAtTime ?taken }} }} }}
        }}"""
    )
    named = {row["image"] for row in rows if "whose" in row}
    stated: defaultdict[tuple[object, str | None], dict[NamedNode, NamedNode]] = defaultdict(dict)
    taken: defaultdict[object, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if rights := node(row, "rights"):
            stated[row["image"], text(row, "whose")][rights] = node(row, "basis") or rights
        if sha256 := text(row, "sha256"):
            taken[row["image"]][sha256] = max(text(row, "taken") or "", taken[row["image"]].get(sha256, ""))
    found = {}
    for image in wanted:
        rights_of = stated.get((image, "its own")) or stated.get((image, "its aggregation's")) or {}
        hashes = sorted(taken[image], key=lambda sha256: taken[image][sha256], reverse=True)
        own = image.value.startswith(iris.media("").value)
        allowed = bool(rights_of) and all(reusability(one.value) != "permission" for one in rights_of.values())
        shown = image in named and (own or allowed)
        found[image] = Picture(
            image,
            (image.value.rpartition("/")[2],) if own else tuple(hashes),
            tuple(sorted(rights_of, key=lambda one: one.value)),
            image in named,
            shown,
            shown and not any(forbids_changes(one.value) for one in rights_of.values()),
        )
    return found


def images_of(reading: Reading, iris: Iris, sha256: str) -> list[NamedNode]:
    """The pictures that ever had these bytes, our own of that name among them."""
    rows = reading.select(
        f"""SELECT DISTINCT ?image WHERE {{ GRAPH {iris.ledger} {{
          ?capture enr:sha256 {Literal(sha256)} ; prov:specializationOf ?image
        }} }}"""
    )
    return [iris.media(sha256), *(image for row in rows if (image := node(row, "image")))]


_RIGHTS = re.compile(
    r"https?://(creativecommons|rightsstatements)\.org/(licenses|publicdomain|vocab|page)/([\w-]+)/([\d.]+)"
)


def rights_name(iri: str) -> str | None:
    """The short name of a Creative Commons licence or a RightsStatements.org statement."""
    match = _RIGHTS.match(iri)
    if match is None:
        return None
    publisher, _, code, version = match.groups()
    if publisher == "rightsstatements":
        return f"RightsStatements.org {code} {version}"
    return {"mark": "Public Domain Mark", "zero": "CC0"}.get(code, f"CC {code.upper()}") + f" {version}"
