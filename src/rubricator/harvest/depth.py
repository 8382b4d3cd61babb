"""How deep a document nests: some parsers take their stack for it, and a process that runs out of stack is gone."""

import re

from rubricator.harvest.record import JSON_LD, RDF_XML

DEEPEST = 100
_STATEMENTS = re.compile(rb"(?P<open><<\()|(?P<close>\)>>)")
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*+"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


def too_deep(content: bytes, media_type: str) -> bool:
    """Whether JSON, or the statements about statements of another syntax, nest deeper than any record does.

    XML is not looked at: its parsers count for themselves.
    """
    if media_type == RDF_XML or (media_type != JSON_LD and content.count(b"<<(") <= DEEPEST):
        return False
    depth = 0
    for token in (_JSON if media_type == JSON_LD else _STATEMENTS).finditer(content):
        depth += (token["open"] is not None) - (token["close"] is not None)
        if depth > DEEPEST:
            return True
    return False
