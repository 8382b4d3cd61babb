"""Files of claims in the shapes in which programs write them."""

import gzip
import json
from pathlib import Path

import pytest

from rubricator.errors import UsageError
from rubricator.pipeline.importing.draft import Draft, Refused
from rubricator.pipeline.importing.reading import read_drafts

BODY, ITEM = "http://data.europeana.eu/concept/47", "http://data.europeana.eu/item/9990001/harbour"
PICTURE = "https://museum.example.org/1.jpg"
TAG = {
    "type": "Annotation",
    "motivation": "tagging",
    "body": BODY,
    "target": {"type": "SpecificResource", "scope": ITEM, "source": PICTURE},
}


@pytest.mark.parametrize("name", ["page.json", "collection.jsonld", "single.json", "list.json", "page.json.gz"])
def test_annotations_come_in_pages_collections_or_alone(tmp_path: Path, name: str) -> None:
    page = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": [TAG]}
    documents = {"collection": {"type": "AnnotationCollection", "first": page}, "single": TAG, "list": [TAG]}
    content = json.dumps(documents.get(name.partition(".")[0], page)).encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    assert [Draft(BODY, ITEM, PICTURE)] == list(read_drafts(tmp_path / name))


def test_the_fixtures_of_the_annotation_api_are_read(tmp_path: Path) -> None:
    samples = Path(__file__).parents[3] / "../shared/samples/annotation-api"
    if not samples.exists():
        pytest.skip("the payloads of the Annotation API lie outside the repository")
    tags = [
        json.loads((samples / name).read_text("utf-8")) for name in ("simple_minimal.json", "specific_standard.json")
    ]
    (tmp_path / "tags.json").write_text(json.dumps(tags))

    assert [True, True] == [
        isinstance(one, Draft) and bool(one.body and one.item) for one in read_drafts(tmp_path / "tags.json")
    ]


def test_a_table_may_lack_most_columns_and_hold_any_others(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_bytes(f"\ufefftitle,recordId,uri\r\nHarbour,/9990001/harbour,{BODY}\r\na,b,c,d\r\n".encode())

    first, second = read_drafts(table)

    assert Draft(BODY, ITEM) == first
    assert isinstance(second, Refused)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("tags.txt", "", "is not known by its name"),
        ("tags.json", "{", "is no JSON"),
        ("tags.json", '{"type": "AnnotationCollection", "first": "http://e.org/page"}', "names its pages"),
        ("tags.json", '{"type": "Dataset"}', "holds no annotations"),
        ("rows.csv", "title,uri\n", "lacks columns"),
        ("tags.jsonl.gz", "not packed", "Cannot read"),
    ],
)
def test_a_file_that_holds_no_claims_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(UsageError, match=sentence):
        list(read_drafts(tmp_path / name))


def test_an_endless_line_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "tags.jsonl"
    path.write_text('{"x": "' + "y" * (3 * 2**20) + '"}\n' + json.dumps(TAG))

    first, second = read_drafts(path)

    assert isinstance(first, Refused)
    assert Draft(BODY, ITEM, PICTURE) == second
