import re
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pyoxigraph import Literal, NamedNode
from pyshacl import validate
from rdflib import Graph

from rubricator.demo import collection, demo_records
from rubricator.demo.collection import read_collection
from rubricator.edm import EdmRecord, map_record
from rubricator.errors import MissingExtra
from rubricator.harvest import Rejection, SourceRecord
from rubricator.images import ImageStore
from rubricator.rdf import DC, EDM, ORE
from rubricator.resources import resource
from rubricator.settings import Settings

RECORDS = Path(collection.__file__).parent / "records"
RIGHTS = {
    "http://creativecommons.org/licenses/by/2.0/",
    "http://creativecommons.org/publicdomain/mark/1.0/",
    "http://creativecommons.org/publicdomain/zero/1.0/",
    "http://rightsstatements.org/vocab/NKC/1.0/",
}


@pytest.fixture
def harvested(settings: Settings) -> list[SourceRecord]:
    if not (find_spec("skimage") and find_spec("sklearn")):
        pytest.skip("the demo's pictures come with the extra 'demo', which is not installed")
    records = list(demo_records(settings))
    assert not [record for record in records if isinstance(record, Rejection)]
    return [record for record in records if isinstance(record, SourceRecord)]


@pytest.fixture
def mapped(harvested: list[SourceRecord], settings: Settings) -> list[EdmRecord]:
    return [map_record(record, settings.iris) for record in harvested]


def values(record: EdmRecord, predicate: NamedNode) -> Iterator[str]:
    for triple in record.triples:
        if triple.predicate == predicate and isinstance(triple.object, NamedNode | Literal):
            yield triple.object.value


def test_there_are_seventeen_records_each_with_a_picture_of_its_own(mapped: list[EdmRecord]) -> None:
    assert 17 == len(mapped)
    assert 17 == len({picture for record in mapped for picture in values(record, EDM["isShownBy"])})
    assert {"demo"} == {record.dataset for record in mapped}


def test_the_picture_lies_in_the_image_cache_under_the_address_that_the_record_names(
    mapped: list[EdmRecord], settings: Settings
) -> None:
    images = ImageStore(settings)

    for record in mapped:
        capture = images.fetch(next(values(record, EDM["isShownBy"])))
        assert images.path(capture.sha256).is_file()
        assert capture.width * capture.height > 10_000


def test_items_are_ours_and_so_are_their_graphs(mapped: list[EdmRecord], settings: Settings) -> None:
    coins = next(record for record in mapped if record.identifier == "coins")

    assert settings.iris.item("demo", "coins") == coins.item
    assert settings.iris.record_graph("demo", "coins") == coins.graph
    assert NamedNode(f"{coins.item.value}#proxy") in {
        triple.subject for triple in coins.triples if triple.predicate == ORE["proxyFor"]
    }


def test_nothing_in_our_own_records_needs_repair(mapped: list[EdmRecord]) -> None:
    assert [] == [repair for record in mapped for repair in record.repairs]


def test_every_record_is_whole_edm(mapped: list[EdmRecord]) -> None:
    shapes = Graph().parse(resource("ontology", "shapes", "edm.ttl"))

    for record in mapped:
        graph = Graph().parse(data="".join(f"{triple} .\n" for triple in record.triples), format="nt")
        conforms, _, report = validate(graph, shacl_graph=shapes)
        assert conforms, f"{record.identifier}: {report}"


def test_every_record_states_rights_source_and_description(mapped: list[EdmRecord]) -> None:
    for record in mapped:
        assert set(values(record, EDM["rights"])) <= RIGHTS
        assert 2 == len(list(values(record, EDM["rights"]))), "of the aggregation and of the picture"
        assert all(page.startswith(("http://", "https://")) for page in values(record, EDM["isShownAt"]))
        assert [1, 1] == [len(list(values(record, DC[name]))) for name in ("title", "description")]


def test_pictures_under_cc_by_name_their_creator(mapped: list[EdmRecord]) -> None:
    attributed = {record.identifier: list(values(record, DC["rights"])) for record in mapped}

    assert ["vultilion, CC BY 2.0"] == attributed["dahlia"]
    assert ["danielbuechele, CC BY 2.0"] == attributed["summer-palace"]


def test_a_second_harvest_yields_the_same_bytes(harvested: list[SourceRecord], settings: Settings) -> None:
    again = [record for record in demo_records(settings) if isinstance(record, SourceRecord)]

    assert [record.content for record in harvested] == [record.content for record in again]


def test_a_picture_that_is_missing_or_broken_is_rejected_and_the_others_stay(
    settings: Settings, tmp_path: Path
) -> None:
    picture = BytesIO()
    Image.new("RGB", (32, 32), "red").save(picture, "PNG")
    for record in RECORDS.glob("*.ttl"):
        for path in re.findall(r"<(sk\w+/\S+)>", record.read_text(encoding="utf-8")):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(picture.getvalue())
    (tmp_path / "skimage/data/coins.png").unlink()
    (tmp_path / "skimage/data/retina.jpg").write_text("<html>gone</html>")

    records = list(read_collection(settings, {package: tmp_path / package for package in collection.PACKAGES}))

    rejected = {record.identifier: record.code for record in records if isinstance(record, Rejection)}
    assert {"coins": "image-missing", "retina": "image-not-an-image"} == rejected
    assert 15 == sum(isinstance(record, SourceRecord) for record in records)


def test_without_the_packages_one_sentence_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "PACKAGES", {"no_such_package": "no-such-package"})

    with pytest.raises(MissingExtra, match=r"pip install 'rubricator\[demo\]'"):
        demo_records(settings)
