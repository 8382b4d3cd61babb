"""What is probably wrong with a query that has a syntax error: the engine tells where it stopped, seldom why."""

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches

from rubricator.rdf import PREFIXES
from rubricator.store.errors import QuerySyntaxError
from rubricator.store.tokens import Token, place, tokens

_FORMS = "SELECT CONSTRUCT ASK DESCRIBE"
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_KEYWORDS = frozenset(
    f"""{_FORMS} BASE PREFIX WHERE FROM NAMED DISTINCT REDUCED AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET VALUES
    UNDEF GRAPH OPTIONAL UNION MINUS FILTER BIND SERVICE SILENT EXISTS NOT IN LATERAL A TRUE FALSE SEPARATOR
    COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR
    ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS
    MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI
    ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE LANGDIR HASLANG
    HASLANGDIR STRLANGDIR ADJUST""".split()
)
_CLOSES = {"{": "}", "(": ")", "[": "]"}
_LONGEST_EXCERPT = 160
_LONGEST_QUERY = 20_000  # to look at more takes time that others want


def explained(error: QuerySyntaxError, query: str) -> QuerySyntaxError:
    """The same error, with the line that it stands on and, where one can be had, a hint."""
    if len(query) <= _LONGEST_QUERY:
        error.hint = hint(query)
    lines = query.splitlines()
    if error.line and error.column and error.line <= len(lines) and len(lines[error.line - 1]) <= _LONGEST_EXCERPT:
        error.excerpt = f"{lines[error.line - 1]}\n{' ' * (error.column - 1)}^"
    return error


def hint(query: str) -> str | None:
    """One sentence on what to change; None where nothing stands out. Of several faults the likeliest is named."""
    try:
        found = list(tokens(query))
    except QuerySyntaxError as error:
        return str(error)
    if not found:
        return f"The query is empty: begin with one of {', '.join(_FORMS.split())}."
    looks: Sequence[Callable[[str, list[Token]], Iterator[str]]] = (
        _quotes,
        _updates,
        _prefixes,
        _keywords,
        _brackets,
        _select,
    )
    return next((sentence for look in looks for sentence in look(query, found)), None)


def _quotes(query: str, found: list[Token]) -> Iterator[str]:
    for token in found:
        if token.kind == "mark" and token.text in "“”„‘’«»`":
            yield f"Put straight quotes in place of {token.text} at {_at(query, token)}."
        if token.kind == "mark" and token.text in "\"'":
            yield f"Close the string that begins at {_at(query, token)} on the same line, or use three quotes."


def _updates(_query: str, found: list[Token]) -> Iterator[str]:
    first = next(
        (token for token in found if token.kind == "word" and token.text.upper() not in ("PREFIX", "BASE")), None
    )
    if first is not None and first.text.upper() in _UPDATES:
        yield f"{first.text.upper()} begins an update, and only queries are read here: {', '.join(_FORMS.split())}."


def _prefixes(_query: str, found: list[Token]) -> Iterator[str]:
    declared = {"_"}
    for before, token in zip([None, *found], found, strict=False):
        after_prefix = before is not None and before.kind == "word" and before.text.upper() == "PREFIX"
        if token.kind == "word" and after_prefix:
            yield f"Write a colon after the prefix: PREFIX {token.text}: <{PREFIXES.get(token.text, '…')}>."
        if token.kind != "name":
            continue
        prefix = token.text.partition(":")[0]
        if after_prefix:
            declared.add(prefix)
        elif prefix not in declared:
            iri = PREFIXES.get(prefix, "the IRI that it stands for")
            yield f"Declare the prefix of {token.text} before the query: PREFIX {prefix}: <{iri}>"


def _keywords(query: str, found: list[Token]) -> Iterator[str]:
    for token in found:
        if token.kind != "word" or token.text[0].isdigit() or token.text.upper() in _KEYWORDS:
            continue
        alike = get_close_matches(token.text.upper(), _KEYWORDS, 1)
        at = f"{token.text} at {_at(query, token)} is no keyword"
        yield f"{at}: did you mean {alike[0]}?" if alike else f"{at}; variables begin with ? and texts stand in quotes."


def _brackets(query: str, found: list[Token]) -> Iterator[str]:
    opened = list[Token]()
    for token in found:
        if token.kind != "mark":
            continue
        if token.text in _CLOSES:
            opened.append(token)
        elif token.text in _CLOSES.values():
            if not opened:
                yield f"Nothing is open that {token.text} at {_at(query, token)} could close."
                return
            last = opened.pop()
            if _CLOSES[last.text] != token.text:
                yield f"Close {last.text} of {_at(query, last)} before {token.text} at {_at(query, token)}."
                return
    if opened:
        yield f"Close {opened[-1].text} of {_at(query, opened[-1])} by {_CLOSES[opened[-1].text]}."


def _select(query: str, found: list[Token]) -> Iterator[str]:
    """What is often wrong between SELECT and the pattern."""
    begun = False
    for token, after in zip(found, [*found[1:], None], strict=False):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "SELECT":
            begun = True
        elif begun and (token.text in "{(" or word == "WHERE"):
            begun = False
        elif begun and token.text == ",":
            yield f"Leave out the comma at {_at(query, token)}: blanks separate what is selected."
        elif begun and word in _AGGREGATES and after is not None and after.text == "(":
            yield f"Put {word} at {_at(query, token)} in brackets and name its value: ({word}(…) AS ?value)."


def _at(query: str, token: Token) -> str:
    line, column = place(query, token.start)
    return f"line {line}, column {column}"
