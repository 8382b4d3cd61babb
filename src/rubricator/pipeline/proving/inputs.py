"""Whether prompt sets and policies in the ledger have the hashes that name them."""

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.rehashing import Said, told_pictures, told_policy, told_prompts
from rubricator.errors import RubricatorError
from rubricator.iris import Iris
from rubricator.pipeline.proving.finding import Finding, Verdict
from rubricator.rdf import ENR, PROV, SPARQL_PREFIXES, TYPE
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import PromptSet, Vocabulary, load_prompts, load_vocabulary

Described = Mapping[NamedNode, Sequence[Quad]]


def of_kind(described: Described, kind: NamedNode) -> Iterator[tuple[NamedNode, Said]]:
    """The things of a class, each with what is said of it."""
    for thing, quads in described.items():
        if any(quad.predicate == TYPE and quad.object == kind and quad.subject == thing for quad in quads):
            yield thing, Said(thing, quads)


def matching(what: str, thing: NamedNode, recorded: str | None, found: str, of: str, otherwise: str = "") -> Finding:
    """Whether the hash that is found is the one recorded, and the one that the thing is named by."""
    named = thing.value.rpartition("/")[2]
    if recorded == found and (named == found[: len(named)] or what == "vocabulary"):
        return Finding(what, thing.value, Verdict.ok, f"{of} the sha-256 {found}.")
    told = f"{of} the sha-256 {found}, not {recorded or 'one that is recorded'}.{otherwise}"
    return Finding(what, thing.value, Verdict.changed, told)


def check_prompts(described: Described, settings: Settings) -> Iterator[Finding]:
    """The hash of the very prompts in the ledger."""
    vocabulary = _vocabulary(settings)
    names = {}
    if vocabulary is not None and vocabulary.iri in described:
        start = f"{settings.iris.base}/"
        names = {concept.slug: concept.iri.value.removeprefix(start) for concept in vocabulary.concepts}
    for thing, said in of_kind(described, ENR["PromptSet"]):
        recorded, told = said.text(ENR["sha256"]), told_prompts(said, names)
        otherwise = "" if recorded == told.sha256 else _other_prompts(told, recorded, vocabulary, settings)
        yield matching("prompt set", thing, recorded, told.sha256, "Its prompts in the ledger have", otherwise)


def _other_prompts(told: PromptSet, recorded: str | None, vocabulary: Vocabulary | None, settings: Settings) -> str:
    """What differs from the prompt set of that hash, if it is on this machine."""
    try:
        known = load_prompts(vocabulary, settings.prompts) if vocabulary else None
    except RubricatorError:
        known = None
    if known is None or known.sha256 != recorded:
        return ""
    ours = {(slug, prompt) for slug, prompts in known.prompts.items() for prompt in prompts}
    theirs = {(slug, prompt) for slug, prompts in told.prompts.items() for prompt in prompts}
    new = ", ".join(f"“{prompt}” of {slug}" for slug, prompt in sorted(theirs - ours))
    gone = ", ".join(f"“{prompt}” of {slug}" for slug, prompt in sorted(ours - theirs))
    return (f" It now has {new}." if new else "") + (f" It had {gone}." if gone else "")


def _vocabulary(settings: Settings) -> Vocabulary | None:
    try:
        return load_vocabulary(settings.iris, settings.vocabulary)
    except RubricatorError:
        return None


def check_policies(client: StoreClient, described: Described, iris: Iris) -> Iterator[Finding]:
    """The hashes of decision and picture policies, made of their parts in the ledger."""
    of = "What the ledger says has"
    for thing, said in of_kind(described, ENR["DecisionPolicy"]):
        try:
            found = told_policy(said, _dataset(client, thing, iris)).sha256
        except ValueError as error:
            yield Finding("policy", thing.value, Verdict.changed, f"A number in it is none ({error}).")
            continue
        yield matching("policy", thing, said.text(ENR["sha256"]), found, of)
    for thing, said in of_kind(described, ENR["PicturePolicy"]):
        try:
            yield matching("picture policy", thing, said.text(ENR["sha256"]), told_pictures(said).sha256, of)
        except ValueError as error:
            yield Finding("picture policy", thing.value, Verdict.changed, f"It cannot be read: {error}.")


def _dataset(client: StoreClient, policy: NamedNode, iris: Iris) -> str | None:
    """The hash of the pictures that a policy was fitted on."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?sha256 WHERE {{ GRAPH {iris.ledger} {{
          {policy} {PROV["wasDerivedFrom"]}/enr:sha256 ?sha256
        }} }}"""
    )
    return str(getattr(rows[0]["sha256"], "value", "")) if rows else None
