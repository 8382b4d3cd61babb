"""Which pictures a model, a head or a policy was made with: so that a claim of one of these can say so."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.enrichment.answers import tail
from rubricator.enrichment.knowledge import Knowledge
from rubricator.enrichment.trace import Line
from rubricator.iris import Iris
from rubricator.plural import plural
from rubricator.rdf import DCTERMS, DQV, ENR, PROV, TYPE, integer

_PARTS = {
    ENR["Model"]: ("in the training", "the training of the model"),
    ENR["Head"]: ("in the training", "the training of the head"),
    ENR["DecisionPolicy"]: ("in the calibration", "the calibration of the policy"),
}
"""What a trace asks of each, and what it calls the pictures that it was made with."""


@dataclass(frozen=True, slots=True)
class PictureList:
    """The sha-256 of every picture that ``thing`` (a model, head, policy, evaluation) was made with."""

    thing: NamedNode
    pictures: frozenset[str]

    @property
    def sha256(self) -> str:
        """Over the sorted hashes, one a line: that of the file ``pictures.txt`` beside what was trained."""
        return hashlib.sha256("".join(sorted(f"{one}\n" for one in self.pictures)).encode()).hexdigest()


def known_quads(run: NamedNode, lists: Iterable[PictureList], iris: Iris) -> Iterator[Quad]:
    """That all pictures of a run were held against these lists, each a part of what was made with it: 4 quads each.

    Another run may know another list of the same thing, or none.
    """
    for one in lists:
        part = iris.part(one.thing, f"list-{one.sha256[:12]}")
        yield Quad(run, ENR["knewList"], part, iris.ledger)
        yield Quad(one.thing, ENR["pictureList"], part, iris.ledger)
        yield from _size_quads(part, one, iris)


def _size_quads(subject: NamedNode, one: PictureList, iris: Iris) -> Iterator[Quad]:
    yield Quad(subject, ENR["listedCount"], integer(len(one.pictures)), iris.ledger)
    yield Quad(subject, ENR["listSha256"], Literal(one.sha256), iris.ledger)


def learned_quads(lists: Iterable[PictureList], sha256: str, iris: Iris) -> Iterator[Quad]:
    """That these very bytes were learned from: nothing where they were not."""
    for one in lists:
        if sha256 in one.pictures:
            yield Quad(iris.image(sha256), ENR["learnedBy"], one.thing, iris.ledger)


def measured_quads(evaluation: NamedNode, pictures: Iterable[str], iris: Iris) -> Iterator[Quad]:
    """Which pictures an evaluation measured: one quad each."""
    listed = frozenset(pictures)
    yield from _size_quads(evaluation, PictureList(evaluation, listed), iris)
    for sha256 in sorted(listed):
        yield Quad(iris.image(sha256), ENR["measuredIn"], evaluation, iris.ledger)


def taught_lines(
    known: Knowledge, run: NamedNode, used: Sequence[NamedNode], capture: NamedNode | None
) -> Iterator[Line]:
    """Whether the bytes of a claim had a part in what made the claim, or was measured by; as far as that is known.

    They had none only where the run was held against a list: what other runs knew is no word on these bytes.
    """
    if capture is None:
        return
    lists = known.nodes(run, ENR["knewList"])
    for thing in used:
        kind = next((kind for kind in _PARTS if kind in known.all(thing, TYPE)), None)
        if kind is None:
            continue
        asked, whose = _PARTS[kind]
        part = f"{whose} {known.text(thing, DCTERMS['title']) or tail(thing)}"
        if thing in known.all(capture, ENR["learnedBy"]):
            yield Line(asked, f"yes: these very bytes are among the pictures of {part}", thing.value)
        elif held := next((one for one in known.nodes(thing, ENR["pictureList"]) if one in lists), None):
            listed = plural(int(known.text(held, ENR["listedCount"]) or 0), "picture")
            yield Line(asked, f"no: these bytes are not among the {listed} of {part}", thing.value)
        elif kind != ENR["DecisionPolicy"] or known.text(thing, ENR["calibrated"]) == "true":
            who = "nobody says" if not known.nodes(thing, ENR["pictureList"]) else "the run was not told"
            yield Line(asked, f"unknown: {who} which are the pictures of {part}", thing.value)
    for evaluation in evaluations_of(known, used):
        if evaluation in known.nodes(capture, ENR["measuredIn"]):
            yield Line("in an evaluation", "yes: these very bytes were measured", evaluation.value)
        elif count := known.text(evaluation, ENR["listedCount"]):
            listed = plural(int(count), "picture")
            yield Line("in an evaluation", f"no: these bytes are not among the {listed} of it", evaluation.value)
        else:
            yield Line("in an evaluation", "unknown: nobody says which pictures it measured", evaluation.value)


def evaluations_of(known: Knowledge, things: Iterable[NamedNode]) -> list[NamedNode]:
    """The evaluations whose figures are of these."""
    figures = (figure for thing in things for figure in known.nodes(thing, DQV["hasQualityMeasurement"]))
    return list(dict.fromkeys(made for figure in figures for made in known.nodes(figure, PROV["wasGeneratedBy"])))
