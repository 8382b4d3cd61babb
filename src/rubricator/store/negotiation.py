"""Content negotiation (RFC 9110, section 12.5.1): what may be asked for, and what is sent."""

from collections.abc import Mapping

from werkzeug.http import parse_accept_header

from rubricator.store.mediatypes import (
    CSV,
    JSON,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TSV,
    TURTLE,
    XML,
)

# What may be asked for → what is sent, best first.
SOLUTIONS = {kind: kind for kind in (JSON, XML, CSV, TSV)} | {
    "application/json": JSON,
    "application/xml": XML,
    "text/xml": XML,
}
GRAPHS = {kind: kind for kind in (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, N_QUADS, TRIG)} | {
    "application/json": JSON_LD,
    "application/xml": RDF_XML,
    "text/plain": N_TRIPLES,
}
# Turtle is a part of Notation3, and went by these names before it had its own.
_OTHER_NAMES = dict.fromkeys(("text/n3", "text/rdf+n3", "application/x-turtle"), TURTLE)
DATASETS = {kind: kind for kind in (N_QUADS, TRIG, JSON_LD)} | {"application/json": JSON_LD}


def choose(accept: str | None, offers: Mapping[str, str]) -> str | None:
    """The best offer for an Accept header, or None if none is acceptable.

    ``offers`` maps what may be asked for to what is sent, the server's favourite first. The client's most specific
    range gives each offer its weight; of equals, what is named wins over what a wildcard takes in, then the favourite.
    No header, or an empty one, accepts anything.
    Parameters of ranges other than ``q`` are ignored: our formats have one form each.
    """
    if not accept or not accept.strip():
        return next(iter(offers.values()))
    ranges = [
        (value.partition(";")[0].strip().lower(), weight) for value, weight in reversed(parse_accept_header(accept))
    ]
    weights = {_OTHER_NAMES.get(name, name): weight for name, weight in ranges}
    best, chosen = (0.0, True), None
    for name, sent in offers.items():
        weight = next((weights[r] for r in (name, f"{name.partition('/')[0]}/*", "*/*") if r in weights), 0.0)
        if (weight, name in weights) > best:
            best, chosen = (weight, name in weights), sent
    return chosen


def with_charset(kind: str) -> str:
    """The Content-Type to send: ``text/*`` names its character set, because old clients assume another."""
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
