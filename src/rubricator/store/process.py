"""A reader process as its pool sees it."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO, cast

from rubricator.errors import RubricatorError, StoreError, StoreUnavailable
from rubricator.store import errors, frames
from rubricator.store.answers import QueryRequest

_RAISED = {
    cls.__name__: cls
    for cls in (
        errors.BadRequest,
        errors.NotAcceptable,
        errors.QueryRefused,
        errors.QueryTooHungry,
        errors.TooManyRows,
        StoreError,
        StoreUnavailable,
    )
}

NICENESS = 10
_OUT_OF_STACK = (-signal.SIGSEGV, -signal.SIGBUS)  # a failed allocation aborts


class ReaderProcess:
    """One process, asked by one thread at a time. ``fate`` says why we killed it; None while it may live."""

    def __init__(self, snapshots: Path, memory: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program and our own arguments
                [sys.executable, "-m", "rubricator.store.reader", str(theirs.fileno()), str(snapshots), str(memory)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.PIPE,  # closes when this process dies, however it dies
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if not name.startswith("RUBRICATOR_")},
                start_new_session=True,
            )
        self._connection = ours
        self._stream = cast("IO[bytes]", ours.makefile("rb", frames.CHUNK))
        self._memory = memory
        self.fate: RubricatorError | None = None
        self.yields = False
        """Whether it goes behind others at the processor, for good."""

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: QueryRequest, most_rows: int | None) -> tuple[str, str]:
        """Send a query and wait for its answer to begin. Returns media type and revision."""
        fields = {
            "query": request.query,
            "base": request.base,
            "default_graphs": request.default_graphs,
            "named_graphs": request.named_graphs,
            "solutions": request.solutions,
            "graph": request.graph,
            "services": request.services,
            "most_rows": most_rows,
        }
        try:
            self._connection.sendall(frames.message(frames.QUERY, fields))
        except OSError as error:
            raise self._death() from error
        _, payload = self._frame()
        head = json.loads(payload)
        return head["media_type"], head["revision"]

    def chunk(self) -> tuple[bytes, bool]:
        """The next chunk of the answer, and whether it is the last."""
        kind, payload = self._frame()
        return payload, kind == frames.LAST

    def worked(self) -> float:
        """The seconds that the process has had of a processor; by the clock where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return monotonic()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # in user and kernel mode: see proc(5)

    def yield_to_others(self) -> None:
        """Let queries that take less time go first at the processor. This cannot be taken back."""
        if not self.yields:
            self.yields = True
            with suppress(OSError):  # it has ended
                os.setpriority(os.PRIO_PROCESS, self.pid, NICENESS)

    def kill(self, fate: RubricatorError) -> None:
        """End the process; whoever waits for it gets ``fate``."""
        self.fate = self.fate or fate
        self._process.kill()

    def bury(self) -> None:
        """Kill the process if it lives, and free all that belongs to it. Nobody may be asking it any more."""
        self._process.kill()
        self._process.wait()
        self._stream.close()
        self._connection.close()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _frame(self) -> tuple[bytes, bytes]:
        try:
            received = frames.read_frame(self._stream)
        except (OSError, ValueError) as error:
            raise self._death() from error
        if received is None:
            raise self._death()
        if received[0] == frames.FAILED:
            raise _raised(json.loads(received[1]))
        return received

    def _death(self) -> RubricatorError:
        if self.fate is not None:
            return self.fate
        ended = self._process.wait()
        if ended in _OUT_OF_STACK:
            return errors.QueryTooDeep(
                "The query nests or chains more than the engine can take apart: use VALUES or IN, and fewer brackets."
            )
        if ended < 0:
            return errors.QueryTooHungry(
                f"The query needs more than the {self._memory:,} bytes of memory that a reader may add: ask for less."
            )
        return StoreError(
            "A reader process ended without an answer: run `python -m rubricator.store.reader` to see why."
        )


def _raised(fields: dict[str, object]) -> RubricatorError:
    text, line, column = str(fields["message"]), fields["line"], fields["column"]
    if fields["error"] == "QuerySyntaxError":
        return errors.QuerySyntaxError(
            text, line if isinstance(line, int) else None, column if isinstance(column, int) else None
        )
    return _RAISED[str(fields["error"])](text)
