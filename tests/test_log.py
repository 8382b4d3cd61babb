"""What goes wrong is logged with where it did, and with nothing of whoever asked or of what is secret."""

import subprocess
import sys

import pytest

LOGGED = """
import structlog
from rubricator.log import configure_logging
from rubricator.settings import load_settings

configure_logging(load_settings())


def fail(asked_by):
    token = f"secret of {asked_by}"
    raise RuntimeError("something broke")


try:
    fail(".".join(["192", "0", "2", "7"]))
except RuntimeError as error:
    structlog.get_logger("rubricator").error("request failed", exc_info=error)
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_tells_no_values(form: str) -> None:
    environment = {"RUBRICATOR_LOG_FORMAT": form}
    logged = subprocess.run(
        [sys.executable, "-c", LOGGED], env=environment, check=True, capture_output=True, text=True, timeout=60
    ).stderr

    assert "something broke" in logged
    assert "fail" in logged
    assert "192.0.2.7" not in logged
