"""What tests of harvesting from Europeana share: a memory, and what is read off a harvest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rubricator.harvest.europeana.search import Query
from rubricator.harvest.record import SourceRecord, Validators
from rubricator.harvest.source import Checkpoint, Harvested

EVERYTHING = Query()


@dataclass
class Remembered:
    """A memory of what a test says, by address."""

    known: dict[str, Validators] = field(default_factory=dict)
    datestamp: str = ""

    def validators(self, records: Sequence[SourceRecord]) -> Mapping[str, Validators]:
        return {record.source: self.known[record.source] for record in records if record.source in self.known}


def identifiers(harvested: Iterable[Harvested]) -> list[str]:
    return [entry.identifier for entry in harvested if isinstance(entry, SourceRecord)]


def checkpoints(harvested: Iterable[Harvested]) -> list[Checkpoint]:
    return [entry for entry in harvested if isinstance(entry, Checkpoint)]
