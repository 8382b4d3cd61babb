"""The rule that a retraction or supersession holds until another event revokes it, as SPARQL for all who ask."""


def invalidating(what: str, event: str = "?event") -> str:
    """Binds ``event`` to what retracts or supersedes ``what`` and was not revoked; goes into GRAPH of the ledger.

    Both are SPARQL terms or variables. A ``what`` that nothing invalidates leaves no solution.
    """
    return f"{what} prov:wasInvalidatedBy {event} . FILTER NOT EXISTS {{ ?revoking enr:revokes {event} }}"


def standing(what: str) -> str:
    """Leaves the solutions where nothing that holds retracts or supersedes ``what``; goes into GRAPH of the ledger."""
    return f"FILTER NOT EXISTS {{ {invalidating(what, '?invalidating')} }}"
