"""Decisions of people, one by one and as sheets, in a real store."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from rubricator.enrichment.naming import annotation_iri
from rubricator.enrichment.reviews import Decision, Role
from rubricator.errors import NotFound, UsageError
from rubricator.pipeline.curating.reviewable import Wanted, reviewable
from rubricator.pipeline.curating.reviewer import reviewer_pseudonym
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.curating.sheets import Line, Signature, line, read_sheet, write_sheet
from rubricator.pipeline.proving.trace import trace
from rubricator.rdf import DC, ENR, OA, ORE
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary
from tests.pipeline.curating.living import ITEMS, enriched
from tests.pipeline.curating.runs import written

REVIEWER = Signature("reviewer-1", Role.reviewer)


@pytest.fixture
def claims(client: StoreClient, settings: Settings, vocabulary: Vocabulary) -> list[NamedNode]:
    return enriched(client, settings.iris, "A", vocabulary.by_slug("map").body)


def verdict(claim: NamedNode, decision: Decision = Decision.rejected, note: str = "") -> Verdict:
    return Verdict(claim, decision, REVIEWER.reviewer, REVIEWER.role, note)


def published(client: StoreClient) -> dict[str, str]:
    rows = client.select(f"SELECT ?a ?b WHERE {{ ?item {ENR['hasEnrichment']} ?a . ?a {OA['hasBody']} ?b }}")
    return {row["a"].value: row["b"].value for row in rows}  # type: ignore[union-attr]


def count(client: StoreClient, settings: Settings) -> int:
    return len(client.select(f"SELECT ?r WHERE {{ GRAPH {settings.iris.reviews} {{ ?r a {ENR['Review']} }} }}"))


def test_the_same_decision_of_the_same_person_is_written_once(
    client: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    assert 1 == review(client, settings, [verdict(claims[0])]).written
    again = review(client, settings, [verdict(claims[0]), verdict(claims[1])])
    assert (1, 1) == (again.written, again.repeated)
    assert 2 == count(client, settings)


def test_another_reason_or_another_person_is_another_decision(
    client: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    review(client, settings, [verdict(claims[0])])
    review(client, settings, [verdict(claims[0], note="a plan")])
    review(client, settings, [Verdict(claims[0], Decision.rejected, "reviewer-2", Role.reviewer)])
    assert 3 == count(client, settings)


def test_whoever_is_overruled_is_told_by_which_decision(
    client: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    curators = [Verdict(claim, Decision.accepted, "curator-1", Role.curator) for claim in claims[:2]]
    assert () == review(client, settings, [verdict(claims[0])]).overruled
    assert () == review(client, settings, curators).overruled

    first = review(client, settings, [verdict(claims[0], note="no"), verdict(claims[1], Decision.accepted)])
    again = review(client, settings, [verdict(claims[0], note="no")])
    both = review(client, settings, [verdict(claim) for claim in claims])

    (why,) = first.overruled
    assert ("accepted", "curator") == (why.by.decision, why.by.role)
    no_effect = f"1 decision has no effect: {claims[0].value} stays accepted, as a curator decided on "
    assert first.sentence.startswith(f"Wrote 2 decisions. {no_effect}")
    assert again.sentence.startswith(f"Wrote 0 decisions; 1 had been made already. {no_effect}")
    assert claims[:2] == [one.verdict.claim for one in both.overruled]
    assert "2 decisions have no effect: " in both.sentence
    assert claims[2].value not in published(client)


def test_nothing_is_written_where_one_claim_is_unknown(
    client: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    unknown = settings.iris.annotation("no", "such", "claim", "here")
    with pytest.raises(NotFound, match=unknown.value):
        review(client, settings, [verdict(claims[0]), verdict(unknown)])
    assert 0 == count(client, settings)


def test_two_decisions_at_once_may_not_contradict_each_other(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    same = enriched(client, settings.iris, "B", vocabulary.by_slug("map").body)
    with pytest.raises(UsageError, match="decide once"):
        review(client, settings, [verdict(claims[0]), verdict(same[0], Decision.accepted)])
    assert 0 == count(client, settings)


def test_a_sheet_says_what_items_are_called_in_english_before_other_languages(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    record, proxy = NamedNode("http://rubricator.test/record/0"), NamedNode("http://rubricator.test/proxy/0")
    other = NamedNode("http://rubricator.test/proxy/1")
    titles = (Literal("Carte", language="fr"), Literal("Harbour", language="en-GB"), Literal("Hafen", language="de"))
    client.load(
        [
            Quad(proxy, ORE["proxyFor"], ITEMS[0], record),
            Quad(other, ORE["proxyFor"], ITEMS[1], record),
            Quad(other, DC["title"], titles[0], record),
            *(Quad(proxy, DC["title"], title, record) for title in titles),
        ]
    )

    written(client, settings, {ITEMS[0].value: {"toy": 0.9}})
    lines = {
        one.annotation: one for one in (line(it, vocabulary) for it in reviewable(client, settings.iris, Wanted()))
    }
    (full,) = lines.keys() - {claim.value for claim in claims}
    traced = trace(client, full, settings).sections

    assert ["Harbour", "Carte", ""] == [lines[claim.value].title for claim in claims]
    assert ["annotation", "item", "title", "image"] == list(Line.__dataclass_fields__)[:4]
    assert ["Harbour"] == [told.value for section in traced for told in section.lines if told.what == "title"]


def test_a_sheet_comes_back_with_its_decisions(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode], tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.csv"
    with sheet.open("wb") as file:
        lines = (line(one, vocabulary) for one in reviewable(client, settings.iris, Wanted()))
        assert 3 == write_sheet(lines, file, json_lines=False)
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"))))
    filled = {row["annotation"]: row for row in rows}
    filled[claims[0].value] |= {"decision": "Reject", "note": "a netsuke"}
    filled[claims[1].value] |= {"decision": "replace", "replacement": "Drawing"}
    with sheet.open("w", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=";")  # as spreadsheets in Europe save it
        writer.writeheader()
        writer.writerows(filled.values())

    verdicts = read_sheet(sheet, REVIEWER, vocabulary, settings.iris)
    assert 2 == review(client, settings, verdicts).written
    assert 2 == review(client, settings, verdicts).repeated

    drawing, painting = vocabulary.by_slug("drawing").body.value, vocabulary.by_slug("map").body.value
    assert sorted([drawing, painting]) == sorted(published(client).values())
    statuses = {
        one.standing.claim.annotation: line(one, vocabulary) for one in reviewable(client, settings.iris, Wanted())
    }
    assert ["rejected", "replaced", "unreviewed"] == [statuses[claim].status for claim in claims]
    assert "reviewer-1" == statuses[claims[0]].by


def test_a_sheet_in_json_lines_is_read_as_it_is_written(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode], tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.jsonl"
    with sheet.open("wb") as file:
        write_sheet((line(one, vocabulary) for one in reviewable(client, settings.iris, Wanted())), file, True)
    rows = [json.loads(text) | {"decision": "accept"} for text in sheet.read_text().splitlines()]
    assert set(Line.__dataclass_fields__) == set(rows[0])
    sheet.write_text("\n".join(map(json.dumps, rows)))
    assert set(claims) == {one.claim for one in read_sheet(sheet, REVIEWER, vocabulary, settings.iris)}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a,maybe,,", "line 2: 'maybe' is no decision"),
        ("a,replace,,", "fill in the column replacement"),
        ("a,accept,map,", "fill in the column replacement"),
        ("a,replace,mpa,", r"did you mean map\? Reject the claim if no concept fits"),
        ("a,replace,none,", "Reject the claim if no concept fits."),
    ],
)
def test_a_wrong_line_is_named_and_no_line_is_taken(
    settings: Settings, vocabulary: Vocabulary, tmp_path: Path, row: str, problem: str
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"annotation,decision,replacement,note\n{row}\nb,accept,,\n")
    with pytest.raises(UsageError, match=problem):
        read_sheet(sheet, REVIEWER, vocabulary, settings.iris)


def test_claims_are_found_by_concept_and_confidence_and_status(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    enriched(client, settings.iris, "B", vocabulary.by_slug("toy").body)
    review(client, settings, [verdict(claims[0], Decision.accepted)])
    wanted = Wanted(body=vocabulary.by_slug("map").body, status="unreviewed", least=0.75)
    found = [one.standing.claim.annotation for one in reviewable(client, settings.iris, wanted)]
    assert [claims[1]] == found


def test_a_pseudonym_is_the_same_for_the_same_name_and_another_elsewhere(settings: Settings, tmp_path: Path) -> None:
    mine = reviewer_pseudonym(settings, "Ada Lovelace")
    elsewhere = settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    assert mine == reviewer_pseudonym(settings, "  ada  lovelace ")
    assert mine != reviewer_pseudonym(elsewhere, "Ada Lovelace")
    assert "ada" not in mine
    assert 0o600 == stat.S_IMODE((settings.data_dir / "pseudonyms.key").stat().st_mode)


def test_nobody_reviews_without_a_name(settings: Settings) -> None:
    with pytest.raises(UsageError, match="Say who reviews"):
        reviewer_pseudonym(settings)


def test_a_claim_is_named_by_its_iri_or_its_hash_and_a_run_is_told_from_it(settings: Settings) -> None:
    name = "0a1b2c3d4e5f6a7b8c9d0e1f2a"
    expected = NamedNode(f"http://rubricator.test/annotation/{name}")
    assert expected == annotation_iri(f"{name}\r\n", settings.iris) == annotation_iri(expected.value, settings.iris)
    for text in ("a b>", "foo", "", "urn:a b"):
        with pytest.raises(UsageError, match="names no claim: give its IRI"):
            annotation_iri(text, settings.iris)
    run = "01M7YHX300R4FXH9NH0ZN6ZK20"
    for named in (run, settings.iris.run(run).value, settings.iris.run_graph(run).value):
        with pytest.raises(UsageError, match=f"is a run, not a claim: `rubricator review list --run {run}`"):
            annotation_iri(named, settings.iris)


def test_a_decision_counts_though_the_same_was_said_before_of_another_run_and_overruled(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    same = enriched(client, settings.iris, "B", vocabulary.by_slug("map").body)
    review(client, settings, [verdict(claims[0], Decision.accepted)])
    review(client, settings, [verdict(same[0], Decision.rejected)])
    assert claims[0].value not in published(client)
    assert 1 == review(client, settings, [verdict(claims[0], Decision.accepted)]).written
    assert claims[0].value in published(client)


def test_what_a_curator_rejected_cannot_be_put_in_the_place_of_something_else(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    toy = vocabulary.by_slug("toy")
    toys = enriched(client, settings.iris, "B", toy.body)
    review(client, settings, [Verdict(toys[0], Decision.rejected, "reviewer-2", Role.curator)])
    review(client, settings, [Verdict(claims[0], Decision.replaced, "reviewer-1", Role.contributor, "", toy)])
    assert {toys[1].value, toys[2].value} == {
        claim for claim, body in published(client).items() if body == toy.body.value
    }


def test_a_concept_does_not_replace_itself(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    same = Verdict(claims[0], Decision.replaced, "reviewer-1", Role.reviewer, "", vocabulary.by_slug("map"))
    with pytest.raises(UsageError, match="says map already: accept it"):
        review(client, settings, [same])
    assert 0 == count(client, settings)


def test_a_person_s_own_claim_is_reviewed_through_the_one_that_it_replaced(
    client: StoreClient, settings: Settings, vocabulary: Vocabulary, claims: list[NamedNode]
) -> None:
    toy = vocabulary.by_slug("toy")
    review(client, settings, [Verdict(claims[0], Decision.replaced, "reviewer-1", Role.reviewer, "", toy)])
    (replacement,) = (claim for claim, body in published(client).items() if body == toy.body.value)
    with pytest.raises(UsageError, match=f"in the place of {claims[0].value}"):
        review(client, settings, [verdict(NamedNode(replacement))])


@pytest.mark.parametrize("content", ["", "00ff", "no hexadecimal"])
def test_a_damaged_secret_gives_nobody_another_pseudonym(settings: Settings, content: str) -> None:
    (settings.data_dir / "pseudonyms.key").write_text(content)
    with pytest.raises(UsageError, match="is damaged"):
        reviewer_pseudonym(settings, "Ada Lovelace")


def test_a_note_may_hold_what_some_take_for_the_end_of_a_line(
    settings: Settings, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.jsonl"
    row = {"annotation": "0" * 26, "decision": "accept", "note": "first\u2028second"}
    sheet.write_text(json.dumps(row, ensure_ascii=False))
    assert ["first\u2028second"] == [one.note for one in read_sheet(sheet, REVIEWER, vocabulary, settings.iris)]
