"""Takes what a check finds, as it comes, into the reports that were asked for, and adds it up."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from rubricator.errors import UsageError
from rubricator.pipeline.checking.check import Checked
from rubricator.pipeline.checking.page import write_page
from rubricator.pipeline.checking.tally import Tally
from rubricator.pipeline.checking.validationreport import FORMATS, validation_report
from rubricator.rdf import now

PAGE = ".html"


def refuse_unknown(outputs: Sequence[Path]) -> None:
    """Raises UsageError for a file whose suffix names no report."""
    for output in outputs:
        if output.suffix not in (PAGE, *FORMATS):
            known = ", ".join((PAGE, *FORMATS))
            raise UsageError(f"{output} has no suffix that names a report; choose one of {known}.")


def report(checks: Iterable[Checked], outputs: Sequence[Path], base: str) -> Tally:
    """Run the checks to their end and write every report, each whole or not at all.

    Raises UsageError where a report cannot be written.
    """
    refuse_unknown(outputs)
    tally, moment = Tally(), now()
    with ExitStack() as stack:
        graphs = [output for output in outputs if output.suffix in FORMATS]
        writers = [stack.enter_context(validation_report(output, moment)) for output in graphs]
        for checked in checks:
            tally.add(checked)
            for add in writers:
                add(checked.findings)
    for output in outputs:
        if output.suffix == PAGE:
            write_page(output, tally, base, moment)
    return tally
