"""Claims as rows, read back by a database that we did not write."""

from pathlib import Path

import duckdb
import pytest

from rubricator.enrichment.reviews import Decision, Role
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.exporting.export import Order, export
from rubricator.pipeline.exporting.flat import COLUMNS
from rubricator.pipeline.exporting.forms import Form
from rubricator.pipeline.exporting.published import Chosen
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary
from tests.pipeline.exporting.claiming import claim
from tests.pipeline.exporting.shelf import MARKED, RICH

NAMES = {Form.csv: "claims.csv.gz", Form.jsonl: "claims.jsonl", Form.parquet: "claims.parquet"}
_READ = "recordId, targetField, uri, CAST(confidence AS DECIMAL(5, 4)) AS confidence, annotatorType, dataset, status"


@pytest.fixture
def reviewed(shelf: StoreClient, settings: Settings, vocabulary: Vocabulary) -> StoreClient:
    """Two claims, of which a curator replaced the first by another."""
    first, _ = claim(shelf, settings.iris, "A", [MARKED, RICH], vocabulary.by_slug("map").body, 0.00004)
    other = vocabulary.by_slug("building")
    review(shelf, settings, [Verdict(first, Decision.replaced, "r-1", Role.curator, replacement=other)])
    return shelf


def rows(path: Path) -> list[tuple[object, ...]]:
    """What DuckDB makes of a file, without being told what it holds."""
    found: list[tuple[object, ...]] = duckdb.execute(f"SELECT {_READ} FROM '{path}' ORDER BY recordId").fetchall()  # noqa: S608
    return found


def test_every_form_has_the_same_rows(
    reviewed: StoreClient, settings: Settings, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    found = {}
    for form, name in NAMES.items():
        assert {"claims": 2} == export(reviewed, settings, Order(form, tmp_path / name)).written
        found[form] = [tuple(map(str, row)) for row in rows(tmp_path / name)]

    map_, building = vocabulary.by_slug("map").body.value, vocabulary.by_slug("building").body.value
    place = f"{settings.base}/id/dataset"
    assert [
        (
            "/9990001/harbour",
            "dc:type",
            map_,
            "0.0000",
            "SoftwareAgent",
            f"{place}/9990001 {place}/shelf",
            "unreviewed",
        ),
        (MARKED.value, "dc:subject", building, "None", "Person", f"{place}/shelf", "accepted"),
    ] == found[Form.csv]
    assert found[Form.csv] == found[Form.jsonl] == found[Form.parquet]


def test_the_columns_are_those_that_are_documented(reviewed: StoreClient, settings: Settings, tmp_path: Path) -> None:
    for form, name in NAMES.items():
        export(reviewed, settings, Order(form, tmp_path / name, chosen=Chosen(least=0.5)))
        columns = duckdb.execute(f"DESCRIBE SELECT * FROM '{tmp_path / name}'").fetchall()  # noqa: S608
        assert list(COLUMNS) == [column[0] for column in columns]


def test_the_same_claims_make_the_same_bytes(reviewed: StoreClient, settings: Settings, tmp_path: Path) -> None:
    for name in ("one.csv.gz", "other.csv.gz"):
        export(reviewed, settings, Order(Form.csv, tmp_path / name))

    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "other.csv.gz").read_bytes()
