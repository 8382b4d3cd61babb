"""Files with several items: whose each node is, and that none is lost."""

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from rubricator.edm import EdmRecord, map_record
from rubricator.harvest import Rejection, SourceRecord
from rubricator.harvest.archive import Found
from rubricator.harvest.edmfile import records_of
from rubricator.iris import Iris

IRIS = Iris("http://rubricator.test")
HEAD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:ore="http://www.openarchives.org/ore/terms/"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#">"""
STRAY = """<skos:Concept rdf:about="http://e.org/concept"><skos:prefLabel>Nobody's</skos:prefLabel></skos:Concept>
  <edm:WebResource rdf:about="http://e.org/view.jpg">
    <edm:rights rdf:resource="http://rightsstatements.org/vocab/InC/1.0/"/></edm:WebResource>"""


def cho(number: int, inside: str = "") -> str:
    return f'<edm:ProvidedCHO rdf:about="http://e.org/{number}"><dc:title>{number}</dc:title>{inside}</edm:ProvidedCHO>'


def harvest(inside: str, syntax: RdfFormat = RdfFormat.RDF_XML) -> list[SourceRecord | Rejection]:
    content = f"{HEAD}{inside}</rdf:RDF>".encode()
    if syntax != RdfFormat.RDF_XML:
        content = serialize([quad.triple for quad in parse(content, RdfFormat.RDF_XML)], format=syntax) or b""
    return list(records_of(Found("dump", "", content), "dump"))


def mapped(found: list[SourceRecord | Rejection]) -> list[EdmRecord]:
    assert all(isinstance(entry, SourceRecord) for entry in found), found
    return [map_record(entry, IRIS) for entry in found if isinstance(entry, SourceRecord)]


def values(record: EdmRecord) -> set[str]:
    return {triple.object.value for triple in record.triples}  # type: ignore[union-attr]


def test_a_nameless_agent_stays_with_the_items_that_refer_to_it() -> None:
    agent = '<edm:Agent rdf:nodeID="a"><skos:prefLabel>Potter</skos:prefLabel></edm:Agent>'
    first, second = mapped(harvest(cho(1, '<dc:creator rdf:nodeID="a"/>') + agent + cho(2)))

    assert "Potter" in values(first)
    assert "Potter" not in values(second)


def test_what_stands_inside_one_item_is_found_by_the_other() -> None:
    agent = '<edm:Agent rdf:about="http://e.org/a"><skos:prefLabel>Potter</skos:prefLabel></edm:Agent>'
    inside = f'<dc:creator xml:lang="en">\n{agent}\n</dc:creator>'
    first, second = mapped(harvest(cho(1, inside) + cho(2, '<dc:creator rdf:resource="http://e.org/a"/>')))

    for record in (first, second):
        assert {"Potter", "http://e.org/a"} <= values(record)
        assert ["en"] == [triple.object.language for triple in record.triples if "Potter" in str(triple)]  # type: ignore[union-attr]


def test_items_that_stand_inside_their_aggregations_or_each_other_are_split() -> None:
    wrapped = "".join(
        f'<ore:Aggregation rdf:about="http://e.org/{number}#a"><edm:aggregatedCHO>{cho(number)}</edm:aggregatedCHO>'
        "</ore:Aggregation>"
        for number in (1, 2)
    )
    series = cho(3, f"<dc:relation>{cho(4)}</dc:relation>")

    expected = [f"http://e.org/{number}" for number in (1, 2, 3, 4)]
    assert expected == sorted(record.item.value for record in mapped(harvest(wrapped + series)))


@pytest.mark.parametrize("syntax", [RdfFormat.RDF_XML, RdfFormat.N_TRIPLES, RdfFormat.JSON_LD], ids=str)
def test_what_no_item_refers_to_is_reported_as_it_stood(syntax: RdfFormat) -> None:
    *items, left = harvest(cho(1) + STRAY + cho(2), syntax)

    assert ["http://e.org/1", "http://e.org/2"] == sorted(record.item.value for record in mapped(items))
    assert isinstance(left, Rejection)
    assert "unreached-nodes" == left.code
    for name in ("http://e.org/concept", "http://e.org/view.jpg"):
        assert name in left.message
    for text in (b"Nobody's", b"http://rightsstatements.org/vocab/InC/1.0/"):
        assert text in (left.content or b"")


def test_many_nodes_that_were_left_out_are_counted_in_the_message() -> None:
    strays = "".join(f'<skos:Concept rdf:about="http://e.org/c{number}"/>' for number in range(9))
    *_, left = harvest(cho(1) + cho(2) + strays)

    assert isinstance(left, Rejection)
    assert "Concept http://e.org/c4 and 4 more;" in left.message


def test_words_between_the_nodes_are_noted_with_a_record() -> None:
    first, second = mapped(harvest(cho(1) + "lost words" + cho(2)))

    assert "lost words" in {repair.raw for repair in first.repairs if repair.code == "stray-text"}
    assert "lost words" not in {repair.raw for repair in second.repairs}


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        (
            '[{"@id": "http://e.org/1", "@type": "EDM", "http://purl.org/dc/elements/1.1/creator": {"@id": "a b"}},'
            ' {"@id": "http://e.org/2", "@type": "EDM", "http://purl.org/dc/elements/1.1/title":'
            ' {"@value": "Bowl", "@language": "en_GB"}}]',
            ("relative-iri", "a b"),
        ),
        (
            "<http://e.org/1> a <EDM> ; <http://purl.org/dc/elements/1.1/creator> <http://e.org/a b> .\n"
            "<http://e.org/2> a <EDM> .",
            ("illegal-iri", "http://e.org/a b"),
        ),
    ],
    ids=["JSON-LD", "Turtle"],
)
def test_an_illegal_iri_in_one_item_costs_neither_that_one_nor_the_others(text: str, raw: tuple[str, str]) -> None:
    content = text.replace("EDM", "http://www.europeana.eu/schemas/edm/ProvidedCHO").encode()
    first, second = mapped(list(records_of(Found("dump", "", content), "dump")))

    assert ["http://e.org/1", "http://e.org/2"] == [first.item.value, second.item.value]
    assert raw in {(repair.code, repair.raw) for repair in first.repairs}
