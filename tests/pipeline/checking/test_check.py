from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from rubricator.harvest.local import edm_files
from rubricator.iris import Iris
from rubricator.pipeline.checking.check import Checked, check_claims, check_explanations, check_ledger, check_records
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.rdf import EDM, ENR, OA, TYPE, XSD
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.fakes.program import program
from tests.pipeline.catalogue import Catalogue

RECORD = """
@prefix dc: <http://purl.org/dc/elements/1.1/> . @prefix edm: <http://www.europeana.eu/schemas/edm/> .
@prefix ore: <http://www.openarchives.org/ore/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://museum.example.org/{0}> a edm:ProvidedCHO ;
  dc:title "Bowl {0}" ; dc:type <http://museum.example.org/bowls> ; edm:type "IMAGE" .
<http://museum.example.org/{0}#aggregation> a ore:Aggregation ; edm:aggregatedCHO <http://museum.example.org/{0}> ;
  edm:dataProvider "Museum of Examples" ; edm:provider "Museum of Examples" ;
  edm:rights <http://creativecommons.org/publicdomain/mark/1.0/> ;
  edm:isShownBy <http://museum.example.org/{0}.jpg> .
<http://museum.example.org/bowls> a skos:Concept ; skos:prefLabel "bowls"@en .
"""
TITLE, PROVIDER = 'dc:title "Bowl {0}" ;', 'edm:provider "Museum of Examples" ;'

Store = Callable[[str, str], None]


@pytest.fixture
def store(client: StoreClient, settings: Settings, tmp_path: Path) -> Store:
    """Harvests one record into a data set."""

    def run(record: str, dataset: str = "shelf") -> None:
        file = tmp_path / f"{dataset.replace('/', '-')}.ttl"
        file.write_text(record)
        harvest(edm_files([file], dataset), client, settings)

    return run


def messages(checks: list[Checked]) -> dict[str, list[str]]:
    """What is wrong, by item."""
    return {checked.item: [finding.message for finding in checked.findings] for checked in checks}


def claim(iris: Iris) -> list[Quad]:
    """A claim that is surer than sure."""
    graph, node, target = iris.run_graph("01JD8Q"), iris.annotation("", "", "", ""), f"{iris.base}/target"
    return [
        Quad(node, TYPE, OA["Annotation"], graph),
        Quad(node, OA["hasTarget"], NamedNode(target), graph),
        Quad(node, EDM["confidenceLevel"], Literal("1.4", datatype=XSD["decimal"]), graph),
        Quad(NamedNode(target), OA["hasScope"], NamedNode("http://museum.example.org/1"), graph),
    ]


def test_harvested_pictures_conform(harvested: StoreClient, settings: Settings) -> None:
    checks = [*check_records(harvested, settings.iris), *check_ledger(harvested, settings.iris)]

    assert 5 == sum(checked.datasets == ("pictures",) for checked in checks)
    assert [] == [finding for checked in checks for finding in checked.findings if finding.severity == "violation"]


def test_what_a_record_lacks_is_told_with_its_item_and_data_set(
    client: StoreClient, settings: Settings, store: Store
) -> None:
    store(RECORD.replace(TITLE, "").format(1), "shelf")

    (checked,) = check_records(client, settings.iris)

    assert ("http://museum.example.org/1", ("shelf",)) == (checked.item, checked.datasets)
    assert ["The provider gives neither dc:title nor dc:description."] == [each.message for each in checked.findings]


def test_a_record_that_conforms_is_told_too(client: StoreClient, settings: Settings, store: Store) -> None:
    store(RECORD.format(1), "shelf")

    assert [Checked("http://museum.example.org/1", ("shelf",), ())] == list(check_records(client, settings.iris))


def test_only_one_data_set_or_a_few_records_are_checked_on_request(
    client: StoreClient, settings: Settings, store: Store
) -> None:
    for n, dataset in enumerate(("attic", "shelf", "desk/top")):
        store(RECORD.format(n), dataset)

    assert [("desk/top",)] == [checked.datasets for checked in check_records(client, settings.iris, "desk/top")]
    assert 2 == len(list(check_records(client, settings.iris, limit=2)))
    assert 3 == len(list(check_records(client, settings.iris)))


def test_records_that_say_different_things_of_one_node_are_each_right(
    client: StoreClient, settings: Settings, store: Store
) -> None:
    store(RECORD.format(1), "attic")
    store(RECORD.format(2).replace('"bowls"@en', '"basins"@en'), "shelf")

    assert {"http://museum.example.org/1": [], "http://museum.example.org/2": []} == messages(
        list(check_records(client, settings.iris))
    )


def test_one_record_of_an_item_does_not_make_up_for_another(
    client: StoreClient, settings: Settings, store: Store
) -> None:
    store(RECORD.format(1), "attic")
    store(RECORD.replace(PROVIDER, "").format(1).replace("#aggregation", "#other"), "shelf")

    found = {checked.datasets: len(checked.findings) for checked in check_records(client, settings.iris)}

    assert {("attic",): 0, ("shelf",): 1} == found


def test_what_records_share_is_told_of_each(client: StoreClient, settings: Settings, store: Store) -> None:
    for n, dataset in enumerate(("attic", "shelf")):
        store(RECORD.format(n).replace('skos:prefLabel "bowls"@en', "a skos:Concept"), dataset)

    assert [1, 1] == [len(checked.findings) for checked in check_records(client, settings.iris)]


def test_a_claim_with_an_impossible_confidence_is_told_with_its_item(client: StoreClient, settings: Settings) -> None:
    client.load(claim(settings.iris))

    (checked,) = check_claims(client, settings.iris)

    assert "http://museum.example.org/1" == checked.item
    assert "The confidence is exactly one xsd:decimal from 0 to 1." in {each.message for each in checked.findings}
    assert all("#confidenceLevel" not in each.path for each in checked.findings)


def test_what_is_wrong_with_a_run_is_told_once(client: StoreClient, settings: Settings) -> None:
    run = settings.iris.run("01JD8Q")
    client.load([*claim(settings.iris), Quad(run, TYPE, ENR["Run"], settings.iris.ledger)])

    checks = [*check_ledger(client, settings.iris), *check_claims(client, settings.iris)]

    about_the_run = [each for checked in checks for each in checked.findings if each.focus == run.value]
    assert len(set(about_the_run)) == len(about_the_run)
    assert about_the_run


def test_an_explanation_that_explains_nothing_is_told(client: StoreClient, settings: Settings) -> None:
    annotation = settings.iris.annotation("", "", "", "")
    graph = settings.iris.explanation_graph(annotation)
    client.load([Quad(NamedNode(f"{annotation.value}/explanation"), TYPE, ENR["Explanation"], graph)])

    (checked,) = check_explanations(client)

    assert "An explanation names the software that made it." in {each.message for each in checked.findings}


def test_what_is_said_of_harvests_conforms(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue({1: "Bowl", 2: "Jug", 3: "Basin"}, failing={3}, request={"limit": "3"})
    harvest(catalogue, client, settings)
    del catalogue.titles[2]
    harvest(catalogue, client, settings)
    assert {()} == {checked.findings for checked in check_ledger(client, settings.iris)}

    client.load([Quad(NamedNode("http://e.test/source"), TYPE, ENR["Source"], settings.iris.ledger)])
    found = [each.message for checked in check_ledger(client, settings.iris) for each in checked.findings]
    assert any("exactly one kind" in message for message in found)


def test_an_empty_store_conforms(client: StoreClient, settings: Settings) -> None:
    assert [] == list(check_records(client, settings.iris))
    assert {Checked("", (), ())} == set(check_ledger(client, settings.iris))
    assert [] == list(check_claims(client, settings.iris))
    assert [] == list(check_explanations(client))


def test_the_command_ends_with_what_it_found_and_writes_reports(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    store(RECORD.replace(PROVIDER, "").format(1), "shelf")
    rubricator = program(settings, tmp_path)

    lenient = rubricator("check", "--report", "report.html", "--report", "report.ttl")
    strict = rubricator("check", "--strict", "--dataset", "shelf", "--limit", "1")

    assert (0, 4) == (lenient.returncode, strict.returncode), lenient.stderr + strict.stderr
    assert "conforms to the shapes (warnings 1)" in lenient.stdout
    assert "no edm:provider" in (tmp_path / "report.html").read_text()
    assert "no edm:provider" in (tmp_path / "report.ttl").read_text()


@pytest.mark.parametrize(
    ("options", "words"), [(("--dataset", "nowhere"), "'nowhere'"), (("--report", "report.pdf"), ".html, .ttl")]
)
def test_the_command_says_what_cannot_be(
    settings: Settings, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    answer = program(settings, tmp_path)("check", *options)

    assert 2 == answer.returncode
    assert words in answer.stderr
