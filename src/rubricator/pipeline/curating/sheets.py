"""Reviews as sheets: what a team fills in with a spreadsheet (CSV) or a program (JSON lines), and what comes back.

Rows whose ``decision`` is empty say nothing, so that a sheet can come back half done, and twice.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from rubricator.enrichment.naming import annotation_iri
from rubricator.enrichment.reviews import Decision, Role
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.pipeline.curating.reviewable import Reviewable, status
from rubricator.pipeline.curating.reviewing import Verdict
from rubricator.vocabulary import Vocabulary
from rubricator.vocabulary.names import ConceptNames

JSON_LINES = (".jsonl", ".ndjson")
REQUIRED = ("annotation", "decision")
WORDS = {
    "accept": Decision.accepted,
    "accepted": Decision.accepted,
    "reject": Decision.rejected,
    "rejected": Decision.rejected,
    "replace": Decision.replaced,
    "replaced": Decision.replaced,
    "discuss": Decision.needs_discussion,
    "needsdiscussion": Decision.needs_discussion,
}
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One claim in a sheet: what is known of it, then three columns to fill in."""

    annotation: str
    item: str
    title: str
    image: str
    concept: str
    label: str
    confidence: str
    status: str
    by: str
    role: str
    when: str
    decision: str = ""
    replacement: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose decisions a sheet brings: a pseudonym, and the role in which they are made."""

    reviewer: str
    role: Role


def line(one: Reviewable, vocabulary: Vocabulary, language: str = "en") -> Line:
    """What a sheet says of a claim. A concept that the vocabulary no longer has is named by its IRI."""
    claim, judgement = one.standing.claim, one.standing.judgement
    concept = next((concept for concept in vocabulary.concepts if concept.body == claim.body), None)
    return Line(
        claim.annotation.value,
        claim.item.value,
        one.title,
        one.image.value,
        concept.slug if concept else claim.body.value,
        concept.label(language) if concept else "",
        claim.confidence.value,
        status(one.standing),
        judgement.reviewer.value.rpartition("/")[2] if judgement else "",
        str(judgement.role) if judgement else "",
        judgement.moment.isoformat(timespec="seconds") if judgement else "",
    )


def write_sheet(lines: Iterable[Line], output: IO[bytes], json_lines: bool) -> int:
    """Write CSV (RFC 4180, with a byte order mark, without which spreadsheets garble it) or JSON lines."""
    count = 0
    text = io.TextIOWrapper(output, encoding="utf-8" if json_lines else "utf-8-sig", newline="", write_through=True)
    writer = csv.DictWriter(text, fieldnames=list(Line.__dataclass_fields__))
    if not json_lines:
        writer.writeheader()
    for one in lines:
        if json_lines:
            text.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
        else:
            writer.writerow(asdict(one))
        count += 1
    text.detach()
    return count


def read_sheet(file: Path, signature: Signature, vocabulary: Vocabulary, iris: Iris) -> list[Verdict]:
    """The decisions of a sheet. Raises UsageError that names the first wrong lines; then none may be used."""
    names = ConceptNames(vocabulary.concepts)
    verdicts, wrong = [], []
    for number, row in _rows(file):
        if not row.get("decision"):
            continue
        try:
            verdicts.append(_verdict(row, signature, names, vocabulary, iris))
        except UsageError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        more = f" And {len(wrong) - _NAMED} lines more." if len(wrong) > _NAMED else ""
        raise UsageError(f"{file} was not taken in. {' '.join(wrong[:_NAMED])}{more}")
    return verdicts


def _verdict(
    row: Mapping[str, str], signature: Signature, names: ConceptNames, vocabulary: Vocabulary, iris: Iris
) -> Verdict:
    decision = WORDS.get(row["decision"].replace(" ", "").casefold())
    if decision is None:
        raise UsageError(f"{row['decision']!r} is no decision; write accept, reject, replace or discuss.")
    named = row.get("replacement", "")
    if bool(named) is not (decision is Decision.replaced):
        raise UsageError("fill in the column replacement where the decision is replace, and nowhere else.")
    replacement = vocabulary.by_slug(_slug(named, names)) if named else None
    claim = annotation_iri(row.get("annotation", ""), iris)
    return Verdict(claim, decision, signature.reviewer, signature.role, row.get("note", ""), replacement)


def _slug(named: str, names: ConceptNames) -> str:
    try:
        return names.concept(named)
    except UsageError as error:
        raise UsageError(f"{error} Reject the claim if no concept fits.") from error


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and columns, stripped; columns that a sheet does not need may be missing or more."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"Cannot read {file}: {error.strerror}; name a sheet of `rubricator review export`."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not in UTF-8; save it as CSV in UTF-8.") from error
    rows = _json_rows(file, text) if file.suffix in JSON_LINES else _csv_rows(file, text)
    for number, row in rows:
        yield number, {str(name): str(value or "").strip() for name, value in row.items() if name}


def _csv_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = text.partition("\n")[0]
    # Spreadsheets write what their country separates by; none of these stands in our column names.
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(f"{file} lacks the column {missing[0]}; start from a sheet of `rubricator review export`.")
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise UsageError(
            f"{file}, line {reader.line_num}: this is no CSV ({error}); export the sheet again."
        ) from error


def _json_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    for number, one in enumerate(text.split("\n"), 1):
        if not one.strip():
            continue
        try:
            row = json.loads(one)
        except ValueError as error:
            raise UsageError(f"{file}, line {number}: this is no JSON; write one object a line.") from error
        if not isinstance(row, dict) or "annotation" not in row:
            raise UsageError(f"{file}, line {number}: write an object with annotation and decision.")
        yield number, row
