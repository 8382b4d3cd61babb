"""Writes a run as an RO-Crate: for repositories such as Zenodo, and for whoever judges a run without our store."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from rubricator.enrichment.account import Fact, run_facts
from rubricator.enrichment.ledger import RunSummary, find_run
from rubricator.errors import UsageError
from rubricator.pipeline.exporting.crate.files import CrateFiles
from rubricator.pipeline.exporting.crate.metadata import NAME, Described, metadata
from rubricator.pipeline.exporting.crate.readme import readme
from rubricator.pipeline.exporting.flat import write_csv
from rubricator.pipeline.exporting.outcome import Outcome
from rubricator.pipeline.exporting.packed import packed
from rubricator.pipeline.exporting.parcel import Parcel
from rubricator.pipeline.exporting.published import Chosen, published
from rubricator.pipeline.exporting.single import ledger_quads, run_quads
from rubricator.progress import Progress, counted, silent
from rubricator.rdf import DQV, ENR, PREFIXES, TYPE, now
from rubricator.resources import resource
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

QUADS, CLAIMS, CARD = "run.nq.gz", "claims.csv", "model-card.md"
_TURTLE, _N_QUADS, _CSV, _MARKDOWN = "text/turtle", "application/n-quads", "text/csv", "text/markdown"
_USED = {
    ENR["Model"]: ("model.ttl", "The model", "The weights that looked at the pictures, named by their sha-256."),
    ENR["Head"]: ("head.ttl", "The head", "What was trained to decide in place of prompts, and on what."),
    ENR["PromptSet"]: ("prompt-set.ttl", "The prompt set", "The very phrases that stood for each concept."),
    ENR["DecisionPolicy"]: ("policy.ttl", "The decision policy", "Thresholds, and the evidence for them."),
    ENR["PicturePolicy"]: ("picture-policy.ttl", "The picture policy", "Which pictures might be fetched."),
    ENR["VocabularyVersion"]: ("vocabulary.ttl", "The vocabulary", "Which version of the concept scheme was used."),
}
_MEASURED = (DQV["QualityMeasurement"], ENR["Evaluation"], ENR["LabelledDataset"], ENR["Training"])
_EVALUATION = "evaluation.ttl"
Things = Mapping[NamedNode, Sequence[Triple]]


def write_crate(
    client: StoreClient, settings: Settings, ulid: str, parcel: Parcel, progress: Progress = silent
) -> Outcome:
    """Write one run that has ended. Raises UsageError for another."""
    iris, summary = settings.iris, find_run(client, settings.iris, ulid)
    if summary.started is None or summary.ended is None:
        raise UsageError(f"The run {ulid} has not ended: `rubricator enrich` goes on with it; export it then.")
    facts = {fact.name: fact for fact in run_facts(client, iris, ulid)}
    files, run = CrateFiles(parcel), iris.run(ulid).value
    claims = _write_claims(client, settings, ulid, files, progress)
    things = _things(ledger_quads(client, iris, ulid))
    used = [*_write_used(things, files), *_write_card(things, files)]
    results = [CLAIMS, QUADS]
    measured = [triple for _, said in _of_kinds(things, _MEASURED) for triple in said]
    judged = any(_of_kinds(things, [ENR["Evaluation"]]))
    if judged:
        title, description = "How good it is", "Every evaluation that the ledger has of the model or the head."
        with files.file(_EVALUATION, title, description, _TURTLE) as file:
            serialize(measured, file, RdfFormat.TURTLE, prefixes=PREFIXES)
    described = _described(run, summary, summary.started, summary.ended, facts, used, results)
    with files.file("README.md", "What is in here", "For people.", _MARKDOWN) as file:
        file.write(readme(described, list(facts.values()), files.written, judged).encode())
    content = metadata(described, files.written)
    with parcel.file(NAME) as file:
        file.write(content)
    missing = {} if judged else {"evaluation, as the ledger knows none of this model or head": 1}
    return Outcome({"files": len(files.written) + 1, "claims": claims}, missing)


def _write_claims(client: StoreClient, settings: Settings, ulid: str, files: CrateFiles, progress: Progress) -> int:
    iris = settings.iris
    graph = iris.run_graph(ulid)
    said = (
        "Every claim and near miss, what the ledger says of the run and the bytes it looked at, retractions, reviews."
    )
    with files.file(QUADS, "The run", said, _N_QUADS, iris.run(ulid).value) as file, packed(file) as stream:
        serialize(run_quads(client, iris, ulid), stream, RdfFormat.N_QUADS)
    with files.file(CLAIMS, "The claims", "Those that were published when this was exported.", _CSV) as file:
        return write_csv(counted(published(client, iris, Chosen(run=graph)), progress), file)


def _things(quads: Iterator[Quad]) -> Things:
    """What the ledger says, by thing; what is said of its parts (``thing#…``) is said of it."""
    found: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            found[NamedNode(quad.subject.value.partition("#")[0])].append(quad.triple)
    return found


def _of_kinds(things: Things, kinds: Sequence[NamedNode]) -> Iterator[tuple[NamedNode, Sequence[Triple]]]:
    for thing, said in things.items():
        if any(triple.predicate == TYPE and triple.object in kinds for triple in said):
            yield thing, said


def _write_used(things: Things, files: CrateFiles) -> Iterator[str]:
    """A file for each thing that the run used; yields their names."""
    for kind, (name, title, description) in _USED.items():
        for number, (thing, said) in enumerate(_of_kinds(things, [kind])):
            own = name if not number else name.replace(".", f"-{number + 1}.")
            with files.file(own, title, description, _TURTLE, thing.value) as file:
                serialize(said, file, RdfFormat.TURTLE, prefixes=PREFIXES)
            yield own


def _write_card(things: Things, files: CrateFiles) -> Iterator[str]:
    """The card of the model, where it is the one that comes with the program."""
    from rubricator.classifier.card import read_card

    folder = resource("classifier", "models", "rubricator-lite")
    card = read_card(folder)
    for thing, said in _of_kinds(things, [ENR["Model"]]):
        hashes = [getattr(triple.object, "value", "") for triple in said if triple.predicate == ENR["sha256"]]
        if card and card.weights_sha256 in hashes:
            licence = f"https://spdx.org/licenses/{card.licence}" if card.licence else None
            description = "What it was made from, for what, and how good it is."
            with files.file(CARD, "The model card", description, _MARKDOWN, thing.value, licence) as file:
                file.write((folder / "README.md").read_bytes())
            yield CARD


def _described(
    run: str,
    summary: RunSummary,
    started: datetime,
    ended: datetime,
    facts: Mapping[str, Fact],
    used: Sequence[str],
    results: Sequence[str],
) -> Described:
    software, operator = facts["software"], facts["operator"]
    decider = summary.head or f"the prompts {summary.prompts}"
    least = "from the threshold of each" if summary.threshold is None else f"of {summary.threshold:g} or more"
    return Described(
        run,
        f"Rubricator run {summary.ulid}",
        f"{summary.model} looked at {summary.images or 0:,} pictures of heritage items, {decider} decided, and "
        f"{summary.enrichments or 0:,} concepts were claimed with a confidence {least}.",
        started,
        ended,
        software.iri or "",
        str(software.value),
        operator.iri or "",
        str(operator.value),
        used,
        results,
        now(),
    )
