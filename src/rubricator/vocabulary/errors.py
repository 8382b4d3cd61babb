"""What can be wrong with a vocabulary's files."""

from rubricator.errors import UsageError


class VocabularyError(UsageError):
    """A concept scheme or a mapping file cannot be used."""

    title = "Vocabulary cannot be used"
    slug = "vocabulary-unusable"


class PromptError(UsageError):
    """A prompt set cannot be used with the vocabulary."""

    title = "Prompt set cannot be used"
    slug = "prompts-unusable"
