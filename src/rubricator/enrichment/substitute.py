"""What a person put in the place of a claim: who did, when and why, and whether that still stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode

from rubricator.enrichment.answers import Selecting, iri, moment, optional_text, text
from rubricator.enrichment.judged import claims_on, reviews_of
from rubricator.enrichment.knowledge import Knowledge
from rubricator.enrichment.standing import Facts, State, replacements, standings
from rubricator.enrichment.trace import Happening, Line, Section, Trace, told
from rubricator.iris import Iris
from rubricator.rdf import ENR, SPARQL_PREFIXES

OVERRULED = "overruled"
"""The state of what was put in the place of a claim, and a later or higher decision undid."""


@dataclass(frozen=True, slots=True)
class Substitute:
    """A person's claim. ``replaced`` is the claim in whose place it was put, by ``review``.

    ``reviews`` are all that were made of either; ``overruled`` is the one that undid this, None while it stands.
    """

    annotation: NamedNode
    body: NamedNode
    property: NamedNode
    item: NamedNode
    replaced: NamedNode
    review: NamedNode
    reviewer: NamedNode
    who: str
    role: str
    moment: datetime
    note: str
    reviews: tuple[Happening, ...]
    overruled: Happening | None


def read_substitute(client: Selecting, iris: Iris, annotation: NamedNode) -> Substitute | None:
    """None where nobody put it in the place of anything."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}
        SELECT ?body ?property ?item ?replaced ?old ?review ?reviewer ?who ?role ?moment ?note WHERE {{
          GRAPH {iris.reviews} {{
            ?review enr:replacement {annotation} ; a enr:Review ; oa:hasTarget ?replaced ; enr:role ?role ;
              dcterms:created ?moment ; dcterms:creator ?reviewer .
            {annotation} oa:hasBody ?body ; enr:property ?property .
            OPTIONAL {{ ?reviewer enr:pseudonym ?who }}
            OPTIONAL {{ ?review rdfs:comment ?note }}
          }}
          GRAPH ?graph {{ ?replaced oa:hasTarget/oa:hasScope ?item ; oa:hasBody ?old }}
        }} LIMIT 1"""
    )
    if not rows:
        return None
    row = rows[0]
    item, body, review = iri(row["item"]), iri(row["body"]), iri(row["review"])
    claims = [claim for one in dict.fromkeys((iri(row["old"]), body)) for claim in claims_on(client, iris, item, one)]
    judgements, reviews = reviews_of(client, iris, [claim.annotation for claim in claims])
    found = standings(Facts(claims, {}, {}, judgements))
    overruled = None
    if all(instead.annotation != annotation for _, _, instead in replacements(found)):
        deciding = {one.claim.body: one.judgement.review for one in found if one.judgement}
        last = deciding[iri(row["old"])]
        undone = deciding[body] if last == review else last
        overruled = next(one for one in reviews if one.iri == undone)
    return Substitute(
        annotation,
        body,
        iri(row["property"]),
        item,
        iri(row["replaced"]),
        review,
        iri(row["reviewer"]),
        optional_text(row.get("who")) or text(row["reviewer"]),
        text(row["role"]).removeprefix(str(ENR)),
        moment(row["moment"]),
        optional_text(row.get("note")) or "",
        tuple(reviews),
        overruled,
    )


def substitute_trace(client: Selecting, iris: Iris, put: Substitute) -> Trace:
    """No run made it: its trace is its review, and leads to the trace of the claim that it replaces."""
    known = Knowledge(client, iris)
    things = " ".join(map(str, (put.annotation, put.reviewer, *(one.iri for one in put.reviews))))
    known.select(f"GRAPH {iris.reviews} {{ VALUES ?s {{ {things} }} ?s ?p ?o }}")
    done = f"{put.who} ({put.role}) put it in the place of {put.replaced.value} on {told(put.moment)}"
    if put.overruled:
        by = f"{put.overruled.who} on {told(put.overruled.moment)}"
        state, sentence = OVERRULED, f"It is not published: {done}, but was overruled by {by}."
    else:
        state, sentence = State.current.value, f"It is published: {done}."
    sections = (
        Section("The claim", (*_linked("claim", put.annotation), *_linked("concept", put.body),
                              *_linked("meant for", put.property))),
        Section("Item and picture", tuple(_linked("item", put.item))),
        Section("Who put it there", tuple(_origin(put))),
        Section("Reviews", tuple(one.line for one in put.reviews)),
    )  # fmt: skip
    return Trace(put.annotation, state, sentence, sections, tuple(known.triples()))


def _origin(put: Substitute) -> Iterator[Line]:
    yield from _linked("replaces", put.replaced)
    yield from _linked("review", put.review)
    yield Line("reviewer", put.who, put.reviewer.value)
    yield Line("role", put.role)
    yield Line("when", told(put.moment))
    if put.note:
        yield Line("note", put.note)


def _linked(what: str, node: NamedNode) -> Iterator[Line]:
    yield Line(what, node.value, node.value)
