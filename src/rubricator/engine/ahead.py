"""Runs a task a bounded number of items ahead of its reader, in threads that nobody has to wait for."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

log = logging.getLogger(__name__)
Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(
    task: Callable[[Item], Result], items: Iterable[Item], window: int, threads: int
) -> Generator[Result, None, None]:
    """Yield ``task(item)`` for each item, in order; at most ``window`` items are taken before the reader asks for them.

    An exception of the task is raised where its result would have come. The threads are daemons: after ``close()``
    items that have not begun are dropped, and a slow task (a fetch that hangs) holds up neither Ctrl-C nor the exit of
    the process, as those of concurrent.futures would. Where the system gives fewer threads, those do it; where it gives
    none, the reader's does.
    """
    jobs: queue.SimpleQueue[tuple[Future[Result], Item] | None] = queue.SimpleQueue()

    def do(future: Future[Result], item: Item) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(task(item))
        except BaseException as error:  # noqa: BLE001 - raised again by result(), in the reader's thread
            future.set_exception(error)

    def work() -> None:
        while job := jobs.get():
            do(*job)

    waiting = iter(items)
    running: deque[Future[Result]] = deque()

    def take(count: int) -> None:
        for item in islice(waiting, count):
            future: Future[Result] = Future()
            running.append(future)
            jobs.put((future, item))

    started = _started(work, threads)
    try:
        take(window)
        while running:
            if not started and (job := jobs.get()):
                do(*job)
            result = running.popleft().result()
            take(1)
            yield result
    finally:
        for future in running:
            future.cancel()
        for _ in range(started):
            jobs.put(None)


def _started(work: Callable[[], None], threads: int) -> int:
    """How many threads do this work now: so many, or as many as the system gives."""
    for number in range(threads):
        try:
            threading.Thread(target=work, name=f"ahead-{number}", daemon=True).start()
        except RuntimeError:  # can't start new thread: a limit of processes or of memory
            log.warning("The system gives %d threads of %d; going on with these.", number, threads)
            return number
    return threads
