import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Response

from rubricator.harvest.csv import harvest_csv
from rubricator.settings import Settings, load_settings
from tests.fakes import faults
from tests.fakes.europeana import Europeana, europeana
from tests.fakes.program import Rubricator


@pytest.fixture
def settings(tmp_path: Path, free_port: int) -> Settings:
    return load_settings(data_dir=tmp_path / "data", port=free_port, base="http://rubricator.test")


@pytest.fixture
def fake() -> Iterator[Europeana]:
    with europeana(records=250) as fake:
        yield fake


@pytest.fixture
def rubricator(rubricator: Rubricator, fake: Europeana, tmp_path: Path) -> Rubricator:
    """The program, set up to ask the fake."""
    (tmp_path / "cwd" / "rubricator.toml").write_text(
        f'europeana_api = "{fake.url}"\neuropeana_api_key = "{fake.key}"\nallow_private_addresses = true\n'
        "source_timeout = 20\n"
    )
    return rubricator


def test_a_search_is_harvested_and_harvested_again(rubricator: Rubricator, fake: Europeana) -> None:
    arguments = ("harvest", "europeana", "--query", "*:*", "--reusability", "open", "--type", "IMAGE", "--qf",
                 "edm_datasetName:9990000*")  # fmt: skip
    expected = [item for item in fake.items.values() if item.reusability == "open" and item.kind == "IMAGE"]

    first = rubricator(*arguments)
    expected[0].touch()
    fake.remove(expected[1].id)
    second = rubricator(*arguments)

    assert (0, 0) == (first.returncode, second.returncode), first.stderr + second.stderr
    assert f"{len(expected)} new" in first.stdout
    assert f"0 new, 1 changed, {len(expected) - 2} unchanged" in second.stdout
    assert "1 gone (source-missing 1)" in second.stdout


def test_a_harvest_that_a_source_ended_goes_on_where_it_was(rubricator: Rubricator, fake: Europeana) -> None:
    arguments = ("harvest", "europeana", "--query", "*:*")
    fake.fail(faults.status(400), "search.json", after=2)

    ended = rubricator(*arguments)
    on_the_way = len(fake.asked(".rdf"))
    resumed = rubricator(*arguments)

    assert (5, 0) == (ended.returncode, resumed.returncode)
    assert 1 == len([line for line in ended.stderr.splitlines() if line.startswith("rubricator:")])
    assert "Resumed" in resumed.stdout
    assert "250 new" in resumed.stdout
    assert (200, 250) == (on_the_way, len(fake.asked(".rdf")))


def test_a_list_of_items_is_harvested(rubricator: Rubricator, tmp_path: Path) -> None:
    lines = (
        "# wanted\n/9990000/item_000001\nhttps://www.europeana.eu/item/9990000/item_000002\nno item\n/9990000/none\n"
    )
    (tmp_path / "cwd" / "items.txt").write_text(lines)

    harvested = rubricator("harvest", "records", "items.txt", "--dataset", "exhibition")
    piped = rubricator("harvest", "records", "-", "--format", "jsonld", text="9990000/item_000003\n")

    assert (0, 0) == (harvested.returncode, piped.returncode), harvested.stderr + piped.stderr
    assert "2 new" in harvested.stdout
    assert "bad-identifier 1" in harvested.stdout
    assert "source-missing 1" in harvested.stdout
    assert "1 new" in piped.stdout


def test_the_pilot_s_data_set_is_assembled_again_and_its_table_can_be_harvested(
    rubricator: Rubricator, fake: Europeana, settings: Settings, tmp_path: Path
) -> None:
    table = tmp_path / "pilot.csv"
    arguments = ("harvest", "europeana", "--per-concept", "3", "--reusability", "open", "--export-csv", table)
    fake.fail(faults.status(400), "search.json", after=9)

    ended = rubricator(*arguments)
    assert not table.exists()
    resumed = rubricator(*arguments)
    written = table.read_text()
    table.unlink()
    unchanged = rubricator(*arguments)

    assert (5, 0, 0) == (ended.returncode, resumed.returncode, unchanged.returncode), resumed.stderr + unchanged.stderr
    assert "clothing, costume_accessories, inscription, weaponry" in ended.stderr
    assert "painting 3" in resumed.stdout
    assert written == table.read_text()
    rows = list(csv.DictReader(written.splitlines()))
    assert ["category", "skos_concept", "URI", "ID", "URL"] == list(rows[0])
    assert {3} == set(Counter(row["category"] for row in rows).values())
    assert 16 == len({row["category"] for row in rows})
    for row in rows:
        item = fake.items[row["ID"]]
        assert (f"http://data.europeana.eu/item{item.id}", item.picture) == (row["URI"], row["URL"])
        assert int(row["skos_concept"].rpartition("/")[2]) in item.concepts
        assert ("open", "IMAGE") == (item.reusability, item.kind)
    assert len(rows) == len(list(harvest_csv(table, "pilot", settings)))


def test_the_key_is_in_nothing_that_is_kept_or_said(
    rubricator: Rubricator, fake: Europeana, settings: Settings
) -> None:
    def echoing(right: Response) -> Response:
        body = json.dumps(
            {"apikey": fake.key, "success": False, "error": f"No {fake.key}", "link": f"?wskey={fake.key}"}
        )
        right.set_data(body)
        right.status_code = 400
        return right

    fake.fail(echoing, "item_000003", times=None)
    fake.fail(echoing, "search.json", after=1)

    answers = [rubricator("--log-level", "DEBUG", "harvest", "europeana", "--query", "*:*") for _ in range(2)]
    answers.append(rubricator("harvest", "report"))

    assert [2, 0, 0] == [answer.returncode for answer in answers], answers[1].stderr
    key = fake.key.encode()
    assert [] == [path for path in settings.data_dir.rglob("*") if path.is_file() and key in path.read_bytes()]
    assert [] == [answer for answer in answers if fake.key in answer.stdout + answer.stderr]
    assert "REDACTED" in answers[0].stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "--query"),
        (("--concept", "clothing"), "archaeological_site"),
        (("--concept", "spaceship"), "archaeological_site"),
        (("--per-concept", "3", "--limit", "9"), "--limit"),
        (("--query", "x", "--export-csv", "x.csv"), "--per-concept"),
    ],
)
def test_a_mistake_is_one_sentence_on_standard_error(
    rubricator: Rubricator, fake: Europeana, arguments: tuple[str, ...], sentence: str
) -> None:
    answer = rubricator("harvest", "europeana", *arguments)

    assert (2, "") == (answer.returncode, answer.stdout)
    assert sentence in answer.stderr
    assert 1 == len(answer.stderr.strip().splitlines())
    assert [] == fake.requests


def test_without_a_key_it_is_said_how_to_get_one(rubricator: Rubricator, tmp_path: Path) -> None:
    (tmp_path / "cwd" / "rubricator.toml").unlink()

    answer = rubricator("harvest", "records", "items.txt")

    assert 2 == answer.returncode
    assert "https://pro.europeana.eu/pages/get-api" in answer.stderr
    assert "RUBRICATOR_EUROPEANA_API_KEY" in answer.stderr


def test_a_key_that_is_not_accepted_ends_with_exit_code_2(rubricator: Rubricator, fake: Europeana) -> None:
    fake.key = "another"

    answer = rubricator("harvest", "europeana", "--query", "*:*")

    assert 2 == answer.returncode
    assert "RUBRICATOR_EUROPEANA_API_KEY" in answer.stderr.splitlines()[-1]
    (listed,) = json.loads(rubricator("harvest", "sources", "--format", "json").stdout)
    assert ("failed", "source-refused", "source-refused") == (listed["state"], listed["failure"], listed["errors"])
    assert listed["failed at"] >= listed["last harvest"]


def test_sources_are_listed_in_lines_that_a_screen_holds(rubricator: Rubricator, fake: Europeana) -> None:
    arguments = ("harvest", "europeana", "--per-concept", "1", "--qf", "edm_datasetName:9990000*")
    fake.fail(faults.status(400), "search.json", after=9)
    rubricator(*arguments)

    table = rubricator("harvest", "sources")

    header, line, *_ = table.stdout.splitlines()
    assert header.split("\t")[-2:] == ["it brought", "errors"]
    assert len(line) <= 160
    for part in ("europeana", "/search.json", "failed", " new", "source-rejected"):
        assert part in line
