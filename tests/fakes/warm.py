"""Makes the program's slow imports once, and forks a process of its own for each call that it reads.

A call is a line of JSON with the fields of ``_run``; what comes back is a line with its exit code. The imports take
some seconds of a processor, ten times what most commands take.
"""

import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module

from rubricator.cli import main

_SECONDS = 120
_SLOW = (
    "open_clip", "pyshacl", "rubricator.log", "rubricator.harvest.local", "rubricator.store.readers",
    "rubricator.pipeline.enriching.enrich", "rubricator.pipeline.harvesting.harvest",
)  # fmt: skip


def serve() -> None:
    """Answer calls until there are no more."""
    for name in _SLOW:
        with suppress(ImportError):  # an extra that is not installed
            import_module(name)
    while call := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            _run(**json.loads(call))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(arguments: list[str], environment: dict[str, str], directory: str, streams: list[str]) -> None:
    """Be the console script, with files as its standard streams. Does not return."""
    signal.alarm(_SECONDS)
    for descriptor, file in enumerate(streams):
        opened = os.open(file, os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_APPEND)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the one of before keeps what it has read ahead
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["rubricator", *arguments]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taking all that was imported apart again would take longer than most commands


if __name__ == "__main__":
    serve()
