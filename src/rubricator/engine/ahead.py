"""Runs a task a bounded number of items ahead of its reader, in threads that nobody has to wait for."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(
    task: Callable[[Item], Result], items: Iterable[Item], window: int, threads: int
) -> Generator[Result, None, None]:
    """Yield ``task(item)`` for each item, in order; at most ``window`` items are taken before the reader asks for them.

    An exception of the task is raised where its result would have come. The threads are daemons: after ``close()``
    items that have not begun are dropped, and a slow task (a fetch that hangs) holds up neither Ctrl-C nor the exit of
    the process, as those of concurrent.futures would.
    """
    jobs: queue.SimpleQueue[tuple[Future[Result], Item] | None] = queue.SimpleQueue()

    def work() -> None:
        while job := jobs.get():
            future, item = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(task(item))
            except BaseException as error:  # noqa: BLE001 - raised again by result(), in the reader's thread
                future.set_exception(error)

    waiting = iter(items)
    running: deque[Future[Result]] = deque()

    def take(count: int) -> None:
        for item in islice(waiting, count):
            future: Future[Result] = Future()
            running.append(future)
            jobs.put((future, item))

    for number in range(threads):
        threading.Thread(target=work, name=f"ahead-{number}", daemon=True).start()
    try:
        take(window)
        while running:
            result = running.popleft().result()
            take(1)
            yield result
    finally:
        for future in running:
            future.cancel()
        for _ in range(threads):
            jobs.put(None)
