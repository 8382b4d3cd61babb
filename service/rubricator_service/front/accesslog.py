"""One line a request, of what was asked for and how it went, and of nobody who asked."""

import structlog

from rubricator_service.front.watching import Exchange

log = structlog.get_logger("rubricator_service.access")


def log_exchange(exchange: Exchange) -> None:
    """Neither addresses nor texts of queries are kept: a hash tells that two queries were the same."""
    log.info(
        "request",
        method=exchange.method,
        route=exchange.route,
        status=None if exchange.status is None else int(exchange.status),
        outcome=exchange.outcome,
        seconds=round(exchange.seconds, 4),
        bytes=exchange.size,
        **({"problem": exchange.problem} if exchange.problem else {}),
        **({"query": exchange.query} if exchange.query else {}),
    )
