"""Packed files: gzip, tar and zip, damaged, nested, and packed too densely."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from rubricator.harvest.archive import Found, find_files

RECORD = b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"
BOMB = b"<x>" + b" " * 2**22


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload] # mode is no literal here
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def found(tmp_path: Path, name: str, content: bytes) -> list[Found]:
    (tmp_path / name).write_bytes(content)
    return list(find_files([tmp_path / name]))


def test_a_packed_file_is_read_as_what_it_holds(tmp_path: Path) -> None:
    (file,) = found(tmp_path, "record.xml.gz", gzip.compress(RECORD) + gzip.compress(RECORD))

    assert Found(f"{tmp_path.name}/record.xml.gz", "", RECORD * 2) == file


@pytest.mark.parametrize(("name", "mode"), [("dump.tar.gz", "w:gz"), ("dump.TGZ", "w:gz"), ("dump.tar", "w")])
def test_the_files_in_a_tar_come_in_its_order(name: str, mode: str, tmp_path: Path) -> None:
    members = {"./b/2.xml": RECORD, "./a.xml.gz": gzip.compress(RECORD), "__MACOSX/junk": b"", "./.hidden": b""}
    files = found(tmp_path, name, tarred(members, mode))

    assert [(f"{tmp_path.name}/{name}!./{member}", "dump", RECORD) for member in ("b/2.xml", "a.xml.gz")] == [
        (file.name, file.collection, file.content) for file in files
    ]


def test_the_data_set_of_an_archive_is_called_like_it(tmp_path: Path) -> None:
    (file,) = found(tmp_path, "2021618.v2.zip", zipped({"1.ttl": RECORD}))

    assert "2021618.v2" == file.collection


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(BOMB), "too-large"),
        (tarred({"bomb.xml": BOMB}), "too-large"),
        (zipped({"bomb.xml": BOMB}), "too-large"),
        (zipped({"bomb.xml.gz": gzip.compress(BOMB)}), "too-large"),
        (gzip.compress(RECORD)[:-9], "bad-archive"),
        (gzip.compress(RECORD) + b"junk", "bad-archive"),
        (b"\x1f\x8b junk", "bad-archive"),
        (gzip.compress(zipped({"1.xml": RECORD})), "nested-archive"),
        (gzip.compress(gzip.compress(RECORD)), "nested-archive"),
        (tarred({"inner.zip": zipped({"1.xml": RECORD})}), "nested-archive"),
        (zipped({"inner.tar": tarred({"1.xml": RECORD}, "w")}), "nested-archive"),
    ],
    ids=[
        *("gzip bomb", "tar bomb", "zip bomb", "bomb in a zip", "cut off", "junk after it", "junk"),
        *("zip in gzip", "gzip in gzip", "zip in tar", "tar in zip"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_with_its_reason(content: bytes, code: str, tmp_path: Path) -> None:
    assert [code] == [file.code for file in found(tmp_path, "file", content)]


def test_what_comes_before_the_damage_in_a_tar_is_read(tmp_path: Path) -> None:
    packed = tarred({"1.xml": RECORD, "2.xml": RECORD}, "w")[: 3 * 512 + 20]

    assert [("", RECORD), ("bad-archive", b"")] == [(file.code, file.content) for file in found(tmp_path, "x", packed)]


def test_an_empty_archive_holds_nothing(tmp_path: Path) -> None:
    assert [] == found(tmp_path, "empty.zip", zipped({}))
