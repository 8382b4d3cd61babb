"""Harvests of a stand-in for Europeana by the real command, which is killed together with its store."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest
from flask import Response
from pyoxigraph import Store
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from rubricator.rdf import ENR
from rubricator.settings import load_settings
from rubricator.store.endpoint import running
from tests.fakes.europeana import Europeana, europeana
from tests.fakes.program import PROGRAM, environment
from tests.pipeline.catalogue import BASE, comparable

Process = subprocess.Popen[str]
RECORDS = 1000
KILLS = 10


@pytest.fixture
def fake() -> Iterator[Europeana]:
    with europeana(RECORDS) as fake:
        for number in (7, 701, 999):
            fake.vanish(f"/{9990000 + number // 500}/item_{number:06}")
        yield fake


class Installation:
    """A data directory, and the command that harvests into it."""

    def __init__(self, directory: Path, fake: Europeana) -> None:
        self.settings = load_settings(data_dir=directory, base=BASE)
        self._fake = fake
        self._environment = environment(self.settings) | {
            "RUBRICATOR_EUROPEANA_API": fake.url,
            "RUBRICATOR_EUROPEANA_API_KEY": fake.key,
            "RUBRICATOR_ALLOW_PRIVATE_ADDRESSES": "true",
        }

    def harvest(self, disturb: Callable[[Process], None] | None = None, at: int = 0) -> tuple[int, str]:
        """Exit code and standard error; ``disturb`` is called once the fake has seen ``at`` requests in all."""
        command = [str(PROGRAM), "harvest", "europeana", "--query", "*:*"]
        with subprocess.Popen(
            command, env=self._environment, cwd=self.settings.data_dir.parent, stderr=subprocess.PIPE, text=True
        ) as process:
            if disturb is not None:
                self._fake.fail(
                    _while_answering(partial(disturb, process)), after=max(at - len(self._fake.requests), 0)
                )
            _, said = process.communicate(timeout=120)
            return process.returncode, said

    def kill(self, process: Process) -> None:
        """Kill the command and its store."""
        store = running(self.settings)
        process.kill()
        if store is not None:
            os.kill(store.pid, signal.SIGKILL)

    def store(self) -> Store:
        """What is on the disk, once nobody is at work on it."""
        for attempt in Retrying(
            retry=retry_if_exception_type(OSError), stop=stop_after_delay(20), wait=wait_fixed(0.05)
        ):
            with attempt:
                store = Store(self.settings.store_dir / "db")
        return store

    def complete_pages(self) -> int:
        if not self.settings.store_dir.exists():
            return 0
        return len(list(self.store().quads_for_pattern(None, ENR["token"], None)))

    def raw(self) -> set[str]:
        return {path.name for path in self.settings.raw_dir.rglob("*") if path.is_file() and path.name[0] != "."}


def _while_answering(deed: Callable[[], None]) -> Callable[[Response], Response]:
    def fault(right: Response) -> Response:
        deed()
        return right

    return fault


def cursors(fake: Europeana) -> list[str]:
    return [asked.params["cursor"][0] for asked in fake.asked("search.json")]


def test_a_harvest_killed_at_ten_moments_leaves_the_store_of_an_undisturbed_one(
    fake: Europeana, tmp_path: Path
) -> None:
    undisturbed, killed = Installation(tmp_path / "undisturbed", fake), Installation(tmp_path / "killed", fake)
    assert 0 == undisturbed.harvest()[0]
    pages, requests = cursors(fake), len(fake.requests)
    fake.requests.clear()

    for moment in sorted(Random(9).sample(range(5, requests), KILLS)):  # noqa: S311 - no secret is made of it
        complete, asked = killed.complete_pages(), len(cursors(fake))
        assert -signal.SIGKILL == killed.harvest(killed.kill, moment)[0]
        assert pages[complete:][:1] == cursors(fake)[asked:][:1]
    complete, asked = killed.complete_pages(), len(cursors(fake))
    assert 0 == killed.harvest()[0]

    assert pages[complete:] == cursors(fake)[asked:]
    assert undisturbed.raw() == killed.raw()
    one, other = undisturbed.store(), killed.store()
    assert comparable(one) == comparable(other)
    assert RECORDS - len(fake.vanished) == len(list(one.quads_for_pattern(None, ENR["fingerprint"], None)))


def test_a_harvest_that_is_interrupted_says_so_and_goes_on(fake: Europeana, tmp_path: Path) -> None:
    installation = Installation(tmp_path / "data", fake)
    code, said = installation.harvest(lambda process: process.send_signal(signal.SIGINT), 250)
    complete = installation.complete_pages()

    assert (130, 1) == (code, len([line for line in said.splitlines() if line.startswith("rubricator:")]))
    assert "run the command again to go on" in said
    assert complete > 0
    fake.items.clear()
    asked = len(cursors(fake))
    assert 0 == installation.harvest()[0]
    assert "*" not in cursors(fake)[asked:]
