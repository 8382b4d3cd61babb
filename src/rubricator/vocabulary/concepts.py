"""The concept scheme: what can be claimed of a picture, in which words, and under which IRI others know it."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import AAT, DC, DCTERMS, EDM, ENR, EUROPEANA, OWL, SKOS
from rubricator.resources import resource
from rubricator.vocabulary.entities import canonical_entity
from rubricator.vocabulary.errors import VocabularyError
from rubricator.vocabulary.exclusions import exclusions
from rubricator.vocabulary.turtle import TurtleFile, canonical_sha256

PROPERTIES = (DC["type"], DC["subject"], DC["format"], DCTERMS["medium"], EDM["hasType"])


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept. ``body`` is what enrichments carry: the Europeana entity that is proven to be the same, else the
    AAT concept that is, else our own IRI. ``property`` says what an enrichment with it means: ``dc:type`` for what
    the object is, ``dc:subject`` for what it shows. ``labels`` are by language tag. ``entity`` is what Europeana's
    items name in its place, for asking which items these are: a close match will do for that.
    """

    slug: str
    iri: NamedNode
    body: NamedNode
    property: NamedNode
    labels: Mapping[str, str] = field(hash=False)
    entity: NamedNode | None = None

    def label(self, *languages: str) -> str:
        """The label in the first of these languages that there is, else in English, else in any, else the slug."""
        for language in (*languages, "en"):
            if language in self.labels:
                return self.labels[language]
        return next(iter(self.labels.values()), self.slug)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A version of a concept scheme. ``concepts`` are sorted by slug; ``sha256`` is of the canonical N-Triples.

    ``exclusions`` are pairs of slugs that no picture may get together.
    """

    name: str
    version: str
    iri: NamedNode
    sha256: str
    concepts: tuple[Concept, ...]
    exclusions: tuple[tuple[str, str], ...] = ()

    def by_slug(self, slug: str) -> Concept:
        """Raises KeyError for a slug that this vocabulary does not have."""
        index = bisect_left(self.concepts, slug, key=attrgetter("slug"))
        if index == len(self.concepts) or self.concepts[index].slug != slug:
            raise KeyError(slug)
        return self.concepts[index]


def load_vocabulary(iris: Iris, path: Path | None = None) -> Vocabulary:
    """Read the concepts that we ship, or any SKOS scheme in Turtle at ``path``.

    Relative IRIs belong to this installation; others are kept. A concept's slug is its ``skos:notation``, or the last
    part of its IRI. Raises VocabularyError.
    """
    path = path or resource("ontology", "concepts.ttl")
    file = _read(iris, path)
    concepts = [_concept(file, iri) for iri in file.of_type(SKOS["Concept"])]
    if not concepts:
        raise VocabularyError(f"{path} has no skos:Concept; name a SKOS scheme in Turtle.")
    concepts.sort(key=lambda concept: concept.slug)
    for one, other in pairwise(concepts):
        if one.slug == other.slug:
            raise VocabularyError(
                f"{path}: {one.iri.value} and {other.iri.value} share the short name {one.slug!r}; "
                "give each concept a skos:notation of its own."
            )
    sha256 = canonical_sha256(path, VocabularyError)
    scheme = _scheme(file)
    name = (scheme and file.text(scheme, DCTERMS["identifier"])) or path.stem
    version = (scheme and file.text(scheme, OWL["versionInfo"])) or sha256[:12]
    apart = exclusions(file, {concept.iri: concept.slug for concept in concepts})
    return Vocabulary(name, version, iris.thing("vocabulary", name, version), sha256, tuple(concepts), apart)


def vocabulary_triples(iris: Iris, path: Path | None = None) -> list[Triple]:
    """Everything that goes into ``BASE/graph/concepts``: scheme, concepts, equivalences, licences, and its version."""
    vocabulary = load_vocabulary(iris, path)
    file = _read(iris, path or resource("ontology", "concepts.ttl"))
    scheme = _scheme(file)
    version = [Triple(scheme, DCTERMS["hasVersion"], vocabulary.iri)] if scheme else []
    return [*file.triples, *version]


def _read(iris: Iris, path: Path) -> TurtleFile:
    return TurtleFile.read(path, f"{iris.base}/", VocabularyError)


def _scheme(file: TurtleFile) -> NamedNode | None:
    schemes = file.of_type(SKOS["ConceptScheme"])
    if len(schemes) > 1:
        raise VocabularyError(f"{file.path} has {len(schemes)} concept schemes; keep one scheme a file.")
    return schemes[0] if schemes else None


def _concept(file: TurtleFile, iri: NamedNode) -> Concept:
    labels = {label.language or "": label.value for label in file.literals(iri, SKOS["prefLabel"])}
    return Concept(
        slug=file.text(iri, SKOS["notation"]) or _tail(file, iri),
        iri=iri,
        body=_body(file, iri),
        property=_property(file, iri),
        labels=labels,
        entity=_entity(file, iri),
    )


def _tail(file: TurtleFile, iri: NamedNode) -> str:
    tail = iri.value.replace("#", "/").rpartition("/")[2]
    if not tail:
        raise VocabularyError(f"{file.path}: {iri.value} ends without a name; give the concept a skos:notation.")
    return tail


def _body(file: TurtleFile, iri: NamedNode) -> NamedNode:
    exact = sorted(canonical_entity(match.value) for match in file.iris(iri, SKOS["exactMatch"]))
    for authority in (f"{EUROPEANA}concept/", AAT):
        for match in exact:
            if match.startswith(authority):
                return NamedNode(match)
    return iri


def _entity(file: TurtleFile, iri: NamedNode) -> NamedNode | None:
    for match in (SKOS["exactMatch"], SKOS["closeMatch"]):
        for entity in sorted(canonical_entity(other.value) for other in file.iris(iri, match)):
            if entity.startswith(f"{EUROPEANA}concept/"):
                return NamedNode(entity)
    return None


def _property(file: TurtleFile, iri: NamedNode) -> NamedNode:
    given = file.iris(iri, ENR["property"])
    if len(given) > 1 or not set(given) <= set(PROPERTIES):
        raise VocabularyError(
            f"{file.path}: the enr:property of {iri.value} must be one of dc:type, dc:subject, dc:format, "
            "dcterms:medium and edm:hasType."
        )
    return given[0] if given else DC["type"]
