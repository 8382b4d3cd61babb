"""A harvest from beginning to end. Killed at any moment, it goes on; no page that was complete is asked for again."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from itertools import islice

from pyoxigraph import NamedNode

from rubricator.errors import RubricatorError, SourceError
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.harvest.source import Checkpoint, Harvested, Harvester
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import settle_what_is_left
from rubricator.pipeline.harvesting.activity import (
    Harvest,
    earlier_graphs,
    ending_quads,
    failure_quads,
    interrupted,
    known_datestamp,
    opening_quads,
    read_counts,
)
from rubricator.pipeline.harvesting.counts import HarvestSummary
from rubricator.pipeline.harvesting.held import HarvestMemory
from rubricator.pipeline.harvesting.intake import Intake, Met
from rubricator.pipeline.harvesting.missing import missing_records
from rubricator.pipeline.harvesting.pages import Pages, Position, count_held, drop_pages, read_position, recall
from rubricator.pipeline.harvesting.seen import Seen
from rubricator.pipeline.loader import Loader
from rubricator.pipeline.software import running_software
from rubricator.pipeline.sole import sole_job
from rubricator.progress import Progress, silent
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

BATCH_RECORDS = 1000
"""Fewer take the store a fifth more time, as its tables are merged more often; more take memory only."""
BATCH_BYTES = 32 * 2**20


def harvest(
    harvester: Harvester, client: StoreClient, settings: Settings, progress: Progress = silent
) -> HarvestSummary:
    """Bring everything that a harvester meets into the store, and count what became of it.

    What a change of claims that was killed left is finished first: nothing would be published before. The harvest is in
    the ledger before anything is fetched. One of the same source and request that was interrupted
    goes on from its last checkpoint, if it came to any. Where all that the source has was listed, records of earlier
    harvests that were not met are looked for, and marked if they are gone.

    Raises JobRunning if another process harvests into this data directory, SourceError if the list cannot be read on
    (the ledger then says why), StoreError if the store fails; what came before is there, whole, and the next call goes
    on.
    """
    iris = settings.iris
    with sole_job(settings, "harvest"), Seen() as seen, Loader(client, StoreClient.load_nquads) as loader:
        settle_what_is_left(client, settings)
        current, position = _open(harvester, client, settings, seen)
        datestamp = known_datestamp(client, current.source, iris)
        with _failure_told(current, client, iris):
            pages = Pages(
                client, loader, current, iris, position.last, read_counts(client, iris.harvest_graph(current.ulid))
            )
            intake = Intake(client, settings, iris.harvest(current.ulid), pages, seen)
            if position.listed:
                whole = position.whole
            else:
                memory = HarvestMemory(client, iris, datestamp)
                _list(harvester.records(memory, position.token or ""), harvester, intake, progress)
                whole = harvester.whole
            earlier = earlier_graphs(client, current, iris)
            undecided = 0
            # A list that holds nothing proves nothing: a folder may be on a disk that is not there today.
            if whole := whole and pages.written.total > 0:
                pages.settle()
                seen.miss(missing_records(client, iris.harvest_graph(current.ulid), earlier, iris))
                undecided = _look_for_missing(harvester, intake, progress)
            pages.settle()
            held = _end(current, pages, earlier, whole, client, iris)
    since = "" if harvester.whole or harvester.request or not held else datestamp
    summary = HarvestSummary(harvest=current.ulid, resumed=position.checkpoint > 0, undecided=undecided, since=since)
    summary.add(pages.written)
    return summary


def _open(harvester: Harvester, client: StoreClient, settings: Settings, seen: Seen) -> tuple[Harvest, Position]:
    """The harvest to go on with and where it stood, or a new one, in the ledger."""
    iris, source, request = settings.iris, harvester.source, harvester.request
    position = Position()
    current = interrupted(client, source, request, iris)
    if current is not None:
        position = read_position(client, current, iris)
    if current is None or not position.checkpoint:
        current, position = Harvest.begin(now(), source, request), Position()
    client.load(opening_quads(current, running_software(settings.commit), iris))
    if position.checkpoint:
        recall(client, current, position, seen, iris)
    return current, position


@contextmanager
def _failure_told(current: Harvest, client: StoreClient, iris: Iris) -> Iterator[None]:
    """Say in the ledger why the source ended the harvest, if it does."""
    try:
        yield
    except SourceError as error:
        client.load(failure_quads(current, error.code, now(), iris))
        raise


def _list(stream: Iterator[Harvested], harvester: Harvester, intake: Intake, progress: Progress) -> None:
    """Take in a list to its end, page by page."""
    expected = None
    for batch, checkpoint in _batches(stream):
        intake.take(batch)
        intake.pages.turn(checkpoint, whole=harvester.whole)
        if checkpoint and checkpoint.expected is not None:
            expected = checkpoint.expected
        progress(intake.pages.written.total, expected)


def _look_for_missing(harvester: Harvester, intake: Intake, progress: Progress) -> int:
    """Ask what became of records that were not met. How many of them nobody knows it of: they stay, and are not lost
    sight of."""
    for batch, _ in _batches(harvester.missing(intake.seen.missing())):
        intake.take(batch)
        intake.pages.turn()
        progress(intake.pages.written.total)
    undecided, count = intake.seen.undecided(), 0
    while some := list(islice(undecided, BATCH_RECORDS)):
        for graph in some:
            intake.pages.member(NamedNode(graph))
        intake.pages.turn()
        count += len(some)
    return count


def _batches(stream: Iterator[Harvested]) -> Iterator[tuple[list[Met], Checkpoint | None]]:
    """What was met, in parts that end at a checkpoint, before an address is named again, or where they grow too large.

    What comes before a failure of the stream is a part too.
    """
    batch: list[Met] = []
    addresses: set[str] = set()
    size = 0
    with closing(stream) if isinstance(stream, Generator) else nullcontext():
        try:
            for met in stream:
                if isinstance(met, Checkpoint):
                    yield batch, met
                    batch, addresses, size = [], set(), 0
                    continue
                if met.source in addresses or len(batch) == BATCH_RECORDS or size >= BATCH_BYTES:
                    yield batch, None
                    batch, addresses, size = [], set(), 0
                batch.append(met)
                addresses.add(met.source)
                size += len(met.content or b"") if isinstance(met, SourceRecord | Rejection) else 0
        except RubricatorError:
            yield batch, None
            raise
    yield batch, None


def _end(current: Harvest, pages: Pages, earlier: list[NamedNode], whole: bool, client: StoreClient, iris: Iris) -> int:
    """Say in the ledger what the harvest came to. The pages of those before one of all that there is are needed no
    more. How many records of the source are held."""
    graphs = [iris.harvest_graph(current.ulid)]
    held = count_held(client, graphs if whole else [*graphs, *earlier])
    datestamp = read_position(client, current, iris).datestamp
    client.load(ending_quads(current, now(), held, datestamp, pages.written, iris))
    if whole:
        drop_pages(client, earlier)
    return held
