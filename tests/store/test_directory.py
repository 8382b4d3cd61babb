"""A data directory belongs to one base, and says so when it cannot be used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rubricator.errors import StoreUnavailable, UsageError
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.directory import at_home, check_base, record_base, store_directory
from rubricator.store.readers import open_readers
from tests.store.running import BASE


@pytest.fixture
def elsewhere(settings: Settings) -> Settings:
    """The same data directory under another base."""
    return settings.model_copy(update={"base": "http://elsewhere.test"})


def test_the_first_writer_records_its_base(settings: Settings) -> None:
    with connect(settings):
        pass

    assert f"{BASE}\n" == (settings.store_dir / "base").read_text()
    assert not list(settings.store_dir.glob("*.draft"))


def test_where_no_base_is_set_that_of_the_store_holds_whatever_the_port(settings: Settings) -> None:
    with connect(settings):
        pass
    unset = load_settings(data_dir=settings.data_dir, base="", port=8123)
    other = load_settings(data_dir=settings.data_dir, base="http://elsewhere.test")

    assert BASE == at_home(unset).iris.base
    assert "http://elsewhere.test" == at_home(other).iris.base


def test_a_new_store_is_made_for_the_address_that_is_served(tmp_path: Path) -> None:
    assert "http://127.0.0.1:8123" == at_home(load_settings(data_dir=tmp_path, base="", port=8123)).iris.base


def test_a_store_is_not_opened_under_another_base(settings: Settings, elsewhere: Settings) -> None:
    with connect(settings):
        pass

    sentence = f"made for IRIs under {BASE}; set RUBRICATOR_BASE={BASE} .or --base {BASE}., or use another"
    with pytest.raises(UsageError, match=sentence), connect(elsewhere):
        pytest.fail("it opened")
    with pytest.raises(UsageError, match=sentence):
        open_readers(elsewhere)


def test_a_running_store_is_not_used_under_another_base(settings: Settings, elsewhere: Settings) -> None:
    with connect(settings), pytest.raises(UsageError, match=f"under {BASE}"), connect(elsewhere):
        pytest.fail("it connected")


def test_a_writer_refuses_another_base_by_itself(settings: Settings) -> None:
    with connect(settings):
        pass
    writer = subprocess.run(
        [sys.executable, "-m", "rubricator.store.server"],
        env=os.environ | {"RUBRICATOR_DATA_DIR": str(settings.data_dir), "RUBRICATOR_BASE": "http://elsewhere.test"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert 2 == writer.returncode
    assert 1 == len(writer.stderr.splitlines())
    assert f"RUBRICATOR_BASE={BASE}" in writer.stderr


def test_another_port_is_another_base_where_none_is_set(tmp_path: Path) -> None:
    store_directory(load_settings(data_dir=tmp_path))
    record_base(load_settings(data_dir=tmp_path))

    check_base(load_settings(data_dir=tmp_path, port=9000, base="http://127.0.0.1:8000/"))
    with pytest.raises(UsageError, match=r"under http://127\.0\.0\.1:8000;"):
        check_base(load_settings(data_dir=tmp_path, port=9000))


def test_a_foreign_store_has_no_base_of_ours(tmp_path: Path) -> None:
    store_directory(load_settings(data_dir=tmp_path))
    record_base(load_settings(data_dir=tmp_path))
    foreign = load_settings(data_dir=tmp_path, port=9000, store_url="http://127.0.0.1:1")

    open_readers(foreign).close()
    with connect(foreign):
        pass


def test_a_data_directory_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with (
        pytest.raises(StoreUnavailable, match=r"The data directory .*/file/data cannot be written \(Not a directory\)"),
        connect(load_settings(data_dir=tmp_path / "file" / "data")),
    ):
        pytest.fail("it opened")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_directory_of_somebody_else_is_said_in_one_sentence(settings: Settings) -> None:
    settings.store_dir.mkdir()
    settings.store_dir.chmod(0o500)

    with pytest.raises(StoreUnavailable, match="Permission denied"), connect(settings):
        pytest.fail("it opened")
