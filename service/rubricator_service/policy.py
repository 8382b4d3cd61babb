"""What a browser may load and run for our pages (Content Security Policy, level 3): our own, and pictures."""

from collections.abc import Sequence


def content_policy(styles: Sequence[str] = ()) -> str:
    """The policy of a page. ``styles`` are hashes of inline styles that it needs, as of a library; no others apply."""
    style = " ".join(["'self'", *(["'unsafe-hashes'"] if styles else []), *(f"'{one}'" for one in styles)])
    return (
        f"default-src 'none'; img-src 'self' https: http: data:; style-src {style}; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
