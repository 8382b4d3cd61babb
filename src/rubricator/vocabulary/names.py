"""From what people call a concept, in a table or as a folder's name, to its slug."""

import difflib
import re
from collections.abc import Iterator, Sequence

from rubricator.errors import UsageError
from rubricator.rdf import AAT, EUROPEANA
from rubricator.vocabulary.concepts import Concept

NONE = "none"
"""The name for pictures that show none of the concepts, and get nothing when all goes well."""
_SEPARATORS = re.compile(r"[\s_\-]+")


class ConceptNames:
    """Knows each concept by slug, label (in any language) and IRI; case, spaces, hyphens and underscores do not matter.

    A slug goes before an English label, and that before one in another language.
    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self._ranks: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        for concept in concepts:
            for rank, name in _names(concept):
                self._ranks[rank].setdefault(_plain(name), set()).add(concept.slug)
        self._called = {
            iri.value: concept.label()
            for concept in concepts
            for iri in (concept.iri, concept.body, concept.entity)
            if iri
        }

    def slug(self, name: str) -> str:
        """The slug; empty for ``none``. Raises UsageError, with the nearest names, where no one concept is meant."""
        found = self._found(name)
        if found is not None:
            return found
        if _plain(name) == NONE:
            return ""
        raise UsageError(f"{self._unknown(name)} What shows none of them is called {NONE!r}.")

    def concept(self, name: str) -> str:
        """The slug of what must be a concept. Raises UsageError as ``slug`` does, and for ``none`` as well."""
        found = self._found(name)
        if found is None:
            raise UsageError(self._unknown(name))
        return found

    def called(self, iri: str) -> str:
        """What people call the concept with this IRI, the IRI in brackets in its short form; else the IRI as it is."""
        label = self._called.get(iri)
        short = curie(iri)
        return iri if label is None else label if short == label else f"{label} ({short})"

    def _found(self, name: str) -> str | None:
        plain = _plain(name)
        for rank in self._ranks:
            if slugs := rank.get(plain):
                if len(slugs) > 1:
                    raise UsageError(f"{name!r} may mean {' or '.join(sorted(slugs))}; write which.")
                return next(iter(slugs))
        return None

    def _unknown(self, name: str) -> str:
        # Most slugs and English labels are one word.
        near = difflib.get_close_matches(_plain(name), self._ranks[0] | self._ranks[1], 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`rubricator vocabulary list` names them all."
        return f"{name!r} is no concept of the vocabulary; {hint}"

    def slugs(self, cell: str) -> tuple[str, ...]:
        """Those of a cell ``a|b``, the main one first. ``none`` stands alone. Raises UsageError."""
        names = [part.strip() for part in cell.split("|") if part.strip()]
        slugs = tuple(dict.fromkeys(self.slug(name) for name in names))
        if "" in slugs and len(slugs) > 1:
            raise UsageError(f"{cell!r} says that a picture shows none of the concepts and one of them; write which.")
        return tuple(slug for slug in slugs if slug)


def curie(iri: str) -> str:
    """``aat:300033618`` or ``europeana:concept/31``; of other IRIs the last part."""
    for prefix, start in (("aat", AAT), ("europeana", EUROPEANA)):
        if iri.startswith(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri.rpartition("/")[2]


def _names(concept: Concept) -> Iterator[tuple[int, str]]:
    yield 0, concept.slug
    for iri in (concept.iri, concept.body, concept.entity):
        if iri is not None:
            yield 0, iri.value
    for language, label in concept.labels.items():
        yield (1 if language == "en" else 2), label


def _plain(name: str) -> str:
    return _SEPARATORS.sub(" ", name).strip().casefold()
