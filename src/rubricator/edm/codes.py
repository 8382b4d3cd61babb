"""Codes are plain texts: the language that XML says of everything around them, or a datatype, is none of theirs."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.edm.clean import Notes
from rubricator.rdf import EDM

EUROPEANA_PROXY = EDM["europeanaProxy"]
_EBUCORE = "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#"
_WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_FILE_NAMES = """hasMimeType fileByteSize width height orientation duration bitRate frameRate sampleRate sampleSize
    audioChannelNumber"""
_EDM_NAMES = "type ugc completeness componentColor hasColorSpace codecName spatialResolution pointCount polygonCount"
_NAMES = (*(_EBUCORE + name for name in _FILE_NAMES.split()), *(_WGS84 + name for name in ("lat", "long", "alt")))
CODES = frozenset((EUROPEANA_PROXY, *map(EDM.__getitem__, _EDM_NAMES.split()), *map(NamedNode, _NAMES)))
_FLAGS = {"true": Literal("true"), "1": Literal("true"), "false": Literal("false"), "0": Literal("false")}


def plain_codes(coded: Iterable[Quad], notes: Notes) -> dict[Quad, Quad]:
    """What stands instead of those statements of codes that are not plain. Every change is noted."""
    plain = {}
    for quad in coded:
        value = quad.object
        if not isinstance(value, Literal):
            continue
        now = _plain(quad.predicate, value)
        if now != value:
            name = quad.predicate.value.replace("#", "/").rpartition("/")[2]
            notes.setdefault(("code-not-plain", f"{name} {value}"), now.value)
            plain[quad] = Quad(quad.subject, quad.predicate, now)
    return plain


def _plain(predicate: NamedNode, value: Literal) -> Literal:
    if predicate == EUROPEANA_PROXY:
        return _FLAGS.get(value.value.strip().lower(), value)
    return Literal(value.value) if value.language else value
