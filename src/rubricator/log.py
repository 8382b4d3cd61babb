"""Structured logging to standard error: text on a terminal, one JSON object a line elsewhere."""

import logging
import sys
from typing import TextIO

import structlog

from rubricator.settings import Settings


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the moment: under a progress bar, something that prints above the bar."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr  # setStream would flush the one before, which may be closed
        super().emit(record)


def configure_logging(settings: Settings) -> None:
    """Send structlog's and the standard library's records the same way. Nobody logs settings, which hold secrets."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    # Tracebacks without the values of variables: these tell who asked what, and secrets.
    on_terminal = structlog.dev.ConsoleRenderer(
        exception_formatter=structlog.dev.RichTracebackFormatter(show_locals=False)
    )
    renderer = structlog.processors.JSONRenderer() if as_json else on_terminal
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if as_json else structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        cache_logger_on_first_use=True,
    )
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("rubricator", "rubricator_service"):
        logging.getLogger(ours).setLevel(settings.log_level)
