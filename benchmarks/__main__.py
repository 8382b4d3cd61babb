"""Runs all measurements, or those named, prints the table, and writes RESULTS.md when all were taken."""

import sys
from importlib import import_module

from benchmarks.measure import HEADER, ROOT, Measurement, report

SUBJECTS = (
    "startup",
    "mapping",
    "harvesting",
    "memory",
    "writing",
    "ledger",
    "dumping",
    "backends",
    "looking",
    "scaling",
    "graphics",
    "reclassifying",
    "enriching",
    "serving",
    "hostile",
)


def main() -> None:
    wanted = sys.argv[1:] or list(SUBJECTS)
    if unknown := set(wanted) - set(SUBJECTS):
        sys.exit(f"Unknown: {', '.join(sorted(unknown))}. Choose from {', '.join(SUBJECTS)}.")
    taken: list[Measurement] = []
    for subject in wanted:
        print(f"Measuring {subject} …", file=sys.stderr, flush=True)
        taken += import_module(f"benchmarks.{subject}").measure()
    print(HEADER, *(measurement.row for measurement in taken), sep="\n")
    if wanted == list(SUBJECTS):
        (ROOT / "benchmarks" / "RESULTS.md").write_text(report(taken))


if __name__ == "__main__":
    main()
