"""Whatever is changed after a run is found, and named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

from rubricator.classifier.locate import CONFIG, WEIGHTS
from rubricator.classifier.models import file_sha256
from rubricator.enrichment.lifecycle import Event, retraction_quads
from rubricator.enrichment.manifest import read_manifest
from rubricator.enrichment.run import RunCounts, plan_quads
from rubricator.images import ImageStore
from rubricator.pipeline.proving.files import check_weights
from rubricator.pipeline.proving.finding import Finding, Verdict
from rubricator.pipeline.proving.taking import proven_end
from rubricator.pipeline.proving.trace import trace
from rubricator.pipeline.proving.verify import verify_run
from rubricator.rdf import EDM, ENR, OA, PROV, SPARQL_PREFIXES, TYPE, decimal
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.quads import quad_data
from tests.enrichment.classified import Model
from tests.pipeline.curating.runs import ITEMS, inputs, written
from tests.pipeline.proving.conftest import Enriched


@contextmanager
def changed(enriched: Enriched, old: Quad | None, new: Quad | None) -> Iterator[None]:
    """One quad in the place of another, for a while."""
    turn(enriched, old, new)
    yield
    turn(enriched, new, old)


def turn(enriched: Enriched, old: Quad | None, new: Quad | None) -> None:
    gone, come = (f"{{ {quad_data([quad])} }}" if quad else "{}" for quad in (old, new))
    enriched.client.update(f"DELETE DATA {gone} ; INSERT DATA {come}")


def wrong(enriched: Enriched) -> list[Finding]:
    return [
        one for one in verify_run(enriched.client, enriched.ulid, enriched.settings) if one.verdict is not Verdict.ok
    ]


def quads_of(enriched: Enriched) -> list[Quad]:
    graph = enriched.settings.iris.run_graph(enriched.ulid)
    return [Quad(t.subject, t.predicate, t.object, graph) for t in enriched.client.get_graph(graph)]


def some(quads: Sequence[Quad], predicate: NamedNode) -> Quad:
    return min((quad for quad in quads if quad.predicate == predicate), key=str)


def test_a_run_ends_with_a_manifest_of_its_canonical_graph(enriched: Enriched) -> None:
    manifest = read_manifest(enriched.client, enriched.ulid, enriched.settings.iris)
    dataset = Dataset(quads_of(enriched))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    assert manifest is not None
    assert len(dataset) == manifest.graph.whole.quads == sum(part.quads for part in manifest.graph.parts.values())


def test_nothing_is_wrong_with_an_honest_run(enriched: Enriched) -> None:
    findings = list(verify_run(enriched.client, enriched.ulid, enriched.settings))

    assert [] == [one for one in findings if one.verdict is not Verdict.ok]
    used = {"prompt set", "policy", "picture policy", "vocabulary", "weights", "images"}
    assert {"graph", "in the ledger", "captures"} | used == {one.what for one in findings}


def test_retractions_do_not_touch_the_manifest(enriched: Enriched) -> None:
    iris = enriched.settings.iris
    event = Event.at(datetime.now(UTC), "operator", "wrong thresholds")
    enriched.client.load(retraction_quads(event, [iris.run_graph(enriched.ulid)], iris))

    assert [] == wrong(enriched)


def test_a_changed_confidence_is_found_and_named(enriched: Enriched) -> None:
    old = some([quad for quad in quads_of(enriched) if published(enriched, quad)], EDM["confidenceLevel"])
    with changed(enriched, old, Quad(old.subject, old.predicate, decimal(0.4242), old.graph_name)):
        found = wrong(enriched)

    assert ["graph", "part of the graph", "claim"] == [one.what for one in found]
    assert old.subject.value == found[-1].name  # type: ignore[union-attr]
    assert "0.4242" in found[-1].told


def published(enriched: Enriched, quad: Quad) -> bool:
    return enriched.client.ask(f"ASK {{ ?item {ENR['hasEnrichment']} {quad.subject} }}")


def test_another_picture_for_a_claim_is_found_and_named(enriched: Enriched) -> None:
    old, *_, other = sorted(
        (quad for quad in quads_of(enriched) if quad.predicate == PROV["wasDerivedFrom"]),
        key=lambda quad: str(quad.object),
    )
    with changed(enriched, old, Quad(old.subject, old.predicate, other.object, old.graph_name)):
        found = wrong(enriched)

    assert (old.subject.value, "Its IRI is not the hash of its run, bytes, item and concept.") in [  # type: ignore[union-attr]
        (one.name, one.told) for one in found
    ]


@pytest.mark.parametrize("predicate", [OA["hasBody"], OA["hasScope"], ENR["rawScore"]])
def test_a_quad_that_was_taken_away_is_found(enriched: Enriched, predicate: NamedNode) -> None:
    old = some(quads_of(enriched), predicate)
    with changed(enriched, old, None):
        found = wrong(enriched)

    assert {"graph", "part of the graph", "claim"} <= {one.what for one in found}
    assert old.subject.value.removesuffix("#target") in {one.name for one in found}  # type: ignore[union-attr]


def test_a_quad_that_was_added_is_found(enriched: Enriched) -> None:
    old = some(quads_of(enriched), OA["hasBody"])
    with changed(enriched, None, Quad(old.subject, old.predicate, NamedNode("http://example.org/x"), old.graph_name)):
        found = wrong(enriched)

    assert (old.subject.value, "It says two things where claims say one.") in [  # type: ignore[union-attr]
        (one.name, one.told) for one in found
    ]


def test_a_changed_prompt_is_found_and_named(enriched: Enriched) -> None:
    old = in_ledger(enriched, "?s enr:prompt ?o FILTER(CONTAINS(STR(?s), '#painting'))", ENR["prompt"])
    new = Quad(old.subject, old.predicate, Literal("a photo of a potato", language="en"), old.graph_name)
    with changed(enriched, old, new):
        found = wrong(enriched)

    assert ["in the ledger", "prompt set"] == [one.what for one in found]
    assert "It now has “a photo of a potato” of painting." in found[1].told
    assert f"It had “{old.object.value}” of painting." in found[1].told  # type: ignore[union-attr]


@pytest.mark.parametrize("term", ["minimumConfidence", "nearMissFloor"])
def test_a_changed_threshold_is_found(enriched: Enriched, term: str) -> None:
    old = in_ledger(enriched, f"?s a enr:DecisionPolicy ; enr:{term} ?o", ENR[term])
    with changed(enriched, old, Quad(old.subject, old.predicate, decimal(0.33), old.graph_name)):
        found = wrong(enriched)

    assert [("in the ledger", old.subject.value), ("policy", old.subject.value)] == [  # type: ignore[union-attr]
        (one.what, one.name) for one in found
    ]


def test_a_changed_time_of_the_run_is_found(enriched: Enriched) -> None:
    run = enriched.settings.iris.run(enriched.ulid)
    old = in_ledger(enriched, f"{run} prov:startedAtTime ?o BIND({run} AS ?s)", PROV["startedAtTime"])
    new = Literal("2020-01-01T00:00:00Z", datatype=old.object.datatype)  # type: ignore[union-attr]
    with changed(enriched, old, Quad(old.subject, old.predicate, new, old.graph_name)):
        found = wrong(enriched)

    assert [("in the ledger", run.value)] == [(one.what, one.name) for one in found]


def test_other_bytes_in_the_ledger_are_found(enriched: Enriched) -> None:
    old = in_ledger(enriched, "?s a enr:ImageCapture ; enr:sha256 ?o", ENR["sha256"])
    with changed(enriched, old, Quad(old.subject, old.predicate, Literal("0" * 64), old.graph_name)):
        found = wrong(enriched)

    assert ["captures"] == [one.what for one in found]


def in_ledger(enriched: Enriched, pattern: str, predicate: NamedNode) -> Quad:
    """The first quad of the ledger that a pattern with ?s and ?o finds."""
    ledger = enriched.settings.iris.ledger
    query = f"{SPARQL_PREFIXES}SELECT ?s ?o WHERE {{ GRAPH {ledger} {{ {pattern} }} }} ORDER BY ?s ?o LIMIT 1"
    (row,) = enriched.client.select(query)
    return Quad(row["s"], predicate, row["o"], ledger)  # type: ignore[arg-type]


def test_one_byte_of_a_picture_is_found_and_named(enriched: Enriched) -> None:
    capture = some(quads_of(enriched), PROV["wasDerivedFrom"]).object
    file = ImageStore(enriched.settings).path(capture.value.rpartition("-")[2])  # type: ignore[union-attr]
    bytes_ = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(bytes_[:-1] + b"\x00")
    found = wrong(enriched)
    file.write_bytes(bytes_)

    assert [("image", capture.value)] == [(one.what, one.name) for one in found]  # type: ignore[union-attr]


def test_a_picture_that_the_cache_has_not_is_told(enriched: Enriched) -> None:
    capture = some(quads_of(enriched), PROV["wasDerivedFrom"]).object
    file = ImageStore(enriched.settings).path(capture.value.rpartition("-")[2])  # type: ignore[union-attr]
    aside = file.rename(file.with_suffix(".aside"))
    found = wrong(enriched)
    aside.rename(file)

    assert [("images", Verdict.unchecked)] == [(one.what, one.verdict) for one in found]


def test_a_changed_hash_of_the_weights_is_found(enriched: Enriched) -> None:
    old = in_ledger(enriched, "?s a enr:Model ; enr:sha256 ?o", ENR["sha256"])
    with changed(enriched, old, Quad(old.subject, old.predicate, Literal("0" * 64), old.graph_name)):
        found = wrong(enriched)

    assert [("in the ledger", old.subject.value), ("weights", old.subject.value)] == [  # type: ignore[union-attr]
        (one.what, one.name) for one in found
    ]


def test_one_byte_of_the_weights_is_found(enriched: Enriched, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / CONFIG).write_text('{"model_cfg": {"vision_cfg": {}}}')
    weights = folder / WEIGHTS
    weights.write_bytes(b"some weights")
    sha256, settings = file_sha256(weights), enriched.settings.model_copy(update={"model": str(folder)})
    model = settings.iris.thing("model", "ours", sha256[:12])
    described = {model: [Quad(model, TYPE, ENR["Model"]), Quad(model, ENR["sha256"], Literal(sha256))]}
    before = list(check_weights(described, settings))
    weights.write_bytes(b"some Weights")
    after = list(check_weights(described, settings))
    settings = settings.model_copy(update={"model": str(tmp_path / "others")})

    assert [Verdict.ok] == [one.verdict for one in before]
    assert [(model.value, Verdict.changed)] == [(one.name, one.verdict) for one in after]
    assert [Verdict.unchecked] == [one.verdict for one in check_weights(described, settings)]


def test_a_run_from_before_gets_a_manifest_where_that_is_asked_for(enriched: Enriched) -> None:
    client, iris = enriched.client, enriched.settings.iris
    manifest = iris.thing("manifest", enriched.ulid).value
    client.update(
        f"""DELETE {{ GRAPH {iris.ledger} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {iris.ledger} {{
          ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{manifest}") || STR(?o) = "{manifest}")
        }} }}"""
    )
    without = next(verify_run(client, enriched.ulid, enriched.settings))
    made = next(verify_run(client, enriched.ulid, enriched.settings, write=True))

    assert ("manifest", Verdict.unchecked) == (without.what, without.verdict)
    assert ("manifest", Verdict.ok) == (made.what, made.verdict)
    assert [] == wrong(enriched)


def test_another_card_of_the_same_weights_changes_no_earlier_run(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base="http://rubricator.test")
    used, iris = inputs(settings), settings.iris
    other = replace(used, model=Model(licence="Apache-2.0", source="https://models.example.org/1"))
    with connect(settings) as client:
        earlier, later = (written(client, settings, {ITEMS[0]: {"map": 0.9}}, n, ended=False) for n in range(2))
        client.load(proven_end(client, earlier, RunCounts(1, 1, 0, 0), used.software_iri(iris), settings))
        client.load(plan_quads(later, other, iris))
        found = [one for one in verify_run(client, earlier.ulid, settings) if one.verdict is Verdict.changed]
        claims = [next(iter(client.get_graph(iris.run_graph(run.ulid)))).subject for run in (earlier, later)]
        traces = [trace(client, str(claim).strip("<>").removesuffix("#target"), settings) for claim in claims]

    assert [] == found
    licences = [
        {line.value for section in one.sections for line in section.lines if line.what in ("licence", "from")}
        for one in traces
    ]
    assert [{"MIT"}, {"MIT", "Apache-2.0", "https://models.example.org/1"}] == licences
