"""How many of something, as people write it."""


def plural(count: int, thing: str, things: str | None = None) -> str:
    """``1 picture``, ``2,000 pictures``; ``things`` where an s does not do."""
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"
