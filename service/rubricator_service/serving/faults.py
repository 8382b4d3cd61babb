"""What gunicorn logs of requests that failed: an answer that was cut is one line, anything else a traceback."""

import sys
from typing import Any

import structlog
from gunicorn.glogging import Logger as GunicornLogger

from rubricator.store.errors import AnswerBroken

log = structlog.get_logger(__name__)


class Logger(GunicornLogger):  # type: ignore[misc]  # gunicorn is not typed
    """Loaded by gunicorn, by its name in the configuration."""

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """That an answer was cut at a limit is no fault of ours, and its reason says all."""
        error = sys.exception()
        if isinstance(error, AnswerBroken):
            log.warning("answer-broken", reason=str(error))
        else:
            super().exception(msg, *args, **kwargs)
