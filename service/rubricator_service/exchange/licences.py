"""Under which terms which part of the data set is: what is ours is CC0, records are not ours, concepts in part."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.run import CC0
from rubricator.rdf import DCTERMS

ODC_BY = NamedNode("https://opendatacommons.org/licenses/by/1-0/")
_AAT = (
    "The concepts contain information from the Art & Architecture Thesaurus (AAT)®, made available under the ODC "
    "Attribution License 1.0."
)
_OF_OTHERS = "Records are under the terms of their providers."
RIGHTS = f"The enrichments are CC0. {_AAT} {_OF_OTHERS}"
"""What is said of the whole, which has no single licence."""
_WORDS = {
    "concepts": f"What is ours is CC0. {_AAT}",
    "imports": "What was imported is under the terms of those who made it.",
    "others": "Nobody stated under which terms these graphs are.",
    "records": _OF_OTHERS,
    "view": RIGHTS,
    "whole": RIGHTS,
}


def terms_of(node: NamedNode, part: str) -> Iterator[Triple]:
    """The licences of a part, such as its dump, or its rights in words where it has not just one that is ours to give.

    A part that is not spoken of here is ours, and CC0: nobody can set another licence, so none can be unset.
    """
    if part in _WORDS:
        yield Triple(node, DCTERMS["rights"], Literal(_WORDS[part], language="en"))
    if part == "concepts":
        yield Triple(node, DCTERMS["license"], ODC_BY)
    if part == "concepts" or part not in _WORDS:
        yield Triple(node, DCTERMS["license"], CC0)
