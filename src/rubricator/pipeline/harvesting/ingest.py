"""Records that a program has at hand, brought in as a harvest like any other."""

from collections.abc import Iterable

from rubricator.harvest.local import LocalHarvester
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.harvest.source import Source
from rubricator.pipeline.harvesting.counts import HarvestSummary
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.progress import Progress, silent
from rubricator.settings import Settings
from rubricator.store.client import StoreClient


def ingest(
    records: Iterable[SourceRecord | Rejection], client: StoreClient, settings: Settings, progress: Progress = silent
) -> HarvestSummary:
    """Bring a stream of records into the store. It is not taken for all that there is: nothing vanishes by it.

    Raises what ``harvest`` does, and whatever the stream does.
    """
    return harvest(LocalHarvester(Source("stream", ""), records, whole=False), client, settings, progress)
