"""The two spellings of Europeana's entity IRIs. Harvesting canonicalises with them, searching asks for both."""

import re

_ENTITY = re.compile(r"https?://data\.europeana\.eu/(concept|agent|place|timespan|organization)/(?:base/)?(\d+)")


def canonical_entity(iri: str) -> str:
    """``http(s)://data.europeana.eu/concept/base/47`` becomes ``http://data.europeana.eu/concept/47``.

    Any other IRI comes back as it is. Europeana's entity API answers both spellings with the one without ``base``.
    """
    entity = _ENTITY.fullmatch(iri)
    return f"http://data.europeana.eu/{entity[1]}/{entity[2]}" if entity else iri


def entity_forms(iri: str) -> tuple[str, ...]:
    """Every spelling under which data may name the entity, the canonical one first; one for any other IRI."""
    entity = _ENTITY.fullmatch(iri)
    if not entity:
        return (iri,)
    return canonical_entity(iri), f"http://data.europeana.eu/{entity[1]}/base/{entity[2]}"
