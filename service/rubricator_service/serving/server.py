"""The web server: ``python -m rubricator_service.serving.server``, with settings from outside.

uvicorn because it keeps the promise that an answer is whole or visibly broken: when an application raises after its
answer began, it closes the connection without the final chunk. granian 2.8 ends such a body cleanly.
"""

import logging
import os
import resource
import signal
import sys

import uvicorn

from rubricator.log import configure_logging
from rubricator.settings import Settings, load_settings
from rubricator.store.lifeline import when_cut
from rubricator_service.front.asgi import BrokenOff, Front, create_front
from rubricator_service.front.messages import SERVER
from rubricator_service.serving.connection import connections
from rubricator_service.serving.together import LIFELINE

STOP_SECONDS = 5
"""For answers under way to come to their end once the server is to stop; then they break."""
KEEP_ALIVE_SECONDS = 65
"""Longer than proxies keep theirs, which would else ask over a connection that is being closed."""
_SWITCH_SECONDS = 0.0005  # the event loop waits so long for each thread that makes a page: a tenth of Python's default


def configured(front: Front, settings: Settings) -> uvicorn.Config:
    """How uvicorn is to serve a front."""
    # Not even proxies on this machine tell path or scheme: they pass on what clients send, and rules for paths would
    # fail. Who asks is told by those proxies that settings name.
    return uvicorn.Config(
        front,
        host=settings.host,
        port=settings.port,
        http=connections(front),
        ws="none",
        loop="uvloop",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,  # which would name uvicorn
        headers=[("Server", SERVER)],
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def main() -> None:
    """Serve until SIGINT or SIGTERM, or until the parent that holds the other end of standard input is gone."""
    settings = load_settings()
    configure_logging(settings)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection takes one, and so does a reader
    sys.setswitchinterval(_SWITCH_SECONDS)
    if os.environ.get(LIFELINE):
        when_cut(lambda: os.kill(os.getpid(), signal.SIGTERM))
    uvicorn.Server(configured(create_front(settings), settings)).run()


def _is_news(record: logging.LogRecord) -> bool:
    """An answer that was cut at a limit is no fault of ours, and has been logged with its reason."""
    return not (record.exc_info and isinstance(record.exc_info[1], BrokenOff))


if __name__ == "__main__":
    main()
