"""Refuses, before it is parsed, what nests or chains so deeply that Oxigraph's stack would end the process.

Readers may die of a query, the writer may not. Its threads have 8 MiB of stack, which 820 nested EXISTS, 1,000 nested
calls, 2,000 patterns in one group or 16,000 nested triple terms use up.
"""

import re
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

from rubricator.store.errors import QueryTooDeep

DEEPEST = 200
LONGEST_CHAIN = 1000

_SKIPPED = r"""
    \"\"\" (?: [^"\\] | \\. | "(?!"") )*+ \"\"\" | ''' (?: [^'\\] | \\. | '(?!'') )*+ '''
  | " (?: [^"\\\r\n] | \\. )*+ " | ' (?: [^'\\\r\n] | \\. )*+ '
  | \#[^\r\n]*
"""
_IRI = r"""(?P<iri> < [^<>"{}|^`\\\x00-\x20]*+ > )"""
_BRACKETS = re.compile(
    rf"{_SKIPPED} | {_IRI} | (?P<open> <<\(? | [{{(\[] ) | (?P<close> \)?>> | [}})\]] )", re.VERBOSE | re.DOTALL
)
_PARTS = re.compile(
    rf"{_SKIPPED} | {_IRI} | (?P<word> [\w:?$@][\w:.%\-]*+ ) | (?P<open> [{{(\[] ) | (?P<close> [}})\]] )"
    r" | (?P<joint> \|\| | && | [.;,|+*/!^=<>\-] )",
    re.VERBOSE | re.DOTALL,
)
_TERMS = re.compile(rf"{_SKIPPED} | {_IRI} | (?P<open> << ) | (?P<close> >> )".encode(), re.VERBOSE | re.DOTALL)
_OPENINGS = re.compile(r"[{(\[]|<<")
_WHERE = re.compile(r"\bwhere(?=(?:\s|#[^\r\n]*)*+\{)", re.IGNORECASE)
_JOINTS = {"UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "EXISTS"}


def refuse_deep_update(text: str) -> None:
    """Raise QueryTooDeep for an update that must not be parsed. Data and templates may be of any length."""
    _refuse_nest(text)
    if "where" not in text.lower():  # sooner told than by the pattern, of data of many lines
        return
    for where in _WHERE.finditer(text):
        _refuse_chain(text, where.end())


def refuse_deep_query(text: str) -> None:
    """Raise QueryTooDeep for a query that must not be parsed."""
    _refuse_nest(text)
    _refuse_chain(text, 0)


def refuse_deep_data(content: bytes | Path) -> None:
    """Raise QueryTooDeep for RDF whose triple terms lie too deeply within one another. All else may."""
    if isinstance(content, bytes):
        _refuse_nested_terms(content)
    elif content.stat().st_size:
        with content.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
            _refuse_nested_terms(mapped)


def _refuse_nested_terms(data: bytes | mmap) -> None:
    if data.find(b"<<") < 0:
        return
    depth = 0
    for found in _TERMS.finditer(data):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth > DEEPEST:
            raise QueryTooDeep(f"More than {DEEPEST} triple terms lie within one another: nest less deeply.")


def _refuse_nest(text: str) -> None:
    if next(islice(_OPENINGS.finditer(text), DEEPEST, None), None) is None:
        return
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        if depth + (found["iri"] or "").count("(") > DEEPEST:  # "<" may have been an operator
            raise QueryTooDeep(f"More than {DEEPEST} brackets lie within one another: nest less deeply.")


def _refuse_chain(text: str, start: int) -> None:
    """Look at the groups from ``start`` on, until the first one is closed."""
    chains = list[int]()
    for found in _PARTS.finditer(text, start):
        if found["open"]:
            chains.append(0)
        elif found["close"] and chains:
            inner = chains.pop()
            if not chains:
                return
            chains[-1] += {"}": 1, "]": inner, ")": 0}[found[0]]
        elif chains and (found["joint"] or (found["word"] or "").upper() in _JOINTS):
            chains[-1] += 1
            if sum(chains) > LONGEST_CHAIN:
                raise QueryTooDeep(
                    f"More than {LONGEST_CHAIN:,} patterns or operators follow one another: use VALUES or IN, or "
                    "several requests."
                )
