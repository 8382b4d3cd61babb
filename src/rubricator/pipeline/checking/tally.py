"""Adds up what a check found, in memory that grows with the shapes and the data sets only."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rubricator.edm.validate import Finding
from rubricator.pipeline.checking.check import Checked

EXAMPLES = 5
SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Kind:
    """Findings that one shape makes in one way."""

    severity: str
    shape: str
    path: str


@dataclass(slots=True)
class Kept:
    """What is kept of one kind: how many findings, in how many records or pictures' items, and the first few."""

    message: str
    findings: int = 0
    items: int = 0
    examples: list[tuple[str, Finding]] = field(default_factory=list)


@dataclass(slots=True)
class Sum:
    """How many records, how many that have nothing wrong, and how many that have a finding of each severity."""

    records: int = 0
    conforming: int = 0
    severities: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """All that a check found: ``kinds`` of findings, and sums over all records and for each data set."""

    records: Sum = field(default_factory=Sum)
    datasets: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    findings: Counter[str] = field(default_factory=Counter)
    kinds: dict[Kind, Kept] = field(default_factory=dict)

    def add(self, checked: Checked) -> None:
        if checked.datasets:
            severities = {finding.severity for finding in checked.findings}
            for total in (self.records, *(self.datasets[name] for name in checked.datasets)):
                total.records += 1
                total.conforming += not severities
                total.severities.update(severities)
        met = set()
        for finding in checked.findings:
            self.findings[finding.severity] += 1
            kind = Kind(finding.severity, finding.shape, finding.path)
            kept = self.kinds.setdefault(kind, Kept(finding.message))
            kept.findings += 1
            if kind not in met:
                kept.items += 1
                met.add(kind)
                if len(kept.examples) < EXAMPLES:
                    kept.examples.append((checked.item, finding))

    @property
    def ranked(self) -> list[tuple[Kind, Kept]]:
        """The gravest first, then the most frequent."""

        def rank(entry: tuple[Kind, Kept]) -> tuple[int, int, str, str]:
            kind, kept = entry
            return SEVERITIES.index(kind.severity), -kept.findings, kind.shape, kind.path

        return sorted(self.kinds.items(), key=rank)
