"""Records that need no cleaning are told from those that may, and mean what a strict parser says that they mean."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse

from rubricator.edm import EdmRecord
from rubricator.edm.tidy import read_tidy
from tests.edm.conftest import HEAD
from tests.edm.validity import BOUNDED

Map = Callable[..., EdmRecord]
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
ITEM = '<edm:ProvidedCHO rdf:about="http://data.europeana.eu/item/1/x"/>'


def record(*properties: str, declaration: str = DECLARATION, head: str = HEAD) -> bytes:
    said = "\n".join(properties)
    return f'{declaration}{head}{ITEM}<ore:Proxy rdf:about="http://e.org/p">\n{said}</ore:Proxy>\n</rdf:RDF>'.encode()


def strict(content: bytes) -> list[Quad] | None:
    """The statements, or None where a strict parser refuses them."""
    try:
        return list(parse(content, RdfFormat.RDF_XML))
    except (SyntaxError, ValueError):
        return None


def texts() -> st.SearchStrategy[str]:
    """Pieces of IRIs, names and languages, and what has no place in some of them."""
    pieces = (
        "a",
        "en",
        "Latn",
        "NL",
        "museum.example",
        ":",
        "80",
        "/",
        "?",
        "#",
        "%20",
        "%",
        "[",
        "]",
        "@",
        "-",
        "_",
        "&amp;",
        ".",
        "ü",
    )
    return st.lists(st.sampled_from(pieces), max_size=6).map("".join)


TIDY = [
    "<dc:title>Bowl</dc:title>",
    "<dc:title/>",
    '<dc:title xml:lang="nl">Schaal &amp; schotel, 2 &lt; 3, ü</dc:title>',
    '<dc:title xml:lang="zh-Hant-TW" >碗</dc:title>',
    '<dc:date rdf:datatype="http://www.w3.org/2001/XMLSchema#gYear">1901</dc:date>',
    '<dc:type rdf:resource="https://e.org:8080/a%20b/c?d=e&amp;f#g"/>',
    '<dc:type rdf:resource="http://data.europeana.eu/concept/47" />',
    '<dc:type rdf:resource="URN:NBN:SI:doc-35SZSOCF"/>',
    "<dc:title>[Bowl [a]], ]] ]&gt;</dc:title>",
    '<dc:title rdf:datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral">a</dc:title>',
]
OTHERS = [
    "<dc:title>a&#1;b</dc:title>",
    "<dc:title>a &amp b</dc:title>",
    "<dc:title>a\rb</dc:title>",
    "<dc:title>a\uffffb</dc:title>",
    "<!-- <dc:title>a</dc:title> -->",
    "<dc:title><![CDATA[a]]></dc:title>",
    "<dc:title><b>a</b></dc:title>",
    "<dc:creator><edm:Agent/></dc:creator>",
    '<dc:creator rdf:nodeID="a"/>',
    '<dc:creator rdf:parseType="Resource"></dc:creator>',
    '<dc:title xml:lang="">a</dc:title>',
    '<dc:title xml:lang="def">a</dc:title>',
    '<dc:title xml:lang="DEF">a</dc:title>',
    '<dc:title rdf:datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#langString">a</dc:title>',
    '<dc:title xml:lang="nl" rdf:datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString">a</dc:title>',
    "<dc:title>a]]>b</dc:title>",
    '<dc:title xml:lang="en_GB">a</dc:title>',
    '<dc:title its:dir="ltr">a</dc:title>',
    '<dc:type edm:wasGeneratedBy="Person">a</dc:type>',
    '<dc:type rdf:datatype="http://www.w3.org/2001/XMLSchema#hexBinary">#00FF00</dc:type>',
    '<dc:type rdf:resource="">a</dc:type>',
    '<dc:type rdf:resource="/1/x"/>',
    '<dc:type rdf:resource="http://e.org/a b"/>',
    '<dc:type rdf:resource="http://e.org/%zz"/>',
    '<dc:type rdf:resource="http://e.org/a#b#c"/>',
    '<dc:type rdf:resource="http://e.org:port/"/>',
    '<dc:type rdf:resource="http://e.org/ü"/>',
    "<dc:type rdf:resource='http://e.org/a'/>",
    '<dc:type rdf:resource="http://data.europeana.eu/concept/base/47"/>',
    '<dc:type rdf:resource="https://data.europeana.eu/concept/47"/>',
    "text",
]


@pytest.mark.parametrize("said", TIDY)
def test_what_is_tidy_is_read_as_a_strict_parser_reads_it(said: str) -> None:
    assert list(parse(record(said), RdfFormat.RDF_XML)) == read_tidy(record(said))


@pytest.mark.parametrize(
    "before",
    [
        "",
        "\n",
        "<?xml version='1.0' encoding='utf-8'?>",
        '<?xml version="1.0"  encoding="UTF-8" standalone="yes" ?>',
    ],
)
def test_the_declaration_may_be_written_in_many_ways(before: str) -> None:
    assert strict(record(TIDY[0])) == read_tidy(record(TIDY[0], declaration=before))


@pytest.mark.parametrize("said", OTHERS)
def test_what_may_need_cleaning_is_not_tidy(said: str) -> None:
    assert read_tidy(record(said)) is None


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace('xmlns:dc="http://purl.org/dc/elements/1.1/"', 'xmlns:dc="elements"'),
        HEAD.replace('xmlns:dc="http://purl.org/dc/elements/1.1/"', 'xmlns:dc="http://e.org:80"'),
        HEAD.replace("xmlns:rdf", "xmlns:r"),
        HEAD.replace(">", ' xml:lang="nl">'),
        HEAD.replace(">", ' xml:base="http://e.org/">'),
        HEAD.replace(">", ' dc:title="a">'),
        '<!DOCTYPE rdf:RDF [<!ENTITY a "b">]>' + HEAD,
    ],
)
def test_a_root_that_says_more_or_names_no_namespaces_is_not_tidy(head: str) -> None:
    assert read_tidy(record(TIDY[0])) is not None
    assert read_tidy(record(TIDY[0], head=head)) is None


@pytest.mark.parametrize(
    "content",
    [
        record("<dc:title>a</dc:date>"),
        record("<x:title>a</x:title>"),
        record('<dc:title xml:lang="nl" xml:lang="en">a</dc:title>'),
        record("<dc:title>\u00fc</dc:title>").replace(b"\xc3\xbc", b"\xfc"),
        record(TIDY[0])[:-1],
        record(TIDY[0]) * 2,
        record(TIDY[0] * 2**12),
        record(TIDY[0]).replace(b"UTF-8", b"latin1"),
        b"",
    ],
)
def test_what_is_no_xml_or_in_another_charset_or_large_is_not_tidy(content: bytes) -> None:
    assert read_tidy(content) is None


@BOUNDED
@given(texts(), texts(), texts(), texts())
def test_whatever_is_taken_for_tidy_a_strict_parser_takes_too(host: str, path: str, space: str, tag: str) -> None:
    head = HEAD.replace(">", f' xmlns:x="http://{space}/">')
    for said in (
        f'<dc:type rdf:resource="http://{host}"/>',
        f"<x:{tag}>a</x:{tag}>",
        f'<dc:type xml:lang="{tag}">a</dc:type>',
        f'<dc:type rdf:resource="http://e.org/{path}"/>',
        f'<dc:type rdf:resource="urn:{path}"/>',
    ):
        content = record(said, head=head)
        tidy = read_tidy(content)
        assert tidy is None or strict(content) == tidy


@pytest.mark.parametrize("said", TIDY)
def test_a_record_is_mapped_alike_with_a_comment_that_makes_it_untidy(mapped: Map, said: str) -> None:
    tidy, other = mapped(record(said)), mapped(record(said, "<!-- ours -->"))

    assert set(tidy.triples) == set(other.triples)
    assert tidy.repairs == other.repairs
    assert tidy.identifier == other.identifier == "x"
