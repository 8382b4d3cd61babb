"""Small changes of what the store says about a record graph, as SPARQL updates."""

from pyoxigraph import Literal, NamedNode

from rubricator.harvest.record import Validators
from rubricator.harvest.source import Gone
from rubricator.pipeline.harvesting.recordgraph import validator_triples
from rubricator.rdf import ENR, PROV, timestamp

_SINCE, _BY, _CODE = PROV["invalidatedAtTime"], PROV["wasInvalidatedBy"], ENR["code"]


def gone_mark(graph: NamedNode, gone: Gone, harvest: NamedNode) -> str:
    """Say that the record is gone, since when, for which reason, and which harvest found it so. Nothing is deleted."""
    marks = f"{_SINCE} {timestamp(gone.retrieved)} ; {_BY} {harvest} ; {_CODE} {Literal(gone.code)}"
    return f"INSERT DATA {{ GRAPH {graph} {{ {graph} {marks} }} }}"


def without_gone_mark(graph: NamedNode) -> str:
    """Take the mark away: the record is there again."""
    return f"DELETE WHERE {{ GRAPH {graph} {{ {graph} {_SINCE} ?moment ; {_BY} ?harvest ; {_CODE} ?code }} }}"


def other_validators(graph: NamedNode, validators: Validators) -> str:
    """Put what the server gives today in the place of what it gave before."""
    given = " ".join(f"{triple} ." for triple in validator_triples(graph, validators))
    old = (f"DELETE WHERE {{ GRAPH {graph} {{ {graph} {ENR[name]} ?old }} }}" for name in ("etag", "lastModified"))
    return f"{' ; '.join(old)} ;\nINSERT DATA {{ GRAPH {graph} {{ {given} }} }}"
