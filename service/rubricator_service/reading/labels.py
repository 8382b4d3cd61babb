"""What to call things: the reader's language, then English, then any, then the end of the IRI."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator_service.reading.store import Reading, values


def choose(literals: Iterable[Literal], languages: Iterable[str]) -> Literal | None:
    """The literal in the first language that there is; ``pt`` also finds ``pt-br``. Ties go by alphabet."""
    found = sorted(literals, key=lambda literal: (literal.language or "", literal.value))
    for language in (*languages, "en", ""):
        for literal in found:
            tag = literal.language or ""
            if tag == language or (language and tag.startswith(f"{language}-")):
                return literal
    return found[0] if found else None


def tail(iri: str) -> str:
    """The last part of an IRI that says something."""
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1]) or iri


def moment(timestamp: str | None) -> str:
    """``2026-11-21T10:00:00Z`` as people read it."""
    return "" if timestamp is None else timestamp[:16].replace("T", " ") + " UTC"


def percent(share: float) -> str:
    """A share in [0, 1] in percent, without the sign. Only all is ``100``: what is nearly all keeps a decimal."""
    whole = f"{share * 100:.0f}"
    return f"{math.floor(share * 1000) / 10:.1f}" if whole == "100" and share < 1 else whole


@dataclass(frozen=True, slots=True)
class Heading:
    """A concept as a reader sees it. ``concept`` is our own concept for this body, where there is one."""

    body: NamedNode
    concept: NamedNode | None
    label: str
    language: str | None


def read_headings(
    reading: Reading, iris: Iris, bodies: Iterable[NamedNode], languages: tuple[str, ...]
) -> Mapping[NamedNode, Heading]:
    """The headings of these concepts, in the concept scheme first and else in the records' own concepts."""
    wanted = sorted(set(bodies), key=lambda node: node.value)
    if not wanted:
        return {}
    block = values("body", wanted)
    rows = reading.select(
        f"""SELECT ?body ?concept ?label WHERE {{
          {{ GRAPH {iris.concepts_graph} {{
            {block} ?concept skos:exactMatch|skos:closeMatch ?body ; skos:prefLabel ?label
          }} }}
          UNION {{ GRAPH {iris.concepts_graph} {{
            {block} ?body skos:prefLabel ?label ; skos:inScheme ?scheme
          }} BIND(?body AS ?concept) }}
          UNION {{ {block} ?body skos:prefLabel ?label }}
        }}"""
    )
    concepts: dict[NamedNode, NamedNode] = {}
    labels: defaultdict[NamedNode, set[Literal]] = defaultdict(set)
    foreign: defaultdict[NamedNode, set[Literal]] = defaultdict(set)
    for row in rows:
        body, label, concept = row["body"], row["label"], row.get("concept")
        if not isinstance(body, NamedNode) or not isinstance(label, Literal):
            continue
        if isinstance(concept, NamedNode):
            concepts.setdefault(body, concept)
            labels[body].add(label)
        else:
            foreign[body].add(label)
    return {body: _heading(body, concepts.get(body), labels[body] or foreign[body], languages) for body in wanted}


def _heading(
    body: NamedNode, concept: NamedNode | None, labels: Iterable[Literal], languages: tuple[str, ...]
) -> Heading:
    label = choose(labels, languages)
    return Heading(
        body, concept, label.value if label else tail(body.value), (label.language or None) if label else None
    )
