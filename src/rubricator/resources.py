"""Where ``ontology/`` and ``mappings/`` lie: inside the installed package, or beside ``src/`` in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def resource(*parts: str) -> Path:
    """The path of a shipped file, such as ``resource("ontology", "concepts.ttl")``."""
    installed = _PACKAGE.joinpath(*parts)
    return installed if installed.exists() else _CHECKOUT.joinpath(*parts)
