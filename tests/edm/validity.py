"""What holds of every input, valid quads or a refusal with a code; and how long to look for one where it does not."""

import re

from hypothesis import HealthCheck, settings
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from rubricator.edm import RecordRejected, map_record
from rubricator.harvest import SourceRecord
from rubricator.harvest.archive import Found
from rubricator.harvest.edmfile import records_of
from rubricator.iris import Iris

BOUNDED = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
IRIS = Iris("http://rubricator.test")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def check(record: SourceRecord) -> None:
    """Fails unless the record maps to what strict parsers and answers in XML take, or is refused with a code."""
    try:
        mapped = map_record(record, IRIS)
    except RecordRejected as refusal:
        if not re.fullmatch("[a-z]+(-[a-z]+)*", refusal.code):
            raise
        return
    for triples in (mapped.triples, mapped.statements):
        for syntax in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
            written = serialize(triples, format=syntax) or b""
            assert set(triples) == {quad.triple for quad in parse(written, syntax)}
        for triple in triples:
            assert isinstance(triple.subject, NamedNode)
            assert isinstance(triple.object, NamedNode | Literal)
            assert not _FORBIDDEN.search(triple.object.value)
            assert not isinstance(triple.object, Literal) or triple.object.direction is None
    for repair in mapped.repairs:
        (repair.raw + repair.now).encode()


def check_file(content: bytes) -> None:
    """The same for every record of a file."""
    for entry in records_of(Found("x", "", content), "shelf"):
        if isinstance(entry, SourceRecord):
            check(entry)
