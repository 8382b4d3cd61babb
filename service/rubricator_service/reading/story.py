"""The trace of a claim in plain words, for who wants to know where it came from and not every hash."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from rubricator.enrichment.trace import Line, Section, Trace
from rubricator_service.reading.labels import Heading, moment, percent

_ABOVE = {"The claim": None, "Item and picture": {"item", "picture", "bytes looked at"}}
"""What the head of a claim's page tells already, by section; None for all of it."""

_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]*[^\s<>\"{}|\\^`,.;:]")


@dataclass(frozen=True, slots=True)
class Told:
    """A section of a trace with each question once: what is told, and all that is told of it."""

    title: str
    lines: tuple[tuple[str, tuple[Line, ...]], ...]


def below(trace: Trace) -> Sequence[Told]:
    """The sections of a trace without what stands above them on the page."""
    told = (Told(section.title, tuple(_gathered(section).items())) for section in trace.sections)
    return [one for one in told if one.lines]


def _gathered(section: Section) -> Mapping[str, tuple[Line, ...]]:
    above = _ABOVE.get(section.title, set())
    lines: defaultdict[str, tuple[Line, ...]] = defaultdict(tuple)
    for line in section.lines:
        if above is not None and line.what not in above:
            lines[line.what] += (line,)
    return lines


def concepts_in(trace: Trace) -> set[NamedNode]:
    """What may be concepts among the IRIs that a trace names."""
    lines = [line for section in trace.sections for line in section.lines]
    texts = [trace.sentence, *(line.what for line in lines), *(line.value for line in lines)]
    return {NamedNode(iri) for text in texts for iri in _IRI.findall(text)}


def in_words(trace: Trace, headings: Mapping[NamedNode, Heading]) -> Trace:
    """The same trace, with concepts by their labels."""

    def spoken(text: str) -> str:
        return _IRI.sub(lambda found: _label(headings.get(NamedNode(found[0])), found[0]), text)

    sections = tuple(
        Section(
            section.title,
            tuple(replace(line, what=spoken(line.what), value=spoken(line.value)) for line in section.lines),
        )
        for section in trace.sections
    )
    return replace(trace, sentence=spoken(trace.sentence), sections=sections)


def _label(heading: Heading | None, iri: str) -> str:
    return heading.label if heading and heading.concept else iri


def story(trace: Trace, concept: str) -> Sequence[str]:
    """Who looked at what, in which words, how sure it was and had to be, and what stands: a sentence each.

    Of what no run has said, what a person put or somebody else claimed, the trace's own sentence tells enough.
    """
    said = {(section.title, line.what): line.value for section in reversed(trace.sections) for line in section.lines}
    model, looked = said.get(("Model", "model")), said.get(("Item and picture", "looked at"))
    sentences = []
    confidence, least = said.get(("The claim", "confidence")), _threshold(said)
    if model and looked:
        sentences.append(f"{_when(said)} the model {model} looked at {looked} of the picture.")
        sentences.append(_in_words(trace, said, concept))
        if confidence:
            sentences.append(_sure(float(confidence), least, concept))
        if least is not None:
            sentences.extend(_proven(said))
    return [*sentences, trace.sentence if trace.sentence.endswith((".", "!", "?")) else f"{trace.sentence}."]


def _when(said: Mapping[tuple[str, str], str]) -> str:
    started = said.get(("Run", "started"))
    return f"In a run of {moment(started)}," if started else "In a run that tells no time,"


def _in_words(trace: Trace, said: Mapping[tuple[str, str], str], concept: str) -> str:
    head = said.get(("Head", "head"))
    if head:
        learned = said.get(("Head", "learned from"))
        return f"The head {head} decided, which learned from {learned}." if learned else f"The head {head} decided."
    prompts = [line.value for section in trace.sections for line in section.lines if line.what == "prompt"]
    if not prompts:
        return "It compared the picture with the prompts of each concept."
    words = f"“{prompts[0]}”" if len(prompts) == 1 else f"{len(prompts)} phrases, such as “{prompts[0]}”"
    return f"It compared the picture with what each concept is called in words; for {concept}: {words}."


def _threshold(said: Mapping[tuple[str, str], str]) -> float | None:
    """The confidence that is asked for; None where the concept is never claimed, or nobody asks for any."""
    least = said.get(("Threshold and calibration", "threshold"), "").partition(",")[0]
    return float(least) if least.replace(".", "", 1).isdigit() else None


def _sure(confidence: float, least: float | None, concept: str) -> str:
    asked = "" if least is None else f"; the policy asks for at least {_percent(least)}"
    return f"It was {_percent(confidence)} sure of {concept}{asked}."


def _proven(said: Mapping[tuple[str, str], str]) -> Sequence[str]:
    precision = said.get(("Threshold and calibration", "measured precision"))
    pictures = said.get(("Threshold and calibration", "measured on"))
    if precision is None or pictures is None:
        return []
    right = _percent(float(precision))
    return [f"Of such claims, {right} were right when it was tried on {pictures} pictures that people had labelled."]


def _percent(share: float) -> str:
    return f"{percent(share)}\u202f%"
