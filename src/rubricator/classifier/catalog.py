"""The models one can name: for ``rubricator models list``, ``show`` and ``verify``."""

from collections.abc import Iterator
from dataclasses import dataclass

from rubricator.classifier.card import read_card
from rubricator.classifier.errors import require_clip
from rubricator.classifier.locate import SHIPPED, shipped_names
from rubricator.classifier.models import ModelIdentity, load_model

README = "README.md"


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """One line of the list. ``licence`` is known for models with a card; ``shipped`` ones need no download."""

    name: str
    shipped: bool
    licence: str | None


def list_models(downloadable: bool = False) -> Iterator[ModelSummary]:
    """The models inside this package; with ``downloadable``, all that open_clip knows too (then it needs torch)."""
    for name in shipped_names():
        card = read_card(SHIPPED / name)
        yield ModelSummary(name, True, card.licence if card else None)
    if downloadable:
        require_clip()
        import open_clip

        for architecture, tag in open_clip.list_pretrained():
            yield ModelSummary(f"{architecture}/{tag}", False, None)


def show_model(name: str) -> str:
    """What a model's card says, for people (Markdown); for a model without a card, what can be told by loading it."""
    readme = SHIPPED / name / README
    if name in shipped_names() and readme.exists():
        return readme.read_text(encoding="utf-8")
    identity = verify_model(name)
    rows = [f"- {field}: {getattr(identity, field)}" for field in ModelIdentity.__dataclass_fields__]
    return "\n".join([f"# {identity.name}", "", *rows, ""])


def verify_model(name: str) -> ModelIdentity:
    """Load a model, with all its checks, and tell which one it is. Raises ModelError, MissingExtra."""
    return load_model(name).identity
