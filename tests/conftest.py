"""Fixtures that every room uses."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from rubricator.settings import Settings, load_settings

# Read when torch is loaded. Threads that wait for each other at a busy processor keep it busy: with one for each core
# in each worker of the suite, loading the model takes five times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Speed belongs to benchmarks, and what fails once is to fail again.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def _sigint_heeded() -> Iterator[None]:
    """A script's shell has what it runs in the background ignore SIGINT, and so would every process of a test."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def _torch_alone() -> Iterator[None]:
    """Each data directory keeps exports of its own: making one in every test would take most of the suite's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUBRICATOR_BACKEND", "torch")
        yield


@pytest.fixture
def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def settings(tmp_path: Path, free_port: int) -> Settings:
    """Settings of an installation of the test's own; every IRI starts with ``http://rubricator.test``."""
    return load_settings(data_dir=tmp_path, port=free_port, base="http://rubricator.test")
