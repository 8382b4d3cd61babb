"""Records in RDF/XML: texts, their languages, datatypes and characters."""

from collections.abc import Callable

import pytest
from pyoxigraph import Literal

from rubricator.edm import EdmRecord
from rubricator.rdf import DC, EDM, RDF
from tests.edm.looking import codes, values

Map = Callable[..., EdmRecord]
OF_LANGUAGES = [RDF["langString"].value, RDF["dirLangString"].value]


def test_an_empty_language_is_none(xml: Map) -> None:
    record = xml('<dc:title xml:lang="">Bowl</dc:title>')

    assert [Literal("Bowl")] == values(record, DC["title"])
    assert ["empty-language"] == codes(record)


@pytest.mark.parametrize("tag", ["", " ", "def", "deutsch sprache"])
@pytest.mark.parametrize("around", ['xml:lang="de"', "xml:lang = 'de' dc:source='A > B'"])
def test_no_language_ends_that_of_the_elements_around(around: str, tag: str, xml: Map) -> None:
    place = f"""<edm:Place rdf:about="http://e.org/p" {around}><dc:title xml:lang="{tag}">plain</dc:title>
        <dc:title>Pot</dc:title><dc:title xml:lang="en">pot</dc:title>
        <dc:creator><edm:Agent><dc:title>Ton</dc:title></edm:Agent></dc:creator></edm:Place>"""
    record = xml(nodes=place)

    texts = {
        Literal("plain"),
        *(Literal(text, language="de") for text in ("Pot", "Ton")),
        Literal("pot", language="en"),
    }
    assert texts == set(values(record, DC["title"]))
    assert {Literal("A > B", language="de")} >= set(values(record, DC["source"]))
    assert ["illegal-language" if "deutsch" in tag else "empty-language"] == codes(record)
    assert [tag] == [repair.raw for repair in record.repairs if repair.code.endswith("-language")]


def test_what_looks_like_an_attribute_in_a_text_stays(xml: Map) -> None:
    text = 'write xml:lang="" or rdf:datatype="http://www.w3.org/2001/XMLSchema#hexBinary"'
    record = xml(f'<dc:title xml:lang="">{text}</dc:title>')

    assert [Literal(text)] == values(record, DC["title"])


def test_a_relative_datatype_goes_and_its_text_stays(xml: Map) -> None:
    record = xml('<dc:extent rdf:datatype="integer">3</dc:extent><dc:extent rdf:datatype="">4</dc:extent>')

    assert [Literal("3"), Literal("4")] == values(record, DC["extent"])
    assert [("illegal-datatype", "integer"), ("illegal-datatype", "")] == [
        (repair.code, repair.raw) for repair in record.repairs if repair.code == "illegal-datatype"
    ]


@pytest.mark.parametrize("beside", ["", "<!-- -->", '<dc:relation rdf:resource="a b"/>', '<dc:type rdf:resource=""/>'])
@pytest.mark.parametrize("datatype", [*OF_LANGUAGES, OF_LANGUAGES[0].replace("S", "&#83;")])
def test_a_datatype_that_no_text_says_goes_and_its_language_stays(datatype: str, beside: str, xml: Map) -> None:
    record = xml(
        f"""<dc:title rdf:datatype="{datatype}">Vase</dc:title>{beside}
          <dc:title xml:lang="nl" rdf:datatype='{datatype}'>Vaas</dc:title>"""
    )

    assert [Literal("Vase"), Literal("Vaas", language="nl")] == values(record, DC["title"])
    assert "illegal-datatype" in codes(record)


def test_such_a_datatype_is_known_below_a_base(xml: Map) -> None:
    record = xml(f'<dc:title xml:base="{str(RDF)[:-1]}" rdf:datatype="#langString">Vase</dc:title>')

    assert [Literal("Vase")] == values(record, DC["title"])


@pytest.mark.parametrize("beside", ["", '<dc:type rdf:resource=""/>'])
def test_a_language_of_def_is_none_in_capitals_too(beside: str, xml: Map) -> None:
    record = xml(f'<dc:title xml:lang="DEF">Bowl</dc:title>{beside}')

    assert [Literal("Bowl")] == values(record, DC["title"])
    assert "empty-language" in codes(record)


@pytest.mark.parametrize("beside", ["", '<dc:type rdf:resource=""/>'])
def test_an_end_of_no_cdata_section_is_text(beside: str, xml: Map) -> None:
    record = xml(f"<dc:title>a]]>b<![CDATA[c]]></dc:title><!-- ]]> -->{beside}")

    assert [Literal("a]]>bc")] == values(record, DC["title"])
    assert [("stray-section-end", "]]>")] == [
        (repair.code, repair.raw) for repair in record.repairs if repair.code == "stray-section-end"
    ]


def test_an_underscore_in_a_language_is_a_hyphen(xml: Map) -> None:
    record = xml('<dc:title xml:lang="en_GB">Bowl</dc:title><dc:title xml:lang="in English">Pot</dc:title>')

    assert [Literal("Bowl", language="en-gb"), Literal("Pot")] == values(record, DC["title"])
    assert ["illegal-language", "illegal-language"] == codes(record)


def test_colours_are_plain_texts(xml: Map) -> None:
    colour = (
        '<edm:componentColor rdf:datatype="http://www.w3.org/2001/XMLSchema#hexBinary">#696969</edm:componentColor>'
    )
    record = xml(nodes=f'<edm:WebResource rdf:about="http://e.org/1.jpg">{colour}</edm:WebResource>')

    assert [Literal("#696969")] == values(record, EDM["componentColor"])
    assert ["hex-binary"] == codes(record)


def test_markup_in_a_text_is_flattened(xml: Map) -> None:
    record = xml("<dc:description>A <b>very</b> old bowl</dc:description>")

    assert [Literal("A very old bowl")] == values(record, DC["description"])
    assert ["markup-in-literal"] == codes(record)


def test_the_direction_of_a_text_goes(mapped: Map) -> None:
    record = mapped(
        f"""<rdf:RDF xmlns:rdf="{RDF}" xmlns:edm="{EDM}" xmlns:dc="{DC}" xmlns:its="http://www.w3.org/2005/11/its"
        rdf:version="1.2" its:version="2.0"><edm:ProvidedCHO rdf:about="http://e.org/1">
        <dc:title its:dir="rtl" xml:lang="ar">Pot</dc:title></edm:ProvidedCHO></rdf:RDF>"""
    )

    assert [Literal("Pot", language="ar")] == values(record, DC["title"])
    assert ["text-direction"] == codes(record)


@pytest.mark.parametrize("text", ["a&#1;b", "a&#xFFFE;b", "a&#00;b", "a\x02b"])
def test_characters_that_no_xml_may_hold_go_however_they_are_written(text: str, xml: Map) -> None:
    record = xml(f"<dc:title>{text}</dc:title>")

    assert [Literal("ab")] == values(record, DC["title"])
    assert ["control-characters"] == codes(record)


def test_line_ends_are_those_of_xml_whichever_way_a_record_takes(xml: Map) -> None:
    plain = xml("<dc:title>a\r\nb\rc</dc:title>")
    cleaned = xml('<dc:title>a\r\nb\rc</dc:title><dc:date xml:lang="">1</dc:date>')

    assert [Literal("a\nb\nc")] == values(plain, DC["title"]) == values(cleaned, DC["title"])
