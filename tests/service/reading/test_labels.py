"""The twenty concepts in every language that they have labels in, and in English for all other readers."""

import pytest

from rubricator.vocabulary import load_vocabulary
from rubricator_service.context import EXTENSION, Service
from rubricator_service.reading.labels import percent, read_headings
from tests.service.conftest import Alive
from tests.service.live import BASE

LANGUAGES = (
    *(
        "bg",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "eu",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "mt",
        "nb",
    ),
    *("nl", "pl", "pt", "ro", "sk", "sl", "sv", "uk"),
    "xx",  # no concept has a label in it
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_concept_is_called_by_its_label_in_a_language_or_else_in_english(alive: Alive, language: str) -> None:
    service: Service = alive.web.application.extensions[EXTENSION]
    concepts = load_vocabulary(alive.settings.iris).concepts
    headings = read_headings(service.reading, service.iris, [concept.iri for concept in concepts], (language,))

    assert 20 == len(headings)
    for concept in concepts:
        spoken = language if language in concept.labels else "en"
        found = headings[concept.iri]
        assert (concept.labels[spoken], spoken) == (found.label, found.language)


@pytest.mark.parametrize(("asked", "shown"), [("de-AT, en;q=0.5", "Gemälde"), ("xx, fr;q=0.9", "peinture"), ("*", "")])
def test_a_page_has_them_in_the_language_that_the_reader_likes_best(alive: Alive, asked: str, shown: str) -> None:
    page = alive.web.get("/doc/concept/painting", headers={"Accept": "text/html", "Accept-Language": asked}).text
    labels = load_vocabulary(alive.settings.iris).by_slug("painting").labels

    assert f"{shown or labels['en']}</span></h1>" in page
    assert f"{BASE}/concept/painting" in page


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "0"), (0.544, "54"), (0.994, "99"), (0.996, "99.6"), (0.99999, "99.9"), (1.0, "100")]
)
def test_nothing_but_all_is_a_hundred_percent(share: float, told: str) -> None:
    assert told == percent(share)
