"""Gives an update the dataset of its request: ``using-graph-uri`` becomes USING (SPARQL 1.1 Protocol, 2.2.3)."""

from rubricator.store.errors import BadRequest
from rubricator.store.protocol import UpdateOperation
from rubricator.store.tokens import Token, tokens


def with_using(operation: UpdateOperation) -> str:
    """The update with USING clauses before each of its WHERE clauses.

    Raises BadRequest if the update names a dataset of its own by USING or WITH, as the protocol demands.
    """
    clauses = "".join(f" USING <{graph}>" for graph in operation.using_graphs)
    clauses += "".join(f" USING NAMED <{graph}>" for graph in operation.using_named_graphs)
    text = operation.update
    if not clauses:
        return text
    parts, copied, depth = list[str](), 0, 0
    before: Token | None = None
    for token in tokens(text):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if depth == 0 and token.kind == "word":
            keyword = token.text.upper()
            if keyword in ("USING", "WITH"):
                raise BadRequest(f"Give the dataset by {keyword} or by parameters of the request, not by both.")
            if keyword == "WHERE":
                shorthand = before is not None and before.text.upper() == "DELETE"
                pattern = _block_after(text, token) if shorthand else ""
                parts.append(f"{text[copied : token.start]}{pattern}{clauses} WHERE")
                copied = token.end
        before = token
    return "".join(parts) + text[copied:]


def _block_after(text: str, token: Token) -> str:
    """The braces after DELETE WHERE, which are both what to find and what to delete."""
    depth, start = 0, token.end
    for later in tokens(text, token.end):
        depth += {"{": 1, "}": -1}.get(later.text, 0) if later.kind == "mark" else 0
        if depth == 0:
            return text[start : later.end]
    return ""
