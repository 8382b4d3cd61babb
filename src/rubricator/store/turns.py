"""Whose query is answered now and whose waits, so that nobody's queries keep those of others waiting.

Plain bookkeeping, without processes: the pool in ``readers`` comes here, always with its lock.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rubricator.store.errors import QueueFull, TooManyAtOnce
from rubricator.store.process import ReaderProcess

LONG_SECONDS = 0.25
"""Of a processor: on a busy machine every query takes long by the clock."""
HUNGRY_SECONDS = 1.0
"""Of a processor: from then on others go first there. The reader cannot be used again, so it has to be worth it."""
SLOW_SECONDS = 1.0
"""By the clock: a client that reads slowly takes no processor, and a reader all the same."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a query may take: ``seconds`` in all, ``size`` bytes of answer and ``rows`` of it (None: any number).

    ``download`` has readers of its own. ``client`` is who asks; nobody in particular where it is empty.
    """

    seconds: float
    size: float
    rows: int | None = None
    download: bool = False
    client: str = ""


@dataclass(eq=False, slots=True)
class Turn:
    """One query's use of a reader, from when it begins to wait for one. Times are of the monotonic clock.

    A ``long`` query has ``worked`` for LONG_SECONDS or lasted for SLOW_SECONDS, and leaves its place to others; a
    ``whole`` one has come to its end. ``call`` tells whoever waits that the turn has come.
    """

    bounds: Bounds
    deadline: float
    call: Callable[[], object] = lambda: None
    called: bool = False
    began: float = 0.0
    reader: ReaderProcess | None = None
    worked: float = 0.0
    long: bool = False
    whole: bool = False
    _worked_before: float | None = None

    @property
    def hungry(self) -> bool:
        """Whether the query has worked so long that others should go first at the processor."""
        return self.worked >= HUNGRY_SECONDS

    def look(self, worked: float) -> None:
        """Take notice of the seconds that the reader has worked in all, for this query and for those before."""
        if self._worked_before is None:
            self._worked_before = worked
        self.worked = worked - self._worked_before


class Turns:
    """Who is ``busy`` with a reader, and who is ``waiting``.

    ``readers`` queries are answered at a time, and as many long ones beside them. A client with a long query gets no
    more than its share; of those who wait, the client that has the fewest readers goes first. As many downloads run
    beside, of each client all but one.
    """

    def __init__(self, readers: int, queue: int, client_queue: int) -> None:
        self._readers = readers
        self._queue = queue
        self._client_queue = client_queue
        self._share = max(min(2, readers), readers // 2)
        self.waiting: list[Turn] = []
        self.busy = set[Turn]()
        self._queries = self._long = 0  # of those that are busy, kept up because they are asked for all the time

    def readers(self) -> list[ReaderProcess]:
        """Those that are at work."""
        return [turn.reader for turn in self.busy if turn.reader is not None]

    @property
    def quick(self) -> int:
        """How many queries take the place of a quick one."""
        return self._queries - min(self._readers, self._long)

    @property
    def unserved(self) -> int:
        """How many were called and have not taken their reader yet: it must not be put away meanwhile."""
        return sum(turn.reader is None for turn in self.busy)

    def enter(self, turn: Turn, now: float) -> None:
        """Let a turn begin, or wait until it is called. Raises QueueFull or TooManyAtOnce."""
        if not self.waiting and self._may_begin(turn):
            self._begin(turn, now)
            return
        client = turn.bounds.client
        if client and sum(other.bounds.client == client for other in self.waiting) >= self._client_queue:
            raise TooManyAtOnce("Too many of your queries are waiting already: ask on when they are answered.")
        if len(self.waiting) >= self._queue:
            raise QueueFull("Too many queries are waiting: ask again in a moment.")
        self.waiting.append(turn)
        self.call(now)

    def leave(self, turn: Turn, now: float) -> None:
        """End a turn, or its waiting."""
        if turn in self.busy:
            self.busy.remove(turn)
            if not turn.bounds.download:
                self._queries -= 1
                self._long -= turn.long
        elif turn in self.waiting:
            self.waiting.remove(turn)
        self.call(now)

    def call(self, now: float) -> None:
        """Let begin whoever may."""
        while ready := self._ready():
            first = min(ready, key=lambda turn: self._held_by(turn.bounds.client))  # of equals whoever waits longest
            self.waiting.remove(first)
            self._begin(first, now)

    def _ready(self) -> list[Turn]:
        """Who waits and may begin. This is asked whenever a query ends, so the many that may not are passed by soon."""
        if not self.waiting:
            return []
        full = self.quick >= self._readers
        return [turn for turn in self.waiting if (turn.bounds.download or not full) and self._may_begin(turn)]

    def late(self, now: float) -> list[tuple[Turn, ReaderProcess]]:
        """The turns that are over their deadline."""
        return [(turn, turn.reader) for turn in self.busy if turn.reader is not None and turn.deadline < now]

    def grown_long(self, now: float) -> list[Turn]:
        """The turns that have become long. Their places are given to others."""
        grown = list[Turn]()
        for turn in self.busy:
            if turn.long:
                continue
            if turn.worked >= LONG_SECONDS or now - turn.began >= SLOW_SECONDS:
                turn.long = True
                self._long += not turn.bounds.download
                grown.append(turn)
        if grown:
            self.call(now)
        return grown

    def _begin(self, turn: Turn, now: float) -> None:
        turn.began = now
        self.busy.add(turn)
        self._queries += not turn.bounds.download
        turn.called = True
        turn.call()

    def _may_begin(self, turn: Turn) -> bool:
        client = turn.bounds.client
        if turn.bounds.download:
            downloads = [other for other in self.busy if other.bounds.download]
            held = sum(other.bounds.client == client for other in downloads) if client else 0
            return len(downloads) < self._readers and held < max(1, self._readers - 1)
        if self.quick >= self._readers:
            return False
        if not self._long:
            return True
        own = [other for other in self.busy if client and other.bounds.client == client and not other.bounds.download]
        return len(own) < self._share or not any(other.long for other in own)

    def _held_by(self, client: str) -> int:
        return sum(turn.bounds.client == client for turn in self.busy) if client else 0
