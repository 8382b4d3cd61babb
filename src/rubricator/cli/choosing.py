"""Options by which several commands choose claims, and what they name: a run, a data set, a concept."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.errors import NotFound, UsageError

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from rubricator.settings import Settings
    from rubricator.store.client import StoreClient
    from rubricator.vocabulary import Vocabulary


class Status(StrEnum):
    """What people have decided of a claim."""

    unreviewed = "unreviewed"
    accepted = "accepted"
    rejected = "rejected"
    replaced = "replaced"
    needs_discussion = "needsDiscussion"


OfConcept = Annotated[str | None, typer.Option("--concept", help="Only claims of this concept: its name or IRI.")]
OfDataset = Annotated[str | None, typer.Option("--dataset", help="Only items of this data set.")]
OfRun = Annotated[str | None, typer.Option("--run", help="Only claims of this run.")]
WithStatus = Annotated[Status | None, typer.Option("--status", help="Only claims of which this was decided.")]
Least = Annotated[float, typer.Option("--min-confidence", min=0, max=1, help="Only claims at least as sure.")]
Most = Annotated[float, typer.Option("--max-confidence", min=0, max=1, help="Only claims at most as sure.")]


def chosen_run(client: "StoreClient", settings: "Settings", name: str | None) -> str | None:
    """The ULID of the run that is named; raises NotFound."""
    from rubricator.enrichment.ledger import find_run

    return find_run(client, settings.iris, name).ulid if name is not None else None


def chosen_dataset(client: "StoreClient", settings: "Settings", name: str | None) -> "NamedNode | None":
    """The data set of that name; raises NotFound where no record is of it."""
    from rubricator.pipeline.enriching.pending import has_dataset

    if name is None:
        return None
    if not has_dataset(client, name, settings.iris):
        raise NotFound(f"There is no data set {name!r}; `rubricator harvest sources` tells what there is.")
    return settings.iris.thing("dataset", name)


def chosen_body(vocabulary: "Vocabulary", name: str | None) -> "NamedNode | None":
    """What annotations say for the concept that is named; raises UsageError."""
    return vocabulary.by_slug(concept_slug(vocabulary, name)).body if name is not None else None


def concept_slug(vocabulary: "Vocabulary", name: str) -> str:
    """The concept with this name or IRI; raises UsageError."""
    from rubricator.vocabulary.names import ConceptNames

    slug = ConceptNames(vocabulary.concepts).slug(name)
    if not slug:
        raise UsageError(f"{name!r} is no concept of the vocabulary; `rubricator vocabulary list` names them all.")
    return slug
