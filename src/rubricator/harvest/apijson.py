"""Answers of Europeana's APIs that were saved as JSON: searches and records split, entities and annotations told."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rubricator.harvest.part import NoRecord, NotSplit, Part
from rubricator.harvest.record import JSON_LD, RECORD_JSON, SEARCH_ITEM

_ITEM_ID = re.compile(r"/\w+/\S+")
_ENTITY = re.compile(r"https?://data\.europeana\.eu/(?:agent|concept|organization|place|timespan)/\S+")
_ANSWERED = {"apikey", "itemsCount", "nextCursor", "success", "totalResults"}
_ANNOTATIONS = {"Annotation", "AnnotationCollection", "AnnotationPage"}
_NODE = {"@id", "@type", "@graph"}
_SPACE = re.compile(r"\s*")
_LONGEST_QUOTE = 200


def split_json(content: bytes) -> Iterator[Part | NoRecord] | None:
    """The records in answers of the APIs: one, a list of them, or several one after the other; None for other JSON.

    Raises NotSplit for an answer that is no record.
    """
    try:
        documents = list(_documents(content.decode(json.detect_encoding(content))))
    except (ValueError, RecursionError):
        return None
    if len(documents) == 1 and isinstance(documents[0], list):
        documents = documents[0]
        if any(isinstance(document, dict) and document.keys() & _NODE for document in documents):
            return None  # one graph of JSON-LD
    parts = [_parts(document) if isinstance(document, dict) else None for document in documents]
    if all(part is None for part in parts):
        return None
    if len(parts) == 1 and isinstance(parts[0], NoRecord):
        raise NotSplit(parts[0].code, parts[0].message)
    return (
        part
        for found, document in zip(parts, documents, strict=True)
        for part in (found if isinstance(found, list) else [found or Part(JSON_LD, _written(document))])
    )


def _documents(text: str) -> Iterator[Any]:
    decoder, position = json.JSONDecoder(), _end_of_space(text, 0)
    while position < len(text):
        document, end = decoder.raw_decode(text, position)
        yield document
        position = _end_of_space(text, end)


def _end_of_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _parts(document: Mapping[str, Any]) -> list[Part | NoRecord] | NoRecord | None:
    """What an answer holds; None if it is none that we know."""
    if document.get("success") is False:
        return NoRecord("api-error", f"Europeana's API answered with an error: {_said(document)}; ask it again.")
    if _is_annotation(document):
        return NoRecord("annotation", "The file holds annotations, not records; harvest the items that they are about.")
    if _is_entity(document):
        return NoRecord("entity", "The file describes concepts, agents, places or times, not objects.")
    items, record = document.get("items"), document.get("object", document)
    if isinstance(items, list) and (document.keys() & _ANSWERED or any(map(_is_item, items))):
        return [Part(SEARCH_ITEM, _written(item)) for item in items] or NoRecord(
            "not-a-record", "The search found nothing."
        )
    if isinstance(record, dict) and "about" in record and "proxies" in record:
        return [Part(RECORD_JSON, _written(record))]
    return [Part(SEARCH_ITEM, _written(document))] if _is_item(document) else None


def _said(answer: Mapping[str, Any]) -> str:
    words = dict.fromkeys(str(answer[name]) for name in ("code", "error", "message") if answer.get(name))
    return ", ".join(words)[:_LONGEST_QUOTE].rstrip(".") or "it does not say which"


def _is_item(value: object) -> bool:
    """An item of a search: it has an identifier of Europeana's and nothing of JSON-LD."""
    if not isinstance(value, dict) or any(key.startswith("@") for key in value):
        return False
    return isinstance(value.get("id"), str) and _ITEM_ID.fullmatch(value["id"]) is not None


def _is_annotation(document: Mapping[str, Any]) -> bool:
    kinds = document.get("type", document.get("@type"))
    named = {kinds} if isinstance(kinds, str) else set(map(str, kinds)) if isinstance(kinds, list) else set()
    return "motivation" in document or bool(named & _ANNOTATIONS)


def _is_entity(document: Mapping[str, Any]) -> bool:
    """An answer of the Entity API: one entity, a page of them, or one for search engines."""
    if "context/entity" in str(document.get("@context", "")):
        return True
    inside = document.get("scopedObj")
    named = [document, *(inside if isinstance(inside, list) else ())]
    return any(
        isinstance(name, str) and _ENTITY.fullmatch(name) is not None
        for node in named
        if isinstance(node, dict)
        for name in (node.get("id"), node.get("@id"))
    )
