"""Nobody's queries keep those of others waiting."""

from typing import TYPE_CHECKING, cast

import pytest

from rubricator.store.errors import QueueFull, TooManyAtOnce
from rubricator.store.turns import Bounds, Turn, Turns

if TYPE_CHECKING:
    from rubricator.store.process import ReaderProcess

READER = cast("ReaderProcess", object())


def turn(client: str = "", *, download: bool = False) -> Turn:
    return Turn(Bounds(30.0, 1e6, download=download, client=client), 30.0, reader=READER)


def enter(turns: Turns, client: str = "", now: float = 0.0, **kind: bool) -> Turn:
    entered = turn(client, **kind)
    turns.enter(entered, now)
    return entered


def test_as_many_queries_begin_as_there_are_readers() -> None:
    turns = Turns(2, 64, 16)

    assert [True, True, False] == [enter(turns).called for _ in range(3)]


@pytest.mark.parametrize(
    ("worked", "now", "long"), [(0.0, 0.9, False), (0.24, 0.9, False), (0.25, 0.3, True), (0.0, 1.0, True)]
)
def test_a_query_that_works_or_lasts_for_long_leaves_its_place_to_who_waits(
    worked: float, now: float, *, long: bool
) -> None:
    """What a machine keeps waiting that is busy with other things has neither worked nor lasted for long."""
    turns = Turns(1, 64, 16)
    first = enter(turns, "slow")
    waiting = enter(turns, "quick")
    for seconds in (7.0, 7.0 + worked):
        first.look(seconds)

    assert ([first] if long else []) == turns.grown_long(now)
    assert long == waiting.called


def test_no_more_queries_than_readers_are_let_aside() -> None:
    turns = Turns(1, 64, 16)
    for client in ("a", "b"):
        enter(turns, client)
        turns.grown_long(1.0 if client == "a" else 2.0)

    assert not enter(turns, "c", 3.0).called


def test_a_client_with_a_long_query_gets_its_share_and_others_theirs() -> None:
    turns = Turns(2, 64, 16)
    for _ in range(8):
        enter(turns, "hostile")
    turns.grown_long(1.0)

    assert 2 == len(turns.busy)
    assert [True, True] == [enter(turns, client, 1.0).called for client in ("a", "b")]


def test_a_client_without_long_queries_may_use_all_readers() -> None:
    turns = Turns(8, 64, 16)

    assert all(enter(turns, "busy").called for _ in range(8))


def test_whoever_has_fewest_readers_goes_first() -> None:
    turns = Turns(2, 64, 16)
    first, _ = enter(turns, "many"), enter(turns, "many")
    again, other = enter(turns, "many"), enter(turns, "other")
    turns.leave(first, 0.1)

    assert (False, True) == (again.called, other.called)


def test_the_queue_has_an_end_and_so_has_each_clients_part_of_it() -> None:
    turns = Turns(1, 3, 2)
    for _ in range(3):
        enter(turns, "many")

    with pytest.raises(TooManyAtOnce):
        enter(turns, "many")
    enter(turns, "other")
    with pytest.raises(QueueFull):
        enter(turns, "third")


def test_who_stops_waiting_makes_room() -> None:
    turns = Turns(1, 1, 1)
    enter(turns)
    waiting = enter(turns)
    turns.leave(waiting, 1.0)

    assert not enter(turns).called


def test_one_client_leaves_a_download_to_others() -> None:
    turns = Turns(2, 64, 16)

    assert [True, False] == [enter(turns, "many", download=True).called for _ in range(2)]
    assert enter(turns, "other", download=True).called
