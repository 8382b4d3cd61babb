"""Deliveries of many files."""

import subprocess
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from rubricator.errors import UsageError
from rubricator.pipeline.exporting.checksums import write_checksums
from rubricator.pipeline.exporting.forms import Form, check_choice, check_output
from rubricator.pipeline.exporting.parcel import parcel

FILES = {"a/1.xml": b"one" * 1000, "b/2.xml": b"two"}


def deliver(output: Path, contents: Iterable[bytes] = tuple(FILES.values())) -> None:
    with parcel(output) as files:
        for name, content in zip(FILES, contents, strict=True):
            with files.file(name) as file:
                file.write(content)


def running_out() -> Iterator[bytes]:
    yield b"half"
    raise RuntimeError


def test_every_kind_of_parcel_holds_the_same_files(tmp_path: Path) -> None:
    for name in ("p.zip", "p.tar.gz", "folder"):
        deliver(tmp_path / name)

    with zipfile.ZipFile(tmp_path / "p.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == FILES
    with tarfile.open(tmp_path / "p.tar.gz") as tarred:
        assert FILES == {one.name: found.read() for one in tarred if (found := tarred.extractfile(one))}
    assert {name: (tmp_path / "folder" / name).read_bytes() for name in FILES} == FILES


@pytest.mark.parametrize("name", ["p.zip", "p.tar.gz"])
def test_a_parcel_made_again_has_the_same_bytes(tmp_path: Path, name: str) -> None:
    deliver(tmp_path / name)
    before = (tmp_path / name).read_bytes()
    deliver(tmp_path / name)

    assert before == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("name", ["p.zip", "p.tar.gz", "folder"])
def test_a_parcel_that_is_not_finished_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(RuntimeError):
        deliver(tmp_path / name, running_out())

    assert [] == list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    deliver(tmp_path / "folder")

    with pytest.raises(UsageError, match="holds something already"):
        deliver(tmp_path / "folder")


@pytest.mark.parametrize("name", ["p.zip", "folder"])
def test_sha256sum_reads_the_checksums(tmp_path: Path, name: str) -> None:
    deliver(tmp_path / name)
    sums = write_checksums(tmp_path / name)

    told = subprocess.run(["sha256sum", "-c", sums.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert {"OK"} == {line.rpartition(": ")[2] for line in told.stdout.splitlines()}
    assert (1 if name == "p.zip" else 2) == len(told.stdout.splitlines())


@pytest.mark.parametrize(
    ("form", "name"),
    [(Form.parquet, "c.parquet.gz"), (Form.csv, "c.zip"), (Form.edm, "c.xml.gz"), (Form.ro_crate, "c.tar.gz")],
)
def test_a_name_that_a_form_cannot_have_is_refused(form: Form, name: str) -> None:
    with pytest.raises(UsageError, match="is not written as"):
        check_output(form, Path(name))


def test_quads_are_whole_or_of_one_run_and_a_crate_is_of_a_run() -> None:
    with pytest.raises(UsageError, match="nothing else can be chosen"):
        check_choice(Form.nquads, run=True, others=True)
    with pytest.raises(UsageError, match="give --run"):
        check_choice(Form.ro_crate, run=False, others=False)
