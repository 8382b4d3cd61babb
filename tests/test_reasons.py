"""Holds the code, the table of reason codes and docs/reasons.md together.

``python tests/test_reasons.py`` writes the page anew.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricator.images import CODES as IMAGE_CODES
from rubricator.reasons import KINDS, REASONS
from rubricator.transfer.errors import CODES as TRANSFER_CODES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reasons.md"
ROOMS = ("edm", "engine", "enrichment", "harvest", "images", "pipeline")

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FIRST = {
    "ImageError",
    "NoRecord",
    "NotOai",
    "NotSplit",
    "RecordRejected",
    "Repair",
    "SourceError",
    "StatusError",
    "note",
}
FOURTH = {"Gone", "Rejection"}
NO_REASONS = {
    *("iso8859-1", "latin-1", "utf-16", "utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"),
    *("utf-7", "utf-8", "utf-8-sig"),
    *("as-of", "europeana-aggregation", "europeana-proxy", "per-concept", "rev-parse", "ro-crate", "rubricator-lite"),
}
"""Words with a hyphen in these rooms that are something else: encodings, parts of names, options."""

INTRODUCTIONS = {
    "refused": (
        "Refused records",
        "The record is not in the store. Its bytes are kept as they came, under `data/raw/`. Once the source is put "
        "right and harvested again, the refusal no longer counts.",
    ),
    "source": (
        "Sources that failed",
        "Where one record could not be had, it is refused with this code and the harvest goes on. Where the list "
        "itself could not be read, the command ends with exit code 5; run again, it goes on at the last page that was "
        "complete.",
    ),
    "gone": (
        "Records that are gone",
        "The record stays in the store, marked as gone; its enrichments and their history stay too.",
    ),
    "picture": (
        "Pictures",
        "The record stays. What failed during a harvest is in its report; what failed in a run is in "
        "`rubricator runs show RUN`, and `rubricator enrich --retry-failed` tries again.",
    ),
    "rights": ("Rights", "The picture was not fetched, because nothing says that it may be."),
    "repaired": (
        "Repairs",
        "The record is in the store, with a change. The raw value is kept beside it, and the bytes as they came.",
    ),
    "unsent": (
        "Records that EDM external leaves out",
        "Europeana's validation would refuse the record. `rubricator export --format edm` counts these; the claims are "
        "in every other format.",
    ),
    "claim": (
        "Claims of others that were not taken in",
        "`rubricator import annotations` takes the rest of the file, and `rubricator import list` tells the numbers.",
    ),
}


def page() -> str:
    """What docs/reasons.md has to say."""
    lines = [
        "# Reason codes",
        "",
        "Nothing is dropped or changed silently: each code below says why something is not in the store, or not as it",
        "came. `rubricator harvest report` counts them, and with `--code CODE` lists every case.",
    ]
    for kind in KINDS:
        heading, introduction = INTRODUCTIONS[kind]
        lines += ["", f"## {heading}", "", introduction, "", "| code | meaning | what to do |", "|---|---|---|"]
        rows = sorted((reason for reason in REASONS.values() if reason.kind == kind), key=lambda reason: reason.code)
        lines += [f"| `{reason.code}` | {reason.meaning} | {reason.remedy} |" for reason in rows]
    return "\n".join(lines) + "\n"


def trees() -> Iterator[ast.Module]:
    for room in ROOMS:
        for file in sorted((ROOT / "src" / "rubricator" / room).rglob("*.py")):
            yield ast.parse(file.read_text("utf-8"))


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text in some code that could be a code, but for the names of errors in answers over HTTP."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    slugs = [node.value for node in assigned if getattr(node.targets[0], "id", "") == "slug"]
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and node not in slugs else None
        if isinstance(text, str) and CODE.fullmatch(text):
            yield text


def given(tree: ast.Module) -> Iterator[str]:
    """The codes that are written where a reason is given."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            places = call.args[:1] if name in FIRST else call.args[3:4] if name in FOURTH else []
            places += [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            for place in places:
                if isinstance(place, ast.Constant | ast.IfExp):
                    yield from texts(place)


def words() -> set[str]:
    return {text for tree in trees() for text in texts(tree)}


def test_every_code_that_is_given_has_a_row() -> None:
    hyphenated = {word for word in words() if "-" in word} - NO_REASONS - TRANSFER_CODES

    assert set() == (hyphenated | {code for tree in trees() for code in given(tree)}) - REASONS.keys()


def test_every_code_that_an_image_or_a_transfer_can_end_with_has_a_row() -> None:
    transfers = {f"{prefix}-{code}" for code in TRANSFER_CODES for prefix in ("image", "source")}

    assert set() == (transfers | IMAGE_CODES) - REASONS.keys()


def test_every_row_is_a_code_that_something_gives() -> None:
    transfers = {f"{prefix}-{code}" for code in TRANSFER_CODES for prefix in ("image", "source")}

    assert set() == REASONS.keys() - words() - transfers


def test_every_word_that_is_no_reason_is_there() -> None:
    assert set() == NO_REASONS - words()


@pytest.mark.parametrize("code", REASONS)
def test_a_reason_is_told_in_two_sentences_that_fit_a_table(code: str) -> None:
    reason = REASONS[code]

    assert CODE.fullmatch(code)
    assert reason.kind in KINDS
    for sentence in (reason.meaning, reason.remedy):
        assert sentence.endswith(".")
        assert "|" not in sentence
        assert "\n" not in sentence


def test_the_page_shows_the_table() -> None:
    assert page() == PAGE.read_text("utf-8"), "run python tests/test_reasons.py to write docs/reasons.md anew"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
