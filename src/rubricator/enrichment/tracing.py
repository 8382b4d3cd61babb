"""Reads the trace of a claim from the store: for the command, and for the claim's page."""

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from rubricator.enrichment.answers import Selecting, iri
from rubricator.enrichment.events import EventKind, LedgerEvent, read_events
from rubricator.enrichment.imported import imported_trace
from rubricator.enrichment.judged import claims_on, reviews_of
from rubricator.enrichment.knowledge import Knowledge
from rubricator.enrichment.standing import Facts, Invalidation, Standing, State, standings
from rubricator.enrichment.substitute import read_substitute, substitute_trace
from rubricator.enrichment.taught import evaluations_of, taught_lines
from rubricator.enrichment.titles import read_titles
from rubricator.enrichment.trace import (
    Happening,
    Section,
    Trace,
    claim_lines,
    head_lines,
    model_lines,
    picture_lines,
    policy_lines,
    prompt_lines,
    run_lines,
    told,
)
from rubricator.iris import Iris
from rubricator.rdf import EDM, ENR, OA, PROV, SPARQL_PREFIXES, TYPE

_DONE = {
    EventKind.retraction: "retracted",
    EventKind.supersession: "superseded",
    EventKind.reinstatement: "reinstated",
}


def read_trace(client: Selecting, iris: Iris, subject: NamedNode) -> Trace | None:
    """The trace of a claim, near miss or failure, of what a person put in a claim's place, or of what was imported;
    None for others."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph ?run WHERE {{
          GRAPH ?graph {{ {subject} a ?kind }}
          GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}
        }} LIMIT 1"""
    )
    if not rows:
        put = read_substitute(client, iris, subject)
        return substitute_trace(client, iris, put) if put else imported_trace(client, iris, subject)
    graph, run = iri(rows[0]["graph"]), iri(rows[0]["run"])
    known = _gather(client, iris, subject, graph, run)
    used = known.nodes(run, PROV["used"])
    target = known.node(subject, OA["hasTarget"]) or subject
    item, image = known.node(target, OA["hasScope"]), known.node(target, OA["hasSource"])
    title = read_titles(client, [item]).get(item) if item else None
    capture = known.node(subject, PROV["wasDerivedFrom"])
    policy = known.of_kind(used, ENR["DecisionPolicy"])
    events = _events_on(client, iris, subject, graph)
    reviews, state, decided = _judged(client, iris, subject, graph, known, item, events)
    if reviews:
        told_in = " ".join(str(review.iri) for review in reviews)
        known.select(f"GRAPH {iris.reviews} {{ VALUES ?s {{ {told_in} }} ?s ?p ?o }}")
    if events:
        known.learn(event.iri for event in events)
    kinds = known.nodes(subject, TYPE)
    lines = {
        "The claim": claim_lines(known, subject),
        "Item and picture": picture_lines(known, item, title, image, capture),
        "Model": model_lines(known, run, known.of_kind(used, ENR["Model"])),
        "Prompts": prompt_lines(known, known.of_kind(used, ENR["PromptSet"])),
        "Head": head_lines(known, known.of_kind(used, ENR["Head"])),
        "Threshold and calibration": policy_lines(known, policy),
        "Training and evaluation data": taught_lines(known, run, used, capture),
        "Run": run_lines(known, run, graph),
        "Reviews": (one.line for one in reviews),
        "Retractions and their ends": (one.line for one in _happenings(events, graph)),
    }
    if ENR["NearMiss"] in kinds:
        state, sentence = "near miss", f"It was not claimed: {_why_not(known, subject, policy)}"
    elif ENR["Failure"] in kinds:
        state, sentence = "failure", "Nothing could be claimed: the picture was not looked at, for the reason below."
    else:
        sentence = _sentence(state, decided, events, graph)
    sections = tuple(Section(title, found) for title, told_ in lines.items() if (found := tuple(told_)))
    return Trace(subject, state, sentence, sections, tuple(known.triples()))


def _gather(client: Selecting, iris: Iris, subject: NamedNode, graph: NamedNode, run: NamedNode) -> Knowledge:
    """Everything along the chain, one link after the other."""
    known = Knowledge(client, iris)
    known.select(f"GRAPH {graph} {{ {subject} ?p ?o BIND({subject} AS ?s) }}")
    known.concept = known.node(subject, OA["hasBody"])
    for target in known.nodes(subject, OA["hasTarget"]):
        known.select(f"GRAPH {graph} {{ {target} ?p ?o BIND({target} AS ?s) }}")
    known.learn((run, graph))
    agents = [
        agent for one in known.nodes(run, PROV["qualifiedAssociation"]) for agent in known.nodes(one, PROV["agent"])
    ]
    manifest = known.nodes(run, ENR["manifest"])
    used = (*known.nodes(run, PROV["used"]), *known.nodes(run, PROV["wasAssociatedWith"]))
    known.learn((*used, *agents, *manifest, *known.nodes(subject, PROV["wasDerivedFrom"])))
    head, policy = known.of_kind(used, ENR["Head"]), known.of_kind(used, ENR["DecisionPolicy"])
    trainings = known.nodes(head, PROV["wasGeneratedBy"])
    further = (*trainings, *known.nodes(policy, PROV["wasDerivedFrom"]), *evaluations_of(known, used))
    if further:
        known.learn(further)
        sources = [used for training in trainings for used in known.nodes(training, PROV["used"])]
        if sources:
            known.learn(sources)
    return known


def _why_not(known: Knowledge, subject: NamedNode, policy: NamedNode | None) -> str:
    part, confidence = known.part(policy), known.text(subject, EDM["confidenceLevel"])
    own = part if part in known.nodes(policy, ENR["threshold"]) else None
    least = known.text(own or policy, ENR["minimumConfidence"])
    if least is None:
        return "the policy never claims this concept."
    if float(confidence or 0) < float(least):
        return f"its confidence of {confidence} is below the threshold of {least}."
    return "another concept was surer, and the picture could not get both."


def _events_on(client: Selecting, iris: Iris, subject: NamedNode, graph: NamedNode) -> list[LedgerEvent]:
    """The events on the claim, or on the graph of its run, and those that ended them; in the order of their times."""
    events = read_events(client, iris)
    if not events:
        return []
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?event WHERE {{
          GRAPH ?retraction {{ {subject} prov:wasInvalidatedBy ?event }}
          GRAPH {iris.ledger} {{ ?retraction prov:wasGeneratedBy ?event }}
        }}"""
    )
    single = {row["event"] for row in rows}
    mine = {event.iri for event in events if graph in event.graphs or event.iri in single}
    return [event for event in events if event.iri in mine or mine & set(event.revokes)]


def _happenings(events: Sequence[LedgerEvent], graph: NamedNode) -> Iterator[Happening]:
    for event in events:
        what = _DONE[event.kind]
        if event.successor:
            what += f" by the run {event.successor.value.rpartition('/')[2]}"
        elif event.graphs and graph in event.graphs:
            what += " with its run"
        yield Happening(event.iri, what, event.operator, event.moment, event.reason)


def _judged(
    client: Selecting,
    iris: Iris,
    subject: NamedNode,
    graph: NamedNode,
    known: Knowledge,
    item: NamedNode | None,
    events: Sequence[LedgerEvent],
) -> tuple[list[Happening], str, Happening | None]:
    """Every review of this claim and of those that say the same, what stands, and the review that decides."""
    claims = claims_on(client, iris, item, known.concept) if item and known.concept else []
    judgements, reviews = reviews_of(client, iris, [claim.annotation for claim in claims])
    ends = {event.iri: event.moment for event in events}
    invalidations = [
        Invalidation(
            State.superseded if event.kind is EventKind.supersession else State.retracted,
            event.moment,
            ends.get(event.revoked) if event.revoked else None,
        )
        for event in events
        if event.kind is not EventKind.reinstatement
    ]
    found = standings(Facts(claims, {graph: invalidations}, {}, judgements))
    standing: Standing | None = next((one for one in found if one.claim.annotation == subject), None)
    decided = standing.judgement.review if standing and standing.judgement else None
    state = standing.state.value if standing else ""
    return reviews, state, next((one for one in reviews if one.iri == decided), None)


def _sentence(state: str, decided: Happening | None, events: Sequence[LedgerEvent], graph: NamedNode) -> str:
    """What stands now, in one sentence."""
    if state in (State.retracted, State.superseded):
        kind = EventKind.retraction if state == State.retracted else EventKind.supersession
        happened = zip(_happenings(events, graph), events, strict=True)
        last = [one for one, event in happened if event.holds and event.kind is kind][-1]
        return f"It is not published: it was {last.what} on {told(last.moment)} by {last.who}, because: {last.why}"
    if decided is None:
        return "It is published. Nobody has reviewed it."
    if state in (State.rejected, State.replaced):
        return f"It is not published: it was {decided.what} on {told(decided.moment)} by {decided.who}."
    return f"It is published. It was {decided.what} on {told(decided.moment)} by {decided.who}."
