"""What holds of every input, valid quads or a refusal with a code; and how long to look for one where it does not."""

import re
from collections.abc import Iterator, Sequence

from hypothesis import HealthCheck, settings
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from rubricator.edm import RecordRejected, map_record
from rubricator.harvest import SourceRecord
from rubricator.harvest.archive import Found
from rubricator.harvest.edmfile import records_of
from rubricator.iris import Iris

BOUNDED = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
IRIS = Iris("http://rubricator.test")
_CODE = re.compile("[a-z]+(-[a-z]+)*")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def flaws(record: SourceRecord) -> list[str]:
    """What strict parsers, or answers in XML, would not take of what the record maps to; none of a coded refusal."""
    try:
        mapped = map_record(record, IRIS)
    except RecordRejected as refusal:
        return [] if _CODE.fullmatch(refusal.code) else [f"refused with {refusal.code!r}"]
    found = [f"in {syntax}" for triples in (mapped.triples, mapped.statements) for syntax in _changed(triples)]
    found += [
        f"{triple}" for triples in (mapped.triples, mapped.statements) for triple in triples if not _sound(triple)
    ]
    return found + [repair.now for repair in mapped.repairs if not _encodable(repair.raw + repair.now)]


def flaws_of_file(content: bytes) -> list[str]:
    """The same of every record of a file."""
    entries = records_of(Found("x", "", content), "shelf")
    return [flaw for entry in entries if isinstance(entry, SourceRecord) for flaw in flaws(entry)]


def _changed(triples: Sequence[Triple]) -> Iterator[RdfFormat]:
    """The syntaxes in which they do not come back as they were."""
    for syntax in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
        written = serialize(triples, format=syntax) or b""
        if set(triples) != {quad.triple for quad in parse(written, syntax)}:
            yield syntax


def _sound(triple: Triple) -> bool:
    value = triple.object
    return (
        isinstance(triple.subject, NamedNode)
        and isinstance(value, NamedNode | Literal)
        and not _FORBIDDEN.search(value.value)
        and not (isinstance(value, Literal) and value.direction)
    )


def _encodable(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()
