"""Snapshots are taken, held and deleted."""

from pathlib import Path
from threading import Event

import pytest
from pyoxigraph import Store

from rubricator.store.snapshots import SnapshotKeeper, Unsettled, current_revision, hold_current
from tests.store.running import eventually, quad


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "db")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def revisions(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.name != "current")


def test_there_is_a_snapshot_as_soon_as_the_keeper_has_started(store: Store, directory: Path) -> None:
    keeper = SnapshotKeeper(directory, lambda path: store.backup(path), interval=60)
    keeper.start()
    held = hold_current(directory)
    keeper.close()

    assert held is not None
    assert (held.revision, [held.revision]) == (current_revision(directory), revisions(directory))
    held.close()


def test_a_commit_is_followed_by_a_snapshot_that_holds_it(store: Store, directory: Path) -> None:
    keeper = SnapshotKeeper(directory, lambda path: store.backup(path), interval=0.01)
    keeper.start()
    first = current_revision(directory)
    store.add(quad(1))
    keeper.touch()
    eventually(lambda: current_revision(directory) != first)
    held = hold_current(directory)
    keeper.close()

    assert held is not None
    assert (1, [held.revision]) == (len(Store.read_only(str(held.database))), revisions(directory))
    held.close()


def test_a_snapshot_that_is_read_stays_until_it_is_let_go(store: Store, directory: Path) -> None:
    keeper = SnapshotKeeper(directory, lambda path: store.backup(path), interval=60)
    keeper.start()
    held = hold_current(directory)
    assert held is not None
    second = keeper.take()
    while_held = revisions(directory)
    held.close()
    keeper.prune()
    keeper.close()

    assert ([held.revision, second], [second]) == (while_held, revisions(directory))


def test_a_clean_stop_takes_what_no_snapshot_holds_yet(store: Store, directory: Path) -> None:
    keeper = SnapshotKeeper(directory, lambda path: store.backup(path), interval=60)
    keeper.start()
    first = current_revision(directory)
    store.add(quad(1))
    keeper.touch()
    keeper.close()

    assert first != current_revision(directory)


def test_a_stop_without_commits_takes_none(store: Store, directory: Path) -> None:
    keeper = SnapshotKeeper(directory, lambda path: store.backup(path), interval=60)
    keeper.start()
    first = current_revision(directory)
    keeper.close()

    assert first == current_revision(directory)


def test_what_a_killed_writer_left_half_made_is_swept_up(store: Store, directory: Path) -> None:
    (directory / ".half-made" / "db").mkdir(parents=True)
    (directory / "20200101T000000.000000Z" / "db").mkdir(parents=True)
    keeper = SnapshotKeeper(directory, lambda path: store.backup(path), interval=60)
    keeper.start()
    keeper.close()

    assert [current_revision(directory)] == revisions(directory)


def test_revisions_grow_even_when_the_clock_goes_back(store: Store, directory: Path) -> None:
    directory.mkdir()
    (directory / "current").symlink_to("99991231T235959.000000Z")
    keeper = SnapshotKeeper(directory, lambda path: store.backup(path), interval=60)

    assert "99991231T235959.000000Z" < keeper.take() < keeper.take()


@pytest.mark.parametrize("link", ["20991122T100000.000000Z", "20991122T100000.000000Z-1-1-1"])
def test_the_names_of_revisions_do_not_grow_longer_where_the_clock_went_back(directory: Path, link: str) -> None:
    directory.mkdir()
    (directory / "current").symlink_to(link)
    keeper = SnapshotKeeper(directory, lambda path: path.mkdir(), interval=60)
    taken = [keeper.take() for _ in range(300)]

    assert ({"20991122T100000.000300Z"}, sorted({link, *taken})) == ({taken[-1]}, [link, *taken])


def test_a_failed_snapshot_is_tried_again(store: Store, directory: Path) -> None:
    broken = Event()

    def backup(path: Path) -> None:
        if broken.is_set():
            broken.clear()
            raise OSError("no space left on device")
        store.backup(path)

    keeper = SnapshotKeeper(directory, backup, interval=0.01)
    keeper.start()
    first = current_revision(directory)
    broken.set()
    keeper.touch()
    eventually(lambda: current_revision(directory) != first)
    keeper.close()

    assert not broken.is_set()


@pytest.mark.parametrize("link", [None, "20200101T000000.000000Z"])
def test_where_there_is_none_there_is_nothing_to_hold(directory: Path, link: str | None) -> None:
    directory.mkdir()
    if link:
        (directory / "current").symlink_to(link)

    assert hold_current(directory) is None


def test_nothing_is_published_while_the_store_is_unsettled(store: Store, directory: Path) -> None:
    settled = Event()
    settled.set()

    def backup(path: Path) -> None:
        if not settled.is_set():
            raise Unsettled
        store.backup(path)

    keeper = SnapshotKeeper(directory, backup, 0.01)
    keeper.start()
    first = current_revision(directory)
    settled.clear()
    keeper.touch()
    keeper.close()
    assert [first] == revisions(directory)
    settled.set()
    later = SnapshotKeeper(directory, backup, 0.01)
    later.start()
    later.close()
    assert first != current_revision(directory)


def test_where_the_first_snapshot_would_show_half_a_change_there_is_none(directory: Path) -> None:
    def backup(_path: Path) -> None:
        raise Unsettled

    keeper = SnapshotKeeper(directory, backup, 0.01)
    keeper.start()
    keeper.close()

    assert hold_current(directory) is None
