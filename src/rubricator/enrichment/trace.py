"""Where one claim came from and what became of it, in the words of whoever has to answer for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode, Triple

from rubricator.enrichment.knowledge import Knowledge
from rubricator.rdf import DC, DCTERMS, EDM, ENR, PROV, SCHEMA, TYPE


@dataclass(frozen=True, slots=True)
class Line:
    """``what`` is told, its ``value``, and the IRI that says more, if there is one."""

    what: str
    value: str
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What is told of one thing in the chain."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """An event or a review: ``what`` was done, by whom in which role, when and why."""

    iri: NamedNode
    what: str
    who: str
    moment: datetime
    why: str

    @property
    def line(self) -> Line:
        return Line(
            self.what, f"{told(self.moment)} by {self.who}" + (f": {self.why}" if self.why else ""), self.iri.value
        )


@dataclass(frozen=True, slots=True)
class Trace:
    """All that is known of one claim, near miss or failure.

    ``state`` is one of ``enrichment.standing.State``, ``near miss``, ``failure``, ``imported`` or, of what a person
    put in the place of a claim, ``overruled``; ``sentence`` says what that means.
    """

    subject: NamedNode
    state: str
    sentence: str
    sections: tuple[Section, ...]
    triples: Sequence[Triple]


def told(moment: datetime) -> str:
    """To the second, in UTC, as ISO 8601."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def claim_lines(known: Knowledge, subject: NamedNode) -> Iterator[Line]:
    """The claim itself."""
    yield Line("claim", subject.value, subject.value)
    yield from _each(known, subject, {"concept": "hasBody"}, "http://www.w3.org/ns/oa#")
    yield from _texts(known, subject, (("confidence", EDM["confidenceLevel"]), ("raw score", ENR["rawScore"])))
    yield from _texts(known, subject, (("meant for", ENR["property"]), ("reason code", ENR["code"])))
    yield from _texts(known, subject, (("message", DCTERMS["description"]),))


def _each(known: Knowledge, subject: NamedNode, names: dict[str, str], start: str) -> Iterator[Line]:
    for what, name in names.items():
        for node in known.nodes(subject, NamedNode(start + name)):
            yield Line(what, node.value, node.value)


def _texts(
    known: Knowledge, subject: NamedNode | None, names: Sequence[tuple[str, NamedNode]], iri: str | None = None
) -> Iterator[Line]:
    """Each value of these predicates; IRIs lead to themselves."""
    for what, predicate in names:
        for value in known.all(subject, predicate):
            yield Line(what, value.value, value.value if isinstance(value, NamedNode) else iri)


def picture_lines(
    known: Knowledge, item: NamedNode | None, title: str | None, image: NamedNode | None, capture: NamedNode | None
) -> Iterator[Line]:
    """Which picture of which item, what that is called, and the bytes that were looked at."""
    if item:
        yield Line("item", item.value, item.value)
    if title:
        yield Line("title", title)
    for what, node in (("picture", image), ("bytes looked at", capture)):
        if node:
            yield Line(what, node.value, node.value)
    if capture is None:
        return
    rendition = known.node(capture, ENR["rendition"])
    yield from _texts(known, capture, (("sha-256 of the bytes", ENR["sha256"]),), capture.value)
    yield Line("looked at", "the thumbnail" if rendition else "the original", rendition.value if rendition else None)
    yield from _texts(
        known,
        capture,
        (("media type", SCHEMA["encodingFormat"]), ("retrieved", PROV["generatedAtTime"]), ("rights", EDM["rights"])),
    )


def model_lines(known: Knowledge, run: NamedNode, model: NamedNode | None) -> Iterator[Line]:
    """The weights, under which licence the run took them from where, and who measured them."""
    if model is None:
        return
    yield from _texts(known, model, (("model", DCTERMS["title"]), ("weights sha-256", ENR["sha256"])), model.value)
    yield from _texts(known, run, (("licence", ENR["modelLicence"]), ("from", ENR["modelSource"])))
    yield from _texts(known, model, (("architecture", ENR["architecture"]),))
    yield from _evaluations(known, model)


def _evaluations(known: Knowledge, subject: NamedNode) -> Iterator[Line]:
    found = {
        evaluation: None
        for measurement in known.nodes(subject, NamedNode("http://www.w3.org/ns/dqv#hasQualityMeasurement"))
        for evaluation in known.nodes(measurement, PROV["wasGeneratedBy"])
    }
    for evaluation in found:
        yield Line("evaluation", evaluation.value, evaluation.value)


def prompt_lines(known: Knowledge, prompts: NamedNode | None) -> Iterator[Line]:
    """The prompt set and the very prompts of the concept."""
    if prompts is None:
        return
    yield from _texts(
        known, prompts, (("prompt set", DCTERMS["title"]), ("prompts sha-256", ENR["sha256"])), prompts.value
    )
    yield from _texts(known, known.part(prompts), (("prompt", ENR["prompt"]),))


def head_lines(known: Knowledge, head: NamedNode | None) -> Iterator[Line]:
    """The head, and how it was trained from which pictures."""
    if head is None:
        yield Line("decided by", "prompts: no head was trained")
        return
    yield from _texts(known, head, (("head", DCTERMS["title"]), ("head sha-256", ENR["sha256"])), head.value)
    for training in known.nodes(head, PROV["wasGeneratedBy"]):
        yield Line("training", training.value, training.value)
        yield from _texts(known, training, (("method", ENR["method"]), ("trained until", PROV["endedAtTime"])))
        for used in known.nodes(training, PROV["used"]):
            if ENR["LabelledDataset"] in known.all(used, TYPE):
                yield Line("learned from", known.text(used, DCTERMS["title"]) or used.value, used.value)
            elif count := known.text(used, ENR["count"]):
                words = (known.text(used, predicate) for predicate in (DCTERMS["title"], DC["publisher"], DC["rights"]))
                yield Line("source", f"{count} pictures: {', '.join(filter(None, words))}")
    yield from _evaluations(known, head)


def policy_lines(known: Knowledge, policy: NamedNode | None) -> Iterator[Line]:
    """By which threshold it was decided, on what evidence, and what was promised."""
    if policy is None:
        return
    part = known.part(policy)
    own = part if part in known.nodes(policy, ENR["threshold"]) else None
    yield Line("decision policy", policy.value, policy.value)
    yield from _texts(known, policy, (("policy sha-256", ENR["sha256"]), ("concepts a picture", ENR["labels"])))
    threshold = known.text(own, ENR["minimumConfidence"]) if own else known.text(policy, ENR["minimumConfidence"])
    if threshold is None:
        yield Line("threshold", "the concept is never claimed", own.value if own else None)
    else:
        yield Line(
            "threshold", f"{threshold}, {'of this concept' if own else 'of all concepts'}", (own or policy).value
        )
    yield from _texts(
        known,
        own,
        (("measured precision", ENR["measuredPrecision"]), ("coverage", ENR["coverage"]),
         ("measured on", ENR["pictureCount"]), ("why never", DCTERMS["description"])),
    )  # fmt: skip
    yield from _texts(known, policy, (("promised precision", ENR["promisedPrecision"]),))
    yield Line("calibrated", "yes" if known.text(policy, ENR["calibrated"]) == "true" else "no")
    yield from _texts(
        known,
        policy,
        (("calibration evidence", ENR["calibrationEvidence"]), ("calibration sha-256", ENR["calibrationSha256"]),
         ("threshold evidence", ENR["thresholdEvidence"]), ("fitted on", PROV["wasDerivedFrom"])),
    )  # fmt: skip


def run_lines(known: Knowledge, run: NamedNode, graph: NamedNode) -> Iterator[Line]:
    """The run, its software, its operator and its manifest."""
    yield Line("run", run.value, run.value)
    yield Line("graph", graph.value, graph.value)
    yield from _texts(known, run, (("started", PROV["startedAtTime"]), ("ended", PROV["endedAtTime"])))
    for software in known.nodes(run, PROV["wasAssociatedWith"]):
        version = known.text(software, SCHEMA["softwareVersion"])
        yield Line("software", f"Rubricator {version or ''}".strip(), software.value)
        yield from _texts(known, software, (("commit", ENR["commit"]),))
    for association in known.nodes(run, PROV["qualifiedAssociation"]):
        for operator in known.nodes(association, PROV["agent"]):
            yield Line("operator", known.text(operator, ENR["pseudonym"]) or operator.value, operator.value)
    vocabulary = known.of_kind(known.nodes(run, PROV["used"]), ENR["VocabularyVersion"])
    if vocabulary:
        yield Line("vocabulary", known.text(vocabulary, SCHEMA["version"]) or vocabulary.value, vocabulary.value)
    manifest = known.node(run, ENR["manifest"])
    if manifest:
        yield Line("manifest sha-256", known.text(manifest, ENR["sha256"]) or "", manifest.value)
    else:
        yield Line("manifest", "none: the run has not ended, or did before there were any")
