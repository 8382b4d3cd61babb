"""What a claim's page tells of its trace: once, in words, with concepts by their labels."""

import re
from typing import Any

import pytest
from lxml import html

from rubricator.rdf import ENR
from tests.service.conftest import Alive
from tests.service.live import BASE


def read(alive: Alive, run: str, number: int) -> Any:
    claim = alive.lived.claims[run][number].value.rpartition("/")[2]
    return html.fromstring(alive.web.get(f"/annotation/{claim}", headers={"Accept": "text/html"}).text)


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def notice(page: Any) -> str:
    return " ".join(words(found) for found in page.xpath("//*[@role='status']"))


def test_a_claim_of_prompts_is_told_in_plain_words(alive: Alive) -> None:
    story = words(read(alive, "C", 0).find(".//p[@class='story']"))

    assert "In a run of 2026-11-20 10:00 UTC, the model ViT-B-32/some-tag looked at the thumbnail" in story
    assert re.search(r"what each concept is called in words; for map: 8 phrases, such as “[\w -]+”\.", story)
    assert re.search(r"It was \d\d % sure of map; the policy asks for at least 60 %\.", story)
    assert "95 % were right" in story
    assert story.endswith("It is published. Nobody has reviewed it.")


def test_a_near_miss_promises_nothing(alive: Alive) -> None:
    graph = alive.settings.iris.run_graph("C")
    [row] = alive.client.select(
        f"SELECT ?near WHERE {{ GRAPH {graph} {{ ?near a {ENR['NearMiss']} }} }} ORDER BY ?near LIMIT 1"
    )
    path = str(getattr(row["near"], "value", "")).removeprefix(BASE)
    page = html.fromstring(alive.web.get(path, headers={"Accept": "text/html"}).text)
    story = words(page.find(".//p[@class='story']"))

    assert "It was 10 % sure of toy." in story
    assert "were right" not in story
    assert story.endswith("It was not claimed: the policy never claims this concept.")


def test_a_claim_of_a_head_says_what_the_head_learned_from(alive: Alive) -> None:
    story = words(read(alive, "B", 0).find(".//p[@class='story']"))

    assert "The head atlas-head decided, which learned from atlases." in story
    assert "phrases" not in story


@pytest.mark.parametrize(
    ("run", "number", "told"),
    [
        ("A", 0, "Superseded. It is not published: it was superseded by the run B on 2026-11-21 08:00 UTC by "
                 "operator-2, because: the head is better."),
        ("B", 5, "Retracted. It is not published: it was retracted on 2026-11-21 11:00 UTC by operator-2, "
                 "because: these are drawings."),
        ("B", 11, "Rejected. It is not published: it was rejected on 2026-11-22 09:00 UTC by reviewer-1 (reviewer)."),
        ("B", 12, "Replaced. It is not published: it was replaced by drawing on 2026-11-22 10:00 UTC by reviewer-2"),
    ],
)  # fmt: skip
def test_what_is_not_published_says_first_why_who_said_so_and_when(
    alive: Alive, run: str, number: int, told: str
) -> None:
    assert notice(read(alive, run, number)).startswith(told)


@pytest.mark.parametrize(("run", "number"), [("A", 0), ("B", 0), ("B", 12), ("C", 3)])
def test_no_fact_is_told_twice_and_no_concept_by_its_iri(alive: Alive, run: str, number: int) -> None:
    page = read(alive, run, number)
    lines = [
        (words(section.find("h3")), words(term))
        for section in page.xpath("//ol[@class='chain']/li")
        for term in section.iter("dt")
    ]

    assert len(lines) == len(set(lines))
    assert "The claim" not in {section for section, _ in lines}
    assert not {"Item", "Picture"} & {name for section, name in lines if section == "Item and picture"}
    assert "data.europeana.eu/concept" not in words(page.find(".//main"))
