"""Teaches the text tower where words go: to the anchor of the concept or class that they name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rubricator.classifier.training.lite.projection import Projection, Prototypes
from rubricator.classifier.training.lite.wording import NAMES, OUTSIDE_NAMES, TEMPLATES
from rubricator.progress import Progress
from rubricator.vocabulary import PromptSet

if TYPE_CHECKING:
    from torch import Tensor

STEPS = 400
WORDINGS_A_CONCEPT = 3
CLASSES_A_STEP = 68
WORDS_A_STEP = 16
LEARNING_RATE = 3e-3
SCALE = 16.0
UNKNOWN_WORDS = 0.1
_START = 49406  # the number of open_clip's token <start_of_text>; words have smaller ones


def concept_wordings(prompts: PromptSet) -> list[list[str]]:
    """For each concept every name in every template, and its own prompts as often as makes them a third of all.

    The last are the wordings of what is none of the concepts. A concept without names of ours (of another vocabulary)
    is known by its prompts alone.
    """
    named = [(NAMES.get(concept, ()), texts) for concept, texts in prompts.prompts.items()]
    wordings = []
    for names, texts in [*named, (OUTSIDE_NAMES, prompts.others)]:
        phrased = [template.format(name) for name in names for template in TEMPLATES]
        wordings.append([*phrased, *list(texts) * max(1, len(phrased) // max(1, 2 * len(texts)))])
    return wordings


def shared_words(prototypes: Prototypes, anchors: "Tensor") -> "tuple[list[str], Tensor]":
    """Words that several known classes have in their names, each with the mean of their anchors, (words, 256).

    So that a name that was never learned ("acoustic guitar") is found by the words that were ("electric guitar").
    """
    import torch

    classes: dict[str, list[int]] = {}
    for number in prototypes.known:
        for word in set(prototypes.names[number].split()):
            if word.isalpha() and len(word) > 2:
                classes.setdefault(word, []).append(number)
    shared = {word: numbers for word, numbers in sorted(classes.items()) if len(numbers) > 1}
    means = torch.stack([anchors[numbers].mean(dim=0) for numbers in shared.values()])
    return list(shared), torch.nn.functional.normalize(means, dim=1)


def fit_text(
    tower: Any,
    tokenize: Any,
    projection: Projection,
    prototypes: Prototypes,
    concept_texts: Sequence[Sequence[str]],
    seed: int,
    progress: Progress,
) -> None:
    """Train ``tower`` in place. Now and then a word becomes an unknown one, so that a strange word spoils no prompt."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(tower.parameters(), lr=LEARNING_RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=STEPS)

    def pick(count: int) -> int:
        return int(torch.randint(count, (1,), generator=generator))

    def phrased(name: str) -> str:
        return TEMPLATES[pick(len(TEMPLATES))].format(name)

    def towards(encoded: "Tensor", anchors: "Tensor", truth: "Tensor") -> "Tensor":
        nearness = encoded @ anchors.T
        own = nearness.gather(1, truth[:, None]).mean()
        return cross_entropy(SCALE * nearness, truth) + 1 - own

    known = torch.tensor(prototypes.known)
    words, word_anchors = shared_words(prototypes, projection.class_anchors)
    concept_numbers = torch.arange(len(concept_texts)).repeat(WORDINGS_A_CONCEPT)
    tower.train()
    for step in range(STEPS):
        class_numbers = known[torch.randint(len(known), (CLASSES_A_STEP,), generator=generator)]
        word_numbers = torch.randint(len(words), (WORDS_A_STEP,), generator=generator)
        texts = [concept_texts[number][pick(len(concept_texts[number]))] for number in concept_numbers.tolist()]
        texts += [phrased(prototypes.names[number]) for number in class_numbers.tolist()]
        texts += [phrased(words[number]) for number in word_numbers.tolist()]
        encoded = normalize(_encode(tower, tokenize(texts), generator), dim=1)
        of_concepts, of_classes, of_words = torch.split(encoded, [len(concept_numbers), CLASSES_A_STEP, WORDS_A_STEP])
        loss = towards(of_concepts, projection.concept_anchors, concept_numbers)
        loss = loss + towards(of_classes, projection.class_anchors, class_numbers)
        loss = loss + 1 - (of_words * word_anchors[word_numbers]).sum(dim=1).mean()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        progress(step + 1, STEPS)
    tower.eval()


def _encode(tower: Any, tokens: "Tensor", generator: Any) -> "Tensor":
    """The tower's own forward, on the longest text's length (the rest is padding) and with some words unknown."""
    import torch

    length = int(tokens.argmax(dim=1).max()) + 1
    tokens = tokens[:, :length]
    known = (torch.rand(tokens.shape, generator=generator) >= UNKNOWN_WORDS) | (tokens >= _START)
    states = tower.token_embedding(tokens) * known[..., None] + tower.positional_embedding[:length]
    states = tower.ln_final(tower.transformer(states, attn_mask=tower.attn_mask[:length, :length]))
    pooled = states[range(len(tokens)), tokens.argmax(dim=1)]
    projected: Tensor = pooled @ tower.text_projection
    return projected
