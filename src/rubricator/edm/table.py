"""Rows of tables and pictures of folders as EDM, by the mapping that comes with them."""

import json

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.edm.clean import Cleaner
from rubricator.edm.identity import Identity, identify
from rubricator.edm.internal import OF_AGGREGATION
from rubricator.edm.parts import AGGREGATION, CHO, PROXY
from rubricator.edm.record import RecordRejected
from rubricator.harvest.charset import without_controls
from rubricator.harvest.mapping import ColumnRule, TableMapping, fill, is_address
from rubricator.harvest.record import Picture, SourceRecord
from rubricator.iris import Iris
from rubricator.rdf import EBUCORE, EDM, ORE, TYPE, integer


def map_row(record: SourceRecord, iris: Iris) -> tuple[Identity, list[Quad], Cleaner]:
    """The quads of one row. Raises RecordRejected for what is no row, or has no identifier."""
    row, mapping = _row(record.content), record.mapping
    if mapping is None:
        raise RecordRejected("no-mapping", "The row came without a mapping; harvest it with one.")
    name = fill(mapping.item, row) or fill(mapping.identifier, row)
    if not name:
        raise RecordRejected("no-identifier", f"The row has no identifier: {mapping.identifier!r} is empty.")
    identity = identify(name, mapping.dataset, iris)
    cleaner = Cleaner("", identity)
    item, proxy, aggregation = (
        NamedNode(iri) for iri in (identity.iri, f"{identity.own}#proxy", f"{identity.own}#aggregation")
    )
    quads = [
        Quad(item, TYPE, CHO),
        Quad(proxy, TYPE, PROXY),
        Quad(proxy, ORE["proxyFor"], item),
        Quad(proxy, ORE["proxyIn"], aggregation),
        Quad(proxy, EDM["europeanaProxy"], Literal("false")),
        Quad(proxy, EDM["type"], Literal(mapping.type)),
        Quad(aggregation, TYPE, AGGREGATION),
        Quad(aggregation, EDM["aggregatedCHO"], item),
    ]
    stated = [(row.get(column, ""), rule) for column, rule in mapping.columns.items()]
    stated += [(fill(template, row), rule) for template, rule in (*mapping.constants, *_providers(mapping))]
    for text, rule in stated:
        predicate = NamedNode(rule.property)
        subject = aggregation if predicate in OF_AGGREGATION else proxy
        quads += [Quad(subject, predicate, term) for term in _values(text, rule, cleaner)]
    rights = _rights(fill(mapping.rights, row), cleaner)
    shown_at = _iri(fill(mapping.shown_at, row), cleaner)
    for predicate, term in ((EDM["rights"], rights), (EDM["isShownAt"], shown_at)):
        if term is not None:
            quads.append(Quad(aggregation, predicate, term))
    shown = EDM["isShownBy"]
    for picture in record.pictures:
        resource, described = _picture(picture, rights, iris, cleaner)
        if resource is not None:
            quads += [Quad(aggregation, shown, resource), *described]
            shown = EDM["hasView"]
    return identity, quads, cleaner


def _row(content: bytes) -> dict[str, str]:
    try:
        row = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RecordRejected("not-a-row", "The row is not JSON.") from error
    if not isinstance(row, dict) or not all(isinstance(value, str | int | float | None) for value in row.values()):
        raise RecordRejected("not-a-row", "The row is not a JSON object of texts and numbers.")
    texts = {key: "" if value is None else str(value) for key, value in row.items()}
    try:
        "".join((*texts, *texts.values())).encode()
    except UnicodeEncodeError as error:
        raise RecordRejected("not-a-row", "The row holds characters that do not exist.") from error
    return texts


def _providers(mapping: TableMapping) -> list[tuple[str, ColumnRule]]:
    named = (("provider", mapping.provider), ("dataProvider", mapping.data_provider))
    return [(template, ColumnRule(EDM[name].value)) for name, template in named if template]


def _values(text: str, rule: ColumnRule, cleaner: Cleaner) -> list[Literal | NamedNode]:
    texts = text.split(rule.separator) if rule.separator else [text]
    terms: list[Literal | NamedNode] = []
    for part in dict.fromkeys(_text(part, cleaner).strip() for part in texts):
        term = _iri(part, cleaner) if rule.iri else None
        if term is not None:
            terms.append(term)
        elif part:
            terms.append(Literal(part, language=rule.language) if rule.language else Literal(part))
    return terms


def _text(raw: str, cleaner: Cleaner) -> str:
    bare = without_controls(raw)
    if bare != raw:
        cleaner.note("control-characters", f"{len(raw) - len(bare)} characters", "")
    return bare


def _iri(raw: str, cleaner: Cleaner) -> NamedNode | None:
    iri = cleaner.reference(raw) if raw else None
    return NamedNode(iri) if iri is not None else None


def _rights(raw: str, cleaner: Cleaner) -> NamedNode | None:
    """The rights statement; a word for one, such as ``CC0``, is not made an IRI of the record's own."""
    if raw and not is_address(raw):
        cleaner.note("unusable-iri", raw, "")
        return None
    return _iri(raw, cleaner)


def _picture(
    picture: Picture, rights: NamedNode | None, iris: Iris, cleaner: Cleaner
) -> tuple[NamedNode | None, list[Quad]]:
    """The web resource of a picture and what is said of it; nothing but a note if it could not be used."""
    if picture.code:
        cleaner.note(picture.code, picture.name, "")
        return None, []
    resource = iris.media(picture.sha256) if picture.sha256 else _iri(picture.name, cleaner)
    if resource is None:
        return None, []
    quads = [Quad(resource, TYPE, EDM["WebResource"])]
    if rights is not None:
        quads.append(Quad(resource, EDM["rights"], rights))
    if picture.sha256:
        quads += [
            Quad(resource, EBUCORE["filename"], Literal(_text(picture.name, cleaner))),
            Quad(resource, EBUCORE["hasMimeType"], Literal(picture.media_type)),
            Quad(resource, EBUCORE["fileByteSize"], integer(picture.byte_size)),
            Quad(resource, EBUCORE["width"], integer(picture.width)),
            Quad(resource, EBUCORE["height"], integer(picture.height)),
        ]
    return resource, quads
