"""gunicorn's configuration: ``gunicorn -c python:rubricator_service.serving.gunicorn``.

gunicorn because it keeps the promise that an answer is whole or visibly broken: when a response generator raises, it
closes the connection without the final chunk. granian 2.8 ends such a body cleanly.
"""

import os
import signal
from typing import Any

from rubricator.settings import load_settings
from rubricator.store.lifeline import when_cut
from rubricator_service.context import EXTENSION
from rubricator_service.serving.together import LIFELINE

_settings = load_settings()

wsgi_app = "rubricator_service.serving.wsgi:app()"
bind = f"{_settings.host}:{_settings.port}"
workers = 1
worker_class = "rubricator_service.serving.worker.Worker"
logger_class = "rubricator_service.serving.faults.Logger"
# One for each query that is answered or waits, the long ones and downloads beside included, and some for pages.
threads = _settings.query_queue + 3 * _settings.readers + 16
graceful_timeout = 5
limit_request_line = 8190
# Not even proxies on this machine tell path or scheme: they pass on what clients send, and rules for paths would fail.
forwarded_allow_ips = ""
loglevel = "warning"
control_socket_disable = True


def post_worker_init(_worker: Any) -> None:
    """Stop when the parent that holds the other end of standard input is gone, however it went."""
    if os.environ.get(LIFELINE):
        when_cut(lambda: os.kill(os.getppid(), signal.SIGTERM))


def worker_exit(_server: Any, worker: Any) -> None:
    """Stop the readers with the worker."""
    application = getattr(worker, "wsgi", None)
    if application is not None:
        application.extensions[EXTENSION].readers.close()
