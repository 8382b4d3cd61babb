"""Which dump each named graph goes into: one a run, and one for all graphs of any other kind."""

from dataclasses import dataclass

from rubricator.iris import Iris

SUFFIX = ".nq.gz"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the data set; ``name`` is that of its file, without ending."""

    name: str
    title: str


WHOLE = Part("whole", "Everything: the published view and all named graphs")
VIEW = Part("view", "The published view: records, concepts and current enrichments, in the default graph")
_OTHERS = Part("others", "All other graphs")
_FIXED = {
    "concepts": Part("concepts", "The concepts, their labels and equivalences"),
    "ledger": Part("ledger", "The ledger: runs, models, prompt sets, policies, pictures seen, retractions"),
    "reviews": Part("reviews", "What people decided about claims"),
}
_KINDS = {
    "edm": Part("records", "The harvested records, a graph each"),
    "explanation": Part("explanations", "Explanations of claims, a graph each"),
    "harvest": Part("harvests", "Which records each harvest met, a graph each"),
    "import": Part("imports", "What was imported of others, a graph each"),
    "retraction": Part("retractions", "Which single claims were retracted, a graph for each retraction"),
}
SHARED = (*_FIXED.values(), *_KINDS.values(), _OTHERS)


def shared_part(graph: str, iris: Iris) -> Part | None:
    """The part that a graph shares with others of its kind; None for the graph of a run, which is one by itself."""
    kind, _, rest = graph.removeprefix(iris.graph("").value).partition("/")
    if not graph.startswith(iris.graph("").value):
        return _OTHERS
    if not rest:
        return _FIXED.get(kind, _OTHERS)
    if kind == "run" and "/" not in rest:
        return None
    return _KINDS.get(kind, _OTHERS)


def run_part(graph: str, iris: Iris) -> Part:
    ulid = graph.removeprefix(iris.run_graph("").value)
    return Part(f"run-{ulid}", f"The claims, near misses and failures of run {ulid}")
