"""Shows what a check found on one HTML page that needs nothing else: no script, no picture, no other file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rubricator.edm.validate import Finding, remedies, shapes_file
from rubricator.pipeline.checking.tally import SEVERITIES, Kept, Tally
from rubricator.wholefile import whole_file

TEMPLATE = Path(__file__).with_name("page.html")
DATASETS_SHOWN = 200
LONGEST = 160
OURS = "Rubricator writes this itself: bring the store back from a backup, or retract the run and repeat it."


@dataclass(frozen=True, slots=True)
class Example:
    """An item with a finding; ``detail`` is the value that is wrong, or the node of the item that it is wrong with."""

    item: str
    detail: str

    @property
    def link(self) -> bool:
        """Whether a browser may follow it: an item's IRI is what its provider says."""
        return self.item.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of finding as the page shows it; ``share`` is its part of the most frequent kind, in percent."""

    severity: str
    message: str
    remedy: str
    findings: int
    items: int
    share: float
    examples: tuple[Example, ...]


def write_page(output: Path, tally: Tally, base: str, moment: datetime) -> None:
    """Write the page; ``base`` names the store that was checked. Raises UsageError if there can be no such file."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    datasets = sorted(tally.datasets.items(), key=lambda entry: (entry[1].conforming - entry[1].records, entry[0]))
    page = environment.from_string(TEMPLATE.read_text("utf-8")).render(
        base=base,
        moment=moment.astimezone(UTC),
        tally=tally,
        severities=SEVERITIES,
        lines=list(_lines(tally)),
        datasets=datasets[:DATASETS_SHOWN],
        further=len(datasets[DATASETS_SHOWN:]),
        number=lambda value: f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
    )
    with whole_file(output) as file:
        file.write(page.encode("utf-8", "replace"))


def _lines(tally: Tally) -> Iterator[Line]:
    said = remedies(shapes_file("edm"))
    most = max((kept.findings for kept in tally.kinds.values()), default=1)
    for kind, kept in tally.ranked:
        share = max(1.0, 100 * kept.findings / most)
        remedy = said.get(kind.shape, OURS)
        examples = tuple(_examples(kept))
        yield Line(kind.severity, kept.message, remedy, kept.findings, kept.items, share, examples)


def _examples(kept: Kept) -> Iterator[Example]:
    for item, finding in kept.examples:
        yield Example(item or finding.focus, _detail(item, finding))


def _detail(item: str, finding: Finding) -> str:
    detail = finding.value or ("" if finding.focus == item or not item else finding.focus)
    return detail if len(detail) <= LONGEST else f"{detail[:LONGEST]}…"
