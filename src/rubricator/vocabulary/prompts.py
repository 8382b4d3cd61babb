"""Prompt sets: the phrases that stand for each concept when a picture is compared with words."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from rubricator.rdf import DCTERMS, ENR
from rubricator.resources import resource
from rubricator.vocabulary.concepts import Vocabulary
from rubricator.vocabulary.errors import PromptError
from rubricator.vocabulary.turtle import TurtleFile

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class PromptSet:
    """Prompts by concept slug, in the vocabulary's order, each tuple sorted.

    ``language`` is the tag of all prompts but those that ``languages`` names, which are in another. ``names`` are the
    concepts' IRIs by slug, relative for the concepts of this installation; a concept without one goes by its slug.
    ``others`` are phrases for what is none of the concepts: they compete with them, and are never claimed.
    """

    name: str
    language: str
    prompts: Mapping[str, tuple[str, ...]] = field(hash=False)
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    others: tuple[str, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def concepts(self) -> tuple[str, ...]:
        return tuple(self.prompts)

    @property
    def sha256(self) -> str:
        """Over the sorted lines ``name<TAB>prompt``: the same phrases for the same concepts have the same hash.

        A phrase that is not English is followed by ``<TAB>language``.
        What is none of the concepts has no name. The hash depends neither on the file nor on the installation; the slug
        alone would not tell two schemes apart.
        """
        lines = [f"\t{self._tagged(other)}\n" for other in self.others]
        for slug, prompts in self.prompts.items():
            lines += [f"{self.names.get(slug, slug)}\t{self._tagged(prompt)}\n" for prompt in prompts]
        return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()

    def _tagged(self, prompt: str) -> str:
        language = self.language_of(prompt)
        return prompt if language == ENGLISH else f"{prompt}\t{language}"

    def language_of(self, prompt: str) -> str:
        return self.languages.get(prompt, self.language)


def load_prompts(vocabulary: Vocabulary, path: Path | None = None) -> PromptSet:
    """Read the prompt set that we ship, or the one at ``path``, for every concept of the vocabulary.

    A part names its concept by the concept's IRI; a relative one is resolved as in the vocabulary. Raises PromptError
    if a concept has no prompt, or a part names none of the concepts.
    """
    path = path or resource("ontology", "prompts", "default.ttl")
    file = TurtleFile.read(path, installation(vocabulary), PromptError)
    sets = file.of_type(ENR["PromptSet"])
    if len(sets) != 1:
        raise PromptError(f"{path} describes {len(sets)} prompt sets with an IRI; it must describe one enr:PromptSet.")
    prompts = _prompts(file, sets[0], vocabulary)
    if silent := [concept.slug for concept in vocabulary.concepts if not prompts.get(concept.slug)]:
        raise PromptError(
            f"{path} has no prompt for {', '.join(silent)}; add an enr:prompt for each, or write a set from the labels "
            "with `rubricator vocabulary prompts`."
        )
    language = file.text(sets[0], DCTERMS["language"]) or ENGLISH
    others = [other for other in file.literals(sets[0], ENR["otherPrompt"]) if other.value.strip()]
    phrases = sorted((phrase for found in (*prompts.values(), others) for phrase in found), key=str)
    return PromptSet(
        name=file.text(sets[0], DCTERMS["title"]) or path.stem,
        language=language,
        prompts={concept.slug: _texts(prompts[concept.slug]) for concept in vocabulary.concepts},
        names={
            concept.slug: concept.iri.value.removeprefix(installation(vocabulary)) for concept in vocabulary.concepts
        },
        others=_texts(others),
        languages={one.value: one.language for one in phrases if one.language and one.language != language},
    )


def _texts(phrases: Iterable[Literal]) -> tuple[str, ...]:
    return tuple(sorted({phrase.value for phrase in phrases}))


def installation(vocabulary: Vocabulary) -> str:
    """The installation's address, which the version's IRI ``BASE/id/vocabulary/…`` starts with."""
    return vocabulary.iri.value.partition("/id/vocabulary/")[0] + "/"


def _prompts(file: TurtleFile, prompt_set: NamedNode, vocabulary: Vocabulary) -> dict[str, list[Literal]]:
    slugs = {concept.iri: concept.slug for concept in vocabulary.concepts}
    prompts: dict[str, list[Literal]] = {}
    for part in file.objects(prompt_set, DCTERMS["hasPart"]):
        for concept in file.iris(part, ENR["forConcept"]):
            if concept not in slugs:
                raise PromptError(f"{file.path}: {concept.value} is not a concept of {vocabulary.iri.value}.")
            phrases = [phrase for phrase in file.literals(part, ENR["prompt"]) if phrase.value.strip()]
            prompts.setdefault(slugs[concept], []).extend(phrases)
    return prompts
