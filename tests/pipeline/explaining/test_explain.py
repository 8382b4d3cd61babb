"""Claims are explained as their runs made them, kept where the web service finds them, and refused otherwise."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from rubricator.enrichment.explanation import MOST_TRIPLES
from rubricator.errors import NotFound, UsageError
from rubricator.images import ImageError, ImageStore
from rubricator.pipeline.checking.check import check_claims, check_explanations, check_ledger
from rubricator.pipeline.enriching.enrich import enrich
from rubricator.pipeline.explaining.explain import explain_claim, explain_picture
from rubricator.pipeline.explaining.keep import keep, write_folder
from rubricator.pipeline.explaining.neighbours import may_be_shown
from rubricator.pipeline.explaining.subject import subject
from rubricator.rdf import EDM, ENR, SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

pytest.importorskip("open_clip", reason="explaining needs the extra clip")

NO_DERIVATIVES = NamedNode("http://creativecommons.org/licenses/by-nc-nd/4.0/")


@pytest.fixture
def claims(harvested: StoreClient, settings: Settings) -> list[NamedNode]:
    """The annotations of five pictures, of which two at least were claimed to show the same."""
    enrich(harvested, settings.model_copy(update={"threshold": 0.0}))
    rows = harvested.select(
        f"""{SPARQL_PREFIXES}SELECT ?claim WHERE {{ ?item enr:hasEnrichment ?claim . ?claim oa:hasBody ?body }}
        ORDER BY ?body ?item"""
    )
    return [NamedNode(getattr(row["claim"], "value", "")) for row in rows]


def test_an_explanation_says_again_what_was_claimed_and_what_it_was_chosen_from(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    recorded = harvested.select(
        f"""{SPARQL_PREFIXES}SELECT ?confidence ?body WHERE {{
          {claims[0]} edm:confidenceLevel ?confidence ; oa:hasBody ?body
        }}"""
    )[0]

    told = explain_claim(harvested, settings, claims[0])

    chosen = told.explained.chosen
    assert float(getattr(recorded["confidence"], "value", "nan")) == pytest.approx(chosen.confidence, abs=1e-3)
    assert told.vocabulary.by_slug(chosen.concept).body == recorded["body"]
    assert 0 == chosen.threshold
    assert 5 == len(told.explained.runners_up)


def test_similar_pictures_are_other_items_with_the_same_concept_nearest_first(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    told = [explain_claim(harvested, settings, claim).explained for claim in claims]

    assert any(one.neighbours for one in told)
    for one in told:
        cosines = [neighbour.cosine for neighbour in one.neighbours]
        assert sorted(cosines, reverse=True) == cosines
        assert one.sha256 not in {neighbour.sha256 for neighbour in one.neighbours}
        for neighbour in one.neighbours:
            assert harvested.ask(f"{SPARQL_PREFIXES}ASK {{ {neighbour.item} enr:hasEnrichment ?claim }}")


def test_pictures_that_are_gone_are_not_shown_as_similar(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    alike = next(told for claim in claims if (told := explain_claim(harvested, settings, claim).explained).neighbours)
    assert alike.annotation is not None
    for gone in alike.neighbours:
        ImageStore(settings).path(gone.sha256).unlink()

    told = explain_claim(harvested, settings, alike.annotation).explained

    assert () == told.neighbours
    assert any("No similar picture" in remark for remark in told.remarks)


@pytest.mark.parametrize(
    ("image", "rights", "shown"),
    [
        ("https://museum.test/1.jpg", "http://creativecommons.org/publicdomain/zero/1.0/", True),
        ("https://museum.test/1.jpg", "http://creativecommons.org/licenses/by-nc-nd/4.0/", True),
        ("https://museum.test/1.jpg", "http://rightsstatements.org/vocab/InC/1.0/", False),
        ("https://museum.test/1.jpg", None, False),
        ("http://rubricator.test/media/00", None, True),
    ],
)
def test_rights_say_which_pictures_are_shown(image: str, rights: str | None, shown: bool, settings: Settings) -> None:
    assert shown == may_be_shown(NamedNode(image), rights, settings)


def test_what_is_kept_is_a_picture_and_a_graph_of_its_own_that_a_second_time_replaces(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    told = explain_claim(harvested, settings, claims[0])
    keep(harvested, told, settings)
    graph = settings.iris.explanation_graph(claims[0])
    first = harvested.get_graph(graph)

    keep(harvested, told, settings)

    assert len(first) == len(harvested.get_graph(graph)) <= MOST_TRIPLES
    drawn = settings.explanation_dir / f"{claims[0].value.rpartition('/')[2]}.png"
    with Image.open(drawn) as picture:
        assert "PNG" == picture.format
    assert [drawn] == list(settings.explanation_dir.iterdir())
    assert harvested.ask(
        f"{SPARQL_PREFIXES}ASK {{ GRAPH {graph} {{ ?explanation a enr:Explanation ; enr:explains {claims[0]} }} }}"
    )


def test_run_claims_and_explanations_conform_to_the_shapes(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    pytest.importorskip("pyshacl")
    for claim in claims[:2]:
        keep(harvested, explain_claim(harvested, settings, claim), settings)

    explained = list(check_explanations(harvested))

    checked = [*check_ledger(harvested, settings.iris), *check_claims(harvested, settings.iris), *explained]
    assert 2 == len(explained)
    assert [] == [finding for one in checked for finding in one.findings]


def test_the_largest_explanation_stays_within_its_bound(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    from rubricator.enrichment.explanation import Neighbour, explanation_triples
    from rubricator.rdf import now

    told = explain_claim(harvested, settings, claims[0])
    neighbour = Neighbour(claims[0], claims[0], "0" * 64, 0.5)
    full = replace(told.explained, neighbours=(neighbour,) * 5, remarks=("one", "two", "three"))

    triples = list(explanation_triples(full, told.vocabulary, told.prompts, claims[0], now(), settings.iris))

    assert len(triples) <= MOST_TRIPLES


def test_another_concept_of_the_same_picture_is_explained_and_not_kept(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    own = explain_claim(harvested, settings, claims[0])
    other = own.explained.runners_up[0].concept

    told = explain_claim(harvested, settings, claims[0], other)
    keep(harvested, told, settings)

    assert other == told.explained.chosen.concept
    assert [] == harvested.get_graph(settings.iris.explanation_graph(claims[0]))


def test_a_picture_that_may_not_be_altered_is_kept_as_a_map_alone(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    open_one = explain_claim(harvested, settings, claims[0])
    capture = settings.iris.image(open_one.explained.sha256)
    harvested.load([Quad(capture, EDM["rights"], NO_DERIVATIVES, settings.iris.ledger)])

    told = explain_claim(harvested, settings, claims[0])

    assert (True, False) == (open_one.may_be_altered, told.may_be_altered)


def test_a_claim_whose_bytes_are_gone_is_not_explained(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    ImageStore(settings).path(explain_claim(harvested, settings, claims[0]).explained.sha256).unlink()

    with pytest.raises(UsageError, match="not in the image cache any more"):
        explain_claim(harvested, settings, claims[0])


def test_a_claim_is_not_explained_by_other_prompts_or_other_weights(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode], tmp_path: Path
) -> None:
    from rubricator.resources import resource

    prompts = tmp_path / "prompts.ttl"
    text = resource("ontology", "prompts", "default.ttl").read_text(encoding="utf-8")
    prompts.write_text(text.replace('"a photo of a palace or town hall"', '"a palace"'), encoding="utf-8")
    with pytest.raises(UsageError, match="give the run's own with --prompts"):
        explain_claim(harvested, settings.model_copy(update={"prompts": prompts}), claims[0])

    weights = "?model enr:sha256 ?sha"
    harvested.update(
        f"""{SPARQL_PREFIXES}DELETE {{ GRAPH ?ledger {{ {weights} }} }}
        INSERT {{ GRAPH ?ledger {{ ?model enr:sha256 "{"0" * 64}" }} }}
        WHERE {{ GRAPH ?ledger {{ ?model a enr:Model . {weights} }} }}"""
    )
    with pytest.raises(UsageError, match="Give the run's own model with --model"):
        explain_claim(harvested, settings, claims[0])


def test_a_claim_is_not_explained_by_another_calibration(
    harvested: StoreClient, settings: Settings, claims: list[NamedNode]
) -> None:
    stated = "?policy enr:calibrationSha256 ?sha"
    harvested.update(
        f"""{SPARQL_PREFIXES}DELETE {{ GRAPH ?ledger {{ {stated} }} }}
        INSERT {{ GRAPH ?ledger {{ ?policy enr:calibrationSha256 "{"0" * 64}" }} }}
        WHERE {{ GRAPH ?ledger {{ {stated} }} }}"""
    )

    with pytest.raises(UsageError, match="give the run's own with --policy"):
        explain_claim(harvested, settings, claims[0])


def test_what_no_run_wrote_is_not_found(harvested: StoreClient, settings: Settings) -> None:
    with pytest.raises(NotFound, match="There is no annotation"):
        explain_claim(harvested, settings, NamedNode(f"{settings.iris.base}/annotation/{'0' * 26}"))


def test_a_file_is_explained_without_any_store(settings: Settings, pictures: Path, tmp_path: Path) -> None:
    told = explain_picture(None, settings, pictures / "picture_0.jpg")

    written = write_folder(tmp_path / "out", told, settings)

    assert {"explanation.json", "explanation.ttl"} <= {file.name for file in written}
    content = json.loads((tmp_path / "out" / "explanation.json").read_text(encoding="utf-8"))
    assert told.explained.chosen.concept == content["chosen"]["concept"]
    quads = parse((tmp_path / "out" / "explanation.ttl").read_bytes(), format=RdfFormat.TURTLE)
    assert any(quad.predicate == ENR["runnerUp"] for quad in quads)


def test_what_is_no_picture_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no picture")

    with pytest.raises(ImageError, match="no picture in a known format"):
        explain_picture(None, settings, tmp_path / "text.jpg")
    with pytest.raises(ImageError, match="There is no file"):
        explain_picture(None, settings, tmp_path / "none.jpg")


def test_claims_and_captures_are_known_by_their_addresses(settings: Settings) -> None:
    base, claim, sha256 = settings.iris.base, "0123456789abcdef0123456789", "ab" * 32
    captured = ImageStore(settings).path(sha256)

    annotation = NamedNode(f"{base}/annotation/{claim}")
    for text in (claim, annotation.value, f"{annotation.value}/explanation", f" {annotation.value}\r\n"):
        assert annotation == subject(text, settings)
    for text in (sha256, f"{base}/media/{sha256}", f"{base}/id/image/sha256-{sha256}"):
        assert captured == subject(text, settings)
    with pytest.raises(UsageError, match="neither an annotation nor a captured picture"):
        subject("https://museum.example.org/1.jpg", settings)
