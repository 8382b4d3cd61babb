"""Writes a prompt set from what a vocabulary says of its concepts: labels in templates, and scope notes."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Literal

from rubricator.rdf import ENR, PREFIXES, SKOS
from rubricator.resources import resource
from rubricator.vocabulary.concepts import Concept, Vocabulary
from rubricator.vocabulary.errors import PromptError
from rubricator.vocabulary.prompts import installation
from rubricator.vocabulary.turtle import TurtleFile

_LABEL_ALONE = ("{}",)
_LABELS = (SKOS["prefLabel"], SKOS["altLabel"])


def prompts_from_labels(
    vocabulary: Vocabulary, languages: Sequence[str], name: str, path: Path | None = None, notes: bool = True
) -> str:
    """A prompt set in Turtle for every concept in these languages; ``path`` is the scheme's file, ours if None.

    Labels, preferred and alternative, stand in the templates of their language; with ``notes`` scope notes are prompts,
    too. What is none of the concepts gets our phrases in these languages. Raises PromptError if a concept has no label
    in any of them.
    """
    base = installation(vocabulary)
    file = TurtleFile.read(path or resource("ontology", "concepts.ttl"), base, PromptError)
    templates = tomllib.loads(Path(__file__).with_name("templates.toml").read_text(encoding="utf-8"))
    parts, silent = [], []
    for concept in vocabulary.concepts:
        phrases = [*_labelled(file, concept, languages, templates)]
        if not phrases:
            silent.append(concept.slug)
        if notes:
            phrases += [note for note in file.literals(concept.iri, SKOS["scopeNote"]) if note.language in languages]
        parts.append(_part(concept.iri.value.removeprefix(base), phrases))
    if silent:
        raise PromptError(
            f"No label in {' or '.join(languages)} for {', '.join(silent)}; name a further language with --language, "
            "or add a skos:prefLabel to the vocabulary."
        )
    prefixes = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("dcterms", "enr"))
    others = [other for other in _others() if other.language in languages]
    statements = [
        "a enr:PromptSet",
        f"dcterms:title {Literal(name)}",
        *(f"dcterms:language {Literal(language)}" for language in languages[:1]),
        *([f"enr:otherPrompt\n    {_listed(others)}"] if others else []),
        "dcterms:hasPart\n    " + " ,\n    ".join(parts),
    ]
    return f"{prefixes}\n<promptset/{quote(name, safe='-_.~')}> " + " ;\n  ".join(statements) + " .\n"


def _labelled(
    file: TurtleFile, concept: Concept, languages: Sequence[str], templates: dict[str, list[str]]
) -> Iterator[Literal]:
    for label in (label for kind in _LABELS for label in file.literals(concept.iri, kind)):
        if label.language in languages:
            for template in templates.get(label.language or "", _LABEL_ALONE):
                yield Literal(template.format(label.value), language=label.language)


def _others() -> tuple[Literal, ...]:
    file = TurtleFile.read(resource("ontology", "prompts", "default.ttl"), "https://w3id.org/rubricator/", PromptError)
    return file.literals(file.of_type(ENR["PromptSet"])[0], ENR["otherPrompt"])


def _part(iri: str, phrases: Sequence[Literal]) -> str:
    return f"[ enr:forConcept <{iri}> ;\n      enr:prompt\n        {_listed(phrases, 8)} ]"


def _listed(phrases: Sequence[Literal], indent: int = 4) -> str:
    return (" ,\n" + " " * indent).join(dict.fromkeys(str(phrase) for phrase in phrases))
