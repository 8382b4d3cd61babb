import io
import zipfile
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from rubricator.edm import RecordRejected, map_record
from rubricator.errors import UsageError
from rubricator.harvest import Rejection, SourceRecord, harvest_edm
from rubricator.harvest.record import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from rubricator.iris import Iris

IRIS = Iris("http://rubricator.test")
HEAD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:ore="http://www.openarchives.org/ore/terms/">"""


def item(number: int, agent: str = "http://example.org/agent") -> str:
    return f"""<edm:ProvidedCHO rdf:about="http://example.org/{number}">
      <dc:title>Bowl {number}</dc:title><dc:creator rdf:resource="{agent}"/></edm:ProvidedCHO>
    <ore:Aggregation rdf:about="http://example.org/{number}#aggregation">
      <edm:aggregatedCHO rdf:resource="http://example.org/{number}"/></ore:Aggregation>"""


AGENT = '<edm:Agent rdf:about="http://example.org/agent"><dc:title>Potter</dc:title></edm:Agent>'
ONE = f"{HEAD}{item(1)}</rdf:RDF>".encode()
TWO = f"{HEAD}{item(1)}{item(2)}{AGENT}</rdf:RDF>".encode()


def harvest(*paths: Path, dataset: str | None = None) -> list[SourceRecord | Rejection]:
    return list(harvest_edm(paths, dataset))


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_single_record_keeps_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_bytes(ONE)
    (record,) = harvest(tmp_path / "one.xml")

    assert isinstance(record, SourceRecord)
    assert (RDF_XML, ONE, f"{tmp_path.name}/one.xml") == (record.media_type, record.content, record.source)


@pytest.mark.parametrize(
    ("syntax", "name", "media_type"),
    [
        (RdfFormat.TURTLE, "record.txt", TURTLE),
        (RdfFormat.N_TRIPLES, "record.nt", N_TRIPLES),
        (RdfFormat.JSON_LD, "record.json", JSON_LD),
        (RdfFormat.RDF_XML, "record", RDF_XML),
    ],
)
def test_the_content_tells_the_syntax_whatever_the_name(
    syntax: RdfFormat, name: str, media_type: str, tmp_path: Path
) -> None:
    triples = [quad.triple for quad in parse(ONE, RdfFormat.RDF_XML)]
    (tmp_path / name).write_bytes(serialize(triples, format=syntax) or b"")
    (record,) = harvest(tmp_path / name)

    assert isinstance(record, SourceRecord)
    assert media_type == record.media_type
    assert "http://example.org/1" == map_record(record, IRIS).item.value


@pytest.mark.parametrize("syntax", [RdfFormat.RDF_XML, RdfFormat.TURTLE, RdfFormat.N_TRIPLES], ids=str)
def test_a_file_with_several_items_is_split_with_what_each_reaches(syntax: RdfFormat, tmp_path: Path) -> None:
    content = (
        TWO
        if syntax == RdfFormat.RDF_XML
        else serialize([quad.triple for quad in parse(TWO, RdfFormat.RDF_XML)], format=syntax) or b""
    )
    (tmp_path / "dump").write_bytes(content)
    found = harvest(tmp_path / "dump", dataset="d")
    mapped = [map_record(record, IRIS) for record in found if isinstance(record, SourceRecord)]

    assert ["http://example.org/1", "http://example.org/2"] == [record.item.value for record in mapped]
    assert [f"{tmp_path.name}/dump#record={n}" for n in (1, 2)] == [record.source for record in mapped]
    for number, record in enumerate(mapped, 1):
        text = str(record.triples)
        assert f"Bowl {number}" in text
        assert f"Bowl {3 - number}" not in text
        assert "Potter" in text


def test_splitting_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "dump.ttl").write_text(
        "@prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix dc: <http://purl.org/dc/elements/1.1/> .\n"
        "<http://e.org/1> a edm:ProvidedCHO ; dc:creator [ dc:title 'x' ] . <http://e.org/2> a edm:ProvidedCHO ."
    )

    assert [entry.content for entry in harvest(tmp_path)] == [entry.content for entry in harvest(tmp_path)]


def test_records_inside_an_envelope_are_found(tmp_path: Path) -> None:
    record = f"<record><metadata>{ONE.decode()}</metadata></record>"
    (tmp_path / "list.xml").write_text(f"<list xmlns='http://example.org/list'>{record}{record}</list>")

    assert 2 == sum(isinstance(entry, SourceRecord) for entry in harvest(tmp_path / "list.xml"))


def test_folders_and_archives_are_walked_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "two.xml").write_bytes(ONE)
    (folder / "a.zip").write_bytes(zipped({"z.xml": ONE, "y/x.xml": ONE, "__MACOSX/junk": b"junk"}))
    (folder / ".hidden").write_bytes(b"junk")

    expected = [("dump/a.zip!y/x.xml", "a"), ("dump/a.zip!z.xml", "a"), ("dump/b/two.xml", "dump")]
    assert expected == [(entry.source, entry.dataset) for entry in harvest(folder)]


def test_files_and_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for place in ("a/in", "b/in"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "1.xml").write_bytes(ONE)
    folders = harvest_edm([tmp_path / "a" / "in", tmp_path / "b" / "in"])
    files = harvest_edm([tmp_path / "a" / "in" / "1.xml", tmp_path / "b" / "in" / "1.xml"])

    assert ["a/in/1.xml", "b/in/1.xml"] == [entry.source for entry in folders]
    assert ["a/in/1.xml", "b/in/1.xml"] == [entry.source for entry in files]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"# Notes\n\nNothing to see here.", "not-rdf"),
        (b"\x89PNG\r\n\x1a\n", "not-rdf"),
        (b"<results><result/></results>", "not-a-record"),
        (b"\n<!DOCTYPE html>\n<html><body>502<br></body></html>", "not-a-record"),
        (b"PK\x03\x04 not really", "bad-archive"),
        (zipped({"bomb.xml": b"<x/>" + b" " * 2**22}), "too-large"),
        (zipped({"inner.zip": zipped({"one.xml": ONE})}), "nested-archive"),
    ],
    ids=["empty", "blank", "markdown", "png", "xml", "html", "broken zip", "bomb", "zip in zip"],
)
def test_a_file_without_a_record_is_refused_with_its_reason(content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    (found,) = harvest(tmp_path / "file")

    assert isinstance(found, Rejection)
    assert code == found.code


def test_a_damaged_member_leaves_the_others_alone(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.xml": ONE, "b.xml": ONE}))
    content[60] ^= 0xFF
    (tmp_path / "dump.zip").write_bytes(content)
    broken, whole = harvest(tmp_path / "dump.zip")

    assert isinstance(broken, Rejection)
    assert "bad-archive" == broken.code
    assert isinstance(whole, SourceRecord)


def test_a_path_that_is_not_there_is_an_error_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        harvest(tmp_path / "none")


def test_a_truncated_record_is_refused_when_it_is_mapped(tmp_path: Path) -> None:
    (tmp_path / "cut.xml").write_bytes(ONE[:-40])
    (record,) = harvest(tmp_path / "cut.xml")

    assert isinstance(record, SourceRecord)
    with pytest.raises(RecordRejected) as refusal:
        map_record(record, IRIS)
    assert "xml-malformed" == refusal.value.code
