"""The claims that one decision of people is about, and these decisions, read from the store for a trace."""

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.answers import Selecting, iri, moment, optional_text, text
from rubricator.enrichment.reviews import Decision, Replacement, Role
from rubricator.enrichment.standing import Claim, Judgement
from rubricator.enrichment.trace import Happening
from rubricator.iris import Iris
from rubricator.rdf import ENR, SPARQL_PREFIXES

_DECIDED = {
    Decision.accepted: "accepted",
    Decision.rejected: "rejected",
    Decision.replaced: "replaced",
    Decision.needs_discussion: "put up for discussion",
}


def claims_on(client: Selecting, iris: Iris, item: NamedNode, body: NamedNode) -> list[Claim]:
    """All claims on an item with a concept: what people decide holds for all of them."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?claim ?graph ?property ?confidence WHERE {{
          GRAPH ?graph {{
            ?target oa:hasScope {item} . ?claim oa:hasTarget ?target ; oa:hasBody {body} ; a oa:Annotation ;
              enr:property ?property ; edm:confidenceLevel ?confidence .
          }}
        }}"""
    )
    graphs = " ".join(dict.fromkeys(str(row["graph"]) for row in rows))
    begun = {
        row["graph"]: moment(row["begun"])
        for row in client.select(
            f"""{SPARQL_PREFIXES}SELECT ?graph ?begun WHERE {{ GRAPH {iris.ledger} {{
              VALUES ?graph {{ {graphs} }} ?graph prov:wasGeneratedBy ?run . ?run a enr:Run ; prov:startedAtTime ?begun
            }} }}"""
        )
    }
    return [
        Claim(
            iri(row["claim"]), iri(row["graph"]), item, body, iri(row["property"]), confidence, begun[row["graph"]]
        )
        for row in rows
        if row["graph"] in begun and isinstance(confidence := row["confidence"], Literal)
    ]  # fmt: skip


def reviews_of(
    client: Selecting, iris: Iris, claims: Sequence[NamedNode]
) -> tuple[dict[NamedNode, list[Judgement]], list[Happening]]:
    """What people decided about these claims, by claim; and in words, in the order of time."""
    if not claims:
        return {}, []
    rows = client.select(
        f"""{SPARQL_PREFIXES}
        SELECT DISTINCT ?claim ?review ?decision ?role ?moment ?who ?reviewer ?note ?annotation ?body ?property WHERE {{
          GRAPH {iris.reviews} {{
            VALUES ?claim {{ {" ".join(map(str, claims))} }}
            ?review a enr:Review ; oa:hasTarget ?claim ; oa:hasBody ?decision ; enr:role ?role ;
              dcterms:created ?moment ; dcterms:creator ?reviewer .
            OPTIONAL {{ ?reviewer enr:pseudonym ?who }}
            OPTIONAL {{ ?review rdfs:comment ?note }}
            OPTIONAL {{ ?review enr:replacement ?annotation . ?annotation oa:hasBody ?body ; enr:property ?property }}
          }}
        }} ORDER BY ?moment ?review"""
    )
    judgements: dict[NamedNode, list[Judgement]] = {}
    reviews = []
    for row in rows:
        review, when = iri(row["review"]), moment(row["moment"])
        decision, role = Decision(_name(row["decision"])), Role(_name(row["role"]))
        replacement = None
        if "annotation" in row:
            replacement = Replacement(iri(row["annotation"]), iri(row["body"]), iri(row["property"]))
        reviewer, note = iri(row["reviewer"]), optional_text(row.get("note")) or ""
        judgements.setdefault(iri(row["claim"]), []).append(
            Judgement(review, decision, reviewer, role, when, note, replacement)
        )
        what = _DECIDED[decision] + (f" by {replacement.body.value}" if replacement else "")
        who = f"{optional_text(row.get('who')) or reviewer.value} ({role})"
        reviews.append(Happening(review, what, who, when, note))
    return judgements, reviews


def _name(term: object) -> str:
    return text(term).removeprefix(str(ENR))
