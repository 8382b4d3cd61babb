import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from rubricator.classifier import Classifier, load_model
from rubricator.classifier.locate import SHIPPED
from rubricator.enrichment.ledger import list_runs
from rubricator.errors import UsageError
from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.curating.retracting import retract_runs
from rubricator.pipeline.enriching.enrich import Scope, enrich, run_inputs
from rubricator.pipeline.enriching.pending import PendingPictures
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.pipeline.sole import JobRunning, sole_job
from rubricator.rdf import EBUCORE, EDM, SPARQL_PREFIXES
from rubricator.resources import resource
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import load_prompts, load_vocabulary
from tests.pipeline.curating.runs import written

pytest.importorskip("open_clip", reason="enriching needs the extra clip")


def count(client: StoreClient, pattern: str) -> int:
    rows = client.select(f"{SPARQL_PREFIXES}SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(getattr(rows[0]["n"], "value", "0"))


LOOKED_AT = "GRAPH ?run { ?target oa:hasScope ?item ; oa:hasSource ?image }"
CLAIMS = "GRAPH ?run { ?claim a oa:Annotation }"
COMMIT = "0" * 40


def test_every_picture_leaves_a_claim_or_a_near_miss(harvested: StoreClient, settings: Settings) -> None:
    summary = enrich(harvested, settings)

    assert 5 == summary.looked_at
    assert 5 == count(harvested, LOOKED_AT)
    assert summary.counts is not None
    assert summary.counts.enrichments == count(harvested, CLAIMS) == count(harvested, "?item enr:hasEnrichment ?claim")


def test_a_new_policy_says_that_it_holds_for_new_pictures_only(harvested: StoreClient, settings: Settings) -> None:
    enrich(harvested, settings)

    same = enrich(harvested, settings).sentence
    stricter = enrich(harvested, settings.model_copy(update={"threshold": 0.99})).sentence

    assert "another policy" not in same
    assert "already looked at with another policy; this one holds for new pictures only" in stricter


def test_an_empty_store_is_told_what_to_do_first(client: StoreClient, settings: Settings) -> None:
    assert enrich(client, settings).sentence.startswith(
        "Enrichment: nothing to do, because there is no record in the store: harvest some first (`rubricator harvest"
    )


def test_a_policy_that_can_claim_nothing_is_warned_of(
    client: StoreClient, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calibration = json.loads((SHIPPED / "rubricator-lite" / "card.json").read_text(encoding="utf-8"))["calibration"]
    for threshold in calibration["one"]["thresholds"]:
        threshold["least"] = None
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"version": 1, "calibration": calibration}))

    enrich(client, settings.model_copy(update={"policy": policy}))

    assert ["This policy claims nothing"] == [record.message[:26] for record in caplog.records]


def test_a_second_run_with_the_same_inputs_writes_nothing(harvested: StoreClient, settings: Settings) -> None:
    enrich(harvested, settings)
    before = sorted(b"".join(harvested.export("application/n-quads")).splitlines())

    summary = enrich(harvested, settings)

    assert summary.run is None
    assert "nothing to do" in summary.sentence
    assert before == sorted(b"".join(harvested.export("application/n-quads")).splitlines())


def test_a_threshold_of_zero_claims_and_of_one_abstains(harvested: StoreClient, settings: Settings) -> None:
    abstained = enrich(harvested, settings.model_copy(update={"threshold": 1.0}), Scope(limit=2))
    claimed = enrich(harvested, settings.model_copy(update={"threshold": 0.0}))

    assert abstained.counts is not None
    assert claimed.counts is not None
    assert (2, 0) == (abstained.counts.images, abstained.counts.enrichments)
    assert (3, 3) == (claimed.counts.images, claimed.counts.enrichments)


def test_a_limit_leaves_the_rest_for_the_next_run(harvested: StoreClient, settings: Settings) -> None:
    first = enrich(harvested, settings, Scope(limit=2))
    second = enrich(harvested, settings)

    assert (2, 3) == (first.looked_at, second.looked_at)
    assert 5 == count(harvested, LOOKED_AT)


def test_the_newest_run_is_the_last_in_the_list_even_where_the_clock_went_back(
    harvested: StoreClient, settings: Settings
) -> None:
    ahead = written(harvested, settings, {"http://data.europeana.eu/item/1/0": {"map": 0.9}}, minute=10**8)
    summary = enrich(harvested, settings, Scope(limit=1))

    assert summary.run is not None
    assert [ahead.ulid, summary.run.ulid] == [run.ulid for run in list_runs(harvested, settings.iris)]
    assert all(run.started <= run.ended for run in list_runs(harvested, settings.iris) if run.started and run.ended)


def test_another_data_set_is_left_alone(harvested: StoreClient, settings: Settings, pictures: Path) -> None:
    ingest(harvest_folder(pictures, settings, "elsewhere"), harvested, settings)

    assert 5 == enrich(harvested, settings, Scope(dataset="pictures")).looked_at
    assert 5 == count(harvested, LOOKED_AT)


def test_a_data_set_that_is_not_there_is_named(harvested: StoreClient, settings: Settings) -> None:
    with pytest.raises(UsageError, match="nope"):
        enrich(harvested, settings, Scope(dataset="nope"))


def test_two_enrichments_at_once_are_refused_in_one_sentence(harvested: StoreClient, settings: Settings) -> None:
    with sole_job(settings, "enrich"), pytest.raises(JobRunning, match=f"process {os.getpid()}"):
        enrich(harvested, settings)

    assert [] == list_runs(harvested, settings.iris)


def test_a_new_version_of_the_vocabulary_is_a_reason_to_look_again(
    harvested: StoreClient, settings: Settings, tmp_path: Path
) -> None:
    enrich(harvested, settings)
    concepts = tmp_path / "concepts.ttl"
    shipped = resource("ontology", "concepts.ttl").read_text()
    concepts.write_text(shipped.replace(load_vocabulary(settings.iris).version, "2999-01-01"))

    again = enrich(harvested, settings.model_copy(update={"vocabulary": concepts}))

    assert 5 == again.looked_at


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ({"isShownBy": ["a"], "object": ["b"], "hasView": ["c"]}, "a"),
        ({"object": ["b"], "hasView": ["c"]}, "b"),
        ({"hasView": ["d", "c"]}, "c"),
        ({"isShownBy": ["b", "a"]}, "a"),
        ({"isShownBy": ["x.pdf"], "hasView": ["c"]}, "c"),
    ],
)
def test_the_picture_of_an_item_is_the_best_that_its_record_names(
    client: StoreClient, settings: Settings, links: dict[str, list[str]], expected: str
) -> None:
    client.load(_record(links))

    with PendingPictures(client, Scope(), [], settings) as pending:
        assert [f"http://museum.test/{expected}"] == [picture.depiction.image.value for picture in pending.fit()]
        assert [] == list(pending.unfit())


def test_an_item_with_nothing_but_a_document_is_a_coded_failure(client: StoreClient, settings: Settings) -> None:
    client.load(_record({"isShownBy": ["x.pdf"]}))

    summary = enrich(client, settings)

    assert (("image-not-an-image", 1),) == summary.failures
    assert "image-not-an-image 1" in summary.sentence
    assert 1 == enrich(client, settings).failed_earlier


def _record(links: dict[str, list[str]]) -> list[Quad]:
    aggregation, pdf = NamedNode("http://museum.test/aggregation"), NamedNode("http://museum.test/x.pdf")
    quads = [
        Quad(aggregation, EDM["aggregatedCHO"], NamedNode("http://museum.test/item")),
        Quad(aggregation, EDM["rights"], NamedNode("http://creativecommons.org/publicdomain/zero/1.0/")),
        Quad(pdf, EBUCORE["hasMimeType"], Literal("application/pdf")),
    ]
    return quads + [
        Quad(aggregation, EDM[link], NamedNode(f"http://museum.test/{image}"))
        for link, images in links.items()
        for image in images
    ]


def test_a_picture_that_is_gone_is_a_coded_failure_and_can_be_retried(
    harvested: StoreClient, settings: Settings
) -> None:
    lost = next(path for path in settings.image_dir.rglob("*") if path.is_file())
    content = lost.read_bytes()
    lost.unlink()

    first = enrich(harvested, settings)
    lost.write_bytes(content)
    skipped = enrich(harvested, settings)
    retried = enrich(harvested, settings, Scope(retry_failed=True))

    assert first.counts is not None
    assert retried.counts is not None
    assert 1 == first.counts.failures
    assert skipped.run is None
    assert (1, 0) == (retried.counts.images, retried.counts.failures)
    assert 1 == count(harvested, 'GRAPH ?run { ?failure a enr:Failure ; enr:code "image-missing" }')


def test_a_run_killed_in_the_middle_goes_on_under_its_iri_without_loss_or_duplicate(
    harvested: StoreClient, settings: Settings, tmp_path: Path
) -> None:
    program = tmp_path / "enrich.py"
    program.write_text(
        "import sys\n"
        "from rubricator.pipeline.enriching import enrich as job\n"
        "from rubricator.settings import load_settings\n"
        "from rubricator.store.client import connect\n"
        "job.BATCH = 1\n"
        "settings = load_settings()\n"
        "def wait_to_be_killed(done, total=None):\n"
        "    if done == 2:\n"
        "        print('two are written', flush=True)\n"
        "        sys.stdin.read()\n"
        "with connect(settings) as client:\n"
        "    job.enrich(client, settings, progress=wait_to_be_killed)\n"
    )
    environment = os.environ | {
        "RUBRICATOR_DATA_DIR": str(settings.data_dir),
        "RUBRICATOR_BASE": settings.base,
        "RUBRICATOR_BATCH_SIZE": "1",
        # That of the checkout may change between two processes, and with it what a run was made with.
        "RUBRICATOR_COMMIT": COMMIT,
    }
    with subprocess.Popen(
        [sys.executable, program], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert "two are written\n" == process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    interrupted = list_runs(harvested, settings.iris)

    summary = enrich(harvested, settings.model_copy(update={"commit": COMMIT}))

    assert ["interrupted"] == [run.state for run in interrupted]
    assert summary.resumed
    assert summary.run is not None
    assert interrupted[0].ulid == summary.run.ulid
    assert 5 == count(harvested, LOOKED_AT)
    assert summary.looked_at in (2, 3)
    assert ["ended"] == [run.state for run in list_runs(harvested, settings.iris)]


def test_confidence_is_called_calibrated_only_with_the_prompts_it_was_calibrated_for(settings: Settings) -> None:
    model, vocabulary = load_model(settings.model), load_vocabulary(settings.iris)
    shipped = load_prompts(vocabulary)
    own = replace(shipped, prompts={slug: (f"a {slug}",) for slug in shipped.prompts})

    assert run_inputs(settings, Classifier(model, shipped), vocabulary).policy.calibrated
    assert not run_inputs(settings, Classifier(model, own), vocabulary).policy.calibrated


def test_a_new_policy_decides_again_and_takes_the_place_of_the_runs_it_covers(
    harvested: StoreClient, settings: Settings
) -> None:
    first = enrich(harvested, settings.model_copy(update={"threshold": 0.0}))
    strict = settings.model_copy(update={"threshold": 1.0})

    part = enrich(harvested, strict, Scope(again=True, limit=2))
    rest = enrich(harvested, strict, Scope(again=True))
    done = enrich(harvested, strict, Scope(again=True))

    assert first.run is not None
    assert part.run is not None
    assert rest.run is not None
    assert (2, 3, None) == (part.looked_at, rest.looked_at, done.run)
    assert f"{first.run.ulid} was not superseded: 3 of the items that it looked at were not decided" in part.sentence
    assert f"It supersedes {first.run.ulid}." in rest.sentence
    assert [("superseded", rest.run.ulid), ("ended", None), ("ended", None)] == [
        (run.state, run.successor) for run in list_runs(harvested, settings.iris)
    ]
    assert 0 == count(harvested, "?item enr:hasEnrichment ?claim")
    assert enrich(harvested, strict).run is None


def test_what_was_retracted_is_looked_at_again(harvested: StoreClient, settings: Settings) -> None:
    enrich(harvested, settings)
    retract_runs(harvested, settings, list_runs(harvested, settings.iris), "wrong")

    assert 5 == enrich(harvested, settings).looked_at


def test_an_interrupted_run_that_was_retracted_is_not_gone_on_with(harvested: StoreClient, settings: Settings) -> None:
    def interrupt(done: int, total: int | None = None) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrich(harvested, settings, progress=interrupt)
    (open_run,) = list_runs(harvested, settings.iris)
    retract_runs(harvested, settings, [open_run], "stopped for good")

    summary = enrich(harvested, settings)

    assert "interrupted" == open_run.state
    assert not summary.resumed
    assert ["retracted", "ended"] == [run.state for run in list_runs(harvested, settings.iris)]
