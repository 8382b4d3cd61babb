"""Whether a vocabulary, its prompts and its mapping table are complete and agree. ``rubricator vocabulary check``."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.rdf import ENR, RDF, SKOS
from rubricator.resources import resource
from rubricator.vocabulary.concepts import Vocabulary, load_vocabulary
from rubricator.vocabulary.entities import canonical_entity
from rubricator.vocabulary.errors import VocabularyError
from rubricator.vocabulary.mappings import Mapping, read_sssom
from rubricator.vocabulary.prompts import load_prompts
from rubricator.vocabulary.turtle import CANONICAL_BASE, TurtleFile

_OUR_SCHEME = Iris(CANONICAL_BASE.removesuffix("/")).scheme()
_MATCHES = (SKOS["exactMatch"], SKOS["closeMatch"], SKOS["broadMatch"], SKOS["narrowMatch"], SKOS["relatedMatch"])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a short code for programs, the IRI or file it is about, a sentence for people."""

    code: str
    subject: str
    message: str


def check_vocabulary(
    iris: Iris, vocabulary: Path | None = None, prompts: Path | None = None, mappings: Path | None = None
) -> list[Finding]:
    """Everything that is wrong with the vocabulary; an empty list is a pass.

    The mapping table is compared where one belongs to the vocabulary: ours to ours, another only if ``mappings`` names
    it. Only the concepts of our own scheme must have an equivalence elsewhere. Files that cannot be used at all are
    findings too.
    """
    if vocabulary is None and mappings is None:
        mappings = resource("mappings", "concepts.sssom.tsv")
    path = vocabulary or resource("ontology", "concepts.ttl")
    try:
        loaded = load_vocabulary(iris, vocabulary)
        file = TurtleFile.read(path, CANONICAL_BASE, VocabularyError)
    except UsageError as error:
        return [Finding(error.slug, str(path), str(error))]
    findings = [*_labels(file), *_matches(file), *_prompts(loaded, prompts)]
    if mappings is not None:
        findings += _table(file, mappings)
    return findings


def _labels(file: TurtleFile) -> Iterator[Finding]:
    for concept in file.of_type(SKOS["Concept"]):
        languages = Counter(label.language for label in file.literals(concept, SKOS["prefLabel"]))
        if not languages:
            yield Finding("no-label", concept.value, f"{concept.value} has no skos:prefLabel.")
        for language, count in languages.items():
            if count > 1:
                message = (
                    f"{concept.value} has {count} preferred labels in {language or 'no language'}; SKOS allows one."
                )
                yield Finding("two-labels", concept.value, message)


def _matches(file: TurtleFile) -> Iterator[Finding]:
    ours = _OUR_SCHEME in file.of_type(SKOS["ConceptScheme"])
    owners: dict[str, str] = {}
    for concept in file.of_type(SKOS["Concept"]):
        found = [canonical_entity(match.value) for kind in _MATCHES for match in file.iris(concept, kind)]
        if not found and ours:
            yield Finding("no-equivalence", concept.value, f"{concept.value} has no match in another vocabulary.")
        for match, count in Counter(found).items():
            if count > 1:
                yield Finding("duplicate-match", match, f"{concept.value} is matched to {match} {count} times.")
            if match in owners:
                yield Finding("duplicate-match", match, f"{match} is matched to {owners[match]} and {concept.value}.")
            owners[match] = concept.value


def _prompts(vocabulary: Vocabulary, path: Path | None) -> Iterator[Finding]:
    try:
        load_prompts(vocabulary, path)
    except UsageError as error:
        yield Finding(error.slug, str(path or "prompts"), str(error))


def _table(file: TurtleFile, path: Path) -> Iterator[Finding]:
    try:
        rows = read_sssom(path)
    except UsageError as error:
        yield Finding(error.slug, str(path), str(error))
        return
    for row, count in Counter(rows).items():
        if count > 1:
            yield Finding("duplicate-row", row.subject, f"{path} has {count} rows for {_sentence(row)}.")
    stated = _stated(file)
    for row in sorted(stated - set(rows)):
        yield Finding("not-in-table", row.subject, f"{path} lacks a row for {_sentence(row)}.")
    for row in sorted(set(rows) - stated):
        yield Finding("not-in-scheme", row.subject, f"{file.path} does not say what {path} says: {_sentence(row)}.")


def _stated(file: TurtleFile) -> set[Mapping]:
    """The equivalences of a scheme as rows: those that hold, and those that are kept as deprecated."""
    stated = set()
    for concept in file.of_type(SKOS["Concept"]):
        for kind in _MATCHES:
            stated |= {Mapping(concept.value, kind.value, match.value) for match in file.iris(concept, kind)}
        for note in file.iris(concept, ENR["deprecatedMapping"]):
            for kind in file.iris(note, RDF["predicate"]):
                stated |= {
                    Mapping(concept.value, kind.value, m.value, negated=True) for m in file.iris(note, RDF["object"])
                }
    return stated


def _sentence(row: Mapping) -> str:
    relation = row.predicate.rpartition("#")[2]
    return f"{row.subject} {'is not' if row.negated else 'is'} {relation} of {row.object}"
