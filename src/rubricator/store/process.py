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

BEHIND_WEB, BEHIND_OTHERS = 5, 15
"""How much readers give way at the processor to whoever hands on what they answer, and to each other after a while."""
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
        self._give_way(BEHIND_WEB)
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

    def fileno(self) -> int:
        """Readable when something of an answer is there, and when the process has ended."""
        return self._connection.fileno()

    def send(self, request: QueryRequest, most_rows: int | None) -> None:
        """Ask a query. Its answer is a head, and chunks until the last."""
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
            raise self.death() from error

    def head(self) -> dict[str, str]:
        """Wait for the answer to begin: its ``media_type`` and ``revision``. Raises what went wrong instead."""
        return head_of(self._frame())

    def chunk(self) -> tuple[bytes, bool]:
        """The next chunk of the answer, and whether it is the last."""
        return chunk_of(self._frame())

    def receive(self, size: int) -> bytes:
        """What of an answer is there already; nothing once the process has ended. Raises BlockingIOError."""
        try:
            return self._connection.recv(size, socket.MSG_DONTWAIT)
        except BlockingIOError:
            raise
        except OSError:
            return b""

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
            self._give_way(BEHIND_OTHERS)

    def _give_way(self, more: int) -> None:
        niceness = min(19, os.getpriority(os.PRIO_PROCESS, 0) + more)
        with suppress(OSError):  # it has ended
            os.setpriority(os.PRIO_PROCESS, self.pid, niceness)
        with suppress(OSError):  # where the system shares out by sessions, as Linux may: see sched(7)
            Path(f"/proc/{self.pid}/autogroup").write_text(str(niceness))

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

    def _frame(self) -> frames.Frame:
        try:
            received = frames.read_frame(self._stream)
        except (OSError, ValueError) as error:
            raise self.death() from error
        if received is None:
            raise self.death()
        return received

    def death(self) -> RubricatorError:
        """Why a process ended that should not have; its fate from now on."""
        if self.fate is None:
            self.fate = self._fault(self._process.wait())
        return self.fate

    def _fault(self, ended: int) -> RubricatorError:
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


def head_of(frame: frames.Frame) -> dict[str, str]:
    """What the first frame of an answer says. Raises the error that a failed query is answered with."""
    head: dict[str, str] = json.loads(_payload(frame))
    return head


def chunk_of(frame: frames.Frame) -> tuple[bytes, bool]:
    """The chunk in a frame, and whether it is the last."""
    return _payload(frame), frame[0] == frames.LAST


def _payload(frame: frames.Frame) -> bytes:
    kind, payload = frame
    if kind == frames.FAILED:
        raise _raised(json.loads(payload))
    return payload


def _raised(fields: dict[str, object]) -> RubricatorError:
    text, line, column = str(fields["message"]), fields["line"], fields["column"]
    if fields["error"] == "QuerySyntaxError":
        return errors.QuerySyntaxError(
            text, line if isinstance(line, int) else None, column if isinstance(column, int) else None
        )
    return _RAISED[str(fields["error"])](text)
