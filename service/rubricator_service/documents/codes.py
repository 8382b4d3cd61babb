"""The words that we answer with, each at an address of its own: types of problems, and reason codes."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.run import CC0
from rubricator.errors import RubricatorError
from rubricator.rdf import DCTERMS, SKOS, TYPE, Namespace, integer
from rubricator.reasons import REASONS
from rubricator_service.context import service
from rubricator_service.documents.dereference import answer, nothing, readings
from rubricator_service.documents.formats import FOR_PEOPLE
from rubricator_service.documents.jsonld import compact
from rubricator_service.documents.kinds import Document
from rubricator_service.errors import kinds

blueprint = Blueprint("codes", __name__)

HTTP = Namespace("http", "http://www.w3.org/2011/http#")


@dataclass(frozen=True, slots=True)
class Code:
    """A code as a concept: ``meaning`` defines it, ``remedy`` says what to do, ``status`` is that of its answers."""

    code: str
    title: str
    meaning: str
    remedy: str | None = None
    status: int | None = None

    def triples(self, scheme: NamedNode) -> Iterator[Triple]:
        node = NamedNode(scheme.value + self.code)
        yield Triple(node, TYPE, SKOS["Concept"])
        yield Triple(node, SKOS["inScheme"], scheme)
        yield Triple(node, SKOS["topConceptOf"], scheme)
        yield Triple(node, SKOS["notation"], Literal(self.code))
        yield Triple(node, SKOS["prefLabel"], Literal(self.title, language="en"))
        yield Triple(node, SKOS["definition"], Literal(self.meaning.replace("``", ""), language="en"))
        if self.remedy:
            yield Triple(node, SKOS["note"], Literal(self.remedy, language="en"))
        if self.status:
            yield Triple(node, HTTP["statusCodeNumber"], integer(self.status))


@dataclass(frozen=True, slots=True)
class Scheme:
    """All codes of a sort. ``name`` is the path below BASE that they are at."""

    name: str
    title: str
    lead: str
    codes: Sequence[Code]

    def answer(self, name: str) -> Response:
        """One code, or all, in the form that was asked for."""
        for bare, suffix in readings(name):
            codes = [one for one in self.codes if bare in ("", one.code)]
            if codes:  # which somebody has met, and wants to read what it means
                return answer(self._document(bare, codes), suffix, FOR_PEOPLE)
        raise nothing()

    def _document(self, name: str, codes: Sequence[Code]) -> Document:
        scheme = NamedNode(f"{service().iris.base}/{self.name}/")
        triples = sorted(self._triples(scheme, codes), key=str)
        path = f"{service().links.root}/{self.name}/{name}"
        return Document(NamedNode(scheme.value + name), path, triples, lambda: self._page(path, name, triples), (CC0,))

    def _triples(self, scheme: NamedNode, codes: Iterable[Code]) -> Iterator[Triple]:
        yield Triple(scheme, TYPE, SKOS["ConceptScheme"])
        yield Triple(scheme, DCTERMS["title"], Literal(self.title, language="en"))
        for code in codes:
            yield from code.triples(scheme)

    def _page(self, path: str, name: str, triples: Sequence[Triple]) -> str:
        code = next((one for one in self.codes if one.code == name), None)
        template = "code.html" if code else "codes.html"
        return render_template(template, scheme=self, code=code, path=path, jsonld=compact(triples))


def problems() -> Scheme:
    """Every kind of problem document (RFC 9457), by its type."""
    found = (Code(slug, kind.title, _told(kind), status=kind.status) for slug, kind in kinds().items())
    lead = "When something goes wrong, the answer is a problem document (RFC 9457) whose type is one of these."
    return Scheme("problems", "Problems", lead, tuple(found))


def _told(kind: type[RubricatorError]) -> str:
    """The docstring of a kind of error without tables of codes, which have pages of their own."""
    paragraphs = inspect.cleandoc(kind.__doc__ or kind.title).split("\n\n")
    return "\n\n".join(text for text in paragraphs if "====" not in text)


def reasons() -> Scheme:
    """Every reason code that the store or a command can tell."""
    found = (Code(one.code, one.code, one.meaning, one.remedy) for one in REASONS.values())
    lead = "Why a record was refused or repaired, a picture was not looked at, or a source failed: what enr:code says."
    return Scheme("reasons", "Reasons", lead, tuple(found))


@blueprint.get("/problems/")
@blueprint.get("/problems/<name>")
def problem(name: str = "") -> Response:
    """What a type of problem means."""
    return problems().answer(name)


@blueprint.get("/reasons/")
@blueprint.get("/reasons/<name>")
def reason(name: str = "") -> Response:
    """What a reason code means, and what to do."""
    return reasons().answer(name)
