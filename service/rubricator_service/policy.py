"""What a browser may load and run for our pages (Content Security Policy, level 3): our own alone."""

from functools import lru_cache

OPEN_AND_HARMLESS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Allow, Content-Range, ETag, Link, Location, Retry-After, Vary",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""Headers of every answer: it may be read from any web page (CORS), errors too, and be taken for nothing it is not."""


@lru_cache(maxsize=8)
def content_policy(styles: tuple[str, ...] = ()) -> str:
    """The policy of a page. ``styles`` are hashes of inline styles that it needs, as of a library; no others apply."""
    style = " ".join(["'self'", *(["'unsafe-hashes'"] if styles else []), *(f"'{one}'" for one in styles)])
    return (
        f"default-src 'none'; img-src 'self' data:; style-src {style}; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
