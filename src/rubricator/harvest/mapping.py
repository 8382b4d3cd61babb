"""How the columns of a table correspond to EDM: read from a TOML file, checked, and identified by its hash."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from rubricator.errors import UsageError
from rubricator.harvest.terms import nearest_term
from rubricator.rdf import PREFIXES
from rubricator.resources import resource

_PLACEHOLDER = re.compile(r"\{([^{}]*?)(:words)?\}")
NOT_EVALUATED = "http://rightsstatements.org/vocab/CNE/1.0/"
"""The rights statement where none is given: copyright not evaluated."""
EDM_TYPES = ("TEXT", "VIDEO", "SOUND", "IMAGE", "3D")
_TEXTS = ("dataset", "identifier", "item", "shown_at", "type", "language", "rights", "provider", "data_provider")
_FLAT = (*_TEXTS, "separator", "delimiter")
_TABLES = {"header": bool, "names": list, "picture": dict, "columns": dict, "constants": dict}


class MappingError(UsageError):
    """A mapping file is wrong."""

    title = "Wrong mapping"
    slug = "wrong-mapping"


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What becomes of one column: each of its values is stated with ``property`` (an IRI)."""

    property: str
    language: str = ""
    separator: str = ""
    iri: bool = False


@dataclass(frozen=True, slots=True)
class PictureRule:
    """Where the pictures are: addresses after ``prefix``, else files in ``folder``, relative to the table.

    A path in the table may not leave ``root``, also relative to the table: who sends a table must not be able to
    publish other files of this machine.
    """

    column: str
    prefix: str = ""
    folder: str = "."
    root: str = "."


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one kind of table corresponds to EDM.

    Texts with ``{column}`` in them are templates; one that needs an empty cell has no value. ``identifier`` names the
    record within the dataset, ``item`` gives the IRI of items that have one already. ``names`` are the columns of a
    table without header. Without ``delimiter``, the table's first row tells it.
    """

    dataset: str
    identifier: str
    columns: Mapping[str, ColumnRule]
    constants: tuple[tuple[str, ColumnRule], ...] = ()
    item: str = ""
    shown_at: str = ""
    type: str = "IMAGE"
    language: str = ""
    rights: str = NOT_EVALUATED
    provider: str = ""
    data_provider: str = ""
    separator: str = ""
    delimiter: str = ""
    names: tuple[str, ...] = ()
    picture: PictureRule | None = None
    sha256: str = field(default="", compare=False)


def placeholders(template: str) -> set[str]:
    """The columns that a template needs."""
    return {column for column, _ in _PLACEHOLDER.findall(template)}


def is_address(text: str) -> bool:
    """Whether a text can be the IRI of a rights statement."""
    return re.match(r"https?://[^/\s]", text) is not None


def fill(template: str, row: Mapping[str, str]) -> str:
    """The template with its places filled, or an empty text if one of the cells it needs is empty.

    ``{column}`` is the cell as it is; ``{column:words}`` reads it as a file name: ``views/old_harbour-1873.jpg`` is
    ``old harbour 1873``.
    """
    values = [
        _words(row.get(column, "")) if words else row.get(column, "").strip()
        for column, words in _PLACEHOLDER.findall(template)
    ]
    return _PLACEHOLDER.sub(lambda _: values.pop(0), template) if all(values) else ""


def _words(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", PurePosixPath(name).stem).strip()


def load_mapping(name: str | Path) -> TableMapping:
    """The mapping in a TOML file, or a shipped one by its bare name (``pilot``). Raises MappingError."""
    shipped = resource("mappings", f"{name}.toml")
    path = shipped if re.fullmatch(r"[\w-]+", str(name)) and shipped.exists() else Path(name)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(path.stem for path in resource("mappings").glob("*.toml")))
        raise MappingError(
            f"The mapping {str(name)!r} cannot be read; name a TOML file or a mapping that is shipped: {known}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {str(name)!r} is not TOML: {error}.") from error
    return table_mapping(table)


def table_mapping(table: Mapping[str, Any]) -> TableMapping:
    """The mapping that a TOML table describes. Raises MappingError naming the first key that is wrong."""
    for key, value in table.items():
        if not isinstance(value, _TABLES.get(key, str)) or key not in (*_FLAT, *_TABLES):
            raise MappingError(f"The mapping's key {key!r} is unknown or has a value of the wrong kind.")
    for key in ("dataset", "identifier", "columns"):
        if not table.get(key):
            raise MappingError(f"The mapping lacks {key!r}; add it.")
    if table.get("type", "IMAGE") not in EDM_TYPES:
        raise MappingError(f"The mapping's type must be one of {', '.join(EDM_TYPES)}.")
    rights = table.get("rights", NOT_EVALUATED)
    if not placeholders(rights) and not is_address(rights):
        raise MappingError(f"The mapping's rights {rights!r} are no address; name one such as {NOT_EVALUATED}.")
    if len(table.get("delimiter", ",")) != 1:
        raise MappingError("The mapping's delimiter must be one character.")
    if table.get("header", True) == bool(table.get("names")):
        raise MappingError("Give the mapping 'names' for the columns if, and only if, it says header = false.")
    columns, constants = table["columns"], table.get("constants", {})
    return TableMapping(
        columns={column: _rule(rule, table) for column, rule in columns.items()},
        constants=tuple(
            (value, _rule({"property": name}, table))
            for name, values in constants.items()
            for value in (values if isinstance(values, list) else [values])
        ),
        names=tuple(table.get("names", ())),
        picture=_picture(table.get("picture")),
        sha256=hashlib.sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest(),
        **{key: table[key] for key in _FLAT if key in table},
    )


def _rule(rule: object, table: Mapping[str, Any]) -> ColumnRule:
    given: dict[str, Any] = rule if isinstance(rule, dict) else {"property": rule}
    known = {"property": str, "language": str, "separator": str, "iri": bool}
    if "property" not in given or not all(isinstance(value, known.get(key, ())) for key, value in given.items()):
        raise MappingError(f"The mapping's rule {rule!r} must be a property or a table with 'property' in it.")
    return ColumnRule(
        _property(given["property"]),
        given.get("language", table.get("language", "")),
        given.get("separator", table.get("separator", "")),
        given.get("iri", False),
    )


def _property(name: str) -> str:
    prefix, _, local = name.partition(":")
    if local.startswith("//"):
        return _existing(name, name)
    if prefix not in PREFIXES or not re.fullmatch(r"\w+", local):
        raise MappingError(
            f"The mapping's property {name!r} is not of the form dc:title; known: {', '.join(PREFIXES)}."
        )
    return _existing(name, PREFIXES[prefix] + local)


def _existing(name: str, iri: str) -> str:
    if meant := nearest_term(iri):
        raise MappingError(f"There is no property {name!r}, which the mapping names; the nearest is {meant}.")
    return iri


def _picture(table: Mapping[str, Any] | None) -> PictureRule | None:
    if table is None:
        return None
    if "column" not in table or not set(table) <= {"column", "prefix", "folder", "root"}:
        raise MappingError("The mapping's [picture] has 'column' and, if needed, 'prefix', or 'folder' and 'root'.")
    return PictureRule(**table)
