"""Teaches the text tower where words go: to the anchor of the concept or class that they name."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rubricator.classifier.training.lite.wording import NAMES, TEMPLATES
from rubricator.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

STEPS = 400
WORDINGS_A_CONCEPT = 3
CLASSES_A_STEP = 68
LEARNING_RATE = 3e-3
SCALE = 16.0
UNKNOWN_WORDS = 0.1
_START = 49406  # the number of open_clip's token <start_of_text>; words have smaller ones


def concept_wordings(prompts: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """For each concept every name in every template, and its own prompts as often as makes them a third of all.

    A concept without names of ours (of another vocabulary) is known by its prompts alone.
    """
    wordings = []
    for concept, texts in prompts.items():
        phrased = [template.format(name) for name in NAMES.get(concept, ()) for template in TEMPLATES]
        wordings.append([*phrased, *list(texts) * max(1, len(phrased) // (2 * len(texts)))])
    return wordings


def fit_text(
    tower: Any,
    tokenize: Any,
    concept_anchors: "Tensor",
    class_anchors: "Tensor",
    concept_texts: Sequence[Sequence[str]],
    class_names: Sequence[str],
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

    def towards(encoded: "Tensor", anchors: "Tensor", truth: "Tensor") -> "Tensor":
        nearness = encoded @ anchors.T
        own = nearness.gather(1, truth[:, None]).mean()
        return cross_entropy(SCALE * nearness, truth) + 1 - own

    tower.train()
    concept_numbers = torch.arange(len(concept_texts)).repeat(WORDINGS_A_CONCEPT)
    for step in range(STEPS):
        class_numbers = torch.randint(len(class_names), (CLASSES_A_STEP,), generator=generator)
        texts = [concept_texts[number][pick(len(concept_texts[number]))] for number in concept_numbers.tolist()]
        texts += [TEMPLATES[pick(len(TEMPLATES))].format(class_names[number]) for number in class_numbers.tolist()]
        encoded = normalize(_encode(tower, tokenize(texts), generator), dim=1)
        loss = towards(encoded[: len(concept_numbers)], concept_anchors, concept_numbers)
        loss = loss + towards(encoded[len(concept_numbers) :], class_anchors, class_numbers)
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
