"""What the tests of harvests share: an earlier harvest, and what a list of things harvested holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from rubricator.errors import SourceError
from rubricator.harvest import SourceRecord
from rubricator.harvest.oai.harvester import OaiHarvester, Selection
from rubricator.harvest.record import Validators
from rubricator.harvest.source import Checkpoint, Harvested
from rubricator.harvest.web import Web
from tests.fakes.oai import Oai


@dataclass(frozen=True)
class Remembered:
    """Of an earlier harvest."""

    datestamp: str = ""

    def validators(self, records: Sequence[SourceRecord]) -> Mapping[str, Validators]:  # noqa: ARG002
        return {}


def harvest(fake: Oai, web: Web, selection: Selection = Selection(), datestamp: str = "") -> list[Harvested]:  # noqa: B008
    return list(OaiHarvester(fake.url, web, selection).records(Remembered(datestamp)))


def identifiers(found: Sequence[Harvested]) -> list[str]:
    return [entry.identifier for entry in found if isinstance(entry, SourceRecord)]


def checkpoints(found: Sequence[Harvested]) -> list[Checkpoint]:
    return [entry for entry in found if isinstance(entry, Checkpoint)]


def until_failure(entries: Iterator[Harvested]) -> tuple[list[Harvested], SourceError]:
    """What came before the harvest failed, and why it did."""
    found: list[Harvested] = []
    try:
        found.extend(entries)
    except SourceError as error:
        return found, error
    raise AssertionError("The harvest did not fail.")


def told(caplog: pytest.LogCaptureFixture) -> str:
    return " ".join(record.getMessage() for record in caplog.records if record.name.startswith("rubricator"))
