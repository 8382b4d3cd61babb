"""Why near misses were not claimed: what the policies of their runs ask of the concepts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator_service.reading.labels import percent
from rubricator_service.reading.store import Reading, node


@dataclass(frozen=True, slots=True)
class Asked:
    """What the policy of a run asks: ``common`` of every concept, or ``own`` of each, None of those never claimed."""

    policy: NamedNode
    common: float
    own: Mapping[NamedNode, float | None]

    def why_not(self, concept: NamedNode, confidence: float) -> str:
        """Why a concept with this confidence, in [0, 1], was not claimed; to go on after "not claimed:"."""
        least = self.own.get(concept) if self.own else self.common
        if least is None:
            return "the policy never claims this concept"
        if confidence < least:
            return f"the policy asks for {percent(least)}\u202f%"
        return "another concept was surer, and the picture could not get both"


def read_asked(reading: Reading, iris: Iris, runs: Collection[NamedNode]) -> Mapping[NamedNode, Asked]:
    """What the policies of these runs ask, by run; nothing of a run whose policy is not told."""
    if not runs:
        return {}
    rows = reading.select(
        f"""SELECT ?run ?policy ?common ?concept ?least WHERE {{ GRAPH {iris.ledger} {{
          VALUES ?run {{ {" ".join(map(str, runs))} }}
          ?run prov:used ?policy . ?policy a enr:DecisionPolicy ; enr:minimumConfidence ?common .
          OPTIONAL {{
            ?policy enr:threshold ?own . ?own enr:forConcept ?concept
            OPTIONAL {{ ?own enr:minimumConfidence ?least }}
          }}
        }} }}"""
    )
    found = dict[NamedNode, Asked]()
    own = dict[NamedNode, dict[NamedNode, float | None]]()
    for row in rows:
        run, policy, concept = node(row, "run"), node(row, "policy"), node(row, "concept")
        if run is None or policy is None:
            continue
        if concept is not None:
            own.setdefault(run, {})[concept] = float(row["least"].value) if "least" in row else None
        found[run] = Asked(policy, float(row["common"].value), own.setdefault(run, {}))
    return found
