"""An empty token is no token: it would be matched by every request that sends none."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from rubricator.errors import UsageError
from rubricator.settings import load_settings
from rubricator.store.database import Database
from rubricator.store.endpoint import store_token
from rubricator.store.web import create_app


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_token_of_the_environment_is_none(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUBRICATOR_STORE_TOKEN", empty)
    settings = load_settings(data_dir=tmp_path)

    assert settings.store_token is None
    assert 43 == len(store_token(settings))


def test_an_empty_token_of_a_caller_is_none(tmp_path: Path) -> None:
    assert load_settings(data_dir=tmp_path, store_token=SecretStr("")).store_token is None


@pytest.mark.parametrize("empty", ["", " \n"])
def test_a_store_whose_token_is_empty_does_not_answer(empty: str, tmp_path: Path) -> None:
    database = Database(tmp_path / "db", lambda: None)

    with pytest.raises(UsageError, match="anybody could write"):
        create_app(database, empty, tmp_path, "http://rubricator.test")


@pytest.mark.parametrize("name", ["STORE_URL", "VOCABULARY", "PROMPTS", "THRESHOLD", "COMMIT"])
def test_an_empty_variable_sets_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"RUBRICATOR_{name}", "")

    assert getattr(load_settings(), name.lower()) is None
