"""Makes the dumps of the newest snapshot, beside a store that goes on writing, and puts them in the place of the last.

New dumps are whole, and on disk, before the link turns to them; only then do the old ones go: for a while the disk
holds both. Each graph is read once: the whole data set is made of its parts as they were gzipped.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from rubricator.dumps import CURRENT, FOLDER, Dump, Dumps, DumpsDamaged, read_dumps, write_catalogue
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.pipeline.dumping.packing import Packing, join, packing
from rubricator.pipeline.dumping.parts import SHARED, VIEW, WHOLE, run_part, shared_part
from rubricator.pipeline.sole import sole_job
from rubricator.progress import Progress, silent
from rubricator.settings import Settings
from rubricator.store.directory import check_base
from rubricator.store.snapshots import Held, hold_current, moment_of
from rubricator.wholefile import make_folder

_DRAFT = ".draft"
_TOLD = 1000

Told = Callable[[Iterator[Quad]], Iterator[Quad]]


def make_dumps(settings: Settings, progress: Progress = silent) -> Dumps:
    """Dump the newest snapshot, unless that is dumped already. ``progress`` counts quads.

    Memory does not grow with the store. Raises UsageError where there is no store of ours to dump, JobRunning while
    another process dumps it.
    """
    if settings.store_url is not None:
        raise UsageError(
            "Dumps are made of the embedded store's snapshots: with store_url, use `rubricator export --format nquads`."
        )
    check_base(settings)
    held = hold_current(settings.store_dir / "snapshots")
    if held is None:
        raise UsageError(f"There is no store in {settings.data_dir} yet: harvest something first.")
    with closing(held), sole_job(settings, "dumps"):
        before = _made_before(settings)
        if before is not None and before.folder.name == held.revision:
            return before
        return _make(settings, held, progress)


def _made_before(settings: Settings) -> Dumps | None:
    """None too where nobody can tell what was made: it is made anew then."""
    try:
        return read_dumps(settings.data_dir)
    except DumpsDamaged:
        return None


def _make(settings: Settings, held: Held, progress: Progress) -> Dumps:
    directory = settings.data_dir / FOLDER
    draft = directory / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)  # of one that was killed
    make_folder(draft)
    try:
        made = write_parts(Store.read_only(str(held.database)), settings.iris, draft, progress)
        dumps = Dumps(draft, moment_of(held.revision), [join(draft, WHOLE, made), *made])
        write_catalogue(dumps)
        folder = directory / held.revision
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise UsageError(f"Cannot write {directory}: {error.strerror}; make room, and try again.") from error
    _turn(directory, held.revision)
    return Dumps(folder, dumps.taken, dumps.dumps)


def write_parts(store: Store, iris: Iris, folder: Path, progress: Progress = silent) -> list[Dump]:
    """Write the published view, what is of no single run, and each run, to a file each; none for what is empty."""
    told = _counting(progress)
    runs: list[NamedNode] = []  # few; all other graphs may be millions
    with packing(folder, VIEW) as view:
        _write(store, DefaultGraph(), view, told)
        made = [view.end()]
    with ExitStack() as open_files:
        files: dict[str, Packing] = {}
        for graph in store.named_graphs():
            if not isinstance(graph, NamedNode):
                continue  # graphs of ours have names
            part = shared_part(graph.value, iris)
            if part is None:
                runs.append(graph)
                continue
            if part.name not in files:
                files[part.name] = open_files.enter_context(packing(folder, part))
            _write(store, graph, files[part.name], told)
        made += [files[part.name].end() for part in SHARED if part.name in files]
    for graph in sorted(runs, key=lambda graph: graph.value):
        with packing(folder, run_part(graph.value, iris)) as one:
            _write(store, graph, one, told)
            made.append(one.end())
    return made


def _write(store: Store, graph: NamedNode | DefaultGraph, file: Packing, told: Told) -> None:
    quads = told(store.quads_for_pattern(None, None, None, graph))
    serialize(quads, cast("IO[bytes]", file), RdfFormat.N_QUADS)


def _counting(progress: Progress) -> Told:
    done = 0

    def told(quads: Iterator[Quad]) -> Iterator[Quad]:
        nonlocal done
        for quad in quads:
            done += 1
            if done % _TOLD == 0:
                progress(done)
            yield quad

    return told


def _turn(directory: Path, revision: str) -> None:
    """Let the link name the new dumps, and delete all others. Who reads a file that goes keeps it until the end."""
    link = directory / ".next"
    link.unlink(missing_ok=True)
    link.symlink_to(revision)
    link.replace(directory / CURRENT)
    for path in directory.iterdir():
        if path.name not in (CURRENT, revision):
            shutil.rmtree(path, ignore_errors=True)
