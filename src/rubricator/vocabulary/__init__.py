"""Concepts, their labels and equivalences, and the prompts that find them. Whoever names a concept comes here."""

from rubricator.vocabulary.check import Finding, check_vocabulary
from rubricator.vocabulary.concepts import Concept, Vocabulary, load_vocabulary, vocabulary_triples
from rubricator.vocabulary.entities import canonical_entity, entity_forms
from rubricator.vocabulary.errors import PromptError, VocabularyError
from rubricator.vocabulary.names import ConceptNames
from rubricator.vocabulary.prompts import PromptSet, load_prompts
from rubricator.vocabulary.wording import prompts_from_labels

__all__ = [
    "Concept",
    "ConceptNames",
    "Finding",
    "PromptError",
    "PromptSet",
    "Vocabulary",
    "VocabularyError",
    "canonical_entity",
    "check_vocabulary",
    "entity_forms",
    "load_prompts",
    "load_vocabulary",
    "prompts_from_labels",
    "vocabulary_triples",
]
