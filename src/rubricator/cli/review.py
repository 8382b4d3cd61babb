"""``rubricator review``: what people decide about claims, one by one or as sheets."""

import heapq
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator.cli.app import Listing, app, characters, settings_of
from rubricator.cli.choosing import (
    Least,
    Most,
    OfConcept,
    OfDataset,
    OfRun,
    Status,
    WithStatus,
    chosen_body,
    chosen_dataset,
    chosen_run,
    concept_slug,
)
from rubricator.errors import UsageError
from rubricator.plural import plural

if TYPE_CHECKING:
    from rubricator.pipeline.curating.reviewable import Wanted
    from rubricator.pipeline.curating.sheets import Signature
    from rubricator.settings import Settings
    from rubricator.store.client import StoreClient
    from rubricator.vocabulary import Vocabulary

review = typer.Typer(
    help="List claims for review, accept, reject or replace them, or have a team do it in a sheet.",
    no_args_is_help=True,
)
app.add_typer(review, name="review")


class ReviewerRole(StrEnum):
    """In what capacity somebody decides."""

    contributor = "contributor"
    reviewer = "reviewer"
    curator = "curator"


Claims = Annotated[
    list[str], typer.Argument(metavar="ANNOTATION...", help="IRIs of claims, or the hashes at their end.")
]
Reviewer = Annotated[
    str | None,
    typer.Option(
        help="Name of who decides; a pseudonym made from it is kept. Else RUBRICATOR_REVIEWER.", callback=characters
    ),
]
Role = Annotated[ReviewerRole | None, typer.Option(help="In what capacity; the highest has the last word.")]
Note = Annotated[str, typer.Option(help="Why, for whoever reads the decision.", callback=characters)]


@review.command("list")
def list_(
    context: typer.Context,
    concept: OfConcept = None,
    dataset: OfDataset = None,
    run: OfRun = None,
    status: WithStatus = None,
    least: Least = 0.0,
    most: Most = 1.0,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    listing: Annotated[Listing, typer.Option("--format", help="For people or for programs.")] = Listing.table,
) -> None:
    """Claims that can be reviewed, the least sure first: where a look is worth most."""
    from rubricator.cli.console import print_listing
    from rubricator.pipeline.curating.reviewable import reviewable
    from rubricator.pipeline.curating.sheets import line
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary

    settings = settings_of(context)
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    with connect(settings) as client:
        wanted = _wanted(client, settings, vocabulary, concept, dataset, run, status, least, most)
        found = reviewable(client, settings.iris, wanted)
        lines = heapq.nsmallest(
            limit, (line(one, vocabulary) for one in found), key=lambda one: (float(one.confidence), one.annotation)
        )
    columns = ("annotation", "item", "title", "image", "concept", "confidence", "status", "by", "role")
    rows = [tuple(getattr(one, name) for name in columns) for one in lines]
    print_listing(
        listing, columns, rows, "There is no such claim; `rubricator runs list` tells what was claimed at all."
    )


def _deciding(decision: str) -> Callable[..., None]:
    """The command by which people decide so."""

    def decide(
        context: typer.Context, claims: Claims, reviewer: Reviewer = None, role: Role = None, note: Note = ""
    ) -> None:
        _decide(context, claims, decision, reviewer, role, note)

    return decide


for _name, _decision, _help in (
    ("accept", "accepted", "The claim is right. Holds for what any run says of the same item."),
    (
        "reject",
        "rejected",
        "The claim is wrong: it leaves the published view, and no later run brings it back.",
    ),
    ("discuss", "needsDiscussion", "A second opinion is wanted. The claim stays published, marked as such."),
):
    review.command(_name, help=_help)(_deciding(_decision))


@review.command()
def replace(
    context: typer.Context,
    claims: Claims,
    concept: Annotated[str, typer.Option("--by", help="The right concept: its name or IRI.")],
    reviewer: Reviewer = None,
    role: Role = None,
    note: Note = "",
) -> None:
    """Another concept is right: it is published in the claim's place, as said by a person."""
    _decide(context, claims, "replaced", reviewer, role, note, concept)


@review.command()
def export(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(help="The sheet to write: .csv, or .jsonl for programs.")],
    concept: OfConcept = None,
    dataset: OfDataset = None,
    run: OfRun = None,
    status: WithStatus = None,
    least: Least = 0.0,
    most: Most = 1.0,
) -> None:
    """Write a sheet of claims, to be imported when its columns decision, replacement and note are filled in.

    A decision is accept, reject, replace (by the concept in the next column) or discuss.
    """
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.curating.reviewable import reviewable
    from rubricator.pipeline.curating.sheets import JSON_LINES, line, write_sheet
    from rubricator.progress import counted
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary
    from rubricator.wholefile import whole_file

    settings = settings_of(context)
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    with (
        connect(settings) as client,
        whole_file(output) as file,
        progress_bar("Exporting", "claim") as progress,
    ):
        wanted = _wanted(client, settings, vocabulary, concept, dataset, run, status, least, most)
        lines = (line(one, vocabulary) for one in reviewable(client, settings.iris, wanted))
        count = write_sheet(counted(lines, progress), file, output.suffix in JSON_LINES)
    typer.echo(f"Wrote {output}: {plural(count, 'claim')}. `rubricator review import {output}` takes it back.")


@review.command("import")
def import_(
    context: typer.Context,
    sheet: Annotated[Path, typer.Argument(help="A sheet that was filled in: .csv or .jsonl.")],
    reviewer: Reviewer = None,
    role: Role = None,
) -> None:
    """Take the decisions of a sheet: all of them, or none where a line is wrong. Taking it twice changes nothing."""
    from rubricator.cli.progress import progress_bar
    from rubricator.pipeline.curating.reviewing import review as decide
    from rubricator.pipeline.curating.sheets import read_sheet
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary

    settings = settings_of(context, reviewer=reviewer, reviewer_role=role)
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    verdicts = read_sheet(sheet, _signature(settings), vocabulary, settings.iris)
    if not verdicts:
        raise UsageError(f"{sheet} decides nothing; fill in its column decision: accept, reject, replace or discuss.")
    with connect(settings) as client, progress_bar("Reviewing", "claim") as progress:
        outcome = decide(client, settings, verdicts, progress)
    typer.echo(outcome.sentence)


def _decide(
    context: typer.Context,
    claims: list[str],
    decision: str,
    reviewer: str | None,
    role: ReviewerRole | None,
    note: str,
    concept: str | None = None,
) -> None:
    from rubricator.enrichment.naming import annotation_iri
    from rubricator.enrichment.reviews import Decision
    from rubricator.pipeline.curating.reviewing import Verdict
    from rubricator.pipeline.curating.reviewing import review as decide
    from rubricator.store.client import connect
    from rubricator.vocabulary import load_vocabulary

    settings = settings_of(context, reviewer=reviewer, reviewer_role=role)
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    replacement = vocabulary.by_slug(concept_slug(vocabulary, concept)) if concept is not None else None
    signature = _signature(settings)
    iris = dict.fromkeys(annotation_iri(claim, settings.iris) for claim in claims)
    decided, reviewer, role_ = Decision(decision), signature.reviewer, signature.role
    verdicts = [Verdict(claim, decided, reviewer, role_, note.strip(), replacement) for claim in iris]
    with connect(settings) as client:
        outcome = decide(client, settings, verdicts)
    typer.echo(outcome.sentence)


def _signature(settings: "Settings") -> "Signature":
    from rubricator.enrichment.reviews import Role
    from rubricator.pipeline.curating.reviewer import reviewer_pseudonym
    from rubricator.pipeline.curating.sheets import Signature

    return Signature(reviewer_pseudonym(settings), Role(settings.reviewer_role))


def _wanted(
    client: "StoreClient",
    settings: "Settings",
    vocabulary: "Vocabulary",
    concept: str | None,
    dataset: str | None,
    run: str | None,
    status: Status | None,
    least: float,
    most: float,
) -> "Wanted":
    from rubricator.pipeline.curating.reviewable import Wanted

    ulid = chosen_run(client, settings, run)
    return Wanted(
        run=settings.iris.run_graph(ulid) if ulid else None,
        dataset=chosen_dataset(client, settings, dataset),
        body=chosen_body(vocabulary, concept),
        status=status.value if status else None,
        least=least,
        most=most,
    )
