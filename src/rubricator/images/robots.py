"""Whether a publisher asks machines that learn from or look at images to stay away."""

from collections.abc import Iterable

_OPT_OUT = frozenset({"noai", "noimageai"})
_US = frozenset({"*", "rubricator"})


def opted_out(headers: Iterable[str]) -> bool:
    """True if an ``X-Robots-Tag`` header says ``noai`` or ``noimageai`` to everybody or to us.

    ``agent: directive`` holds for that agent, and so do the directives after it in the same header.
    """
    for header in headers:
        agent = "*"
        for part in header.lower().split(","):
            name, colon, rest = part.partition(":")
            if colon:
                agent = name.strip()
            directive = rest if colon else name
            if agent in _US and directive.strip() in _OPT_OUT:
                return True
    return False
