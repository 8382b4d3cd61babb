"""Random histories of claims and decisions: the view is what a naive model says, now and of every earlier moment."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pyoxigraph import Literal, NamedNode, Quad, Triple

from rubricator.enrichment.lifecycle import (
    Event,
    reinstatement_quads,
    retraction_quads,
    selective_retraction_quads,
    supersession_quads,
)
from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, replacement_iri, review_quads
from rubricator.enrichment.standing import NOW, standings
from rubricator.enrichment.view import possible_triples, proxy_iri, view_triples
from rubricator.iris import Iris
from rubricator.pipeline.curating.asof import rewind
from rubricator.pipeline.curating.change import change, next_moment, rebuild
from rubricator.pipeline.curating.correct import Difference
from rubricator.pipeline.curating.facts import FactReader
from rubricator.pipeline.curating.rebuild import check_view
from rubricator.pipeline.harvesting.replacement import replacement
from rubricator.rdf import DC, EDM, ENR, FOAF, OA, ORE, PROV, TYPE, XSD, timestamp
from rubricator.settings import load_settings
from rubricator.store.client import StoreClient, connect

IRIS = Iris("http://rubricator.test")
ITEMS = tuple(NamedNode(f"http://data.europeana.eu/item/1/{n}") for n in range(3))
CONCEPTS = tuple(NamedNode(f"http://data.europeana.eu/concept/{n}") for n in range(3))
TICK = timedelta(milliseconds=1)
HALF = Literal("0.5", datatype=XSD["decimal"])
NOTHING_AMISS = Difference()
NOBODY = IRIS.annotation("none", "0", "0", "0")
NONSENSE = (
    '<http://x/a> <http://x/b> "c"',
    "<http://x/a> <http://x/b> _:somebody",
    f"{ITEMS[0]} {ENR['hasEnrichment']} {NOBODY}",
    f"{NOBODY} {OA['hasBody']} {CONCEPTS[0]}",
    f"{proxy_iri(NamedNode('http://data.europeana.eu/item/1/9'), IRIS)} {DC['type']} {CONCEPTS[0]}",
    f"{proxy_iri(ITEMS[1], IRIS)} {DC['type']} <http://x/never>",
    f"{IRIS.run_graph('R1')} {TYPE} {PROV['Bundle']}",
)
"""Lines that nothing explains."""


@dataclass(frozen=True)
class Made:
    """A claim as the model knows it."""

    run: str
    item: NamedNode
    body: NamedNode
    confidence: Literal

    @property
    def iri(self) -> NamedNode:
        return IRIS.annotation(self.run, "0", self.item.value, self.body.value)


@dataclass(frozen=True)
class Decided:
    item: NamedNode
    body: NamedNode
    what: Decision
    rank: int
    at: datetime
    number: str
    instead: Replacement | None


@dataclass
class Struck:
    """What an event took out of the view: runs or single claims, from when until when."""

    iri: NamedNode
    runs: frozenset[str]
    claims: frozenset[NamedNode]
    since: datetime
    until: datetime | None = None


@dataclass
class Model:
    """What happened, and what follows from it: written without a look at how the product does it."""

    claims: list[Made] = field(default_factory=list)
    begun: dict[str, datetime] = field(default_factory=dict)
    struck: list[Struck] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    titles: dict[NamedNode, str] = field(default_factory=dict)

    def claimed_view(self, at: datetime) -> set[Triple]:
        lines: set[Triple] = set()
        for claim in self.claims:
            if self.begun[claim.run] > at:
                continue
            about = [d for d in self.decided if (d.item, d.body) == (claim.item, claim.body) and d.at <= at]
            last = max(about, key=lambda d: (d.rank, d.at, d.number)) if about else None
            if last and last.instead and not self._denied(claim.item, last, at):
                iri = last.instead.annotation
                lines |= self._said(iri, claim.item, last.instead.body)
                lines.add(Triple(iri, ENR["reviewStatus"], ENR["accepted"]))
            if self._is_struck(claim, at) or (last and last.what in (Decision.rejected, Decision.replaced)):
                continue
            lines |= self._said(claim.iri, claim.item, claim.body)
            lines.add(Triple(claim.iri, EDM["confidenceLevel"], claim.confidence))
            if last:
                lines.add(Triple(claim.iri, ENR["reviewStatus"], ENR[last.what]))
        return lines

    def _denied(self, item: NamedNode, said: Decided, at: datetime) -> bool:
        """Whether somebody with a later or weightier word says that what replaces is wrong, too."""
        body = said.instead.body if said.instead else None
        about = [d for d in self.decided if (d.item, d.body) == (item, body) and d.at <= at]
        last = max(about, key=lambda d: (d.rank, d.at, d.number)) if about else said
        denies = last.what in (Decision.rejected, Decision.replaced)
        return denies and (last.rank, last.at, last.number) > (said.rank, said.at, said.number)

    def record_view(self) -> set[Triple]:
        return {Triple(item, DC["title"], Literal(title)) for item, title in self.titles.items()}

    def _is_struck(self, claim: Made, at: datetime) -> bool:
        return any(
            (claim.run in one.runs or claim.iri in one.claims)
            and one.since <= at
            and (one.until is None or one.until > at)
            for one in self.struck
        )

    @staticmethod
    def _said(annotation: NamedNode, item: NamedNode, body: NamedNode) -> set[Triple]:
        proxy = proxy_iri(item, IRIS)
        return {
            Triple(item, ENR["hasEnrichment"], annotation),
            Triple(annotation, OA["hasBody"], body),
            Triple(proxy, TYPE, ORE["Proxy"]),
            Triple(proxy, ORE["proxyFor"], item),
            Triple(proxy, DC["type"], body),
        }


class Histories(RuleBasedStateMachine):
    """One store for all examples, cleared; and a second one, that is taken back to earlier moments."""

    client: StoreClient
    copy: StoreClient

    @initialize()
    def begin(self) -> None:
        self.model, self.number = Model(), 0
        self.earlier: list[tuple[datetime, set[Triple]]] = []
        self.client.update("DROP ALL")

    def moment(self) -> datetime:
        """After everything that happened, as the store tells."""
        moments = [next_moment(self.client, IRIS), *(at + TICK for at, _ in self.earlier[-1:])]
        latest = max(moments)
        return latest.replace(microsecond=latest.microsecond // 1000 * 1000)

    def event(self) -> Event:
        return Event.at(self.moment(), "operator", "a reason")

    def happened(self, at: datetime) -> None:
        self.earlier.append((at, self.model.claimed_view(at)))

    def strike(self, event: Event, runs: set[str], claims: set[NamedNode]) -> None:
        self.model.struck.append(Struck(event.iri(IRIS), frozenset(runs), frozenset(claims), event.moment))
        self.happened(event.moment)

    @rule(said=st.sets(st.tuples(st.sampled_from(ITEMS), st.sampled_from(CONCEPTS)), min_size=1, max_size=4))
    def enrich(self, said: set[tuple[NamedNode, NamedNode]]) -> None:
        """A run with claims, published as the main job does: what was decided on before is corrected after it."""
        self.number += 1
        run, at = f"R{self.number}", self.moment()
        made = [Made(run, item, body, HALF) for item, body in said]
        self.model.begun[run] = at
        self.model.claims += made
        self.client.load(run_quads(run, at, made))
        change(self.client, IRIS, [], {claim.item for claim in made})
        self.happened(at)

    @precondition(lambda self: self.model.begun)
    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        runs = data.draw(st.sets(st.sampled_from(sorted(self.model.begun)), min_size=1, max_size=2))
        event, graphs = self.event(), [IRIS.run_graph(run) for run in runs]
        change(self.client, IRIS, retraction_quads(event, graphs, IRIS), graphs)
        self.strike(event, runs, set())

    @precondition(lambda self: self.model.claims)
    @rule(data=st.data())
    def retract_where(self, data: st.DataObject) -> None:
        concept = data.draw(st.sampled_from([claim.body for claim in self.model.claims]))
        chosen = [claim.iri for claim in self.model.claims if claim.body == concept]
        event = self.event()
        facts = selective_retraction_quads(event, chosen, ["concept=c"], IRIS)
        change(self.client, IRIS, facts, [IRIS.retraction_graph(event.ulid)])
        self.strike(event, set(), set(chosen))

    @precondition(lambda self: len(self.model.begun) > 1)
    @rule(data=st.data())
    def supersede(self, data: st.DataObject) -> None:
        runs = st.lists(st.sampled_from(sorted(self.model.begun)), min_size=2, max_size=2, unique=True)
        old, new = data.draw(runs)
        event, graph = self.event(), IRIS.run_graph(old)
        change(self.client, IRIS, supersession_quads(event, graph, IRIS.run_graph(new), IRIS), [graph])
        self.strike(event, {old}, set())

    @precondition(lambda self: any(one.until is None for one in self.model.struck))
    @rule(data=st.data())
    def reinstate(self, data: st.DataObject) -> None:
        revoked = data.draw(st.sampled_from([one for one in self.model.struck if one.until is None]))
        event = self.event()
        affected = [IRIS.run_graph(run) for run in revoked.runs] or [IRIS.retraction_graph(revoked.iri.value[-26:])]
        change(self.client, IRIS, reinstatement_quads(event, [revoked.iri], IRIS), affected)
        revoked.until = event.moment
        self.happened(event.moment)

    @precondition(lambda self: self.model.claims)
    @rule(data=st.data(), what=st.sampled_from(Decision), role=st.sampled_from(Role), who=st.sampled_from("ab"))
    def review(self, data: st.DataObject, what: Decision, role: Role, who: str) -> None:
        claim = data.draw(st.sampled_from(self.model.claims))
        event, instead = self.event(), None
        if what is Decision.replaced:
            body = data.draw(st.sampled_from([concept for concept in CONCEPTS if concept != claim.body]))
            instead = Replacement(replacement_iri(event.ulid, claim.iri, body, IRIS), body, DC["type"])
        review = Review(event.ulid, claim.iri, what, who, role, event.moment, "", instead)
        target = NamedNode(f"{claim.iri.value}#target")
        change(self.client, IRIS, review_quads(review, target, IRIS), [claim.item])
        rank = list(Role).index(role)
        self.model.decided.append(Decided(claim.item, claim.body, what, rank, event.moment, event.ulid, instead))
        self.happened(event.moment)

    @rule(item=st.sampled_from(ITEMS), title=st.sampled_from("xy"))
    def harvest(self, item: NamedNode, title: str) -> None:
        graph = IRIS.record_graph("1", item.value[-1])
        self.model.titles[item] = title
        about = [Triple(graph, FOAF["primaryTopic"], item)]
        self.client.update(replacement(graph, [Triple(item, DC["title"], Literal(title))], about))

    @rule(lost=st.booleans(), data=st.data())
    def rebuild(self, lost: bool, data: st.DataObject) -> None:
        """Whatever the view has lost, and whatever nonsense has got into it."""
        before = self.view()
        if lost:
            self.client.update("DROP DEFAULT")
        elif before:
            gone = data.draw(st.sampled_from(sorted(before, key=str)))
            self.client.update(f"DELETE DATA {{ {gone} }} ; INSERT DATA {{ {data.draw(st.sampled_from(NONSENSE))} }}")
        rebuild(self.client, IRIS)
        assert before == self.view()

    @precondition(lambda self: self.earlier)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        """A copy of the store, from which everything later is taken."""
        at, then = data.draw(st.sampled_from(self.earlier))
        self.copy.update("DROP ALL")
        self.copy.load_nquads(b"".join(self.client.export("application/n-quads")))
        rewind(self.copy, IRIS, at)
        assert then | self.model.record_view() == set(self.copy.get_graph(None))
        assert NOTHING_AMISS == check_view(self.copy, IRIS)
        told = {row["claim"] for row in self.client.select(documented_query(at))}
        assert {line.subject for line in then if line.predicate == OA["hasBody"]} == told

    @invariant()
    def the_view_is_what_the_model_says(self) -> None:
        assert self.model.claimed_view(NOW) | self.model.record_view() == self.view()

    @invariant()
    def every_earlier_moment_can_be_told(self) -> None:
        facts = FactReader(self.client, IRIS).of(ITEMS)
        for at, then in self.earlier:
            assert then == view_triples(standings(facts, at), IRIS)
            assert then <= possible_triples(facts, IRIS)

    def view(self) -> set[Triple]:
        return set(self.client.get_graph(None))


def documented_query(at: datetime) -> str:
    """The query for auditors of any store, asked about this moment."""
    _, _, text = (Path(__file__).parents[3] / "docs" / "auditors.md").read_text().partition("at an earlier moment")
    query = text.partition("```sparql\n")[2].partition("```")[0]
    assert "NOW()" in query
    return query.replace("NOW()", str(timestamp(at))).replace("<graph/", f"<{IRIS.base}/graph/")


def run_quads(run: str, begun: datetime, claims: list[Made]) -> Iterator[Quad]:
    graph = IRIS.run_graph(run)
    yield Quad(graph, TYPE, PROV["Bundle"], IRIS.ledger)
    yield Quad(graph, PROV["wasGeneratedBy"], IRIS.run(run), IRIS.ledger)
    yield Quad(IRIS.run(run), TYPE, ENR["Run"], IRIS.ledger)
    yield Quad(IRIS.run(run), PROV["startedAtTime"], timestamp(begun), IRIS.ledger)
    for claim in claims:
        target = NamedNode(f"{claim.iri.value}#target")
        yield Quad(target, OA["hasScope"], claim.item, graph)
        yield Quad(claim.iri, TYPE, OA["Annotation"], graph)
        yield Quad(claim.iri, OA["hasBody"], claim.body, graph)
        yield Quad(claim.iri, OA["hasTarget"], target, graph)
        yield Quad(claim.iri, ENR["property"], DC["type"], graph)
        yield Quad(claim.iri, EDM["confidenceLevel"], claim.confidence, graph)


def test_the_view_of_any_history_is_what_a_naive_model_says(tmp_path_factory: pytest.TempPathFactory) -> None:
    with ExitStack() as stack:
        for name in ("client", "copy"):
            installation = load_settings(data_dir=tmp_path_factory.mktemp(name), base=IRIS.base, snapshot_interval=60)
            setattr(Histories, name, stack.enter_context(connect(installation)))
        bounds = settings(
            max_examples=10,
            stateful_step_count=14,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Histories, settings=bounds)
