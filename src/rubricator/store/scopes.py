"""What is wrong with queries whose words fit together: variables that have no value there, or one already."""

from collections.abc import Iterator, Sequence

from rubricator.store.grammar import AGGREGATES, FUNCTIONS
from rubricator.store.tokens import Token

_CLAUSES = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
Finding = tuple[Token, str]
"""A token that cannot stand where it does, and what to do."""


def selected(row: Sequence[Token]) -> Iterator[Finding]:
    """What a SELECT names that its pattern, or its GROUP BY, does not let it name."""
    for number, token in enumerate(row):
        if _word(token) != "SELECT":
            continue
        opening = next((at for at in range(number, len(row)) if row[at].text == "{"), None)
        if opening is None:
            return
        end = _closing(row, opening)
        yield from _selection(row[number + 1 : opening], row[opening:end], _grouped(row[end + 1 :]))


def _selection(named: Sequence[Token], pattern: Sequence[Token], grouped: Sequence[Token] | None) -> Iterator[Finding]:
    plain, given, depth = list[Token](), list[Token](), 0
    for before, token in zip([None, *named], named, strict=False):
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable":
            if not depth:
                plain.append(token)
            elif before is not None and _word(before) == "AS":
                given.append(token)
    stars = [token for token in named[:2] if token.text == "*"]
    if grouped is not None:
        yield from (
            (star, "Name the variables in place of *: GROUP BY leaves only its own and aggregates.") for star in stars
        )
    taken = {token.text for token in (*plain, *(token for token in pattern if token.kind == "variable"))}
    for token in given:
        if token.text in taken:
            yield token, f"Choose another name for the value: {token.text} is a variable already."
        taken.add(token.text)
    if grouped is not None or any(_word(token) in AGGREGATES for token in named):
        keys = {token.text for token in grouped or ()}
        for token in plain:
            if token.text not in keys:
                yield (
                    token,
                    f"Add {token.text} to GROUP BY, or select an aggregate: (SAMPLE({token.text}) AS ?one).",
                )


def _grouped(rest: Sequence[Token]) -> list[Token] | None:
    """The variables of GROUP BY right after a pattern; None where there is none."""
    if not rest or _word(rest[0]) != "GROUP":
        return None
    end = next((at for at, token in enumerate(rest) if _word(token) in _CLAUSES or token.text == "}"), len(rest))
    return [token for token in rest[:end] if token.kind == "variable"]


def aggregated(row: Sequence[Token]) -> Iterator[Finding]:
    """The aggregates in FILTER and BIND, where there are no groups yet."""
    for number, token in enumerate(row[:-1]):
        if _word(token) not in ("FILTER", "BIND") or row[number + 1].text != "(":
            continue
        inside = row[number + 1 : _closing(row, number + 1)]
        if any(_word(one) == "SELECT" for one in inside):
            continue
        for one in inside:
            if _word(one) in AGGREGATES:
                yield one, f"Put {_word(one)}(…) into SELECT, or into HAVING behind GROUP BY: a pattern has no groups."


def uneven(row: Sequence[Token]) -> Iterator[Finding]:
    """The rows of VALUES that have not as many values as there are variables."""
    for number, token in enumerate(row):
        if _word(token) != "VALUES" or [one.text for one in row[number + 1 : number + 2]] != ["("]:
            continue
        names = _closing(row, number + 1)
        columns = sum(one.kind == "variable" for one in row[number:names])
        start = names + 2
        while start < len(row) and row[start].text == "(":
            end = _closing(row, start)
            values = sum(
                one.kind in ("iri", "name", "string", "word") and before.text != "^"
                for before, one in zip(row[start:end], row[start + 1 : end], strict=False)
            )
            if values != columns:
                yield row[start], f"Give each row {columns} values, as there are {columns} variables: UNDEF for none."
            start = end + 1


def bound(row: Sequence[Token]) -> Iterator[Finding]:
    """The variables that BIND names although their group has used them before."""
    groups: list[set[str]] = [set()]
    for number, token in enumerate(row):
        if token.text == "{":
            groups.append(set())
        elif token.text == "}" and len(groups) > 1:
            inner = groups.pop()
            groups[-1] |= inner
        elif token.kind == "variable":
            groups[-1].add(token.text)
        elif _word(token) == "BIND" and [one.text for one in row[number + 1 : number + 2]] == ["("]:
            name = row[_closing(row, number + 1) - 1]
            if name.text in groups[-1]:
                yield name, f"Choose another name for the value: {name.text} has one already."


def called(row: Sequence[Token]) -> Iterator[Finding]:
    """The functions that get more or fewer values than they take."""
    for number, token in enumerate(row[:-1]):
        if _word(token) not in FUNCTIONS or row[number + 1].text != "(":
            continue
        inside, depth = row[number + 2 : _closing(row, number + 1)], 0
        values = 1 if inside else 0
        for one in inside:
            depth += (one.text in "({[") - (one.text in ")}]")
            values += one.text == "," and not depth
        least, most = FUNCTIONS[_word(token)]
        if not least <= values <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            yield (
                token,
                f"Give {_word(token)} {wanted} value{'' if wanted == '1' else 's'} in its brackets: it got {values}.",
            )


def _closing(row: Sequence[Token], opening: int) -> int:
    """Where the bracket at ``opening`` is closed; the end of the row if it is not."""
    depth = 0
    for at in range(opening, len(row)):
        depth += (row[at].text in ("{", "(", "[")) - (row[at].text in ("}", ")", "]"))
        if not depth:
            return at
    return len(row)


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
