"""XML files with something around their records, or without any."""

import pytest

from rubricator.edm import map_record
from rubricator.harvest import Rejection, SourceRecord
from rubricator.harvest.archive import Found
from rubricator.harvest.edmfile import records_of
from rubricator.harvest.record import RDF_XML, Repair
from rubricator.iris import Iris
from tests.fakes.oai_records import NAMESPACES, generated

FIRST, SECOND = (held.edm for held in generated(2))
CONCEPT = '<skos:Concept rdf:about="http://e.org/concept/1"><skos:prefLabel>Bowl</skos:prefLabel></skos:Concept>'


def harvest(text: str | bytes) -> list[SourceRecord | Rejection]:
    content = text.encode() if isinstance(text, str) else text
    return list(records_of(Found("saved/answer.xml", "", content), "saved"))


def answer(inner: str, verb: str = "ListRecords") -> str:
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><{verb}>{inner}</{verb}></OAI-PMH>'


def record(identifier: str, metadata: str, status: str = "") -> str:
    inside = f"<metadata>{metadata}</metadata>" if metadata else ""
    return f"<record><header{status}><identifier>{identifier}</identifier></header>{inside}</record>"


def test_a_saved_list_is_split_into_its_records_and_says_what_is_none() -> None:
    deleted = record("oai:e:2", "", ' status="deleted"')
    dc = record("oai:e:3", "<oai_dc:dc xmlns:oai_dc='http://www.openarchives.org/OAI/2.0/oai_dc/'/>")
    first, gone, other, second = harvest(answer(record("oai:e:1", FIRST) + deleted + dc + record("oai:e:4", SECOND)))

    assert isinstance(first, SourceRecord)
    assert ("oai:e:1", RDF_XML, "saved/answer.xml#record=1") == (first.identifier, first.media_type, first.source)
    assert b"object/0" in first.content
    assert isinstance(gone, Rejection)
    assert ("oai:e:2", "oai-deleted", "saved/answer.xml#record=2") == (gone.identifier, gone.code, gone.source)
    assert isinstance(other, Rejection)
    assert "not-edm" == other.code
    assert "oai:e:4" == second.identifier


def test_records_that_were_saved_without_their_answer_are_known_as_such() -> None:
    inside = record("oai:e:1", FIRST) + record("oai:e:2", "", ' status="deleted"')

    assert ["oai:e:1", "oai:e:2"] == [found.identifier for found in harvest(f"<dump>{inside}</dump>")]
    assert ["oai:e:1"] == [found.identifier for found in harvest(record("oai:e:1", FIRST))]


def test_several_items_in_one_record_of_a_list_are_split() -> None:
    both = FIRST.replace("</rdf:RDF>", "") + SECOND.partition(">")[2]
    found = harvest(answer(record("oai:e:1", both)))

    assert 2 == len(found)
    assert {"oai:e:1"} == {part.identifier for part in found}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (answer("<header><identifier>oai:e:1</identifier></header>", "ListIdentifiers"), "oai-no-metadata"),
        (answer(record("oai:e:1", FIRST))[:-30], "xml-malformed"),
        (answer("<repositoryName>Museum</repositoryName>", "Identify"), "not-a-record"),
        ('<OAI-PMH><error code="noRecordsMatch">Nothing</error></OAI-PMH>', "oai-error"),
        ('\n<?xml version="1.0"?>\n<OAI-PMH><error code="badVerb"/></OAI-PMH>', "oai-error"),
        (f"<rdf:RDF {NAMESPACES}>{CONCEPT}</rdf:RDF>", "entity"),
        (f"<results {NAMESPACES}>{CONCEPT}</results>", "entity"),
        ('<m:results xmlns:m="http://www.europeana.eu/schemas/metis"/>', "entity"),
        ("<results><result/></results>", "not-a-record"),
    ],
)
def test_xml_without_a_record_is_refused_with_its_reason(text: str, code: str) -> None:
    (refused,) = harvest(text)

    assert isinstance(refused, Rejection)
    assert code == refused.code


def test_a_broken_record_in_a_saved_list_leaves_the_others_alone() -> None:
    text = answer(record("oai:e:1", FIRST.replace("Écuelle", "<Écuelle")) + record("oai:e:2", SECOND))
    broken, sound = harvest(text)

    assert isinstance(broken, Rejection)
    assert ("oai:e:1", "xml-malformed") == (broken.identifier, broken.code)
    assert isinstance(sound, SourceRecord)


def test_an_envelope_in_another_charset_with_illegal_characters_is_read() -> None:
    text = f'<?xml version="1.0" encoding="utf-8"?><list>{FIRST}{SECOND}</list>'.replace("soucoupe", "soucoupe\x02")
    found = harvest(text.encode("latin-1"))

    assert 2 == len(found)
    for part in found:
        assert isinstance(part, SourceRecord)
        assert "Écuelle" in part.content.decode()
        assert Repair("encoding", "utf-8", "cp1252") in part.repairs
        assert "control-characters" in {repair.code for repair in part.repairs}


def test_what_comes_beside_the_edm_of_a_record_is_noted_with_it() -> None:
    dc = "<dc:dc xmlns:dc='http://www.openarchives.org/OAI/2.0/oai_dc/'>Bowl</dc:dc>"
    about = "<about><provenance>elsewhere</provenance></about></record>"
    first, second = harvest(
        answer(record("oai:e:1", dc + FIRST) + record("oai:e:2", SECOND).replace("</record>", about))
    )

    for part, code, raw in ((first, "oai-second-metadata", "Bowl"), (second, "oai-about", "elsewhere")):
        assert isinstance(part, SourceRecord)
        assert [code] == [repair.code for repair in part.repairs]
        assert raw in part.repairs[0].raw


@pytest.mark.parametrize("around", ["{}", "<list>{}</list>"], ids=["alone", "in an envelope"])
def test_ampersands_are_mended_in_files_but_not_in_cdata(around: str) -> None:
    text = around.format(FIRST.replace("soucoupe", "caf&eacute; &amp; A & B <![CDATA[C & D]]>"))
    (part,) = harvest(text)
    assert isinstance(part, SourceRecord)
    found = map_record(part, Iris("http://rubricator.test"))

    assert "caf\u00e9 & A & B C & D" in "".join(str(triple.object) for triple in found.triples)
    expected = {("&eacute;", "\u00e9"), ("&", "&amp;")}
    assert expected == {(repair.raw, repair.now) for repair in found.repairs if repair.code == "stray-ampersand"}
