"""What a harvest came to, in figures: of a page, of a harvest so far, and in the sentence that ends a command."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """How many records met each end; refusals, disappearances, repairs and pictures that failed by reason code.

    ``changed`` includes records that came back after they were gone; ``unchanged`` those that were gone already;
    ``repeated`` are further mentions of a record at the same address.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    pictures: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Everything that was met; repairs and pictures belong to records that are counted already."""
        met = self.new + self.changed + self.unchanged + self.repeated
        return met + self.rejected.total() + self.gone.total()

    def add(self, more: "Counts") -> None:
        self.new += more.new
        self.changed += more.changed
        self.unchanged += more.unchanged
        self.repeated += more.repeated
        self.rejected += more.rejected
        self.gone += more.gone
        self.repaired += more.repaired
        self.pictures += more.pictures


@dataclass(slots=True)
class HarvestSummary(Counts):
    """What a harvest came to, what was done before an interruption included.

    ``harvest`` is its ulid. ``since`` is up to when, by the source's clock, earlier harvests had brought everything,
    where this one asked for changes only. ``undecided`` are records that an earlier harvest met and this one did not,
    of which the source does not say that they are gone: they stay.
    """

    harvest: str = ""
    resumed: bool = False
    undecided: int = 0
    since: str = ""

    @property
    def sentence(self) -> str:
        """One sentence, or a few, for the end of a command."""
        if not self.total and self.since:
            return f"Nothing has changed since {self.since}."
        if not self.total:
            return "Nothing to harvest was found there."
        text = f"{'Resumed and harvested' if self.resumed else 'Harvested'} {self.total} records: {self.new} new, "
        text += f"{self.changed} changed, {self.unchanged} unchanged, "
        text += f"{self.rejected.total()} refused{by_code(self.rejected)}"
        text += f", {self.gone.total()} gone{by_code(self.gone)}" if self.gone else ""
        text += f", {self.repeated} listed twice." if self.repeated else "."
        if self.undecided:
            text += (
                f" {self.undecided} that were there before were not met, but may be behind what was refused: they stay."
            )
        if self.pictures:
            text += f" {self.pictures.total()} pictures could not be used{by_code(self.pictures)}."
        if self.rejected or self.pictures:
            text += " `rubricator harvest report` says more."
        return text


def by_code(counts: Counter[str]) -> str:
    """The codes with how many, the most frequent first, in brackets; nothing where there are none."""
    return f" ({', '.join(f'{code} {count}' for code, count in counts.most_common())})" if counts else ""
