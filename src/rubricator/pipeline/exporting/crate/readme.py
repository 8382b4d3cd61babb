"""What is in a crate, for people."""

from collections.abc import Sequence
from datetime import datetime

from rubricator.enrichment.account import Fact
from rubricator.pipeline.exporting.crate.files import CrateFile
from rubricator.pipeline.exporting.crate.metadata import Described


def readme(described: Described, facts: Sequence[Fact], files: Sequence[CrateFile], measured: bool) -> str:
    """Markdown."""
    lines = [f"# {described.name}", "", described.description, "", f"Run: <{described.run}>", ""]
    lines += ["| file | what | bytes | sha-256 |", "|---|---|---|---|"]
    lines += [f"| `{one.name}` | {one.title}. {one.description} | {one.size:,} | `{one.sha256}` |" for one in files]
    if not measured:
        lines += ["", "There is no evaluation in here: the ledger knows none of this model or head."]
    lines += ["", "## The run", "", "| what | value |", "|---|---|"]
    lines += [f"| {fact.name} | {_cell(fact.value)} |" for fact in facts]
    lines += [
        "",
        "`claims.csv` has what was published at the time of this export: what was retracted, superseded, rejected or "
        "replaced since the run is in `run.nq.gz` only, with the reasons. What the metadata names no other "
        "licence for is dedicated to the public domain (CC0 1.0).",
    ]
    return "\n".join(lines) + "\n"


def _cell(value: str | datetime) -> str:
    text = value if isinstance(value, str) else value.isoformat(timespec="seconds")
    return text.replace("|", "\\|").replace("\n", " ")
