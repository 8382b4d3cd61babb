"""The container images are built from what git has, and serve where their port is."""

import re
import subprocess
from pathlib import Path

import pytest

from rubricator.settings import load_settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "service" / "Dockerfile").read_text().replace("\\\n", " ")
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()


def copied() -> list[str]:
    """What the images take from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_is_there_in_every_clone(source: str) -> None:
    known = subprocess.run(["git", "ls-files", source], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert known
    assert f"!{source.partition('/')[0]}" in IGNORED


def test_nothing_else_goes_to_whoever_builds() -> None:
    assert "*" in IGNORED
    allowed = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}

    assert allowed == {source.partition("/")[0] for source in copied()}


def test_a_container_answers_at_its_port_and_names_it_in_iris(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = re.findall(r"\b(RUBRICATOR_\w+)=([^\s$]+)", DOCKERFILE)
    for name, value in environment:
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("RUBRICATOR_BASE", raising=False)
    settings = load_settings()

    assert "0.0.0.0" == settings.host  # noqa: S104 - compared, not bound
    assert f"EXPOSE {settings.port}\n" in DOCKERFILE
    assert f"http://127.0.0.1:{settings.port}" == settings.iris.base


def test_no_stage_runs_as_root() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    users = [re.findall(r"^USER (\d+)$", stage, re.MULTILINE) for stage in stages if "CMD [" in stage]

    assert ["10001", "10001"] == [user[-1] for user in users]
