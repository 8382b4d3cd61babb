"""The root command: options that hold for all commands, and how errors end."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rubricator import __version__
from rubricator.cli.interrupt import interruptible
from rubricator.errors import RubricatorError, StoreUnavailable, UsageError

if TYPE_CHECKING:
    from rubricator.settings import Settings

EXIT_CODES = (
    "Exit codes: 0 done; 1 a fault in Rubricator; 2 wrong command line, settings or input; 3 the store or the data "
    "directory cannot be used, or the same job is running; 4 a check found violations; 5 a source failed (what came "
    "before stays; run the command again to go on); 130 interrupted (run the command again to go on)."
)

INTERRUPTED = 130

app = typer.Typer(
    name="rubricator",
    help="Adds concept headings to digitised heritage, as linked data that says where every claim came from.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Listing(StrEnum):
    """How a command prints what it lists."""

    table = "table"
    csv = "csv"
    json = "json"


class Labels(StrEnum):
    """How many concepts a picture may get."""

    one = "one"
    several = "several"


class Rights(StrEnum):
    """Europeana's three classes of rights statements; settings have them too, but take long to import."""

    open = "open"
    restricted = "restricted"
    permission = "permission"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rubricator {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    data_dir: Annotated[Path | None, typer.Option(help="Where store, raw bytes and caches lie.")] = None,
    base: Annotated[str | None, typer.Option(help="Start of every IRI that is minted.")] = None,
    log_level: Annotated[str | None, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    from rubricator.log import configure_logging
    from rubricator.settings import load_settings
    from rubricator.store.directory import at_home

    settings = at_home(load_settings(data_dir=data_dir, base=base, log_level=log_level))
    configure_logging(settings)
    context.obj = settings


def characters(text: str | None) -> str | None:
    """The callback of an option whose text is kept. Raises UsageError where it holds bytes that are no characters."""
    try:
        (text or "").encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{text!r} holds bytes that are no characters of UTF-8: write it again.") from error
    return text


def settings_of(context: typer.Context, **overrides: object) -> "Settings":
    """The settings of this call; ``overrides`` are the command's own options, None where not given."""
    from rubricator.settings import Settings, load_settings

    settings = context.find_object(Settings)
    if settings is None:
        raise RubricatorError("The command was called without its root.")
    given = {name: value for name, value in overrides.items() if value is not None}
    return load_settings(**{**settings.model_dump(exclude_unset=True), **given}) if given else settings


def main() -> None:
    """The console script. Ctrl-C and SIGTERM end with 130.

    A RubricatorError is one line on standard error, and so is a failure of the system to use a file that it names,
    such as one below a data directory that is full or belongs to somebody else.
    """
    try:
        with interruptible():
            app(prog_name="rubricator")
    except RubricatorError as error:
        hint = getattr(error, "hint", None)
        print(f"rubricator: {error}", *([hint] if hint else []), file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is None:  # nothing that a user could put right
            raise
        print(f"rubricator: {_file_error(error)}", file=sys.stderr)
        sys.exit(StoreUnavailable.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            print("rubricator: Interrupted. What was written stays; run the command again to go on.", file=sys.stderr)
        raise


def _file_error(error: OSError) -> str:
    return f"{os.fsdecode(error.filename)} cannot be used ({error.strerror}): correct its path or its permissions."
