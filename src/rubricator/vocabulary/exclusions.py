"""Which concepts exclude each other: no picture may get two that do."""

from collections.abc import Iterable, Iterator
from itertools import product

from pyoxigraph import NamedNode

from rubricator.rdf import ENR, SKOS
from rubricator.vocabulary.errors import VocabularyError
from rubricator.vocabulary.turtle import Term, TurtleFile


def exclusions(file: TurtleFile, slugs: dict[NamedNode, str]) -> tuple[tuple[str, str], ...]:
    """Sorted pairs of slugs, each pair sorted, of the concepts in ``slugs`` that ``enr:excludes`` keeps apart.

    It holds between two concepts, and between all members of a ``skos:Collection`` and what that excludes; a collection
    that excludes itself has members of which a picture gets one only. Raises VocabularyError for anything else.
    """
    found = set()
    for triple in file.triples:
        if triple.predicate == ENR["excludes"]:
            for one, other in product(_members(file, triple.subject, slugs), _members(file, triple.object, slugs)):
                if one != other:
                    found.add((min(one, other), max(one, other)))
    return tuple(sorted(found))


def _members(file: TurtleFile, term: Term, slugs: dict[NamedNode, str]) -> Iterator[str]:
    named: Iterable[Term] = [term] if term in slugs else file.objects(term, SKOS["member"])
    count = 0
    for member in named:
        if not isinstance(member, NamedNode) or member not in slugs:
            raise VocabularyError(f"{file.path}: {member} is a member of {term}, and no concept of the scheme.")
        count += 1
        yield slugs[member]
    if not count:
        raise VocabularyError(f"{file.path}: {term} is neither a concept nor a skos:Collection of concepts.")
