"""SSSOM TSV, the table form of the equivalences (https://mapping-commons.github.io/sssom/), as far as ours goes."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rubricator.vocabulary.errors import VocabularyError

_CURIE_MAP = re.compile(r"#\s{2,}(\w+): (\S+)")
_COLUMNS = {"subject_id", "predicate_modifier", "predicate_id", "object_id"}


@dataclass(frozen=True, slots=True, order=True)
class Mapping:
    """One row, with CURIEs expanded. ``negated`` (predicate_modifier Not) says that the equivalence does not hold."""

    subject: str
    predicate: str
    object: str
    negated: bool = False


def read_sssom(path: Path) -> list[Mapping]:
    """Read a mapping file in the order of its rows. Raises VocabularyError for one that is no SSSOM TSV."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"{path} cannot be read: {error}.") from error
    prefixes = _prefixes(line for line in lines if line.startswith("#"))
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    if missing := _COLUMNS - set(rows.fieldnames or ()):
        raise VocabularyError(f"{path} is no SSSOM table: it has no column {', '.join(sorted(missing))}.")
    try:
        return [
            Mapping(
                _expand(row["subject_id"], prefixes),
                _expand(row["predicate_id"], prefixes),
                _expand(row["object_id"], prefixes),
                row["predicate_modifier"] == "Not",
            )
            for row in rows
        ]
    except KeyError as error:
        raise VocabularyError(f"{path} uses the prefix {error} without a line for it in its curie_map.") from error


def _prefixes(header: Iterable[str]) -> dict[str, str]:
    """The curie_map, whose entries are the only indented lines of a header."""
    entries = (_CURIE_MAP.fullmatch(line) for line in header)
    return {entry[1]: entry[2] for entry in entries if entry}


def _expand(curie: str, prefixes: dict[str, str]) -> str:
    prefix, _, name = curie.partition(":")
    return prefixes[prefix] + name
