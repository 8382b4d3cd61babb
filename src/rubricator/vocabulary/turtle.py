"""Turtle files as the vocabulary reads them: an index by subject, and a hash that spelling does not change."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Self

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from rubricator.errors import UsageError
from rubricator.rdf import TYPE

# Hashes are taken with relative IRIs resolved here, so that one file has one hash on every installation.
CANONICAL_BASE = "https://w3id.org/rubricator/"

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple


class TurtleFile:
    """The triples of one Turtle file, with relative IRIs resolved against ``base``, which ends in a slash."""

    def __init__(self, path: Path, triples: tuple[Triple, ...]) -> None:
        self.path = path
        self.triples = triples
        self._index: dict[Subject | Triple, list[Triple]] = {}
        for triple in triples:
            self._index.setdefault(triple.subject, []).append(triple)

    @classmethod
    def read(cls, path: Path, base: str, error: Callable[[str], UsageError]) -> Self:
        """Parse ``path``; ``error`` makes the exception that is raised when that fails."""
        return cls(path, tuple(quad.triple for quad in _parse(path, base, error)))

    def of_type(self, kind: NamedNode) -> tuple[NamedNode, ...]:
        """The IRIs that are said to be of a class, in the order of the file."""
        typed = (t.subject for t in self.triples if t.predicate == TYPE and t.object == kind)
        return tuple(dict.fromkeys(subject for subject in typed if isinstance(subject, NamedNode)))

    def objects(self, subject: Term, predicate: NamedNode) -> tuple[Term, ...]:
        triples = self._index.get(subject, ()) if not isinstance(subject, Literal) else ()
        return tuple(triple.object for triple in triples if triple.predicate == predicate)

    def iris(self, subject: Term, predicate: NamedNode) -> tuple[NamedNode, ...]:
        return tuple(term for term in self.objects(subject, predicate) if isinstance(term, NamedNode))

    def literals(self, subject: Term, predicate: NamedNode) -> tuple[Literal, ...]:
        return tuple(term for term in self.objects(subject, predicate) if isinstance(term, Literal))

    def text(self, subject: Term, predicate: NamedNode) -> str | None:
        """The first literal's text, if there is one."""
        return next((literal.value for literal in self.literals(subject, predicate)), None)


def canonical_sha256(path: Path, error: Callable[[str], UsageError]) -> str:
    """The hash of the sorted canonical N-Triples (RDFC-1.0): comments, order and prefixes do not change it."""
    dataset = Dataset(_parse(path, CANONICAL_BASE, error))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad.triple} .\n" for quad in dataset)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _parse(path: Path, base: str, error: Callable[[str], UsageError]) -> list[Quad]:
    try:
        return list(parse(path=path, format=RdfFormat.TURTLE, base_iri=base))
    except OSError as failure:
        raise error(f"{path} cannot be read: {failure.strerror or failure}.") from failure
    except SyntaxError as failure:
        raise error(f"{path} is not Turtle: {failure.msg}.") from failure
