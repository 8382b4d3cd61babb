"""A tower that was taught is a model like any other, and one whose training was killed is the same."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from rubricator.classifier import Classifier, load_model
from rubricator.classifier.head import read_head
from rubricator.classifier.training.checkpoint import FILE
from rubricator.classifier.training.finetune import Plan
from rubricator.edm.validate import shapes_file, validate
from rubricator.errors import UsageError
from rubricator.pipeline.training.finetune import train_finetuned
from rubricator.pipeline.training.finish import Trained
from rubricator.pipeline.training.lesson import Terms
from rubricator.rdf import DCTERMS, ENR, PROV
from rubricator.settings import Settings, load_settings
from rubricator.vocabulary import load_prompts, load_vocabulary
from tests.fakes.drawn import drawn_dataset

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")

PLAN = Plan(steps=4, blocks=1, batch=2, rate=1e-3, watch=1)
ROOT = Path(__file__).parents[3]
SCRIPT = """
import sys, torch
from pathlib import Path
from rubricator.classifier.training.finetune import Plan
from rubricator.pipeline.training.finetune import train_finetuned
from rubricator.pipeline.training.lesson import Terms
from rubricator.settings import load_settings

def told(done, total=None):
    print(done, total, flush=True)
    if (done, total) == (3, 4):
        sys.stdin.read()  # until somebody kills us

if __name__ == "__main__":
    torch.set_num_threads(1)
    drawn, output, data = map(Path, sys.argv[1:])
    settings = load_settings(data_dir=data, base="http://rubricator.test")
    train_finetuned(drawn, output, settings, Terms(), Plan(steps=4, blocks=1, batch=2, rate=1e-3, watch=1), told)
"""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As in the process that is killed: another order of additions would be another result."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("data"), base="http://rubricator.test")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_dataset(
        tmp_path_factory.mktemp("drawn"), ("red", "white", "gray", "khaki"), ("textile", "map"), each=1
    )


@pytest.fixture(scope="module")
def trained(drawn: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_finetuned(drawn, tmp_path_factory.mktemp("out") / "tuned", settings, Terms(), PLAN)


def test_what_is_written_is_a_model_with_its_own_calibrated_head(trained: Trained, settings: Settings) -> None:
    model, head = load_model(str(trained.folder), "cpu"), read_head(trained.folder)
    base = load_model(settings.model, "cpu")

    classifier = Classifier(model, load_prompts(load_vocabulary(settings.iris)), head)

    assert ("tuned", model.features_key) == (model.identity.name, head.model_key)
    assert model.features_key != base.features_key
    assert classifier.calibration == trained.calibration is not None
    assert not (trained.folder / FILE).exists()


def test_the_model_that_was_taught_is_told_as_what_the_head_is_for(trained: Trained) -> None:
    pytest.importorskip("pyshacl")
    triples = [quad.triple for quad in parse(path=trained.folder / "training.ttl", format=RdfFormat.TURTLE)]
    said = {(triple.subject, triple.predicate): triple.object for triple in triples}

    (head,) = (triple.subject for triple in triples if triple.object == ENR["Head"])
    taught = said[head, DCTERMS["requires"]]

    assert isinstance(taught, NamedNode)
    assert Literal("tuned") == said[taught, DCTERMS["title"]]
    assert said[head, PROV["wasDerivedFrom"]] == said[taught, PROV["wasDerivedFrom"]] != taught
    assert said[head, PROV["wasGeneratedBy"]] == said[taught, PROV["wasGeneratedBy"]]
    assert [] == validate(triples, shapes_file("classifier"))


def test_half_of_the_repositories_taught_nothing(trained: Trained) -> None:
    training = trained.head.content["training"]

    assert (4, 4) == (training["dataset"]["learned_from"], training["dataset"]["held_out"])
    assert 2 == len({source["repository"] for source in training["sources"]})


def test_what_chose_the_step_and_what_the_base_had_learned_is_told_too(trained: Trained, settings: Settings) -> None:
    told, base = (load_model(name, "cpu").card for name in (str(trained.folder), settings.model))
    assert told is not None
    assert base is not None

    own = trained.head.content["training"]["sources"]
    assert [*own, *base.content["training"]["sources"]] == told.content["training"]["sources"]
    learned, earlier = (
        set((folder / "pictures.txt").read_text().split())
        for folder in (trained.folder, files("rubricator.classifier") / "models" / settings.model)
    )
    assert earlier < learned
    assert 8 == len(learned - earlier)


def test_only_the_last_blocks_have_learned(trained: Trained, settings: Settings) -> None:
    before, after = (load_model(name, "cpu").clip.visual for name in (settings.model, str(trained.folder)))

    changed = {
        name
        for (name, one), (_, other) in zip(before.named_parameters(), after.named_parameters(), strict=True)
        if not torch.equal(one, other)
    }

    assert changed
    assert not any("conv_stem" in name or ".blocks.0." in name for name in changed)


def test_a_training_that_was_killed_goes_on_to_the_same_weights(
    trained: Trained, drawn: Path, settings: Settings, tmp_path: Path
) -> None:
    output = tmp_path / "tuned"
    command = [sys.executable, "-c", SCRIPT, str(drawn), str(output), str(settings.data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        steps = list(iter(lambda: next(process.stdout).split(), ["3", "4"]))  # type: ignore[arg-type]
        process.send_signal(signal.SIGKILL)

    assert ["2", "4"] == steps[-1]
    assert not (output / "head.json").exists()
    seen: list[int] = []
    again = train_finetuned(drawn, output, settings, Terms(), PLAN, lambda done, *_: seen.append(done))
    assert [8, 2, 3, 4, 4] == seen  # all pictures are known; what came before; the steps, and the end
    assert trained.head.sha256 == again.head.sha256
    assert trained.head.model_key == again.head.model_key


def test_a_checkpoint_is_not_gone_on_from_with_other_options(drawn: Path, settings: Settings, tmp_path: Path) -> None:
    def stop(done: int, total: int | None = None) -> None:
        if (done, total) == (2, 4):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_finetuned(drawn, tmp_path, settings, Terms(), PLAN, stop)

    with pytest.raises(UsageError, match="other options"):
        train_finetuned(drawn, tmp_path, settings, Terms(openly_licensed=True), PLAN)
