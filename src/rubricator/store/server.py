"""The one writer: a process that owns the Oxigraph directory of a data directory and serves it on loopback.

``python -m rubricator.store.server`` runs it until SIGTERM or SIGINT; with ``--until-stdin-closes`` also until the
process that started it is gone, and whoever else uses it by then.
"""

import argparse
import ctypes
import logging
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from waitress import create_server  # type: ignore[import-untyped]

from rubricator.errors import RubricatorError
from rubricator.settings import Settings, load_settings
from rubricator.store.database import Database
from rubricator.store.directory import record_base
from rubricator.store.endpoint import Endpoint, announced, sole_writer, store_token
from rubricator.store.guests import wait_for_the_last_guest
from rubricator.store.lifeline import when_cut
from rubricator.store.snapshots import SnapshotKeeper
from rubricator.store.web import create_app

THREADS = 16
LARGEST_BODY = 2**40
_M_ARENA_MAX = -8  # of glibc's malloc.h

log = logging.getLogger(__name__)


def run_store(settings: Settings, host: str = "127.0.0.1", port: int = 0) -> None:
    """Serve the store until SIGTERM or SIGINT; port 0 takes a free one. Call it in the main thread.

    A last snapshot is taken on the way out. Raises StoreUnavailable if another process holds the directory, UsageError
    if it was made for other IRIs.
    """
    signal.signal(signal.SIGTERM, _stop)
    _share_arenas()
    with sole_writer(settings):
        record_base(settings)
        directory = settings.store_dir
        database = Database(directory / "db", lambda: snapshots.touch())
        snapshots = SnapshotKeeper(
            directory / "snapshots",
            lambda path: database.backup(path, settings.iris.unsettled),
            settings.snapshot_interval,
        )
        app = create_app(
            database, store_token(settings), directory / "incoming", settings.iris.base, settings.read_only
        )
        server = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=True,
            ident="rubricator",
        )
        snapshots.start()
        endpoint = Endpoint(f"http://{host}:{server.effective_port}", os.getpid())
        try:
            with announced(settings, endpoint):
                log.info("The store in %s listens on %s", directory, endpoint.url)
                server.run()  # returns on SystemExit and KeyboardInterrupt
        finally:
            server.close()
            snapshots.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m rubricator.store.server", description=__doc__)
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when the parent process is gone")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; the token is all that guards it")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    arguments = parser.parse_args()
    try:
        settings = load_settings()
        logging.basicConfig(level=settings.log_level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        if arguments.until_stdin_closes:
            when_cut(lambda: _end_after_guests(settings))
        run_store(settings, arguments.host, arguments.port)
    except RubricatorError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _share_arenas() -> None:
    """Let threads share what glibc has freed: by default each keeps what its largest load took, half of all memory."""
    with suppress(AttributeError, OSError):  # other C libraries have no such function, and no arenas
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _end_after_guests(settings: Settings) -> None:
    wait_for_the_last_guest(settings.store_dir)
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
